"""Lists of any entity: one statement a page, its references' titles joined in, keyset paging, capped counts.

Every list, board, export, total and suggestion starts here, and every statement passes the actor's wall.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, null, or_, select

from core.access import Level
from core.db import ActorSession
from core.entity import Entity
from core.errors import Invalid
from core.fields import KINDS, FieldView
from core.i18n import N_, _
from core.module import Condition
from core.narrow import behind, field_of
from core.record import METADATA
from core.registry import registry
from core.search import search_condition

PAGE = 50
COUNT_CAP = 10_001
EMPTY = "-"
ELSEWHERE = N_("This address does not belong to a list. Open the list again.")
# Kinds of fields of which a range can be asked for.
RANGED = ("date", "month", "money", "number", "rate", "instant")


@dataclass(frozen=True)
class Query:
    """What the address of a list says: search words, filters by field, order, and the place in the order."""

    words: str = ""
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    after: str = ""
    archived: bool = False
    limit: int = PAGE


@dataclass(frozen=True)
class Page:
    """Rows of (id, values by column name); a reference's title stands under `<column>__title`."""

    rows: list[Any]
    next_after: str | None
    sort: str


def page(session: ActorSession, entity: Entity, query: Query, views: tuple[FieldView, ...] | None = None) -> Page:
    """One page of the list. Rows without a value in the sort column come last, whatever the direction."""
    name, descending = _sort_of(entity, query)
    statement = rows_statement(entity, query, views or entity.listed, extra=(name,))
    column = entity.table.c[name]
    rows = _valued(session, statement, entity, column, descending, query) if not query.after.startswith("~") else []
    if len(rows) <= query.limit and column.nullable:
        rows += _unvalued(session, statement, entity, column, query, query.limit + 1 - len(rows))
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    return Page(shown, _cursor(shown[-1], name, entity) if more else None, f"{'-' if descending else ''}{name}")


def _sort_of(entity: Entity, query: Query) -> tuple[str, bool]:
    wanted = query.sort.removeprefix("-")
    allowed = {v.name for v in entity.fields.values() if v.kind not in ("ref", "list") and not v.masked} | {"id"}
    if not wanted:
        default = entity.order.key if entity.order is not None else "id"
        return default, entity.fields[default].kind not in ("text", "choice") if default in entity.fields else True
    if wanted not in allowed:
        raise Invalid(_("The list cannot be sorted by “{field}”.", field=wanted))
    return wanted, query.sort.startswith("-")


def rows_statement(
    entity: Entity, query: Query, views: tuple[FieldView, ...], extra: tuple[str, ...] = ()
) -> Select[Any]:
    """Id, title and the views' columns, with a left join per reference for its title; filtered, not ordered."""
    table = entity.table
    names = dict.fromkeys(["id", *(view.name for view in views), *extra])
    columns: list[Any] = [table.c[name] for name in names]
    statement = select(*columns, entity.title_in(table).label("title"))
    for view in views:
        target = registry().entity_of_table(view.target) if view.target else None
        if target is not None:
            joined = METADATA.tables[view.target or ""].alias()
            statement = statement.outerjoin(joined, joined.c.id == table.c[view.name])
            statement = statement.add_columns(target.title_in(joined).label(f"{view.name}__title"))
    return statement.where(*conditions(entity, query))


def conditions(entity: Entity, query: Query) -> list[ColumnElement[bool]]:
    table = entity.table
    found: list[ColumnElement[bool]] = [
        table.c.archived_at.is_not(None) if query.archived else table.c.archived_at.is_(None)
    ]
    if query.words.strip():
        found.append(search_condition(entity, query.words))
    for name, values in query.filters.items():
        found.append(_filter(entity, name, values))
    return found


def _filter(entity: Entity, name: str, values: tuple[str, ...]) -> ColumnElement[bool]:
    """A field equals one of the values. `-` means empty; `a..b` is a range, half open, for numbers and days."""
    named = registry().condition(entity.stem, name)
    if named is not None:
        return or_(*(_one_case(named, value) for value in values))
    view = field_of(entity, name)
    if view is None or view.masked:
        raise Invalid(_("The list cannot be filtered by “{field}”.", field=name))
    first, _dot, rest = name.partition(".")
    if rest and (found := behind(entity, first)):
        return _filter_behind(entity, *found, rest, values)
    column = entity.table.c[view.name]
    return or_(*(_one_value(column, view, value) for value in values))


def _one_case(named: Condition, value: str) -> ColumnElement[bool]:
    clause = named.where(value)
    if clause is None:
        raise Invalid(_("“{text}” is not one of the choices.", text=value))
    return clause


def _filter_behind(
    entity: Entity, link: FieldView, target: Entity, name: str, values: tuple[str, ...]
) -> ColumnElement[bool]:
    """The record that the reference names satisfies the condition. Empty is also where it names none."""
    column = entity.table.c[link.name]
    other = column.in_(select(target.table.c.id).where(_filter(target, name, values)))
    return or_(other, column.is_(None)) if EMPTY in values else other


