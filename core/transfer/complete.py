"""Runs an entity's `complete` over rows that are not records yet, and over records that are not to be saved here.

A row becomes an instance without the model's own constructor, which costs ten times as much.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from sqlalchemy.orm import attributes, class_mapper

from core.db import ActorSession
from core.entity import Entity, _keep
from core.record import system_fields

Row = dict[str, Any]


def has_rules(entity: Entity) -> bool:
    return entity.complete is not _keep


@cache
def columns_of(table: Any) -> tuple[str, ...]:
    """The columns that an import may come to write: all but what the kernel keeps itself."""
    return tuple(column.name for column in table.columns if column.name not in system_fields(table))


def draft(entity: Entity, row: Row) -> Any:
    """An instance with the row's values and the model's defaults. The values count as changes, as they do in a form."""
    made = class_mapper(entity.model).class_manager.new_instance()
    plain, computed = _defaults(entity.table)
    made.__dict__.update(plain)
    for name, compute in computed:
        made.__dict__[name] = compute(None)
    for name, value in row.items():
        if value is not None:
            attributes.set_attribute(made, name, value)
    return made


@cache
def _defaults(table: Any) -> tuple[Row, tuple[tuple[str, Callable[[Any], Any]], ...]]:
    """The defaults that are values, and those that are computed for each row. Times are stamped when it is stored."""
    known = {name: table.c[name].default for name in columns_of(table) if table.c[name].default is not None}
    plain = {name: default.arg for name, default in known.items() if not default.is_callable}
    return plain, tuple((name, default.arg) for name, default in known.items() if default.is_callable)


def completed_new(session: ActorSession, entity: Entity, row: Row) -> Row:
    """The row with what follows from it. Raises what the entity's rules raise."""
    if not has_rules(entity):
        return row
    record = draft(entity, row)
    entity.complete(session, record)
    values = record.__dict__
    return {
        "id": row["id"],
        **{name: values[name] for name in columns_of(entity.table) if values.get(name) is not None},
    }


def completed_change(session: ActorSession, entity: Entity, record: Any, changes: Row) -> Row:
    """What changes on a stored record, with what follows from it. The record itself is not to be saved."""
    before = {name: record.__dict__.get(name) for name in columns_of(entity.table)}
    for name, value in changes.items():
        attributes.set_attribute(record, name, value)
    entity.complete(session, record)
    after = record.__dict__
    return {name: after.get(name) for name, old in before.items() if after.get(name) != old}


def touched(session: ActorSession, own: Iterable[Any]) -> list[Any]:
    """Other records that the rules changed: a deal's amount after its lines."""
    mine = {id(record) for record in own}
    return [record for record in session.dirty if id(record) not in mine and session.is_modified(record)]
