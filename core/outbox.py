"""The way out of the inbox: what each user wants sent where, and a queue that never holds up a save.

A notice is written together with a row for each way that its reader chose; `core.sending` takes it from there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, select, update
from sqlmodel import Field, col

from core import clock
from core.access import Actor, protect_kernel
from core.db import kernel_session
from core.dialects import bulk_insert, id_slices
from core.i18n import language
from core.ids import new_ids
from core.record import Row
from core.wall import whole

WAYS = ("mail", "webhook")


class NoticeChoice(Row, table=True):
    """Where a user wants notices sent, by kind (`{"mention": "mail"}`), and in which language."""

    __tablename__ = "core_notice_choice"
    user_id: int = Field(foreign_key="core_user.id", sa_type=BigInteger, unique=True)
    language: str = Field(default="zh", max_length=8)
    ways: dict[str, str] = Field(default_factory=dict, sa_type=JSON)


class Outgoing(Row, table=True):
    """One notice on one way. State: waiting, sent, failed (given up) or dropped (nobody needs it any more)."""

    __tablename__ = "core_outgoing"
    __table_args__ = (Index("ix_core_outgoing_due", "state", "next_at"),)
    notice_id: int = Field(sa_type=BigInteger)
    user_id: int = Field(sa_type=BigInteger)
    way: str = Field(max_length=12)
    state: str = Field(default="waiting", max_length=12)
    tries: int = 0
    next_at: datetime = Field(default_factory=clock.now)
    sent_at: datetime | None = None
    error: str = Field(default="", max_length=200)


protect_kernel(NoticeChoice, "core.notice_choice")
protect_kernel(Outgoing, "core.outgoing")


@dataclass(frozen=True)
class Choice:
    language: str
    ways: dict[str, str]


def choice_of(user_id: int) -> Choice:
    """What the user chose; for whoever chose nothing, that nothing is sent."""
    with kernel_session(writes=False) as session:
        found = session.scalar(select(NoticeChoice).where(col(NoticeChoice.user_id) == user_id))
    return Choice(found.language, found.ways) if found else Choice(language(), {})


def choose(actor: Actor, ways: dict[str, str]) -> None:
    """Keep what the actor chose, with the language of this moment for the messages."""
    kept = {kind: way for kind, way in ways.items() if way in WAYS}
    with kernel_session() as session:
        mine = update(NoticeChoice).where(col(NoticeChoice.user_id) == actor.user_id)
        changed = session.connection().execute(mine.values(ways=kept, language=language()))
        if changed.rowcount == 0:
            session.add(NoticeChoice(user_id=actor.user_id or 0, language=language(), ways=kept))


# --- into the queue -------------------------------------------------------------------------------------------


def queue(session: Any, kind: str, notices: list[dict[str, Any]]) -> None:
    """For new notices, one row for each reader who wants this kind sent. The session takes inserts now."""
    ways = _ways(session, kind, sorted({notice["user_id"] for notice in notices}))
    wanted = [notice for notice in notices if notice["user_id"] in ways]
    fixed = {"state": "waiting", "tries": 0, "next_at": clock.now(), "sent_at": None, "error": ""}
    rows = [
        {"id": i, "notice_id": n["id"], "user_id": n["user_id"], "way": ways[n["user_id"]], **fixed}
        for i, n in zip(new_ids(len(wanted) or 1), wanted, strict=False)
    ]
    bulk_insert(session, Outgoing.__table__, rows)  # type: ignore[attr-defined]


def _ways(session: Any, kind: str, users: list[int]) -> dict[int, str]:
    table = whole(NoticeChoice) if "actor" in session.info else NoticeChoice.__table__  # type: ignore[attr-defined]
    found: dict[int, str] = {}
    for part in id_slices(users):
        rows = session.connection().execute(select(table.c.user_id, table.c.ways).where(table.c.user_id.in_(part)))
        found.update((user, ways[kind]) for user, ways in rows if kind in ways)
    return found
