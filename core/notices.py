"""Notices: what somebody should know of, in the inbox of whoever it concerns.

A notice says that something happened to a record, never what the record is called: its title is looked up when the
notice is read, as the reader. Whoever may no longer see the record learns nothing more of it from an old notice.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, column, event, inspect, select, update
from sqlmodel import Field, col

from core import clock
from core.access import ACCESS, Actor, protect_personal
from core.audit import table_name
from core.db import ActorSession, unit_of_work
from core.dialects import bulk_insert
from core.ids import new_ids
from core.outbox import queue
from core.record import Owned, Record, Row

KINDS = ("mention", "assignment", "due", "approval", "job")
UNREAD = column("seen_at").is_(None)
About = Record | tuple[str, int]


class Notice(Row, table=True):
    """`entity` and `record_id` say what it is about; without an id it is about `number` records of that kind.

    `day` is set where there is at most one notice of the kind per record and day.
    """

    __tablename__ = "core_notice"
    __table_args__ = (
        Index("ix_core_notice_user", "user_id", "id"),
        Index("ix_core_notice_unread", "user_id", "id", sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index("uq_core_notice_day", "user_id", "kind", "entity", "record_id", "day", unique=True),
    )
    user_id: int = Field(foreign_key="core_user.id", sa_type=BigInteger)
    kind: str = Field(max_length=12)
    entity: str = Field(max_length=60)
    record_id: int | None = Field(default=None, sa_type=BigInteger)
    number: int = 1
    by_id: int | None = Field(default=None, sa_type=BigInteger)
    at: datetime = Field(default_factory=clock.now, index=True)
    day: date | None = None
    seen_at: datetime | None = None


protect_personal(Notice, "core.notice", "user_id")


# --- telling --------------------------------------------------------------------------------------------------


def notify(
    session: ActorSession,
    *,
    to: int | Iterable[int | None] | None,
    kind: str,
    about: About,
    by: int | None = None,
) -> None:
    """Tell one or several users of a record, in the transaction of the change. Nobody is told of what they did.

    `about` is a record, or `("crm.account", id)`. `by` is whoever did it, where that is not the session's actor.
    """
    users = [to] if isinstance(to, int) or to is None else list(to)
    notify_each(session, kind, [(user, about) for user in users], by=by)


def notify_each(
    session: ActorSession, kind: str, items: Iterable[tuple[int | None, About]], *, by: int | None = None
) -> None:
    """Tell each user of a record of their own: `[(user_id, record), …]`, two statements for all."""
    told = dict.fromkeys((user, *_named(about)) for user, about in items if user is not None)
    rows = [{"user_id": user, "entity": stem, "record_id": record} for user, stem, record in told]
    _tell(session, kind, rows, by=by)


def notify_number(session: ActorSession, kind: str, entity: str, numbers: dict[int, int]) -> None:
    """Tell each user of so many records of a kind with one notice: `{user_id: number}`."""
    _tell(session, kind, [{"user_id": user, "entity": entity, "number": n} for user, n in numbers.items() if n])


def _named(about: About) -> tuple[str, int]:
    return about if isinstance(about, tuple) else (ACCESS[table_name(about)].stem, about.id)


def _tell(session: ActorSession, kind: str, rows: list[dict[str, Any]], *, by: int | None = None) -> None:
    me = session.actor.user_id if by is None else by
    others = [row for row in rows if row["user_id"] != me]
    info = session.connection().info if others else {}
    before = info.get("may_write", False)
    info["may_write"] = session.info["writes"]
    try:
        insert_notices(session, kind, others, by_id=me)
    finally:
        info["may_write"] = before


def insert_notices(session: Any, kind: str, rows: list[dict[str, Any]], *, by_id: int | None = None) -> None:
    """The kernel's own door: rows of `user_id`, `entity` and what else differs. The session takes inserts now."""
    if kind not in KINDS:
        raise LookupError(f"there is no kind of notice {kind}")
    fixed = {"kind": kind, "record_id": None, "number": 1, "by_id": by_id, "at": clock.now(), "day": None}
    if not rows:
        return
    made = [{"id": i, **fixed, **row, "seen_at": None} for i, row in zip(new_ids(len(rows)), rows, strict=True)]
    bulk_insert(session, Notice.__table__, made)  # type: ignore[attr-defined]
    queue(session, kind, made)


# --- a new owner is told --------------------------------------------------------------------------------------


@event.listens_for(ActorSession, "after_flush")
def _tell_new_owners(session: ActorSession, _context: Any) -> None:
    from core.registry import registry

    if session.actor.user_id is None:
        return  # the operator loads whole worlds; people learn of these otherwise
    announced = registry().announced()
    changed = [row for row in (*session.new, *session.dirty) if isinstance(row, Owned) and _has_new_owner(row)]
    told = [row for row in changed if ACCESS[table_name(row)].stem in announced]
    if told:
        notify_each(session, "assignment", [(row.owner_id, row) for row in told])


def _has_new_owner(row: Owned) -> bool:
    return row.owner_id is not None and inspect(row).attrs.owner_id.history.has_changes()


# --- reading --------------------------------------------------------------------------------------------------


def notices_of(session: ActorSession, *, limit: int, after: tuple[bool, int] | None = None) -> list[Notice]:
    """Unread ones first, each part from the newest; `after` is the last one's (was it seen, id)."""
    is_seen = col(Notice.seen_at).is_not(None)
    statement = select(Notice).order_by(is_seen, col(Notice.id).desc()).limit(limit)
    if after is not None:
        seen, last = after
        rest = (is_seen & (col(Notice.id) < last)) if seen else (is_seen | (col(Notice.id) < last))
        statement = statement.where(rest)
    return list(session.scalars(statement))


def mark_seen(actor: Actor, *ids: int, about: tuple[str, int] | None = None) -> datetime:
    """Note that the actor has read these; all of them, where none is named. Returns the instant that they bear."""
    now = clock.now()
    where: list[Any] = [col(Notice.seen_at).is_(None)]
    where += [col(Notice.id).in_(ids)] if ids else []
    where += [col(Notice.entity) == about[0], col(Notice.record_id) == about[1]] if about else []
    _mark(actor, where, now)
    return now


def mark_unseen(actor: Actor, at: datetime) -> None:
    """Take back what was marked at this instant."""
    _mark(actor, [col(Notice.seen_at) == at], None)


def _mark(actor: Actor, where: list[Any], at: datetime | None) -> None:
    with unit_of_work(actor) as session:
        session.connection().info["may_write"] = True
        session.connection().execute(update(Notice).where(*where).values(seen_at=at))
        session.connection().info["may_write"] = False
