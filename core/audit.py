"""The journal: one entry per change, in the same transaction as the change.

The entry holds who, when, what and a digest of the values; the values lie in a side table, which an erasure may
empty without breaking the chain. Entries are sealed into a keyed chain in batches by a job (`core.seal`).
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, event, inspect
from sqlmodel import Field

from core import clock
from core.access import ACCESS, protect_kernel
from core.db import ActorSession
from core.dialects import bulk_insert
from core.errors import Forbidden, Unscoped
from core.i18n import _
from core.ids import new_ids
from core.record import Record, Row, system_fields


@cache
def unwritten(table: Any) -> frozenset[str]:
    """Columns that the journal leaves out: those that the kernel derives and stamps, and those declared so."""
    private = {column.name for column in table.c if column.info.get("unwritten")}
    return (frozenset(system_fields(table)) - {"archived_at"}) | private


class AuditEntry(Row, table=True):
    __tablename__ = "core_audit"
    __table_args__ = (
        Index("ix_core_audit_record", "entity", "record_id", "id"),
        Index("ix_core_audit_actor", "actor_id", "id"),
        Index("ix_core_audit_at", "at"),
    )
    at: datetime = Field(default_factory=clock.now)
    actor_id: int | None = Field(default=None, sa_type=BigInteger)
    actor: str = Field(max_length=80)
    origin: str = Field(default="", max_length=20)
    verb: str = Field(max_length=40)
    entity: str = Field(max_length=60)
    record_id: int = Field(sa_type=BigInteger)
    batch_id: int | None = Field(default=None, sa_type=BigInteger, index=True)
    digest: str = Field(max_length=80)
    seal: int | None = Field(default=None, sa_type=BigInteger, index=True)


class AuditValue(Row, table=True):
    """The old and new values of an entry, by field: `{"name": ["old", "new"]}`."""

    __tablename__ = "core_audit_value"
    entry_id: int = Field(sa_type=BigInteger, unique=True)
    changes: dict[str, list[Any]] = Field(default_factory=dict, sa_type=JSON)


# Nobody reads the journal through the wall but those whom a role lets read all of it: a record's own history is
# read by `core.history`, which first asks for the record.
protect_kernel(AuditEntry, "core.audit")
protect_kernel(AuditValue, "core.audit")

Changes = dict[str, list[Any]]


def encode(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def digest(changes: Changes) -> str:
    text = json.dumps(changes, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


Entries = Iterable[tuple[str, str, int, Changes]]
Rows = list[dict[str, Any]]


def write_entries(session: ActorSession, entries: Entries, batch: int | None) -> None:
    """Write entries for (verb, entity, record id, changes); the caller has opened the session for inserts."""
    insert_entries(session, *entry_rows(session, entries, batch))


def entry_rows(session: ActorSession, entries: Entries, batch: int | None) -> tuple[Rows, Rows]:
    """The rows of the entries and of their values, without asking the database anything."""
    items = list(entries)
    ids, value_ids = new_ids(len(items) or 1), new_ids(len(items) or 1)
    actor = session.actor
    common = {
        "at": clock.now(), "actor_id": actor.user_id, "actor": actor.username,
        "origin": session.info.get("origin", ""), "batch_id": batch, "seal": None,
    }  # fmt: skip
    rows = [
        {"id": i, "verb": verb, "entity": entity, "record_id": record, "digest": digest(changes), **common}
        for i, (verb, entity, record, changes) in zip(ids, items, strict=False)
    ]
    values = [{"id": v, "entry_id": i, "changes": item[3]} for v, i, item in zip(value_ids, ids, items, strict=False)]
    return rows, values


def insert_entries(session: ActorSession, rows: Rows, values: Rows) -> None:
    bulk_insert(session, AuditEntry.__table__, rows)  # type: ignore[attr-defined]
    bulk_insert(session, AuditValue.__table__, values)  # type: ignore[attr-defined]


def changes_of(row: Record) -> Changes:
    """What changed on a record since it was loaded, by field."""
    found: Changes = {}
    state = inspect(row)
    left_out = unwritten(state.mapper.local_table)
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if attribute.key in left_out or not history.has_changes():
            continue
        old = encode(history.deleted[0]) if history.deleted else None
        new = encode(history.added[0]) if history.added else None
        if old != new:
            found[attribute.key] = [old, new]
    return found


def values_of(row: Record) -> Changes:
    mapper = inspect(row).mapper
    left_out = unwritten(mapper.local_table)
    return {a.key: [encode(getattr(row, a.key)), None] for a in mapper.column_attrs if a.key not in left_out}


@event.listens_for(ActorSession, "before_flush")
def _collect(session: ActorSession, _context: Any, _instances: Any) -> None:
    collected = session.info.setdefault("journal", [])
    for verb, rows in (("create", session.new), ("update", session.dirty), ("delete", session.deleted)):
        for row in rows:
            if not isinstance(row, Record):
                continue
            changes = values_of(row) if verb == "delete" else changes_of(row)
            if changes:
                if verb == "update":
                    _demand_clear(session, row, changes)
                collected.append((session.info.get("verb") or verb, _entity_of(row), row.id, changes))


@event.listens_for(ActorSession, "after_flush")
def _write(session: ActorSession, _context: Any) -> None:
    collected = session.info.pop("journal", [])
    if collected:
        write_entries(session, collected, session.info.get("batch"))


def _demand_clear(session: ActorSession, row: Record, changes: Changes) -> None:
    """A guarded value is only overwritten where it was seen, or history would keep its mask as the old value."""
    for name in ACCESS[table_name(row)].guards.keys() & changes.keys():
        if not session.actor.profile.shows_clear:
            raise Unscoped(f"{name} is guarded: edit it in a session that shows it")
        if "****" in str(changes[name][0]):
            raise Forbidden(_("You may not change what you may not see."))


def _entity_of(row: Record) -> str:
    return ACCESS[table_name(row)].stem


def table_name(row: Record) -> str:
    return str(inspect(row).mapper.local_table.name)
