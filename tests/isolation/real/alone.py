"""The world as it would be for one person alone: only those rows stand in it that the oracle lets the person read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from core import clock
from core.db import engine
from core.registry import registry
from core.settings import settings
from tests import engines
from tests.isolation.real import database, figures, oracle
from tests.isolation.real.asking import Person
from tests.isolation.real.rows import World

# What decides who somebody is: without these rows it would be another reader.
WHO = ("core_role", "core_user_role", "core_unit", "core_deputy")


def prepared() -> tuple[World, Path]:
    """The clock stands: figures of one moment are the same figures."""
    registry()
    moment = clock.now()
    clock.now = lambda: moment
    return database.make(dress=figures.dress), Path(make_url(settings().database_url).database or "")


@contextmanager
def only_own(me: Person, whole: Path) -> Iterator[None]:
    """In use is a copy of the world in which stands only what the oracle lets the person read. The product's own driver
    makes it: two libraries at one file in one process would drop each other's locks."""
    copy = whole.with_name(f"own-{me.id}.db")
    copy.unlink(missing_ok=True)
    _driver(lambda driver: driver.execute("VACUUM INTO ?", (str(copy),)))
    with engines.in_use(f"sqlite:///{copy}", whole.parent):
        _driver(lambda driver: _keep(me, driver))
        yield


def _keep(me: Person, driver: Any) -> None:
    driver.execute("PRAGMA foreign_keys=OFF")
    for table in oracle.RULES:
        gone = [(key,) for key in me.world.rows[table] if not _stays(me, table, key)]
        driver.executemany(f'DELETE FROM "{table}" WHERE id = ?', gone)
    driver.commit()


def _stays(me: Person, table: str, key: int) -> bool:
    is_me = table == "core_user" and key == me.id
    return table in WHO or is_me or oracle.may(me, "read", table, me.world.rows[table][key])


def _driver(do: Callable[[Any], Any]) -> None:
    with engine().connect() as connection:
        do(connection.connection.dbapi_connection)