def _one_value(column: Any, view: FieldView, value: str) -> ColumnElement[bool]:
    if value == EMPTY:
        return column.is_(None)  # type: ignore[no-any-return]
    if ".." in value and view.kind in RANGED:
        low, high = (KINDS[view.kind].read(part) if part else None for part in value.split("..", 1))
        return and_(
            column >= low if low is not None else literal(True), column < high if high is not None else literal(True)
        )
    if view.kind == "ref" and not value.lstrip("-").isdigit():
        return column.in_(ids_by_key(view.target or "", value))  # type: ignore[no-any-return]
    return column == (view.read(value))  # type: ignore[no-any-return]


def ids_by_key(table: str, value: str) -> Any:
    """Ids of the target's records whose key (code, name, user name) is the value."""
    target = registry().entity_of_table(table)
    if target is None:
        raise Invalid(_("“{text}” is not one of the choices.", text=value))
    other = METADATA.tables[table].alias()
    return select(other.c.id).where(or_(*(other.c[column.key] == value for column in target.key)))


def _valued(
    session: ActorSession, statement: Any, entity: Entity, column: Any, descending: bool, query: Query
) -> list[Any]:
    key = entity.table.c.id
    if column.nullable:
        statement = statement.where(column.is_not(None))
    if query.after:
        at, last = _read_cursor(entity, column, query.after)
        beyond, same = (column < at, key < last) if descending else (column > at, key > last)
        statement = statement.where(or_(beyond, and_(column == at, same)) if column is not key else same)
    order = (column.desc(), key.desc()) if descending else (column.asc(), key.asc())
    return list(session.execute(statement.order_by(*order).limit(query.limit + 1)))


def _unvalued(
    session: ActorSession, statement: Any, entity: Entity, column: Any, query: Query, limit: int
) -> list[Any]:
    key = entity.table.c.id
    statement = statement.where(_is_empty(session, entity, column))
    if query.after.startswith("~"):
        statement = statement.where(key < _whole_number(query.after[1:]))
    return list(session.execute(statement.order_by(key.desc()).limit(limit)))


def _is_empty(session: ActorSession, entity: Entity, column: Any) -> ColumnElement[bool]:
    """Where one sees few rows, they are found by whose they are, and never among all rows without a value."""
    sees_few = Level.OWN <= session.actor.level(entity.permission("read")) < Level.SUBTREE
    return (func.coalesce(column, null()) if sees_few else column).is_(None)


def _cursor(row: Any, name: str, entity: Entity) -> str:
    value = getattr(row, name)
    if value is None:
        return f"~{row.id}"
    text = str(value) if name == "id" or name not in entity.fields else entity.fields[name].write(value)
    return f"{row.id}:{text}"


def _read_cursor(entity: Entity, column: Any, after: str) -> tuple[Any, int]:
    last, _sep, text = after.partition(":")
    number = _whole_number(last)
    view = entity.fields.get(column.name)
    at = view.read(text) if view else number
    if at is None:
        raise Invalid(_(ELSEWHERE))
    return at, number


def _whole_number(text: str) -> int:
    if not text.isdecimal() or len(text) > 19 or int(text) >= 2**63:
        raise Invalid(_(ELSEWHERE))
    return int(text)


def count(session: ActorSession, entity: Entity, query: Query) -> int:
    """How many rows the list has, counted no further than the cap."""
    inner = select(entity.table.c.id).where(*conditions(entity, query)).limit(COUNT_CAP).subquery()
    return session.scalar(select(func.count()).select_from(inner)) or 0


def count_and_sums(session: ActorSession, entity: Entity, query: Query) -> tuple[int, dict[str, int]]:
    """The count as above, and the footer's sums over all rows of the list: these hold only below the cap."""
    columns = [entity.table.c[column.key] for column in entity.sums]
    inner = select(entity.table.c.id, *columns).where(*conditions(entity, query)).limit(COUNT_CAP).subquery()
    totals = [func.coalesce(func.sum(inner.c[column.key]), 0) for column in entity.sums]
    number, *found = session.execute(select(func.count(), *totals).select_from(inner)).one()
    return number, {column.key: int(total) for column, total in zip(entity.sums, found, strict=True)}


def choices(session: ActorSession, target: Entity, words: str = "", limit: int = 200) -> list[tuple[int, str]]:
    """Records of the target that may be chosen, by title: what a select or a suggestion offers."""
    table = target.table
    title = target.title_in(table)
    statement = select(table.c.id, title).where(*conditions(target, Query(words=words)))
    position = [table.c.position] if "position" in table.c else []
    return [(row[0], str(row[1])) for row in session.execute(statement.order_by(*position, title).limit(limit))]
