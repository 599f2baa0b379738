"""Shows a plan row by row: what the file says, what becomes of it, and why."""

from dataclasses import dataclass
from typing import Any

from core.db import ActorSession
from core.fields import FieldView
from core.i18n import _
from core.titles import Titles, titles
from core.transfer.draft import REFUSED, UPDATED
from core.transfer.plans import Plan

EMPTY = "–"


@dataclass(frozen=True)
class Difference:
    """One field of a record that is updated, as texts."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class PreviewRow:
    """`cells` stand in the order of the plan's mapped fields. `problems` are (field's label, sentence)."""

    line: int
    outcome: str
    cells: tuple[str, ...]
    changes: tuple[Difference, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()


def preview(
    session: ActorSession, plan: Plan, outcome: str | None = None, *, start: int = 0, limit: int = 50
) -> list[PreviewRow]:
    """Rows of one outcome, or of all; the refused ones first where all are shown."""
    chosen = [i for i, found in enumerate(plan.outcomes) if outcome in (None, found)]
    if outcome is None:
        chosen.sort(key=lambda i: plan.outcomes[i] != REFUSED)
    shown = chosen[start : start + limit]
    known = titles(session, _named(plan, shown))
    return [_row(plan, index, known) for index in shown]


def preview_heads(plan: Plan) -> tuple[str, ...]:
    return tuple(_(column.view.label) for column in plan.columns.values())


def _row(plan: Plan, index: int, known: Titles) -> PreviewRow:
    is_update = plan.outcomes[index] == UPDATED
    return PreviewRow(
        line=plan.sheet.lines[index],
        outcome=plan.outcomes[index],
        cells=tuple(column.texts[index] for column in plan.columns.values()),
        changes=tuple(_differences(plan, plan.ids[index], known)) if is_update else (),
        problems=tuple(plan.problems.get(index, ())),
    )


def _differences(plan: Plan, record_id: int, known: Titles) -> list[Difference]:
    found = []
    for name, new in plan.changes[record_id].items():
        view = plan.entity.fields.get(name)
        if view is not None:
            old = plan.before[record_id].get(name)
            found.append(Difference(_(view.label), _text(view, old, known), _text(view, new, known)))
    return found


def _text(view: FieldView, value: Any, known: Titles) -> str:
    if value is None or value == "":
        return EMPTY
    if view.kind == "ref":
        return known.get((view.target or "", value), str(value))
    return view.choice_label(value) if view.choices else view.write(value)


def _named(plan: Plan, indexes: list[int]) -> dict[str, set[int]]:
    """The records that the shown differences name, by table."""
    wanted: dict[str, set[int]] = {}
    for index in indexes:
        if plan.outcomes[index] == UPDATED:
            for name, new in plan.changes[plan.ids[index]].items():
                view = plan.entity.fields.get(name)
                if view is not None and view.kind == "ref":
                    both = {new, plan.before[plan.ids[index]].get(name)} - {None}
                    wanted.setdefault(view.target or "", set()).update(both)
    return wanted
