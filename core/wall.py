"""The access wall: where SQL is compiled, a table, to an actor, is only the rows that the actor may see.

Every statement of a session, ORM or Core, ends in this compiler. A table in a FROM becomes the sub-select of its
visible rows, with guarded columns masked; UPDATE and DELETE get the write rule in their WHERE; what cannot be
ruled is refused: raw text, literal columns, unknown tables and functions, upserts, writes outside the unit of
work and the bulk door. A rule's own sub-selects are *trusted*: they read whole tables, and nothing else does.

SQLAlchemy keeps compiled statements per dialect object, the unit of work too; so every profile has a dialect of
its own, and a statement compiled for one profile can never run for another.
"""

import copy
import threading
from typing import Any

from sqlalchemy import Alias, Boolean, Connection, Delete, Engine, FromClause, Insert, Update, case, event, func, select
from sqlalchemy.dialects.postgresql.base import PGCompiler
from sqlalchemy.sql.elements import ColumnElement, True_
from sqlalchemy.sql.visitors import InternalTraversal, iterate

from core.access import ACCESS, Actor, Profile, bind_actor, parents, predicate
from core.dialects import PreparedOnce
from core.errors import Unscoped
from core.record import METADATA

FUNCTIONS = {
    "count", "sum", "avg", "min", "max", "coalesce", "lower", "upper", "length", "row_number", "substr", "nullif",
    "abs", "round", "date", "replace", "trim", "rank", "concat", "now", "current_timestamp", "current_date",
    "greatest", "least", "month_of", "days_between", "json_array_length",
}  # fmt: skip
LITERALS = {"*", "1", "'%'"}
UNRULED_COLUMNS = {"id", "version"}


class RowRule(ColumnElement[bool]):
    """`this table's row satisfies the rule of the verb`: a clause that only the wall's compiler can render."""

    __visit_name__ = "row_rule"
    inherit_cache = True
    type = Boolean()
    _traverse_internals = [("verb", InternalTraversal.dp_string), ("table", InternalTraversal.dp_clauseelement)]

    def __init__(self, verb: str, table: FromClause) -> None:
        self.verb, self.table = verb, table


