"""Read what stood at the ends of two days, and compare it: three statements, however many deals.

What stood unchanged over both days is counted where it is kept; read and compared is what changed in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import nsmallest
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, select

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

    `spans` are the rows to show them by, the later where there is any; `changed` is what became of the sum.
    """

    before: dict[int, Stood]
    after: dict[int, Stood]
    spans: dict[int, int]
    untouched: Sum
    changed: tuple[Change, ...]


def both(ask: Ask) -> Both:
    """Who began anew between the days, though they had stood before, were out of the lists on the first."""
    first, last = end_of(ask.earlier), end_of(ask.later)
    earlier = _rows(ask, literal(1), ROW.from_at < first, ROW.until_at >= first, ROW.until_at < last)
    later = _rows(ask, _known_before(first), stood_at(ROW, last), ROW.from_at >= first)
    before, after = _stood(earlier), _stood(later)
    anew = [row[0] for row in later if row[-1] and row[2] == "open" and row[0] not in before]
    before.update(dict.fromkeys(anew, Stood(ARCHIVED)))
    spans = {row[0]: row[1] for row in (*earlier, *later)}
    return Both(before, after, spans, _untouched(ask, first, last), tuple(changes(before, after, ask.window)))


def _untouched(ask: Ask, first: datetime, last: datetime) -> Sum:
    """Open deals whose one span covers both days."""
    where = and_(ROW.state == "open", ROW.from_at < first, stood_at(ROW, last), ask.in_unit, ask.in_window)
    count, amount = ask.session.execute(select(func.count(), func.sum(ROW.amount)).where(where)).one()
    return Sum(count, int(amount or 0))


def _rows(ask: Ask, is_known: ColumnElement[int], *where: ColumnElement[bool]) -> Sequence[Any]:
    """Deal, span, state, amount, expected close, whether it stood in the unit, whether the deal was known before."""
    is_inside = case((ask.in_unit, 1), else_=0)
    columns = (
        ROW.opportunity_id, ROW.id, ROW.state, ROW.amount, ROW.expected_close_on, is_inside, is_known
    )  # fmt: skip
    return ask.session.execute(select(*columns).where(ROW.state.in_(STATES), *where)).all()


def _known_before(moment: datetime) -> ColumnElement[int]:
    old = SPAN.alias().c
    known = exists().where(old.opportunity_id == ROW.opportunity_id, old.from_at < moment)
    return case((known.correlate(SPAN), 1), else_=0)


def _stood(rows: Sequence[Any]) -> dict[int, Stood]:
    return {
        deal: Stood(state, amount, close_on, bool(inside)) for deal, _s, state, amount, close_on, inside, _k in rows
    }


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
    return compare(found.before, found.after, ask.window, found.untouched, found.changed)


def parts(ask: Ask, found: Both) -> dict[str, list[Change]]:
    """The changes by part, the largest first."""
    held: dict[str, list[Change]] = {}
    for change in found.changed:
        held.setdefault(change.why, []).append(change)
    return {why: sorted(held[why], key=_largest_first) for why in PARTS if why in held}


def _largest_first(change: Change) -> tuple[int, int]:
    return -abs(change.amount), change.deal


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
    held = [(why, [change for change in found.changed if change.why == why]) for why in PARTS]
    top = {why: nsmallest(EACH, all_of, key=_largest_first) for why, all_of in held if all_of}
    changed = {change.deal: change.amount for some in top.values() for change in some}
    ids = tuple(found.spans[deal] for deal in changed)
    rows = (
        {line.id: line for line in lines(ask, Want(ids=ids, changed=changed), all_stages(ask.session))} if ids else {}
    )
    return {why: tuple(rows[change.deal] for change in some if change.deal in rows) for why, some in top.items()}
