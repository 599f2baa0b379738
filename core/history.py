"""A record's history, and taking a change back: one field, one entry, or everything one batch did.

History is read only after the record itself was read through the wall, and guarded values are masked in it
unless the session shows them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import literal, select, union_all

from core.access import ACCESS
from core.audit import AuditEntry, AuditValue, Changes
from core.db import ActorSession, get
from core.entity import Entity
from core.errors import Conflict, Forbidden, NotFound
from core.i18n import _
from core.people import User
from core.wall import RowRule, masked, whole

LIMIT = 200


@dataclass(frozen=True)
class Change:
    """One entry of a record's history: who did what when, and each field's old and new stored value."""

    id: int
    at: datetime
    actor: str
    origin: str
    verb: str
    batch_id: int | None
    fields: Changes


def history(session: ActorSession, entity: Entity, record_id: int, *, limit: int = LIMIT) -> list[Change]:
    """The newest changes first, read once in a session for reading. Raises NotFound where the record is hidden."""
    kept: dict[Any, list[Change]] = session.info.setdefault("history", {})
    key = entity.stem, record_id, limit
    if key not in kept or session.info["writes"]:
        kept[key] = _history(session, entity, record_id, limit)
    return kept[key]


def _history(session: ActorSession, entity: Entity, record_id: int, limit: int) -> list[Change]:
    record = get(session, entity.model, record_id)
    entry, value, user = whole(AuditEntry), whole(AuditValue), whole(User)
    statement = (
        select(entry, value.c.changes, user.c.name.label("name"))
        .join(value, value.c.entry_id == entry.c.id)
        .outerjoin(user, user.c.id == entry.c.actor_id)
        .where(entry.c.entity == entity.stem, entry.c.record_id == record_id)
        .order_by(entry.c.id.desc())
        .limit(limit)
    )
    shown = _shown_names(entity, record)
    return [
        Change(r["id"], r["at"], _who(r), r["origin"], r["verb"], r["batch_id"], _masked(entity, r["changes"], shown))
        for r in session.connection().execute(statement).mappings()
    ]


def _who(entry: Any) -> str:
    """The person's name; commands of the server's operator have nobody's."""
    return str(entry["name"] or entry["actor"]) if entry["actor_id"] is not None else _("The operator")


def _shown_names(entity: Entity, record: Any) -> set[str]:
    """Guarded columns that this session shows clear: a mask in the loaded value says that it does not."""
    guards = ACCESS[entity.table.name].guards
    return {name for name in guards if "****" not in str(getattr(record, name) or "****")}


def _masked(entity: Entity, changes: Changes, shown: set[str]) -> Changes:
    hidden = {name: guard for name, guard in ACCESS[entity.table.name].guards.items() if name not in shown}
    return {k: [masked(hidden[k], v) for v in pair] if k in hidden else pair for k, pair in changes.items()}


def undo_entry(session: ActorSession, entity: Entity, record_id: int, entry_id: int, only: str | None = None) -> None:
    """Set the fields of one entry back to their old values, where they still hold the entry's new ones.

    A move on the board is taken back by the board's own act. Raises Conflict naming the fields that were changed
    again since, and then changes nothing.
    """
    record = get(session, entity.model, record_id)
    verb, changes = _changes(session, entity, record_id, entry_id)
    wanted = {k: pair for k, pair in changes.items() if only is None or k == only}
    if not wanted:
        raise NotFound(_("This change is no longer there to undo."))
    take_back = entity.board.undo if entity.board is not None and verb == "move" and only is None else None
    if take_back is None:
        _demand_settable(entity, wanted)
    later = [k for k, (_old, new) in wanted.items() if getattr(record, k) != decode(entity, k, new)]
    if later:
        raise Conflict(_("Changed again since: {fields}. Undo the later change first.", fields=", ".join(later)))
    before = {name: decode(entity, name, old) for name, (old, _new) in wanted.items()}
    if take_back is not None:
        take_back(session, record, before)
    else:
        for name, value in before.items():
            setattr(record, name, value)
    session.info["verb"] = "undo"
    entity.complete(session, record)
    session.flush()


def _changes(session: ActorSession, entity: Entity, record_id: int, entry_id: int) -> tuple[str, Changes]:
    """What was done, and to which fields."""
    entry, value = whole(AuditEntry), whole(AuditValue)
    found = (
        session.connection()
        .execute(
            select(entry.c.verb, value.c.changes)
            .join(entry, entry.c.id == value.c.entry_id)
            .where(entry.c.id == entry_id, entry.c.entity == entity.stem, entry.c.record_id == record_id)
        )
        .one_or_none()
    )
    if found is None:
        raise NotFound(_("This change is no longer there to undo."))
    return found[0], found[1]


def _demand_settable(entity: Entity, changes: Changes) -> None:
    """Only what a form could set is undone here; a status goes back by its own verb."""
    settable = {view.name for view in entity.inputs} | {"archived_at"}
    locked = changes.keys() - settable
    if locked:
        raise Forbidden(_("This was done by an act of its own. Take it back with the matching act on the record."))


def decode(entity: Entity, name: str, value: Any) -> Any:
    """A journal value as the column's Python value."""
    if value is None:
        return None
    declared = entity.table.c[name].type
    # A type that wraps another, such as SQLModel's instant, knows the Python type only inside.
    try:
        kind = getattr(declared, "impl_instance", declared).python_type
    except NotImplementedError:
        return value
    if kind is datetime:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if kind is date else value


def may(session: ActorSession, entity: Entity, record_id: int, verb: str) -> bool:
    """Whether the actor may do the verb on this visible record: the row rule itself answers.

    A session for reading asks once: the parts of a page have the same question.
    """
    if not session.actor.may(entity.permission(verb)):
        return False
    kept: dict[Any, bool] = session.info.setdefault("may", {})
    key = entity.stem, record_id, verb
    if key not in kept or session.info["writes"]:
        kept[key] = _may(session, entity, record_id, verb)
    return kept[key]


def _may(session: ActorSession, entity: Entity, record_id: int, verb: str) -> bool:
    table = entity.table
    rule = select(table.c.id).where(
        table.c.id == record_id, RowRule(verb if verb in ("update", "delete", "create") else "update", table)
    )
    return session.connection().scalar(rule) is not None


def may_each(session: ActorSession, entity: Entity, ids: Iterable[int], verb: str) -> set[int]:
    """Of these visible records, those of which the actor may do the verb: one statement for all of them."""
    wanted, table = list(ids), entity.table
    if not wanted or not session.actor.may(entity.permission(verb)):
        return set()
    return set(session.connection().scalars(select(table.c.id).where(table.c.id.in_(wanted), RowRule(verb, table))))


def allowed(session: ActorSession, entity: Entity, record_id: int, *verbs: str) -> set[str]:
    """Which of the general verbs the actor may do on this visible record: one statement for all of them."""
    table = entity.table
    parts = [
        select(literal(verb)).where(table.c.id == record_id, RowRule(verb, table))
        for verb in verbs
        if session.actor.may(entity.permission(verb))
    ]
    found = set(session.connection().scalars(union_all(*parts))) if parts else set()
    session.info.setdefault("may", {}).update({(entity.stem, record_id, verb): verb in found for verb in verbs})
    return found