class Wall:
    """Mixed into a dialect's compiler. `self.dialect.profile` is the profile that the statement is compiled for."""

    dialect: Any
    _trust = 0

    def trusted(self, element: Any, **kw: Any) -> str:
        self._trust += 1
        try:
            return self.process(element, **kw)  # type: ignore[attr-defined,no-any-return]
        finally:
            self._trust -= 1

    def visit_table(
        self, table: Any, asfrom: bool = False, iscrud: bool = False, enclosing_alias: Any = None, **kw: Any
    ) -> str:
        plain: str = super().visit_table(  # type: ignore[misc]
            table, asfrom=asfrom, iscrud=iscrud, enclosing_alias=enclosing_alias, **kw
        )
        if not asfrom or iscrud or self._trust:
            return plain
        _demand_known(table)
        rows = self._visible(table.name)
        if rows is None:
            return plain
        inner = f"({self.trusted(rows, asfrom=True)})"
        aliased = enclosing_alias is not None and enclosing_alias.element is table
        return inner if aliased else f"{inner} AS {self.preparer.quote(table.name)}"  # type: ignore[attr-defined]

    def _visible(self, name: str) -> Any:
        """Built once for each profile: to build it takes longer than to render it."""
        built: dict[str, Any] = self.dialect.visible
        if name not in built:
            built[name] = visible_rows(self.dialect.profile, name)
        return built[name]

    def visit_whole(self, alias: Any, **kw: Any) -> str:
        self._trust += 1
        try:
            return self.visit_alias(alias, **kw)  # type: ignore[attr-defined,no-any-return]
        finally:
            self._trust -= 1

    def visit_row_rule(self, clause: RowRule, **kw: Any) -> str:
        rule = predicate(self.dialect.profile, clause.table, clause.verb, name=_base(clause.table).name)
        return f"({self.trusted(rule)})"

    def visit_update(self, update_stmt: Any, *args: Any, **kw: Any) -> str:
        ruled = update_stmt if isinstance(update_stmt, Settling) else _ruled(update_stmt, "update")
        return super().visit_update(ruled, *args, **kw)  # type: ignore[misc,no-any-return]

    def visit_delete(self, delete_stmt: Any, *args: Any, **kw: Any) -> str:
        return super().visit_delete(_ruled(delete_stmt, "delete"), *args, **kw)  # type: ignore[misc,no-any-return]

    def visit_insert(self, insert_stmt: Any, *args: Any, **kw: Any) -> str:
        _demand_known(insert_stmt.table)
        if insert_stmt._post_values_clause is not None:
            raise Unscoped("an upsert could overwrite a hidden row")
        return super().visit_insert(insert_stmt, *args, **kw)  # type: ignore[misc,no-any-return]

    def visit_textclause(self, *args: Any, **kw: Any) -> str:
        raise Unscoped("text() cannot be ruled")

    def visit_textual_select(self, *args: Any, **kw: Any) -> str:
        raise Unscoped("a text select cannot be ruled")

    def visit_column(self, column: Any, *args: Any, **kw: Any) -> str:
        if column.is_literal and column.name not in LITERALS:
            raise Unscoped("literal_column() cannot be ruled")
        return super().visit_column(column, *args, **kw)  # type: ignore[misc,no-any-return]

    def visit_function(self, func: Any, *args: Any, **kw: Any) -> str:
        if func.name.lower() not in FUNCTIONS:
            raise Unscoped(f"the function {func.name} is not on the list")
        return super().visit_function(func, *args, **kw)  # type: ignore[misc,no-any-return]


class Whole(Alias):
    """The kernel's own view of a table in an actor's session: all rows, nothing masked. A lint keeps it in `core`."""

    __visit_name__ = "whole"
    inherit_cache = True


def whole(table: Any) -> Any:
    return Whole._construct(getattr(table, "__table__", table))


class Settling(Update):
    """The kernel's own UPDATE in an actor's session, for what follows from an answer. A lint keeps it in `core`."""

    inherit_cache = True


class WalledSQLite(Wall, PreparedOnce):  # type: ignore[misc]
    pass


class WalledPostgres(Wall, PGCompiler):  # type: ignore[misc]
    pass


_COMPILERS = {"sqlite": WalledSQLite, "postgresql": WalledPostgres}


def _base(table: FromClause) -> Any:
    return getattr(table, "element", table)


def _demand_known(table: Any) -> None:
    """A look-alike of a table (light-weight, reflected, schema-qualified) is not the table."""
    if table.name not in ACCESS or getattr(table, "metadata", None) is not METADATA or table.schema:
        raise Unscoped(f"table {table.name} has no access rule")


def _ruled(statement: Any, verb: str) -> Any:
    _demand_known(statement.table)
    guarded = set(ACCESS[statement.table.name].guards)
    named = (
        {getattr(e, "name", None) for e in iterate(statement.whereclause)}
        if statement.whereclause is not None
        else set()
    )
    if guarded & named:
        raise Unscoped("a write may not be steered by a guarded column")
    return statement.where(RowRule(verb, statement.table))


def visible_rows(profile: Profile, name: str) -> Any:
    """The sub-select that stands for a table, or None where the profile sees all of it, unmasked."""
    table = METADATA.tables[name].alias("_s")
    rule = predicate(profile, table, "read", name=name)
    guards = ACCESS[name].guards
    everything = isinstance(rule, True_)
    if everything and (not guards or (profile.shows_clear and profile.level(f"{ACCESS[name].stem}.unmask") == 5)):
        return None
    columns = [_shown(profile, table, c, guards, name) for c in table.c]
    return select(*columns) if everything else select(*columns).where(rule)


