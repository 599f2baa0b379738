"""Read the pipeline on a day as the session's actor sees it: some eight statements, however many deals."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select, union_all

from core import clock
from core.db import ActorSession
from core.i18n import _
from core.lists import Query
from core.settings import settings
from core.titles import titles
from crm.chance import weighted_in
from reports.engine.shares import Share
from reports.executive.period import in_words
from reports.executive.reach import OWNER
from reports.past.ask import PRODUCT, ROW, Ask, asked, made_at
from reports.past.data import PastData, Scope
from reports.past.lines import STATES, Want, lines
from reports.stages import StageOf, all_stages, waiting

LARGEST = 20
TABLES = {OWNER: "core_user", PRODUCT: "crm_product"}


@dataclass(frozen=True)
class Group:
    """Deals of one stage, state and part, counted in the database."""

    stage_id: int | None
    state: str
    part_id: int | None
    count: int
    known: int
    amount: int
    weighted: int


def gather(session: ActorSession, *, on: date | None = None, query: Query | None = None) -> PastData:
    return of_day(asked(session, query or Query(), on))


def of_day(ask: Ask, stages: dict[int, StageOf] | None = None, *, named: bool = True) -> PastData:
    """`named` reads the largest deals too."""
    stages = stages if stages is not None else all_stages(ask.session)
    found = _groups(ask, stages)
    is_open = [group for group in found if group.state == "open"]
    return PastData(
        scope=replace(scope(ask), against=ask.on),
        made_at=made_at(ask.on),
        currency=settings().currency,
        reader=ask.session.actor.name,
        totals=_share(is_open),
        on_hold=_share(group for group in found if group.state == "on_hold"),
        unprovisioned=_share(group for group in found if group.state == "won"),
        by_stage=by_stage(is_open, stages),
        by_part=by_part(ask, is_open),
        largest=tuple(lines(ask, Want(limit=LARGEST), stages)) if named else (),
        began=None if found else began(ask),
    )


def scope(ask: Ask) -> Scope:
    chosen = ask.reach.chosen
    return Scope(
        ask.on, ask.against, chosen.name if chosen else "", in_words(ask.closing) if ask.closing else "", ask.by
    )


def asked_in_words(session: ActorSession, query: Query) -> str:
    return scope(asked(session, query)).in_words


def began(ask: Ask) -> date | None:
    """The first day on which anything was written down of the deals that the reader may see."""
    firsts = [select(_first(state)) for state in STATES]
    found = [row[0] for row in ask.session.execute(union_all(*firsts)) if row[0]]
    return clock.local(min(found)).date() if found else None


def _first(state: str) -> Any:
    """By the index of the state: the first one that the reader may see."""
    return select(ROW.from_at).where(ROW.state == state).order_by(ROW.from_at).limit(1).scalar_subquery()


def _groups(ask: Ask, stages: dict[int, StageOf]) -> list[Group]:
    """What was open or on hold, and what was signed but not served yet."""
    keys = (ROW.stage_id, ROW.state, ask.key)
    chance = func.coalesce(ROW.probability, 0)
    sums = (
        func.count(), func.count(ROW.amount), func.coalesce(func.sum(ROW.amount), 0),
        func.coalesce(func.sum(weighted_in(ROW.amount, chance)), 0),
    )  # fmt: skip
    waits = and_(ROW.state == "won", ROW.stage_id.in_(waiting(stages)))
    asked_for = or_(and_(ROW.state.in_(("open", "on_hold")), ask.in_window), waits)
    where = and_(ROW.state.in_(("open", "on_hold", "won")), ask.stood(), asked_for)
    rows = ask.session.execute(select(*keys, *sums).where(where).group_by(*keys))
    return [Group(r[0], r[1], r[2], r[3], r[4], int(r[5]), int(r[6])) for r in rows]


def unprovisioned(ask: Ask, stages: dict[int, StageOf]) -> list[Group]:
    """Won deals whose delivery was not done, by part."""
    sums = (func.count(), func.count(ROW.amount), func.coalesce(func.sum(ROW.amount), 0))
    where = and_(ROW.state == "won", ROW.stage_id.in_(waiting(stages)), ask.stood())
    rows = ask.session.execute(select(ask.key, *sums).where(where).group_by(ask.key))
    return [Group(None, "won", row[0], row[1], row[2], int(row[3]), 0) for row in rows]


def by_stage(groups: Iterable[Group], stages: dict[int, StageOf]) -> tuple[Share, ...]:
    """In the order of the pipeline; those without a stage last."""
    held = _by(groups, "stage_id")
    order = sorted(held, key=lambda key: stages[key].rank if key in stages else len(stages))
    return tuple(_share(held[key], key, stages[key].name if key in stages else "") for key in order)


def by_part(ask: Ask, groups: Iterable[Group]) -> tuple[Share, ...]:
    """The largest amount first."""
    held = _by(groups, "part_id")
    table = TABLES.get(ask.by, "core_unit")
    names = titles(ask.session, {table: {key for key in held if key}})
    shares = [
        _share(found, key, names.get((table, key), _("(not visible to you)")) if key else "")
        for key, found in held.items()
    ]
    return tuple(sorted(shares, key=lambda share: (-share.amount, -share.count, share.name)))


def _by(groups: Iterable[Group], name: str) -> dict[Any, list[Group]]:
    held: dict[Any, list[Group]] = {}
    for group in groups:
        held.setdefault(getattr(group, name), []).append(group)
    return held


def _share(groups: Iterable[Group], key: int | None = None, name: str = "") -> Share:
    found = list(groups)
    count = sum(group.count for group in found)
    return Share(
        name, count, sum(group.amount for group in found), sum(group.weighted for group in found),
        count - sum(group.known for group in found), key,
    )  # fmt: skip
