"""How deals went through the stages: who came in within the months, went on, was won or lost, and after how many days.

A visit is the stay of a deal in a stage. Looked at are the visits that began within the months before the day, as far
as they were written down; where a deal stood already when it was brought in from elsewhere is no visit that began.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import itemgetter
from statistics import median
from typing import Any

from sqlalchemy import and_, select

from core import clock
from core.spans import end_of
from reports.past.ask import ROW, Ask
from reports.past.lines import STATES
from reports.stages import StageOf, all_stages

# A span: the day on which the deal came into the stage, the stage's rank, the stage, the day on which the span ended,
# the deal's state, the span itself. There are hundreds of thousands: they stay tuples.
Span = tuple[date, int, int, date | None, str, int]
CAME_AND_RANK = itemgetter(0, 1)


@dataclass
class Passage:
    """Of the deals that entered a stage, a span of each: those that went on, were won since, were lost in it.

    `stays` are the days of those who left.
    """

    stage: StageOf
    entered: list[int] = field(default_factory=list)
    went_on: list[int] = field(default_factory=list)
    won: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    stays: list[int] = field(default_factory=list)

    @property
    def days(self) -> float | None:
        return median(self.stays) if self.stays else None

    @property
    def left(self) -> int:
        return len(self.stays)


def passages(ask: Ask, stages: dict[int, StageOf] | None = None) -> tuple[Passage, ...]:
    """By the stages of open deals, in their order."""
    held = {key: Passage(stage) for key, stage in (stages or all_stages(ask.session)).items()}
    for spans in _by_deal(ask, held):
        _follow(spans, held)
    found = [its for its in held.values() if its.entered and not its.stage.outcome]
    return tuple(sorted(found, key=lambda its: its.stage.rank))


def _by_deal(ask: Ask, held: dict[int, Passage]) -> Iterable[list[Span]]:
    """The spans of each deal in stages that it came into within the months, in one statement."""
    end, day_of = end_of(ask.on), _days(ask.since, ask.on)
    columns = (ROW.opportunity_id, ROW.stage_since, ROW.stage_id, ROW.until_at, ROW.state, ROW.id)
    where = and_(
        ROW.state.in_(STATES), ROW.from_at >= clock.start_of(ask.since), ROW.from_at < end,
        ROW.stage_since >= ask.since, ROW.stage_id.in_(held), ask.in_unit,
    )  # fmt: skip
    deals: dict[int, list[Span]] = {}
    ranks = {key: its.stage.rank for key, its in held.items()}
    for deal, came, stage, until, state, span in ask.session.execute(select(*columns).where(where)).all():
        left = day_of(until) if until and until < end else None
        deals.setdefault(deal, []).append((came, ranks[stage], stage, left, state, span))
    return deals.values()


def _days(first: date, last: date) -> Callable[[datetime], date]:
    """The local day of a moment between the days, looked up: to ask the time zone costs many times as much."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    starts = [clock.start_of(day) for day in days]
    return lambda moment: days[bisect_right(starts, moment) - 1]


def _follow(spans: list[Span], held: dict[int, Passage]) -> None:
    """One deal, from its last visit back; what it came into on one day is in the order of the stages."""
    top, is_won = -1, False
    for came, rank, stage, left, state, span in _visits(spans) if len(spans) > 1 else spans:
        its, is_won = held[stage], is_won or state == "won"
        its.entered.append(span)
        if top > rank:
            its.went_on.append(span)
        if is_won:
            its.won.append(span)
        if state == "lost":
            its.lost.append(span)
        if left is not None:
            its.stays.append((left - came).days)
        top = max(top, rank)


def _visits(spans: list[Span]) -> list[Span]:
    """The last first. Spans in one stage since one day are one visit: it ends with the last, and keeps its outcome."""
    spans.sort(key=CAME_AND_RANK, reverse=True)
    found = spans[:1]
    for span in spans[1:]:
        if CAME_AND_RANK(span) == CAME_AND_RANK(found[-1]):
            found[-1] = _joined(found[-1], span)
        else:
            found.append(span)
    return found


def _joined(one: Span, other: Span) -> Span:
    left = max(one[3], other[3]) if one[3] and other[3] else None
    states: tuple[Any, ...] = (one[4], other[4])
    state = next((state for state in ("won", "lost") if state in states), one[4])
    return (*one[:3], left, state, max(one[5], other[5]))
