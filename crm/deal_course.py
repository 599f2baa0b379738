"""The course of a deal through its stages: how long it stood in each, when it left, and how often its close moved.

Pure functions over what was read. Days are whole local days. What the records do not say stays unknown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from core import clock
from core.history import Change
from crm.stages import Stage

Place = Literal["done", "current", "todo"]


@dataclass(frozen=True)
class Move:
    """A kept move: from which stage to which, when, by whom."""

    from_stage_id: int | None
    to_stage_id: int
    at: datetime
    who: str
    why: str = ""


@dataclass(frozen=True)
class Step:
    """A stage on the deal's way. `days` is missing where nothing is known; `left_on` and `by` where it was not left."""

    stage: Stage
    place: Place
    days: int | None
    left_on: date | None = None
    by: str = ""


def course(
    pipeline: Sequence[Stage], moves: Sequence[Move], *, stage_id: int | None, since: date | None,
    began_on: date | None, ended_on: date | None,
) -> tuple[Step, ...]:  # fmt: skip
    """The stages of the pipeline in order. `moves` are the oldest first; `ended_on` is empty for an open deal."""
    first = pipeline[0].id if pipeline else None
    # Where the kept moves begin later in the pipeline, nobody knows when the deal came there.
    began_on = began_on if moves and moves[0].from_stage_id == first else None
    spent = days_spent(moves, stage_id=stage_id, since=since, began_on=began_on, until=ended_on or clock.today())
    left = {move.from_stage_id: move for move in moves if move.from_stage_id != move.to_stage_id}
    here = next((number for number, stage in enumerate(pipeline) if stage.id == stage_id), -1)
    return tuple(_step(stage, number, here, spent, left) for number, stage in enumerate(pipeline))


def _step(stage: Stage, number: int, here: int, spent: dict[int, int], left: dict[int | None, Move]) -> Step:
    if number >= here:
        return Step(stage, "current" if number == here else "todo", spent.get(stage.id) if number == here else None)
    move = left.get(stage.id)
    left_on = clock.local(move.at).date() if move else None
    return Step(stage, "done", spent.get(stage.id), left_on, move.who if move else "")


def days_spent(
    moves: Sequence[Move], *, stage_id: int | None, since: date | None, began_on: date | None, until: date
) -> dict[int, int]:
    """Days in each stage, by its id. Before the first kept move only the deal's own beginning is known, if anything."""
    spent: dict[int, int] = {}
    entered, at = began_on, moves[0].from_stage_id if moves else None
    for move in moves:
        left_on = clock.local(move.at).date()
        if at is not None and entered is not None and entered <= left_on:
            spent[at] = spent.get(at, 0) + (left_on - entered).days
        entered, at = left_on, move.to_stage_id
    if stage_id is not None and since is not None:
        before = spent.get(stage_id, 0) if at == stage_id and entered == since else 0
        spent[stage_id] = before + max((until - since).days, 0)
    return spent


def postponements(changes: Iterable[Change]) -> int:
    """How often the day of the expected close was put off to a later one."""
    pairs = (change.fields["expected_close_on"] for change in changes if "expected_close_on" in change.fields)
    return sum(1 for old, new in pairs if old and new and str(new) > str(old))
