"""Undoes an import from the journal: what it created is taken out, what it changed is set back; all or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import delete, select

from core.access import ACCESS, Actor, demand
from core.audit import AuditEntry, AuditValue, Changes, encode, unwritten, write_entries
from core.bulk import bare_entity, door_open, remove_rows, stored_rows, update_rows
from core.db import ActorSession, reading, unit_of_work
from core.dialects import id_slices
from core.entity import Entity
from core.errors import Conflict
from core.history import decode
from core.i18n import _
from core.record import METADATA, Record
from core.registry import registry
from core.transfer import batches
from core.wall import whole

_SHOWN = 10
Values = dict[str, Any]


@dataclass
class Deeds:
    """What one import did to one kind of record, the last deed first: rows it created, fields it changed."""

    created: dict[int, Values] = field(default_factory=dict)
    changed: dict[int, Changes] = field(default_factory=dict)


def undo_batch(actor: Actor, batch_id: int) -> dict[str, int]:
    """Take one import back. Keys: batch, removed, restored. Raises Conflict, and changes nothing, where later work
    stands on it: a record changed again since, or one that other records use now."""
    batch = batches.find(actor, batch_id)
    entity = registry().entity(batch.entity)
    if batch.undone_at is not None:
        raise Conflict(_("This import was undone before."))
    removed = restored = 0
    try:
        with unit_of_work(actor, clear=True) as session:
            session.info.update(batch=batch_id, origin="undo", verb="undo")
            if entity is not None:
                demand(actor, entity.permission("import"))
            if not batches.mark_undone(session, batch_id):
                raise Conflict(_("This import was undone before."))
            removed, restored = take_back(session, batch_id)
    except sa.exc.IntegrityError as error:
        raise Conflict(_in_use(actor, batch_id)) from error
    return {"batch": batch_id, "removed": removed, "restored": restored}


def take_back(session: ActorSession, batch_id: int) -> tuple[int, int]:
    """Undo what the journal holds under this number; how many records were removed, and how many set back."""
    removed = restored = 0
    deeds = _deeds(session, batch_id)
    for stem, deed in deeds.items():
        restored += _set_back(session, stem, deed, batch_id)
    for stem, deed in deeds.items():
        removed += _take_out(session, stem, deed, batch_id)
    return removed, restored


def _deeds(session: ActorSession, batch_id: int) -> dict[str, Deeds]:
    """By entity, the one written last first. Several changes of one record count as one."""
    entry, value = whole(AuditEntry), whole(AuditValue)
    statement = (
        select(entry.c.verb, entry.c.entity, entry.c.record_id, value.c.changes)
        .join(value, value.c.entry_id == entry.c.id)
        .where(entry.c.batch_id == batch_id, entry.c.verb != "undo")
        .order_by(entry.c.id.desc())
    )
    found: dict[str, Deeds] = {}
    for verb, stem, record_id, changes in session.connection().execute(statement):
        deed = found.setdefault(stem, Deeds())
        if verb == "create":
            later = deed.changed.pop(record_id, {})
            values = {name: new for name, (_old, new) in changes.items()}
            deed.created[record_id] = {**values, **{name: new for name, (_old, new) in later.items()}}
        else:
            newer = deed.changed.setdefault(record_id, {})
            for name, (old, new) in changes.items():
                newer[name] = [old, newer[name][1] if name in newer else new]
    return found


def _set_back(session: ActorSession, stem: str, deed: Deeds, batch_id: int) -> int:
    if not deed.changed:
        return 0
    entity = registry().entity(stem) or _bare(stem)
    _demand_untouched(session, entity, {i: {n: new for n, (_old, new) in c.items()} for i, c in deed.changed.items()})
    back = {i: {n: decode(entity, n, old) for n, (old, _new) in c.items()} for i, c in deed.changed.items()}
    update_rows(session, entity, back, batch=batch_id, verb="undo")
    return len(back)


def _bare(stem: str) -> Entity:
    """Of rows that no list shows."""
    name = next(name for name, access in ACCESS.items() if access.stem == stem)
    model = next(each.class_ for each in Record._sa_registry.mappers if getattr(each.local_table, "name", "") == name)
    return bare_entity(model)


def _take_out(session: ActorSession, stem: str, deed: Deeds, batch_id: int) -> int:
    if not deed.created:
        return 0
    entity = registry().entity(stem)
    if entity is None:
        return _take_out_links(session, stem, deed, batch_id)
    names = {column.name for column in entity.table.columns} - unwritten(entity.table)
    _demand_untouched(session, entity, {i: {**dict.fromkeys(names), **row} for i, row in deed.created.items()})
    remove_rows(session, entity, list(deed.created), batch=batch_id)
    return len(deed.created)


def _take_out_links(session: ActorSession, stem: str, deed: Deeds, batch_id: int) -> int:
    """Link rows, such as a user's role. One that somebody took away since is gone already."""
    table = METADATA.tables[next(name for name, access in ACCESS.items() if access.stem == stem)]
    with door_open(session):
        for part in id_slices(list(deed.created)):
            session.connection().execute(delete(table).where(table.c.id.in_(part)))
        entries = (("undo", stem, i, {n: [v, None] for n, v in row.items()}) for i, row in deed.created.items())
        write_entries(session, entries, batch_id)
    return 0


