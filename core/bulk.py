"""The one bulk door: sets of rows are inserted, updated and removed here, and nowhere else.

It asks for the right once per set, checks the reach of what was written once per set, writes the journal as a
set, and leaves the commit to the unit of work. Import, undo of an import, bulk edits and the demo pass through it.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, inspect, select, update

from core import clock
from core.access import ACCESS, demand
from core.audit import Changes, encode, entry_rows, insert_entries, unwritten, write_entries
from core.db import ActorSession, check_reach, demand_columns, within
from core.dialects import bulk_insert, id_slices
from core.entity import Entity
from core.errors import Conflict, Forbidden
from core.i18n import _
from core.ids import new_ids
from core.notices import notify_number
from core.placement import place_rows
from core.record import METADATA, Owned, Record
from core.registry import registry
from core.search import forget, reindex, searched, token_rows
from core.spans import follow
from core.wall import RowRule, whole

Values = dict[str, Any]
ALIKE = 20


@dataclass(frozen=True)
class Prepared:
    """Rows to create, with their search tokens and journal entries: all that can be made before the database waits."""

    entity: Entity
    rows: list[Values]
    tokens: list[Values]
    entries: tuple[list[Values], list[Values]]


def create_rows(session: ActorSession, entity: Entity, rows: list[Values], *, batch: int, verb: str = "import") -> None:
    """Insert rows (column values; `id` may be given). Every one must be within the actor's reach."""
    insert_prepared(session, prepare_rows(session, entity, rows, batch=batch, verb=verb))


def prepare_rows(
    session: ActorSession, entity: Entity, rows: list[Values], *, batch: int, verb: str = "import"
) -> Prepared:
    """Make ready what `insert_prepared` writes. No statement is sent, so that no lock is held meanwhile."""
    complete = [_filled(entity, row, fresh) for row, fresh in zip(rows, new_ids(len(rows) or 1), strict=False)]
    entries = ((verb, entity.stem, row["id"], _created(entity, row)) for row in complete)
    return Prepared(entity, complete, token_rows(entity, complete), entry_rows(session, entries, batch))


def insert_prepared(session: ActorSession, prepared: Prepared) -> None:
    entity, rows = prepared.entity, prepared.rows
    if not rows:
        return
    demand(session.actor, entity.permission("create"))
    if issubclass(entity.model, Owned):
        place_rows(session, rows)
    with door_open(session):
        bulk_insert(session, entity.table, rows)
        check_reach(session, entity.table, {row["id"] for row in rows}, "create")
        bulk_insert(session, METADATA.tables["core_token"], prepared.tokens)
        insert_entries(session, *prepared.entries)
        follow(session, entity.table.name, [row["id"] for row in rows])


def create_ties(session: ActorSession, table: Any, rows: list[Values]) -> None:
    """Insert rows that only tie records together (`id` given); like single ties they have no journal of their own."""
    demand(session.actor, f"{ACCESS[table.name].stem}.create")
    with door_open(session):
        bulk_insert(session, table, rows)
        check_reach(session, table, {row["id"] for row in rows}, "create")


def update_rows(
    session: ActorSession, entity: Entity, changes: dict[int, Values], *, batch: int, verb: str = "import"
) -> None:
    """Set columns of many records, by id. A record that is hidden or not writable fails the whole set."""
    if not changes:
        return
    demand(session.actor, entity.permission("update"))
    demand_columns(session, entity.table, {name for values in changes.values() for name in values})
    before = stored_rows(session, entity, list(changes))
    _demand_all(session, entity, list(changes), "update")
    groups: dict[tuple[str, ...], list[Values]] = {}
    for values in _placed(session, entity, changes):
        groups.setdefault(tuple(sorted(values.keys() - {"id"})), []).append(values)
    with door_open(session):
        for names, rows in groups.items():
            _update_group(session, entity, names, _without_alike(session, entity, names, rows, before), before)
        check_reach(session, entity.table, set(changes), "update")
        reindex(session, entity, [i for i, values in changes.items() if not searched(entity).isdisjoint(values)])
        entries = ((verb, entity.stem, i, _updated(entity, before[i], values)) for i, values in changes.items())
        write_entries(session, entries, batch)
        follow(session, entity.table.name, changes)
    if session.actor.user_id is not None and entity.stem in registry().announced():
        notify_number(session, "assignment", entity.stem, _new_owners(before, changes))


def bare_entity(model: type[Record]) -> Entity:
    """A declaration for the rows of a table that no list shows, such as ties, so that sets of them pass this door."""
    table = inspect(model).local_table
    return Entity(
        stem=ACCESS[table.name].stem, model=model, label="", plural="", rule=ACCESS[table.name].rule, key=(),
        columns=(), form=(),
    )  # fmt: skip


def _new_owners(before: dict[int, Values], changes: dict[int, Values]) -> Counter[int]:
    """How many of these records each new owner is given."""
    owners = ((before[i]["owner_id"], values.get("owner_id")) for i, values in changes.items())
    return Counter(new for old, new in owners if new is not None and new != old)


