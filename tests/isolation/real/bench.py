"""One actor on one connection, in a transaction that is taken back at the end; what was done is read past the wall."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import make_transient_to_detached

from core.access import ACCESS, Actor
from core.db import ActorSession, commit, engine
from core.entity import Entity
from core.record import METADATA
from core.registry import registry
from core.wall import walled
from tests.isolation.real.database import models
from tests.isolation.real.rows import Values

Try = Callable[[ActorSession], Any]


class Bench:
    def __init__(self, actor: Actor, connection: Connection) -> None:
        self.actor, self.connection = actor, connection
        self._cursor: Any = connection.connection.cursor()
        self._first = {table: self._rows(table) for table in METADATA.tables}

    def attempt(self, *tries: Try) -> str:
        """Do it in one unit of work and commit it. A refusal is only remembered: what counts is what is stored."""
        session = ActorSession(self.actor, writes=True)
        session.bind, session.join_transaction_mode = self.connection, "create_savepoint"
        try:
            with warnings.catch_warnings(action="ignore"):
                for one in tries:
                    one(session)
                commit(session)
            return ""
        except Exception as error:
            return type(error).__name__
        finally:
            session.close()
            self.connection.info.pop("may_write", None)

    def changed(self, table: str) -> set[Any]:
        """The ids of rows that are there no more, or new, or others than when this began."""
        rows, first = self._rows(table), self._first[table]
        if rows == first:
            return set()
        before, after = _by_id(table, first), _by_id(table, rows)
        return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}

    def _rows(self, table: str) -> list[tuple[Any, ...]]:
        """Read by the driver itself in the same transaction."""
        quoted = ", ".join(f'"{column.name}"' for column in METADATA.tables[table].columns)
        rows: list[tuple[Any, ...]] = self._cursor.execute(f"SELECT {quoted} FROM {table}").fetchall()
        return rows

    @contextmanager
    def taken_back(self) -> Iterator[None]:
        """By the driver too: SQLAlchemy would compile each of these words anew, thousands of times."""
        self._cursor.execute("SAVEPOINT bench")
        yield
        self._cursor.execute("ROLLBACK TO SAVEPOINT bench")
        self._cursor.execute("RELEASE SAVEPOINT bench")


def _by_id(table: str, rows: list[tuple[Any, ...]]) -> dict[Any, tuple[Any, ...]]:
    names = [column.name for column in METADATA.tables[table].columns]
    keys = [names.index(column.name) for column in METADATA.tables[table].primary_key]
    return {row[keys[0]] if len(keys) == 1 else tuple(row[k] for k in keys): row for row in rows}


@contextmanager
def bench(actor: Actor) -> Iterator[Bench]:
    with walled(engine(), actor).connect() as connection:
        whole = connection.begin()
        yield Bench(actor, connection)
        whole.rollback()


# --- the same acts on any table -------------------------------------------------------------------------------


def entity_of(table: str) -> Entity:
    """The declared entity; for a table without one, the least that the bulk door needs."""
    model = models()[table]
    made = Entity(
        stem=ACCESS[table].stem if table in ACCESS else table, model=model, label="", plural="",
        rule=lambda _ask, _table: None, key=(), columns=(), form=(),  # type: ignore[arg-type,return-value]  # not asked
    )  # fmt: skip
    return registry().entity_of_table(table) or made


def forged(table: str, row: Values) -> Any:
    """The row as an object that claims to have been read: the unit of work then writes it by its primary key."""
    made = models()[table](**row)
    make_transient_to_detached(made)
    return made


def update(table: str, row: Values, values: Values) -> Try:
    def run(session: ActorSession) -> None:
        record = forged(table, row)
        session.add(record)
        for name, value in values.items():
            setattr(record, name, value)

    return run


def delete(table: str, row: Values) -> Try:
    def run(session: ActorSession) -> None:
        record = forged(table, row)
        session.add(record)
        session.delete(record)

    return run


def create(table: str, row: Values) -> Try:
    return lambda session: session.add(models()[table](**row))
