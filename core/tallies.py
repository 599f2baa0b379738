"""Tallies: sums that a limit binds, such as what was given to one person in a year, kept so that no two can pass it.

A limit that spans rows rests on no isolation level: each tally is a row, raised by one conditional update whose row
count is checked. Whoever comes second waits for the first, and then sees what is left. It counts rows that the actor
may not see, and nobody reads it through the wall.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import BigInteger, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field

from core.access import protect_kernel
from core.db import ActorSession
from core.ids import new_id
from core.record import Row
from core.wall import whole


class Tally(Row, table=True):
    """`name` says what is counted, for whom and when; `amount` is never below nothing."""

    __tablename__ = "core_tally"
    name: str = Field(max_length=120, unique=True)
    amount: int = Field(default=0, sa_type=BigInteger)


protect_kernel(Tally, "core.tally")
TABLE: Any = Tally.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it


def raise_tally(session: ActorSession, name: str, by: int, *, limit: int | None) -> bool:
    """Add to the tally within its limit, or say False and leave it. None is no limit; what is taken off always may be.

    The row stays locked until the transaction ends: who raises several takes them in the order of their names.
    """
    room = () if limit is None or by <= 0 else (TABLE.c.amount + by <= limit,)
    with _writing(session):
        _begin(session, name)
        raised = update(TABLE).where(TABLE.c.name == name, *room).values(amount=TABLE.c.amount + by)
        return session.connection().execute(raised).rowcount == 1


def tally(session: ActorSession, name: str) -> int:
    """What the tally stands at, with what this transaction added."""
    rows = whole(TABLE)
    return session.connection().scalar(select(rows.c.amount).where(rows.c.name == name)) or 0


def tallies(session: ActorSession, names: Collection[str]) -> dict[str, int]:
    """What several stand at, in one statement; one that nothing was added to yet is left out."""
    rows = whole(TABLE)
    found = select(rows.c.name, rows.c.amount).where(rows.c.name.in_(list(names)))
    return {row.name: row.amount for row in session.connection().execute(found)} if names else {}


def _begin(session: ActorSession, name: str) -> None:
    """The tally's row, where it is not there yet. Of two who make it at once, the second finds the first's."""
    rows, connection = whole(TABLE), session.connection()
    if connection.scalar(select(rows.c.id).where(rows.c.name == name)) is not None:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(TABLE).values(id=new_id(), name=name, amount=0))
    except IntegrityError:
        connection.info["may_write"] = True


@contextmanager
def _writing(session: ActorSession) -> Iterator[None]:
    """Open the connection for the kernel's own statements; inside a flush it is open before and after."""
    info = session.connection().info
    before = info.get("may_write", False)
    info["may_write"] = True
    try:
        yield
    finally:
        info["may_write"] = before
