"""Read what stood at the ends of two days, and compare it: four statements, however many deals.

What stood unchanged over both days is counted where it is kept; read and compared is what changed in between.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, func, select

from core.db import ActorSession
from core.lists import Query
from core.settings import settings
from core.spans import end_of, stood_at
from reports.past.ask import ROW, SPAN, Ask, asked, made_at
from reports.past.compare import ARCHIVED, PARTS, Change, Stood, Sum, Waterfall, changes, compare, counts
from reports.past.data import ChangeData, Line
from reports.past.gather import began, scope
from reports.past.lines import STATES, Want, lines
from reports.stages import all_stages

EACH = 8


@dataclass(frozen=True)
class Both:
    """How deals of which anything changed stood on the two days, by their numbers, and the sum of all the others.

    `spans` are the rows to show them by, the later where there is any.
    """

    before: dict[int, Stood]
    after: dict[int, Stood]
    spans: dict[int, int]
    untouched: Sum


def both(ask: Ask) -> Both:
    first, last = end_of(ask.earlier), end_of(ask.later)
    before = _read(ask, ROW.from_at < first, ROW.until_at >= first, ROW.until_at < last)
    after = _read(ask, stood_at(ROW, last), ROW.from_at >= first)
    return Both(
        {**dict.fromkeys(_known(ask, first, last), Stood(ARCHIVED)), **_stood(ask, before.values())},
        _stood(ask, after.values()),
        {deal: row.id for deal, row in {**before, **after}.items()},
        _untouched(ask, first, last),
    )


def _untouched(ask: Ask, first: datetime, last: datetime) -> Sum:
    """Open deals whose one span covers both days."""
    where = and_(ROW.state == "open", ROW.from_at < first, stood_at(ROW, last), ask.in_unit, ask.in_window)
    count, amount = ask.session.execute(select(func.count(), func.sum(ROW.amount)).where(where)).one()
    return Sum(count, int(amount or 0))


def _read(ask: Ask, *where: Any) -> dict[int, Any]:
    columns = [ROW.opportunity_id, ROW.id, ROW.state, ROW.amount, ROW.expected_close_on]
    if ask.place:
        columns.append(ROW[ask.place].label("place"))
    rows = ask.session.execute(select(*columns).where(ROW.state.in_(STATES), *where))
    return {row.opportunity_id: row for row in rows}


def _stood(ask: Ask, rows: Iterable[Any]) -> dict[int, Stood]:
    unit = ask.reach.chosen.id if ask.reach.chosen else None
    return {
        row.opportunity_id: Stood(
            row.state, row.amount, row.expected_close_on, unit is None or row.place == unit
        )
        for row in rows
    }  # fmt: skip


def _known(ask: Ask, first: datetime, last: datetime) -> set[int]:
    """Deals that began anew between the days, though they had stood before: they were out of the lists on the first."""
    old, then = SPAN.alias().c, SPAN.alias().c
    statement = select(ROW.opportunity_id).where(
        ROW.state == "open", ROW.from_at >= first, stood_at(ROW, last),
        exists().where(old.opportunity_id == ROW.opportunity_id, old.from_at < first),
        ~exists().where(then.opportunity_id == ROW.opportunity_id, stood_at(then, first)),
    )  # fmt: skip
    return set(ask.session.scalars(statement))


def gather(session: ActorSession, *, on: date | None = None, query: Query | None = None) -> ChangeData:
    return between(asked(session, query or Query(), on))


def between(ask: Ask, *, named: bool = True) -> ChangeData:
    found = both(ask)
    return ChangeData(
        scope=scope(ask),
        made_at=made_at(ask.later),
        currency=settings().currency,
        reader=ask.session.actor.name,
        waterfall=fall(ask, found),
        lines=_largest(ask, found) if named else {},
        began=None if found.before or found.after or found.untouched.count else began(ask),
    )


def fall(ask: Ask, found: Both) -> Waterfall:
    return compare(found.before, found.after, ask.window, found.untouched)


def parts(ask: Ask, found: Both) -> dict[str, list[Change]]:
    """The changes by part, the largest first."""
    held: dict[str, list[Change]] = {}
    for change in changes(found.before, found.after, ask.window):
        held.setdefault(change.why, []).append(change)
    return {why: sorted(held[why], key=lambda c: (-abs(c.amount), c.deal)) for why in PARTS if why in held}


def moved_days(ask: Ask, found: Both) -> dict[str, list[Change]]:
    """Deals, open on both days, whose expected close was put off (`later`) or brought forward (`earlier`)."""
    held: dict[str, list[Change]] = {"later": [], "earlier": []}
    for deal, then in found.before.items():
        now = found.after.get(deal)
        if now and then.close_on and now.close_on and then.close_on != now.close_on and _open(ask, then, now):
            held["later" if now.close_on > then.close_on else "earlier"].append(Change(deal, "grown", now.amount or 0))
    return {why: sorted(found, key=lambda c: (-c.amount, c.deal)) for why, found in held.items()}


def _open(ask: Ask, then: Stood, now: Stood) -> bool:
    return counts(then, ask.window) and counts(now, ask.window)


def _largest(ask: Ask, found: Both) -> dict[str, tuple[Line, ...]]:
    """Of each part the largest, all read in one go."""
    top = {why: all_of[:EACH] for why, all_of in parts(ask, found).items()}
    changed = {change.deal: change.amount for some in top.values() for change in some}
    ids = tuple(found.spans[deal] for deal in changed)
    rows = (
        {line.id: line for line in lines(ask, Want(ids=ids, changed=changed), all_stages(ask.session))} if ids else {}
    )
    return {why: tuple(rows[change.deal] for change in some if change.deal in rows) for why, some in top.items()}
