"""The four forecasts of a period from counted groups: sums of whole fen that are what their rows add up to."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.forecast.categories import BEST, COMMIT, LEAD, PIPELINE, Categories
from reports.forecast.counted import BEFORE, UNDATED, Group, Won
from reports.past.compare import Sum

TYPED, STAGED, EVIDENCE, MODEL = "typed", "staged", "evidence", "model"
WAYS = (TYPED, STAGED, EVIDENCE, MODEL)
NOTHING = Sum()


@dataclass(frozen=True)
class Figures:
    """`won` is in each of the four. `open` is whole; `typed`, `staged`, `model` are weighted, each of those that have
    such a chance; `commit` is whole, `unproved` are the deals of its stages that lack evidence, and stand in `best`."""

    won: Sum = NOTHING
    open: Sum = NOTHING
    unknown: int = 0
    typed: Sum = NOTHING
    staged: Sum = NOTHING
    commit: Sum = NOTHING
    unproved: Sum = NOTHING
    best: Sum = NOTHING
    pipeline: Sum = NOTHING
    lead: Sum = NOTHING
    model: Sum | None = None
    before: Sum = NOTHING
    undated: Sum = NOTHING

    def part(self, way: str) -> Sum | None:
        """What is still open, in that way; None where there is none."""
        known = {TYPED: self.typed, STAGED: self.staged, EVIDENCE: self.commit, MODEL: self.model}
        return known[way]

    def whole(self, way: str) -> int | None:
        """The forecast: what is won, and what is still open."""
        part = self.part(way)
        return None if part is None else self.won.amount + part.amount


def figures(groups: Iterable[Group], won: Iterable[Won], held: Categories, *, is_modelled: bool) -> Figures:
    """Of the groups of one period; what is expected before it or on no day is told beside."""
    found = list(groups)
    inside = [group for group in found if group.window >= 0]
    commit = [group for group in inside if held.of(group.stage_id) == COMMIT]
    best = [group for group in inside if held.of(group.stage_id) == BEST]
    unproved = [group for group in commit if group.lacks]
    return Figures(
        won=_won(won),
        open=_whole(inside),
        unknown=sum(group.count - group.known for group in inside),
        typed=_total((group.typed_count, group.typed) for group in inside),
        staged=_total((group.count, group.staged) for group in inside),
        commit=_whole(group for group in commit if not group.lacks),
        unproved=_whole(unproved),
        best=_whole([*best, *unproved]),
        pipeline=_whole(group for group in inside if held.of(group.stage_id) == PIPELINE),
        lead=_whole(group for group in inside if held.of(group.stage_id) == LEAD),
        model=_total((group.model_count, group.model) for group in inside) if is_modelled else None,
        before=_whole(group for group in found if group.window == BEFORE),
        undated=_whole(group for group in found if group.window == UNDATED),
    )


def _whole(groups: Iterable[Group]) -> Sum:
    return _total((group.count, group.amount) for group in groups)


def _won(groups: Iterable[Won]) -> Sum:
    return _total((group.count, group.amount) for group in groups)


def _total(pairs: Iterable[tuple[int, int]]) -> Sum:
    return sum((Sum(*pair) for pair in pairs), NOTHING)
