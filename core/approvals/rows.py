"""Requests for an approval and the people asked, as rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, column
from sqlmodel import Field

from core.fields import ref
from core.record import Owned, Record

ASKED = column("state") == "asked"
FIXED = {"info": {"fixed": True}}


class Approval(Owned, table=True):
    """A request. Its owner is who asked. State: open, approved, refused, recalled or timed_out.

    `reason` is why it is asked, `ended_why` why it was refused or taken back. `facts` are what the kind puts into
    words. `slot` is taken while the request is open, so that there is at most one of a kind for a record.
    """

    __tablename__ = "core_approval"
    __table_args__ = (
        Index("ix_core_approval_record", "entity", "record_id"),
        Index("ix_core_approval_due", "state", "due_at"),
    )
    kind: str = Field(max_length=60, sa_column_kwargs=FIXED)
    entity: str = Field(max_length=60, sa_column_kwargs=FIXED)
    record_id: int = Field(sa_type=BigInteger, sa_column_kwargs=FIXED)
    amount: int | None = Field(default=None, sa_type=BigInteger, sa_column_kwargs=FIXED)
    reason: str = Field(default="", max_length=1000)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    state: str = Field(default="open", max_length=12)
    step: int = 0
    due_at: datetime | None = None
    closed_at: datetime | None = None
    slot: str | None = Field(default=None, max_length=160, unique=True)
    ended_why: str = Field(default="", max_length=1000)


class Seat(Record, table=True):
    """One person asked in one step. State: waiting, asked, approved, refused, handed_on, passed or timed_out.

    A step is done when everybody `needed` has agreed and, of those of whom one is enough, one. `source` says why the
    person is asked: line, role:CODE, user. `via` says how a person came in later, or that a deputy answered.
    """

    __tablename__ = "core_approval_seat"
    __table_args__ = (
        Index("ix_core_approval_seat_asked", "user_id", sqlite_where=ASKED, postgresql_where=ASKED),
        Index("ix_core_approval_seat_answer", "answered_by_id", "id"),
    )
    approval_id: int = ref("core_approval.id", required=True, fixed=True)
    step: int = 0
    is_needed: bool = False
    source: str = Field(default="line", max_length=60)
    user_id: int = ref("core_user.id", required=True, fixed=True)
    state: str = Field(default="waiting", max_length=12)
    answered_by_id: int | None = Field(default=None, sa_type=BigInteger)
    comment: str = Field(default="", max_length=1000)
    at: datetime | None = None
    via: str = Field(default="", max_length=12)
    by_id: int | None = Field(default=None, sa_type=BigInteger)
