"""What records held before they were changed: for calculations that may look at nothing that came later."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from core.access import Level, demand
from core.audit import AuditEntry, AuditValue
from core.db import ActorSession
from core.entity import Entity
from core.errors import Forbidden
from core.i18n import _
from core.wall import whole

AT_ONCE = 2000


@dataclass(frozen=True)
class Change:
    """A field of a record held `old` until this moment."""

    record_id: int
    at: datetime
    field: str
    old: Any


def changes(session: ActorSession, entity: Entity, fields: Iterable[str]) -> Iterator[Change]:
    """All changes of these fields since the records were made, the oldest first; one statement, read in parts.

    For whoever reads every record of the entity, with its guarded fields left out. Values that were erased are not
    told: such a field counts as never changed. Raises Forbidden.
    """
    wanted = _unguarded(session, entity, fields)
    entry, value, first = whole(AuditEntry), whole(AuditValue), whole(AuditEntry)
    is_later = exists().where(
        first.c.entity == entry.c.entity, first.c.record_id == entry.c.record_id, first.c.id < entry.c.id
    )
    statement = (
        select(entry.c.record_id, entry.c.at, value.c.changes)
        .join(value, value.c.entry_id == entry.c.id)
        .where(entry.c.entity == entity.stem, is_later)
        .order_by(entry.c.id)
    )
    for row in session.connection().execute(statement, execution_options={"yield_per": AT_ONCE}):
        for field in wanted & row.changes.keys():
            yield Change(row.record_id, row.at, field, row.changes[field][0])


def _unguarded(session: ActorSession, entity: Entity, fields: Iterable[str]) -> set[str]:
    demand(session.actor, entity.permission("read"))
    wanted = set(fields)
    is_guarded = any(entity.table.c[name].info.get("guard") for name in wanted)
    if is_guarded or session.actor.level(entity.permission("read")) is not Level.ALL:
        raise Forbidden(_("Only whoever may read all of this may read what it was."))
    return wanted