def _demand_untouched(session: ActorSession, entity: Entity, imported: dict[int, Values]) -> None:
    """Every record still has the values that the import gave it: nobody's later work is undone with it."""
    touched: list[int] = []
    for part in id_slices(list(imported)):
        stored = stored_rows(session, entity, part)
        touched += [i for i in part if any(encode(stored[i].get(n)) != v for n, v in imported[i].items())]
    if touched:
        names = ", ".join(_titles(session, entity, touched[:_SHOWN]))
        raise Conflict(
            _(
                "{n} of these records ({entity}) were changed since then: {names}. Undo those changes first.",
                n=len(touched), entity=_(entity.plural), names=names,
            )
        )  # fmt: skip


def _titles(session: ActorSession, entity: Entity, ids: list[int]) -> list[str]:
    table = entity.table
    if not entity.plural:
        return []
    rows = session.execute(select(entity.title_in(table)).where(table.c.id.in_(ids)).order_by(table.c.id))
    return [str(row[0]) for row in rows]


# --- what stands on it ----------------------------------------------------------------------------------------


def _in_use(actor: Actor, batch_id: int) -> str:
    """Which kinds of records use the imported ones now."""
    with reading(actor) as session:
        made = {stem: list(deed.created) for stem, deed in _deeds(session, batch_id).items()}
        users = sorted({label for stem, ids in made.items() for label in _users(session, stem, ids, made)})
    kinds = ", ".join(users) or _("other records")
    return _(
        "Other records use what this import created ({kinds}). Remove them or undo their import first.", kinds=kinds
    )


def _users(session: ActorSession, stem: str, ids: list[int], made: dict[str, list[int]]) -> Iterator[str]:
    name = next(name for name, access in ACCESS.items() if access.stem == stem)
    for table in METADATA.tables.values():
        for key in table.foreign_keys:
            if key.column.table.name == name and _is_used(session, table, key.parent, ids, made):
                entity = registry().entity_of_table(table.name)
                yield _(entity.plural) if entity else table.name


def _is_used(session: ActorSession, table: Any, column: Any, ids: list[int], made: dict[str, list[int]]) -> bool:
    own = set(made.get(ACCESS[table.name].stem, ())) if table.name in ACCESS else set()
    if "id" not in table.c:
        return False
    found = whole(table)
    for part in id_slices(ids):
        rows = session.connection().execute(select(found.c.id).where(found.c[column.name].in_(part)))
        if any(row.id not in own for row in rows):
            return True
    return False
