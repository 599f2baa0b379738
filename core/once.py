"""A form that is sent twice counts once: the first sending does the work, all lead to its result.

A form carries a random key. The key, the user and what was typed make one digest, which is unique in the table;
it is saved in the transaction of the write, so that there is never a write without it, nor it without the write.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field

from core import clock
from core.access import Actor, protect_kernel
from core.db import ActorSession, reading, unit_of_work
from core.ids import new_id
from core.record import Row
from core.wall import whole

KEPT = timedelta(hours=48)


class Once(Row, table=True):
    """`address` is where the first sending led."""

    __tablename__ = "core_once"
    token: str = Field(max_length=80, unique=True)
    address: str = Field(default="", max_length=400)
    at: datetime = Field(default_factory=clock.now, index=True)


protect_kernel(Once, "core.once")


def once(
    actor: Actor,
    key: str,
    form: Iterable[tuple[str, str]],
    write: Callable[[ActorSession], str],
    *,
    clear: bool = False,
) -> str:
    """Run `write` in a unit of work, which answers the address to go to; for a form already sent, only that address."""
    token = token_of(actor, key, form)
    try:
        with unit_of_work(actor, clear=clear) as session:
            session.info["origin"] = "screen"
            if (before := _address(session, token)) is not None:
                return before
            _claim(session, token)
            address = write(session)
            session.flush()
            _keep(session, token, address)
        return address
    except _Taken:
        return _address_of_the_other(actor, token)


class _Taken(Exception):
    """Another sending of the same form got in first."""


def token_of(actor: Actor, key: str, form: Iterable[tuple[str, str]]) -> str:
    """Without a key (a form of somebody's own making) every sending is a new one."""
    if not key:
        key = str(new_id())
    text = repr((actor.user_id, key, sorted(form)))
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _address(session: ActorSession, token: str) -> str | None:
    table = whole(Once)
    return session.connection().scalar(select(table.c.address).where(table.c.token == token))


def _claim(session: ActorSession, token: str) -> None:
    """Take the token before the work: of eight at once the others wait here, then find it taken."""
    row = Once(token=token)
    values = {"id": row.id, "token": token, "address": "", "at": row.at}
    try:
        _execute(session, insert(Once).values(**values))
    except IntegrityError as error:
        raise _Taken from error
    _execute(session, delete(Once).where(Once.__table__.c.at < clock.now() - KEPT))  # type: ignore[attr-defined]


def _keep(session: ActorSession, token: str, address: str) -> None:
    _execute(session, update(Once).where(Once.__table__.c.token == token).values(address=address))  # type: ignore[attr-defined]


def _execute(session: ActorSession, statement: object) -> None:
    info = session.connection().info
    info["may_write"] = True
    try:
        session.connection().execute(statement)  # type: ignore[call-overload]
    finally:
        info["may_write"] = False


def _address_of_the_other(actor: Actor, token: str) -> str:
    with reading(actor) as session:
        return _address(session, token) or "/"