def _shown(profile: Profile, table: Any, column: Any, guards: dict[str, str], name: str) -> Any:
    if column.name not in guards:
        return column
    hidden = MASKS[guards[column.name]](column)
    if not profile.shows_clear:
        return hidden.label(column.name)
    allowed = predicate(profile, table, "unmask", name=name)
    return case((allowed, column), else_=hidden).label(column.name)


def _mask_phone(column: Any) -> Any:
    """Three digits, four stars, the last four: enough to recognise, too little to call."""
    masked = func.substr(column, 1, 3) + "****" + func.substr(column, func.length(column) - 3, 4)
    return case((column.is_(None), None), (func.length(column) < 8, "****"), else_=masked)


def _mask_all(column: Any) -> Any:
    return case((column.is_(None), None), else_="****")


MASKS = {"phone": _mask_phone, "all": _mask_all}


def mask_phone(value: str) -> str:
    """The same mask in Python, to recognise one's own mask when it comes back in an import."""
    return "****" if len(value) < 8 else f"{value[:3]}****{value[-4:]}"


def masked(guard: str, value: object) -> object:
    """A stored value as its guard shows it; the mask of the column's own kind."""
    if value is None:
        return None
    return mask_phone(str(value)) if guard == "phone" else "****"


# --- engines --------------------------------------------------------------------------------------------------

_dialects: dict[tuple[int, Profile], Any] = {}
_lock = threading.Lock()


def walled(engine: Engine, actor: Actor) -> Engine:
    """An engine on the same pool that can only do what the actor may."""
    scoped = engine.execution_options(octant_actor=actor)
    scoped.dialect = _dialect(engine, actor.profile)
    return scoped


def _dialect(engine: Engine, profile: Profile) -> Any:
    key = (id(engine.dialect), profile)
    with _lock:
        if key not in _dialects:
            dialect = copy.copy(engine.dialect)
            dialect.statement_compiler = _COMPILERS[engine.dialect.name]
            dialect.profile = profile  # type: ignore[attr-defined]
            dialect.visible = {}  # type: ignore[attr-defined]
            _dialects[key] = dialect
        return _dialects[key]


def forget_profiles() -> None:
    """Rules changed (a test's mutant): statements compiled before are void."""
    with _lock:
        _dialects.clear()
        parents.cache_clear()


def guard(engine: Engine) -> None:
    """Refuse, on walled connections, what does not pass the compiler."""
    event.listen(engine, "before_execute", _before_execute)
    event.listen(engine, "before_cursor_execute", _before_cursor_execute)
    event.listen(engine, "rollback", lambda conn: conn.info.pop("may_write", None))
    event.listen(engine, "rollback_savepoint", lambda conn, _name, _context: conn.info.pop("may_write", None))
    event.listen(engine, "checkin", lambda _dbapi, record: record.info.pop("may_write", None))


def _before_execute(conn: Connection, element: Any, _multi: Any, _params: Any, _options: Any) -> None:
    actor = conn.get_execution_options().get("octant_actor")
    if actor is None:
        return
    bind_actor(actor)
    if isinstance(element, (Insert, Update, Delete)) and not conn.info.get("may_write"):
        raise Unscoped("a write outside the unit of work and the bulk door")


def _before_cursor_execute(conn: Connection, _cur: Any, _sql: str, _params: Any, context: Any, _many: bool) -> None:
    if "octant_actor" not in conn.get_execution_options():
        return
    if not isinstance(getattr(context, "compiled", None), Wall) and not _is_transaction(context):
        raise Unscoped("driver SQL cannot be ruled")


def _is_transaction(context: Any) -> bool:
    compiled = getattr(context, "compiled", None)
    return getattr(getattr(compiled, "statement", None), "__visit_name__", "") in (
        "savepoint",
        "rollback_to_savepoint",
        "release_savepoint",
    )
