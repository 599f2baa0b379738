"""Counts and sums by any field: the figures of the command line, of group-by and of reports come from here."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from core.db import ActorSession
from core.entity import Entity
from core.errors import Invalid
from core.fields import FieldView
from core.i18n import _
from core.lists import Query, conditions
from core.narrow import field_of
from core.record import METADATA
from core.registry import registry


@dataclass(frozen=True)
class Group:
    """One group: its keys as codes, one per field asked for (None for empty), its count and its sum."""

    key: tuple[str | None, ...]
    count: int
    sum: int | None


def totals(
    session: ActorSession,
    entity: Entity,
    *,
    by: tuple[str, ...] = (),
    total: str | None = None,
    query: Query | None = None,
) -> list[Group]:
    """Group the entity's rows by fields and sum one column, in SQL, over the rows that the actor may see."""
    views = [_field(entity, name) for name in by]
    summed = entity.table.c[_summable(entity, total).name] if total else None
    statement = select(func.count(), *([func.sum(summed)] if summed is not None else []))
    for index, view in enumerate(views):
        column, statement = _key_column(entity, view, statement, index)
        statement = statement.add_columns(column).group_by(column)
    rows = session.execute(statement.select_from(entity.table).where(*conditions(entity, query or Query())))
    skip = 2 if summed is not None else 1
    groups = [
        Group(
            tuple(_text(view, value) for view, value in zip(views, row[skip:], strict=True)),
            row[0],
            int(row[1]) if summed is not None and row[1] is not None else (0 if summed is not None else None),
        )
        for row in rows
    ]
    return sorted(groups, key=lambda group: tuple((part is None, part or "") for part in group.key))


def _field(entity: Entity, name: str) -> FieldView:
    view = None if "." in name else field_of(entity, name)
    if view is None or view.masked or view.kind == "list":
        raise Invalid(_("There is no field “{field}” to group by.", field=name))
    return view


def _summable(entity: Entity, name: str) -> FieldView:
    view = entity.field(name)
    if view is None or view.kind not in ("money", "number"):
        raise Invalid(_("“{field}” is not a field that can be summed.", field=name))
    return view


def _key_column(entity: Entity, view: FieldView, statement: Any, index: int) -> tuple[Any, Any]:
    """A reference is grouped by its target's code, so that the key means the same on every machine."""
    column = entity.table.c[view.name]
    target = registry().entity_of_table(view.target) if view.target else None
    if target is None:
        return column, statement
    other = METADATA.tables[view.target or ""].alias(f"by_{index}")
    return other.c[target.key[0].key], statement.outerjoin(other, other.c.id == column)


def _text(view: FieldView, value: Any) -> str | None:
    return None if value is None else (str(value) if view.target else view.write(value))
