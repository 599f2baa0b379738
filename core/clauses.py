"""Parts of statements that each database is asked in its own words. What they mean is the same on all."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import roles
from sqlalchemy.sql.elements import ClauseElement, ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import InternalTraversal


class days_between(FunctionElement[int]):  # noqa: N801  # used like SQLAlchemy's own functions
    """How many days lie from the first day to the second, as a whole number."""

    name = "days_between"
    type = sa.Integer()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _days_on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    first, second = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(julianday({second}) - julianday({first}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_on_postgres(element: Any, compiler: Any, **kw: Any) -> str:
    first, second = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(CAST({second} AS DATE) - CAST({first} AS DATE))"


class Written(ColumnElement[bool]):
    """A condition that each database is asked in its own words, as they stand: SQLAlchemy would write ` = 1` behind it,
    and SQLite would then look into no index.
    """

    inherit_cache = True
    type = sa.Boolean()

    def self_group(self, against: Any = None) -> "Written":
        return self


class either(Written):  # noqa: N801  # used like SQLAlchemy's own functions
    """One condition, written in the way that SQLite is quick with and in the way of all others."""

    __visit_name__ = "either"
    _traverse_internals = [
        ("on_sqlite", InternalTraversal.dp_clauseelement), ("elsewhere", InternalTraversal.dp_clauseelement),
    ]  # fmt: skip

    def __init__(self, on_sqlite: ColumnElement[bool], elsewhere: ColumnElement[bool]) -> None:
        self.on_sqlite, self.elsewhere = on_sqlite, elsewhere


@compiles(either)
def _elsewhere(element: either, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.elsewhere, **kw))


@compiles(either, "sqlite")
def _on_sqlite(element: either, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.on_sqlite, **kw))


class among(Written):  # noqa: N801  # used like SQLAlchemy's own functions
    """The column is one of few ids, which are worked out first.

    Where this is one of several ways to a row (OR), PostgreSQL finds the rows of an array in an index; for those of a
    plain IN it would read the whole table.
    """

    __visit_name__ = "among"
    _traverse_internals = [
        ("column", InternalTraversal.dp_clauseelement), ("ids", InternalTraversal.dp_clauseelement),
    ]  # fmt: skip

    def __init__(self, column: ColumnElement[Any], ids: sa.Select[Any]) -> None:
        self.column, self.ids = column, ids.scalar_subquery()


@compiles(among)
def _in(element: among, compiler: Any, **kw: Any) -> str:
    return f"{compiler.process(element.column, **kw)} IN {compiler.process(element.ids, **kw)}"


@compiles(among, "postgresql")
def _in_array(element: among, compiler: Any, **kw: Any) -> str:
    return f"{compiler.process(element.column, **kw)} = ANY (ARRAY{compiler.process(element.ids, **kw)})"


def lists_code(column: Any, code: str) -> ColumnElement[bool]:
    """The column's list holds the code. The pattern is ours and written out: see `core.dialects.PreparedOnce`."""
    pattern = sa.bindparam(None, f'%"{code}"%', sa.String, literal_execute=True)
    return sa.cast(column, sa.String).like(pattern)


class Materialized(roles.StatementOptionRole, ClauseElement):
    """The word before a named part of a statement that is read more than once."""

    inherit_cache = True
    _traverse_internals = []


@compiles(Materialized)
def _materialized(_element: Materialized, _compiler: Any, **_kw: Any) -> str:
    return "MATERIALIZED"


def worked_out_once(statement: sa.Select[Any], name: str) -> sa.CTE:
    """A part that others read. A newer SQLite would otherwise work it out again for each of them."""
    return statement.cte(name).prefix_with(Materialized())  # type: ignore[arg-type]
