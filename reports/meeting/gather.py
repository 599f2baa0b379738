"""Read the weekly meeting as the session's actor sees it: a dozen statements, however many deals and people."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import case, func, select
from sqlmodel import col

from core import clock
from core.clauses import worked_out_once
from core.db import ActorSession
from core.entity import Stand
from core.i18n import _
from core.lists import Query
from core.settings import settings
from core.titles import titles
from crm.activities import Activity
from crm.deal_pace import stands
from reports.meeting.ask import DEAL, Ask, asked
from reports.meeting.data import REASONS, Before, Line, MeetingData, Person, Planned
from reports.meeting.flags import flagged, is_told, red_of
from reports.stages import StageOf, all_stages

MOST_PEOPLE, MOST_PLANNED = 30, 40
# Of each person: on a paper, and on a page until the next ones are asked for.
PRINTED, EACH = 12, 20


@dataclass(frozen=True)
class Want:
    """Whose deals (0 for nobody's), everybody's if none are named; or one deal, whatever is said of it."""

    owners: tuple[int, ...] = ()
    deal: int = 0
    skip: int = 0
    each: int = EACH


def gather(session: ActorSession, *, on: date | None = None, query: Query | None = None) -> MeetingData:
    """As of now: a day is when the paper was asked for, and changes nothing."""
    ask = asked(session, query or Query())
    found = people(ask)
    shown = [person for person in found if person.flagged][:MOST_PEOPLE]
    held = lines(ask, Want(tuple(person.id for person in shown), each=PRINTED)) if shown else {}
    return MeetingData(
        since=ask.since,
        until=clock.today(),
        unit=ask.place.name if ask.place else "",
        made_at=clock.now(),
        currency=settings().currency,
        reader=session.actor.name,
        totals=total(found),
        people=tuple(replace(person, lines=tuple(held.get(person.id, ()))) for person in shown),
        others=sum(1 for person in found if person.flagged) - len(shown),
        planned=planned_today(ask),
    )


def planned_today(ask: Ask) -> tuple[Planned, ...]:
    """What the meeting itself agreed on, and what else was planned on its day. Two statements."""
    statement = (
        select(
            col(Activity.subject), col(Activity.due_on), DEAL.c.name, DEAL.c.account_id, col(Activity.owner_id)
        )
        .join(DEAL, DEAL.c.id == col(Activity.opportunity_id))
        .where(
            *ask.inside(), col(Activity.state) == "planned", col(Activity.archived_at).is_(None),
            col(Activity.created_at) >= clock.start_of(clock.today()),
        )
        .order_by(col(Activity.created_at).desc(), col(Activity.id))
        .limit(MOST_PLANNED)
    )  # fmt: skip
    rows = list(ask.session.execute(statement))
    wanted = {"crm_account": {row[3] for row in rows if row[3]}, "core_user": {row[4] for row in rows if row[4]}}
    names = titles(ask.session, wanted) if rows else {}
    return tuple(
        Planned(name, names.get(("crm_account", account), ""), names.get(("core_user", owner), ""), text, due_on)
        for text, due_on, name, account, owner in rows
    )


# --- people ---------------------------------------------------------------------------------------------------


def people(ask: Ask) -> list[Person]:
    """Everybody with an open deal, whoever has most red flags first. Two statements."""
    flags = worked_out_once(flagged(ask), "flags").c
    told = is_told(flags, ask.why)
    statement = select(
        flags.owner_id,
        func.count(),
        func.coalesce(func.sum(flags.amount), 0),
        func.count(case((told, 1))),
        func.coalesce(func.sum(case((told, flags.amount))), 0),
        *(func.sum(flags[reason]) for reason in REASONS),
    ).group_by(flags.owner_id)
    rows = list(ask.session.execute(statement))
    names = titles(ask.session, {"core_user": {row[0] for row in rows if row[0]}})
    found = [_person(row, names.get(("core_user", row[0]), "")) for row in rows]
    return sorted(found, key=lambda each: (-each.red, -each.flagged, -each.flagged_amount, each.name, each.id))


def _person(row: Any, name: str) -> Person:
    shown = name or (_("(not visible to you)") if row[0] else _("No owner"))
    changed, slipped, stalled, idle = (int(each) for each in row[5:])
    return Person(
        row[0] or 0, shown, row[1], int(row[2]), row[3], int(row[4]), changed, slipped, stalled, idle
    )  # fmt: skip


def total(found: Iterable[Person]) -> Person:
    names = ("open", "amount", "flagged", "flagged_amount", *REASONS)
    held = list(found)
    return Person(0, "", **{name: sum(getattr(each, name) for each in held) for name in names})


# --- their deals ----------------------------------------------------------------------------------------------


def lines(ask: Ask, want: Want) -> dict[int, list[Line]]:
    """By person, the deals with most red flags first, then the largest. Five statements."""
    rows = list(ask.session.execute(_chosen(ask, want)))
    if not rows:
        return {}
    ids = [row.id for row in rows]
    names = titles(ask.session, {"crm_account": {row.account_id for row in rows if row.account_id}})
    stages, stand, last = all_stages(ask.session), stands(ask.session, ids), _last(ask, ids)
    found: dict[int, list[Line]] = {}
    for row in rows:
        account = names.get(("crm_account", row.account_id), "")
        line = _line(row, account, stages, stand.get(row.id, Stand()), last.get(row.id))
        found.setdefault(row.owner_id or 0, []).append(line)
    return found


def _chosen(ask: Ask, want: Want) -> Any:
    if want.deal:
        return flagged(ask, DEAL.c.id == want.deal)
    whose = [func.coalesce(DEAL.c.owner_id, 0).in_(want.owners)] if want.owners else []
    flags = worked_out_once(flagged(ask, *whose), "flags")
    order = (red_of(flags.c).desc(), func.coalesce(flags.c.amount, -1).desc(), flags.c.id)
    place = func.row_number().over(partition_by=flags.c.owner_id, order_by=order).label("place")
    placed = select(flags, place).where(is_told(flags.c, ask.why)).subquery()
    shown = placed.c.place.between(want.skip + 1, want.skip + want.each)
    return select(placed).where(shown).order_by(placed.c.owner_id, placed.c.place)


def _line(row: Any, account: str, stages: dict[int, StageOf], stand: Stand, last: date | None) -> Line:
    def stage(key: int | None) -> str:
        return stages[key].name if key in stages else ""

    return Line(
        row.id, row.name, account, row.owner_id, stage(row.stage_id), row.amount, row.expected_close_on,
        Before(row.amount_then, stage(row.stage_then), row.close_then, bool(row.is_new)),
        tuple(reason for reason in REASONS if getattr(row, reason)),
        stand.days, stand.limit, last, stand.next_text, stand.next_on,
    )  # fmt: skip


def _last(ask: Ask, ids: list[int]) -> dict[int, date]:
    """When something was last done about each of these deals."""
    statement = (
        select(col(Activity.opportunity_id), func.max(col(Activity.done_at)))
        .where(
            col(Activity.opportunity_id).in_(ids), col(Activity.state) == "done", col(Activity.archived_at).is_(None),
            col(Activity.done_at).is_not(None),
        )
        .group_by(col(Activity.opportunity_id))
    )  # fmt: skip
    return {deal: clock.local(at).date() for deal, at in ask.session.execute(statement) if deal and at}
