"""How deals went through the stages: who came in within the months, went on, was won or lost, and after how many days.

A visit is the stay of a deal in a stage. Looked at are the visits that began within the months before the day, as far
as they were written down; where a deal stood already when it was brought in from elsewhere is no visit that began.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import and_, case, select

from core import clock
from core.frames import columns
from core.spans import end_of
from reports.past.ask import ROW, Ask
from reports.past.lines import STATES
from reports.stages import StageOf, all_stages

WON, LOST = 2, 1
LASTS = -1_000_000


@dataclass
class Passage:
    """Of the deals that entered a stage, a span of each: those that went on, were won since, were lost in it.

    `stays` are the days of those who left, in order.
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


@dataclass(frozen=True)
class Spans:
    """Spans of deals, side by side in arrays: there are hundreds of thousands.

    `came` is the number of the day on which the deal came into the stage, `left` the number of days since then until it
    ended, `LASTS` while it is not over on the day that is asked for.
    """

    deal: Any
    came: Any
    rank: Any
    left: Any
    outcome: Any
    span: Any

    def at(self, places: Any) -> "Spans":
        return Spans(*(getattr(self, name)[places] for name in self.__dataclass_fields__))


def passages(ask: Ask, stages: dict[int, StageOf] | None = None) -> tuple[Passage, ...]:
    """By the stages of open deals, in their order. One statement."""
    known = stages or all_stages(ask.session)
    visits = _visits(_spans(ask, known))
    went_on, is_won = _later(visits)
    found = [_passage(stage, visits, went_on, is_won) for stage in known.values() if not stage.outcome]
    return tuple(sorted((its for its in found if its.entered), key=lambda its: its.stage.rank))


def _spans(ask: Ask, known: dict[int, StageOf]) -> Spans:
    """Of stages that deals came into within the months."""
    import numpy as np

    end = end_of(ask.on)
    outcome = case((ROW.state == "won", WON), (ROW.state == "lost", LOST), else_=0)
    where = and_(
        ROW.state.in_(STATES), ROW.from_at >= clock.start_of(ask.since), ROW.from_at < end,
        ROW.stage_since >= ask.since, ROW.stage_id.in_(known), ask.in_unit,
    )  # fmt: skip
    asked = select(ROW.opportunity_id, ROW.stage_since, ROW.stage_id, ROW.until_at, outcome, ROW.id).where(where)
    deal, came, stage, until, state, span = columns(ask.session, asked)
    ids = np.array(sorted(known), dtype=np.int64)
    ranks = np.array([known[key].rank for key in sorted(known)], dtype=np.int64)
    since = (came - np.datetime64(ask.since)).astype(np.int64)
    left = np.where(until < _moment(end), _days(ask, until) - since, LASTS)
    return Spans(deal, since, ranks[np.searchsorted(ids, stage)], left, state, span)


def _days(ask: Ask, until: Any) -> Any:
    """The number of the local day of each moment, the first of the months being 0."""
    import numpy as np

    days = range((ask.on - ask.since).days + 1)
    starts = np.array([_moment(clock.start_of(ask.since + timedelta(days=number))) for number in days])
    return np.searchsorted(starts, until, side="right") - 1


def _moment(at: datetime) -> Any:
    import numpy as np

    return np.datetime64(at.replace(tzinfo=None), "us")


def _visits(spans: Spans) -> Spans:
    """By deal, the first first. Spans in one stage since one day are one visit: it ends with the last, and keeps its
    outcome. What a deal came into on one day is in the order of the stages."""
    import numpy as np

    found = spans.at(np.lexsort((spans.rank, spans.came, spans.deal)))
    if not len(found.deal):
        return found
    is_new = np.ones(len(found.deal), dtype=bool)
    is_new[1:] = False
    for each in (found.deal, found.came, found.rank):
        is_new[1:] |= each[1:] != each[:-1]
    first = np.flatnonzero(is_new)
    lasts = np.minimum.reduceat(found.left, first) == LASTS
    left = np.where(lasts, LASTS, np.maximum.reduceat(found.left, first))
    outcome, span = (np.maximum.reduceat(each, first) for each in (found.outcome, found.span))
    return Spans(found.deal[first], found.came[first], found.rank[first], left, outcome, span)


def _later(visits: Spans) -> tuple[Any, Any]:
    """Of each visit whether its deal came into a later stage afterwards, and whether it was won then or since.

    Followed from the last visit back. The number of the deal, which grows on the way, outweighs what was seen of the
    deals before, so that one running maximum serves all of them.
    """
    import numpy as np

    deal, rank, is_won = (each[::-1] for each in (visits.deal, visits.rank, visits.outcome == WON))
    if not len(deal):
        return is_won, is_won
    number = np.zeros(len(deal), dtype=np.int64)
    number[1:] = np.cumsum(deal[1:] != deal[:-1])
    most = int(rank.max()) + 1
    highest = np.maximum.accumulate(number * most + rank) - number * most
    went_on = np.zeros(len(deal), dtype=bool)
    went_on[1:] = (number[1:] == number[:-1]) & (highest[:-1] > rank[1:])
    won = np.maximum.accumulate(number * 2 + is_won) - number * 2 == 1
    return went_on[::-1], won[::-1]


def _passage(stage: StageOf, visits: Spans, went_on: Any, is_won: Any) -> Passage:
    import numpy as np

    own = visits.rank == stage.rank
    span, left = visits.span[own], visits.left[own]
    return Passage(
        stage, span.tolist(), span[went_on[own]].tolist(), span[is_won[own]].tolist(),
        span[visits.outcome[own] == LOST].tolist(), np.sort(left[left != LASTS]).tolist(),
    )  # fmt: skip