def _without_alike(
    session: ActorSession, entity: Entity, names: tuple[str, ...], rows: list[Values], before: dict[int, Values]
) -> list[Values]:
    """Many records that get the same values at the same version are written by one statement for each slice of them.

    The wall's rule is then asked once per slice and not once per record. Returns the rows that are left.
    """
    alike: dict[str, list[Values]] = {}
    for row in rows:
        alike.setdefault(repr([before[row["id"]]["version"], *(row[name] for name in names)]), []).append(row)
    for same in (each for each in alike.values() if len(each) >= ALIKE):
        version, table = before[same[0]["id"]]["version"], entity.table
        values = {**{name: same[0][name] for name in names}, "version": version + 1, "updated_at": clock.now()}
        for part in id_slices([row["id"] for row in same]):
            where = (table.c.id.in_(part), table.c.version == version)
            _demand_written(session.connection().execute(update(table).where(*where).values(values)), len(part))
    return [row for each in alike.values() if len(each) < ALIKE for row in each]


def _demand_written(written: Any, expected: int) -> None:
    if written.rowcount != expected:
        raise Conflict(_("Somebody else saved one of these records meanwhile. Nothing was changed; try again."))


def _update_group(
    session: ActorSession, entity: Entity, names: tuple[str, ...], rows: list[Values], before: dict[int, Values]
) -> None:
    """Records of which the same columns are set: one statement for all, in which the wall's rule stands too."""
    table = entity.table
    new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_id"), table.c.version == bindparam("row_version"))
        .values(**new, version=table.c.version + 1, updated_at=clock.now())
    )
    values = [
        {"row_id": row["id"], "row_version": before[row["id"]]["version"], **{f"new_{n}": row[n] for n in names}}
        for row in rows
    ]
    if values:
        _demand_written(session.connection().execute(statement, values), len(values))


def remove_rows(session: ActorSession, entity: Entity, ids: list[int], *, batch: int, verb: str = "undo") -> None:
    """Take out rows that an undone import made. Rows that others already use are kept by the database's keys."""
    if not ids:
        return
    demand(session.actor, entity.permission("delete"))
    before = stored_rows(session, entity, ids)
    _demand_all(session, entity, ids, "delete")
    with door_open(session):
        for part in id_slices(ids):
            session.connection().execute(delete(entity.table).where(entity.table.c.id.in_(part)))
        forget(session, entity, ids)
        write_entries(session, ((verb, entity.stem, i, _removed(entity, before[i])) for i in ids), batch)


def stored_rows(session: ActorSession, entity: Entity, ids: list[int]) -> dict[int, Values]:
    """The rows as they are stored, unmasked, of records that the actor may see. For comparison, not for show."""
    table = whole(entity.table)
    rows: dict[int, Values] = {}
    for part in id_slices(ids):
        seen = select(table).where(table.c.id.in_(part), RowRule("read", table))
        found = session.connection().execute(seen).mappings()
        rows.update((row["id"], dict(row)) for row in found)
    if len(rows) != len(set(ids)):
        raise Forbidden(_("Some of these records are not yours to see."))
    return rows


def _demand_all(session: ActorSession, entity: Entity, ids: list[int], verb: str) -> None:
    if len(within(session, entity.table, list(dict.fromkeys(ids)), "read", verb)) != len(set(ids)):
        raise Forbidden(_("Some of these records are not yours to change."))


@contextmanager
def door_open(session: ActorSession) -> Iterator[None]:
    """For the kernel's own writes: inside, the session's connection takes Core inserts, updates and deletes."""
    info = session.connection().info
    info["may_write"] = True
    try:
        yield
    finally:
        info["may_write"] = False


def _filled(entity: Entity, row: Values, fresh: int) -> Values:
    """All columns of the table, so that one statement serves the set; defaults where nothing is given."""
    now = clock.now()
    fixed = {"id": fresh, "created_at": now, "updated_at": now, "version": 1, "archived_at": None}
    return {column.name: _value(column, row, fixed) for column in entity.table.columns}


def _value(column: Any, row: Values, fixed: Values) -> Any:
    given = row.get(column.name)
    if given is not None:
        return given
    if column.name in fixed:
        return fixed[column.name]
    default = column.default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg


def _placed(session: ActorSession, entity: Entity, changes: dict[int, Values]) -> list[Values]:
    rows = [{"id": record_id, **values} for record_id, values in changes.items()]
    if issubclass(entity.model, Owned):
        place_rows(session, [row for row in rows if "owner_id" in row])
    return rows


def _created(entity: Entity, row: Values) -> Changes:
    return {k: [None, encode(v)] for k, v in _journaled(entity, row) if v is not None}


def _updated(entity: Entity, old: Values, new: Values) -> Changes:
    return {k: [encode(old[k]), encode(v)] for k, v in _journaled(entity, new) if encode(old[k]) != encode(v)}


def _removed(entity: Entity, old: Values) -> Changes:
    return {k: [encode(v), None] for k, v in _journaled(entity, old) if v is not None}


def _journaled(entity: Entity, row: Values) -> Iterator[tuple[str, Any]]:
    left_out = unwritten(entity.table)
    return ((k, v) for k, v in row.items() if k not in left_out)
