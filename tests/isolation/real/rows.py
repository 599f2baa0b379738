"""The rows of a world, as plain values in Python: the oracle reads them, the database is filled from them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, String, insert

from core import clock
from core.record import METADATA, PLACE_COLUMNS

Values = dict[str, Any]
NOWHERE: Values = {"unit_id": None, **dict.fromkeys(PLACE_COLUMNS)}


class World:
    """Rows by table and id. Every table counts from 1, so that an id that is taken for another's finds a row."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.yesterday, self.tomorrow = today - timedelta(days=1), today + timedelta(days=1)
        self.long_ago, self.late = today - timedelta(days=400), today + timedelta(days=400)
        self.noon = datetime.combine(self.yesterday, time(12), UTC)
        self.rows: dict[str, dict[int, Values]] = {name: {} for name in METADATA.tables}
        self.users: dict[str, int] = {}
        self.units: dict[str, int] = {}
        self.firms: dict[str, int] = {}

    def add(self, table: str, **values: Any) -> int:
        made = len(self.rows[table]) + 1
        if "id" in METADATA.tables[table].c:
            values["id"] = made
        self.rows[table][made] = values
        return made

    def add_owned(self, table: str, owner: str | None, **values: Any) -> int:
        """`owner` is a user's name. A place given by hand is one that the owner has left meanwhile."""
        owner_id = self.users[owner] if owner else None
        return self.add(table, **{**self.place_of_owner(owner_id), "owner_id": owner_id, **values})

    def place_of_owner(self, owner_id: int | None) -> Values:
        owner = self.rows["core_user"].get(owner_id or 0)
        return self.place_of(owner["unit_id"] if owner else None)

    def place_of(self, unit_id: int | None) -> Values:
        unit = self.rows["core_unit"].get(unit_id or 0)
        return {"unit_id": unit_id, **{name: unit[name] for name in PLACE_COLUMNS}} if unit else dict(NOWHERE)

    def all(self, table: str) -> Iterable[Values]:
        return self.rows[table].values()


def plant(world: World, connection: Connection) -> None:
    """Write the world. Columns that nothing depends on are filled with whatever their type takes."""
    for table in METADATA.sorted_tables:
        alike: dict[tuple[str, ...], list[Values]] = {}
        for number, row in world.rows[table.name].items():
            whole = {**filling(table.name, number), **row}
            alike.setdefault(tuple(whole), []).append(whole)
        for rows in alike.values():
            connection.execute(insert(table), rows)


def filling(table: str, number: int) -> Values:
    """Values for the columns that must have one; a code is unique even where it may be left out."""
    columns = METADATA.tables[table].columns
    needed = (c for c in columns if c.name == "code" or (not c.nullable and c.default is None))
    return {column.name: _something(column, f"{table}-{number}", number) for column in needed}


def _something(column: Any, text: str, number: int) -> Any:
    if column.foreign_keys:
        return 1
    kind = getattr(column.type, "impl_instance", column.type)
    if isinstance(kind, String):
        return text[-(kind.length or 80) :]
    plain = {DateTime: clock.now(), Date: clock.today(), JSON: [], Boolean: False}
    return next((value for one, value in plain.items() if isinstance(kind, one)), number)
