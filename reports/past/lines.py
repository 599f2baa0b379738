"""Deals as they stood: the rows behind every number, with the titles of what they referred to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, true

from core.clauses import days_between
from core.titles import titles
from crm.opportunity_verbs import OPPORTUNITY
from reports.past.ask import ROW, SPAN, Ask
from reports.past.data import Line
from reports.stages import StageOf, all_stages, waiting

NONE = "-"
STATES = ("open", "on_hold", "won", "lost")


@dataclass(frozen=True)
class Want:
    """Which of a day's deals: by state, stage and part (`-` for none), by days in the stage, or by their numbers.

    `ids` come from a calculation and are shown in its order, each with what it changed.
    """

    states: tuple[str, ...] = ("open",)
    stage: str = ""
    part: str = ""
    days: tuple[int, int | None] | None = None
    waits: bool = False
    closed_since: date | None = None
    ids: tuple[int, ...] | None = None
    changed: Mapping[int, int] = field(default_factory=dict)
    offset: int = 0
    limit: int = 50


def lines(ask: Ask, want: Want, stages: dict[int, StageOf] | None = None) -> list[Line]:
    """The largest amounts first, the unknown last. Two statements, and one for each kind of title."""
    known = stages if stages is not None else all_stages(ask.session)
    columns = (
        ROW.opportunity_id, ROW.account_id, ROW.stage_id, ROW.state, ROW.amount, ROW.probability,
        ROW.expected_close_on, ROW.owner_id,
    )  # fmt: skip
    order = (func.coalesce(ROW.amount, -1).desc(), ROW.opportunity_id)
    statement = select(*columns).select_from(SPAN).where(*_where(ask, want, known)).order_by(*order)
    if want.ids is None:
        statement = statement.offset(want.offset).limit(want.limit)
    return _named(ask, want, known, list(ask.session.execute(statement)))


def number(ask: Ask, want: Want, stages: dict[int, StageOf]) -> int:
    where = _where(ask, want, stages)
    return ask.session.scalar(select(func.count()).select_from(SPAN).where(*where)) or 0


def _where(ask: Ask, want: Want, stages: dict[int, StageOf]) -> list[ColumnElement[bool]]:
    if want.ids is not None:
        return [ROW.id.in_(want.ids)]
    found: list[ColumnElement[bool]] = [ROW.state.in_(want.states), ask.stood()]
    if want.states in (("open",), ("on_hold",)):
        found.append(ask.in_window)
    if want.waits:
        found.append(ROW.stage_id.in_(waiting(stages)))
    if want.closed_since:
        found.append(and_(ROW.closed_on >= want.closed_since, ROW.closed_on <= ask.on))
    if want.days is not None:
        age = days_between(ROW.stage_since, ask.on)
        low, high = want.days
        found += [age >= low, *([age < high] if high is not None else [])]
    return [*found, _is(ROW.stage_id, want.stage), _is(ask.key, want.part)]


def _is(column: Any, value: str) -> ColumnElement[bool]:
    if not value:
        return true()
    return column.is_(None) if value == NONE else column == int(value)  # type: ignore[no-any-return]


def _named(ask: Ask, want: Want, stages: dict[int, StageOf], rows: list[Any]) -> list[Line]:
    wanted = {"crm_account": {r[1] for r in rows if r[1]}, "core_user": {r[7] for r in rows if r[7]}}
    names = titles(ask.session, {**wanted, OPPORTUNITY.table.name: {r[0] for r in rows}})
    made = [
        Line(
            r[0], names.get(("crm_opportunity", r[0]), ""), names.get(("crm_account", r[1]), ""),
            stages[r[2]].name if r[2] in stages else "", r[3], r[4], r[5], r[6], names.get(("core_user", r[7]), ""),
            want.changed.get(r[0]),
        )
        for r in rows
    ]  # fmt: skip
    return sorted(made, key=lambda line: -abs(line.change or 0)) if want.changed else made
