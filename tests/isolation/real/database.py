"""A database with the product's tables, without their foreign keys, and the world in it."""

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, event, inspect, select

from core import clock
from core.access import Actor
from core.actors import actor_for
from core.db import engine
from core.record import METADATA
from core.registry import registry
from tests.isolation.real.people import ACTORS
from tests.isolation.real.rows import World, plant
from tests.isolation.real.world import build


def make(without: str = "", *, dress: Callable[[World], None] = lambda world: None) -> World:
    """A deletion that a foreign key refuses would pass for one that a rule refuses, so there are no keys."""
    registry()
    world = build(clock.today())
    if without:
        world.rows[without].clear()
    dress(world)
    METADATA.create_all(engine())
    _without_keys(engine())
    with engine().begin() as connection:
        plant(world, connection)
    return world


def _without_keys(made: Engine) -> None:
    if made.dialect.name == "sqlite":
        with made.connect() as connection:
            file = _file_of(connection.connection.dbapi_connection)
        # One engine may serve one database after the other: only this one is without keys.
        event.listen(made, "connect", lambda dbapi, _record: _file_of(dbapi) == file and _let_go(dbapi))
        made.dispose()
        return
    with made.begin() as connection:
        for table in METADATA.tables:
            for key in inspect(connection).get_foreign_keys(table):
                connection.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{key["name"]}"')


def _file_of(dbapi: Any) -> str:
    return str(dbapi.execute("PRAGMA database_list").fetchone()[2])


def _let_go(dbapi: Any) -> None:
    dbapi.execute("PRAGMA foreign_keys=OFF")


def actors() -> dict[str, Actor]:
    """By the way that a sign-in takes: from the user's row, roles, unit, firm and deputies of today."""
    return {name: actor_for(name) for name in ACTORS}


@cache
def models() -> dict[str, Any]:
    from sqlmodel import SQLModel

    return {mapper.local_table.name: mapper.class_ for mapper in SQLModel._sa_registry.mappers}  # type: ignore[attr-defined]


def stored(connection: Connection, table: str) -> list[dict[str, Any]]:
    """Every row as it lies there, read outside the wall."""
    return [dict(row) for row in connection.execute(select(METADATA.tables[table])).mappings()]
