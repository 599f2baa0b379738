"""Requests for an approval and the people asked, as rows, and who sees and writes them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, and_, column, false, or_, select
from sqlmodel import Field

from core.access import ACCESS, Asker, Level, Me, Predicate, is_me, owned, parents, protect
from core.approvals.kinds import KINDS
from core.fields import ref
from core.record import METADATA, Owned, Record

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


_place = owned()


def requests(ask: Asker, table: Any) -> Predicate:
    """Who asked, who is asked and their superiors see a request, and whoever may read the record that it is about.

    Who asked and who is asked may change it. Nobody asks in another's name, and a request is never removed.
    """
    if ask.level < Level.OWN or ask.verb == "delete":
        return false()
    if ask.verb == "create":
        return table.c.owner_id == Me.user_id  # type: ignore[no-any-return]
    own, is_asked = is_me(ask, table.c.owner_id), table.c.id.in_(_asked(ask))
    if ask.verb == "update":
        return or_(own, is_asked)
    # The place says no more of one's own below SUBTREE, and nothing of them there.
    is_wide = ask.level is Level.SUBTREE and ask.profile.unit_kind is not None
    return or_(is_asked, _place(ask, table), *([own] if is_wide else []), *_about(ask, table))


def _asked(ask: Asker) -> Any:
    seat = METADATA.tables["core_approval_seat"].alias()
    return select(seat.c.approval_id).where(is_me(ask, seat.c.user_id))


def _about(ask: Asker, table: Any) -> list[Predicate]:
    """The entities of the kinds that are registered, each as far as the asker reads its records."""
    tables = {access.stem: name for name, access in ACCESS.items()}
    stems = sorted({kind.entity for kind in KINDS.values()} & tables.keys())
    reads = {stem: ask.at(ask.profile.level(f"{stem}.read")) for stem in stems}
    return [and_(table.c.entity == stem, table.c.record_id.in_(parents(reads[stem], tables[stem]))) for stem in stems]


def seats(ask: Asker, table: Any) -> Predicate:
    """Whoever sees the request sees who is asked. A further person is asked by who asked, or who was asked before.

    A seat lets its person in: it must not be the reason why it may be made.
    """
    if ask.level < Level.OWN or ask.verb == "delete":
        return false()
    if ask.verb != "create":
        return table.c.approval_id.in_(parents(ask, "core_approval"))  # type: ignore[no-any-return]
    request, before = METADATA.tables["core_approval"].alias(), METADATA.tables["core_approval_seat"].alias()
    mine = select(request.c.id).where(request.c.owner_id == Me.user_id)
    older = select(before.c.id).where(
        before.c.approval_id == table.c.approval_id, before.c.id < table.c.id, is_me(ask, before.c.user_id)
    )
    return or_(table.c.approval_id.in_(mine), older.exists())


protect(Approval, "core.approval", requests)
protect(Seat, "core.approval_seat", seats)
