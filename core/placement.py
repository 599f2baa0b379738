"""A record's place in the organisation follows its owner's unit. The kernel writes it; nobody types it."""

from typing import Any

from sqlalchemy import event, select

from core.db import ActorSession
from core.people import Unit, User
from core.record import PLACE_COLUMNS, Owned
from core.wall import whole

Place = dict[str, int | None]
NOWHERE: Place = {"unit_id": None, **dict.fromkeys(PLACE_COLUMNS)}


def places_of(session: ActorSession, owner_ids: set[int]) -> dict[int, Place]:
    """The place of each owner's unit; owners without a unit are left out."""
    user, unit = whole(User), whole(Unit)
    columns = [unit.c[name] for name in PLACE_COLUMNS]
    statement = select(user.c.id, unit.c.id.label("unit_id"), *columns).join(unit, unit.c.id == user.c.unit_id)
    rows = session.connection().execute(statement.where(user.c.id.in_(owner_ids))).mappings()
    return {row["id"]: {key: row[key] for key in NOWHERE} for row in rows}


def place_rows(session: ActorSession, rows: list[dict[str, Any]]) -> None:
    """Set the place of bulk rows (dicts with an `owner_id`)."""
    owners = {row["owner_id"] for row in rows if row.get("owner_id")}
    places = places_of(session, owners) if owners else {}
    for row in rows:
        row.update(places.get(row.get("owner_id") or 0, NOWHERE))


@event.listens_for(ActorSession, "before_flush")
def _place(session: ActorSession, _context: Any, _instances: Any) -> None:
    moved = [row for row in session.new | session.dirty if isinstance(row, Owned) and _owner_changed(row)]
    owners = {row.owner_id for row in moved if row.owner_id}
    places = places_of(session, owners) if owners else {}
    for row in moved:
        for name, value in places.get(row.owner_id or 0, NOWHERE).items():
            setattr(row, name, value)


def _owner_changed(row: Owned) -> bool:
    from sqlalchemy import inspect

    return bool(inspect(row).attrs.owner_id.history.has_changes())
