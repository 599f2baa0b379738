"""The write shapes: what the unit of work, the statements behind it and the bulk door change, table by table."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import delete as delete_from
from sqlalchemy import update as update_table
from sqlalchemy.sql.sqltypes import String

from core import clock
from core.bulk import create_rows, remove_rows, update_rows
from core.db import ActorSession
from core.record import METADATA
from tests.isolation.real import oracle, tries
from tests.isolation.real.asking import Person
from tests.isolation.real.bench import Bench, Try, create, delete, entity_of, update
from tests.isolation.real.rows import Values, World

TEXTS = ("name", "subject", "note", "body", "purpose", "why", "post", "offer", "name_zh", "mime", "root", "actor")
LENT = {"crm_activity": "result", "campaigns_task": "outcome"}  # what also those may change to whom a row is lent
ALLOWED, FORBIDDEN = 6, 2  # how many of each kind are tried one by one; the statements take every row
Cell = tuple[str, set[Any], set[Any]]


class Row(NamedTuple):
    """A row, and whether the oracle allows the act, and the sight of it."""

    values: Values
    is_allowed: bool
    is_seen: bool


def allowed_of(rows: list[Row]) -> list[Values]:
    return [row.values for row in rows if row.is_allowed]


def forbidden_of(rows: list[Row]) -> list[Values]:
    """Some that are seen and some that are hidden."""
    kinds = ([row.values for row in rows if not row.is_allowed and row.is_seen is seen] for seen in (True, False))
    return [values for kind in kinds for values in tries.some(kind, FORBIDDEN)]


def statements(world: World, one: Bench, me: Person, table: str, stored: list[Values]) -> Iterator[Cell]:
    """What stands behind both doors: UPDATE and DELETE over all rows at once touch exactly those within reach."""
    target = METADATA.tables[table]
    column = next(c for c in reversed(target.c) if not c.primary_key and not c.info.get("guard"))
    rewrite = update_table(target).values({column.name: column})
    for shape, verb, statement in (("UPDATE", "update", rewrite), ("DELETE", "delete", delete_from(target))):
        yield shape, {_touched(one, statement)}, {sum(_verdicts(me, verb, table, stored))}


def _verdicts(me: Person, verb: str, table: str, stored: list[Values]) -> list[bool]:
    """The oracle's word on each row that lies there: asked once for all the cells that want it."""
    if (table, verb) not in me.verdicts:
        me.verdicts[table, verb] = [oracle.may(me, verb, table, row) for row in stored]
    return me.verdicts[table, verb]


def _touched(one: Bench, statement: Any) -> int:
    """Counted, not compared: a value is set to itself, so that no constraint has a say."""
    touched = 0

    def run(session: ActorSession) -> None:
        nonlocal touched
        session.connection().info["may_write"] = True
        touched = session.connection().execute(statement).rowcount

    with one.taken_back():
        one.attempt(run)
    return touched


def cells(world: World, one: Bench, me: Person, table: str, stored: list[Values]) -> Iterator[Cell]:
    def found(verb: str, *, is_shown: bool = False) -> list[Row]:
        verdicts, seen = (_verdicts(me, each, table, stored) for each in (verb, "read"))
        return [
            Row(r, may and (shown or not is_shown), shown) for r, may, shown in zip(stored, verdicts, seen, strict=True)
        ]

    def judged(rows: Iterable[Values]) -> list[Row]:
        seen = ((row, oracle.may(me, "read", table, row)) for row in rows)
        return [Row(row, shown and oracle.may(me, "create", table, row), shown) for row, shown in seen]

    neutral = _neutral(table)
    changes = found("update", is_shown=True)
    likes = judged(tries.copies(world, table, stored))
    grants = judged(tries.self_grants(world, table, me, stored[0]))
    yield _one_by_one(one, table, "update", changes, lambda row: update(table, row, neutral(row)))
    yield _one_by_one(one, table, "delete", found("delete"), lambda row: delete(table, row))
    yield _one_by_one(one, table, "create", likes, lambda row: create(table, row))
    yield _one_by_one(one, table, "grant", grants, lambda row: create(table, row), most=100)
    yield from _moved(world, one, me, table, changes)
    yield from _door(one, table, changes, found("delete", is_shown=True), likes)


