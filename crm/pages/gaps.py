"""Who has gone: on the page of a deal what that costs it, on the page of a person where he or she went."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from core.db import ActorSession
from core.i18n import _
from core.module import Panel
from core.titles import titles
from crm.activities import Activity
from crm.departures import KINDS, Departure, Gap, gaps_of
from crm.key_persons import KEY_PERSON, KeyPerson
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.playbook.deals import played
from crm.playbook.gaps import finding
from crm.stages import stages
from web.kit import format as texts
from web.kit.rendering import render
from web.kit.requests import address
from web.kit.views import Link

MOST = 20


@dataclass(frozen=True, kw_only=True)
class GapLine:
    text: str
    person: str
    task: str
    due: str
    state: str


def panels() -> tuple[Panel, ...]:
    return (
        Panel(OPPORTUNITY.stem, of_deal, "crm.departure.read", place="top", order=20),
        Panel(KEY_PERSON.stem, of_person, KEY_PERSON.permission("read"), order=5),
    )


# --- a deal ---------------------------------------------------------------------------------------------------


def of_deal(session: ActorSession, deal: Opportunity) -> str:
    found = gaps_of(session, deal.id) if deal.state == "open" else ()
    if not found:
        return ""
    stage = stages(session).get(deal.stage_id or 0)
    default = stage.probability if stage else None
    return render(
        "crm/opportunity/gaps.html", lines=[line(gap) for gap in found],
        shown=texts.percent(played(session, deal).probability), default=texts.percent(default),
    )  # fmt: skip


def line(gap: Gap) -> GapLine:
    text, state = texts.due(gap.due_on)
    return GapLine(
        text=finding(gap.departure).sentence, person=f"{KEY_PERSON.path}/{gap.departure.person_id}",
        task=f"/crm/activity/{gap.task_id}" if gap.task_id else "", due=text, state=state,
    )  # fmt: skip


# --- a person -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Going:
    """One change of client or post, with the deals that got a task for it."""

    text: str
    deals: tuple[tuple[Link, Link | None, str], ...]


def of_person(session: ActorSession, person: KeyPerson) -> str:
    """Three statements at the most."""
    rows = _departures(session, person) if session.actor.may("crm.departure.read") else []
    if not (rows or person.left_on or person.went_to):
        return ""
    names = titles(session, _named(rows))
    goings = [_going(rows, kind, names) for kind in KINDS]
    edit = address(f"{KEY_PERSON.path}/{person.id}/edit", []) + "#f-went_to"
    return render(
        "crm/key_person/went.html", person=person, goings=[each for each in goings if each.deals],
        left=texts.day_in_words(person.left_on) if person.left_on else "", edit=edit,
    )  # fmt: skip


def _departures(session: ActorSession, person: KeyPerson) -> list[tuple[Departure, str | None]]:
    own = (
        select(Departure, col(Activity.state))
        .outerjoin(Activity, col(Activity.id) == col(Departure.activity_id))
        .where(col(Departure.person_id) == person.id, col(Departure.archived_at).is_(None))
    )
    rows = session.execute(own.order_by(col(Departure.id).desc()).limit(MOST))
    return [(row[0], row[1]) for row in rows]


def _named(rows: list[tuple[Departure, str | None]]) -> dict[str, set[int]]:
    accounts = {key for each, _state in rows for key in (each.account_id, each.to_account_id) if key}
    return {"crm_account": accounts, "crm_opportunity": {each.opportunity_id for each, _state in rows}}


def _going(rows: list[tuple[Departure, str | None]], kind: str, names: dict[tuple[str, int], str]) -> Going:
    of_kind = [(each, state) for each, state in rows if each.kind == kind]
    text = _sentence(of_kind[0][0], names) if of_kind else ""
    return Going(text=text, deals=tuple(_deal(each, state, names) for each, state in of_kind))


def _sentence(gone: Departure, names: dict[tuple[str, int], str]) -> str:
    hidden, day = _("(not visible to you)"), texts.day_in_words(gone.gone_on)
    before = names.get(("crm_account", gone.account_id or 0), hidden)
    if gone.kind == "left":
        return _("Left {client} on {day}, as {post}.", client=before, day=day, post=gone.post_before or "—")
    if gone.kind == "moved":
        after = names.get(("crm_account", gone.to_account_id or 0), hidden)
        return _("Went from {before} to {after} on {day}.", before=before, after=after, day=day)
    return _(
        "Another post since {day}: {after}, before that {before}.",
        day=day, before=gone.post_before or "—", after=gone.post_after or "—",
    )  # fmt: skip


def _deal(gone: Departure, state: str | None, names: dict[tuple[str, int], str]) -> tuple[Link, Link | None, str]:
    name = names.get(("crm_opportunity", gone.opportunity_id), _("(not visible to you)"))
    deal = Link(text=name, href=f"{OPPORTUNITY.path}/{gone.opportunity_id}")
    task = Link(text=_("Task"), href=f"/crm/activity/{gone.activity_id}") if state else None
    return deal, task, state or ""