def _neutral(table: str) -> Callable[[Values], Values]:
    """A change that no rule looks at: a text, else whether the row is archived."""
    if table in LENT:
        return lambda row: {LENT[table]: f"new {row['id']}"}
    columns = [c for c in METADATA.tables[table].columns if not c.info.get("guard")]
    texts = [c.name for c in columns if isinstance(getattr(c.type, "impl_instance", c.type), String)]
    named = next((name for name in TEXTS if name in texts), None)
    if named:
        return lambda row: {named: f"new {row['id']}"}
    if "archived_at" in METADATA.tables[table].c:
        return lambda row: {"archived_at": clock.now()}
    return lambda row: {columns[-1].name: _other(row[columns[-1].name])}


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return f"{value}x" if isinstance(value, str) else (value + 900 if isinstance(value, int) else clock.now())


def _one_by_one(
    one: Bench, table: str, shape: str, rows: list[Row], act: Callable[[Values], Try], most: int | None = None
) -> Cell:
    """Each forbidden row by itself; all allowed ones together. One look tells of both."""
    allowed = tries.some(allowed_of(rows), most or ALLOWED)
    forbidden = [row.values for row in rows if not row.is_allowed] if most else forbidden_of(rows)
    with one.taken_back():
        for row in forbidden:
            one.attempt(act(row))
        if allowed:
            one.attempt(*(act(row) for row in allowed))
        return shape, one.changed(table), {_key(table, row) for row in allowed}


def _key(table: str, row: Values) -> Any:
    keys = [column.name for column in METADATA.tables[table].primary_key]
    return row[keys[0]] if len(keys) == 1 else tuple(row[name] for name in keys)


def _moved(world: World, one: Bench, me: Person, table: str, rows: list[Row]) -> Iterator[Cell]:
    """A row within reach, moved to every record in turn: it must stay within reach. What is lent is not moved."""

    def may_move(row: Values, new: Values) -> bool:
        names = {name for name, value in new.items() if value != row[name]}
        return oracle.may_set(me, table, names) and all(oracle.may(me, verb, table, new) for verb in ("update", "read"))

    for row in allowed_of(rows)[:1]:
        targets = [(new, may_move(row, new)) for new in tries.moves(world, table, row)]
        for wanted in (False, True):
            for new in tries.some((new for new, is_allowed in targets if is_allowed is wanted), FORBIDDEN):
                values = {name: value for name, value in new.items() if value != row[name]}
                with one.taken_back():
                    one.attempt(update(table, row, values))
                    moved = {str(new)} if one.changed(table) else set()
                yield "move", moved, {str(new)} if wanted else set()


def _door(one: Bench, table: str, changes: list[Row], removals: list[Row], likes: list[Row]) -> Iterator[Cell]:
    """The bulk door takes a set whole or not at all: one forbidden row among allowed ones stops all of them."""
    entity, neutral = entity_of(table), _neutral(table)

    def updating(rows: list[Values]) -> Try:
        return lambda session: update_rows(session, entity, {row["id"]: neutral(row) for row in rows}, batch=1)

    def removing(rows: list[Values]) -> Try:
        return lambda session: remove_rows(session, entity, [row["id"] for row in rows], batch=1)

    def creating(rows: list[Values]) -> Try:
        return lambda session: create_rows(session, entity, rows, batch=1)

    acts = (("bulk update", updating, changes), ("bulk remove", removing, removals), ("bulk create", creating, likes))
    for shape, act, rows in acts:
        if shape != "bulk update" or "version" in METADATA.tables[table].c:
            yield from _whole_sets(one, table, shape, act, rows)


def _whole_sets(
    one: Bench, table: str, shape: str, act: Callable[[list[Values]], Try], rows: list[Row]
) -> Iterator[Cell]:
    allowed = allowed_of(rows)
    with one.taken_back():
        for row in forbidden_of(rows):
            one.attempt(act([*allowed[:2], row]))
        yield shape, one.changed(table), set()
    with one.taken_back():
        if allowed:
            one.attempt(act(allowed))
        yield shape, one.changed(table), {_key(table, row) for row in allowed}
