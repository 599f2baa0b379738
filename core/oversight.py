"""What an administrator may see of everybody: people, their sessions, jobs and the journal, without client data.

Each function asks for the right first. Arguments, results and reasons of jobs may name clients, and so do the values
in the journal: none of them is read here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlmodel import col

from core import clock
from core.access import ACCESS, Actor, Level
from core.actors import INSIDE
from core.audit import AuditEntry, AuditValue, write_entries
from core.db import ActorSession, kernel_session
from core.entity import Entity
from core.errors import Conflict, Forbidden
from core.history import may
from core.i18n import _
from core.outbox import Outgoing
from core.passwords import Pen, Reset, end_visits, reset_link
from core.people import Credential, User, Visit
from core.queue import JobRecord, woken
from core.wall import whole

PERMISSION = "core.admin.read"
KERNELS_USER = "core.user"


def demand_oversight(actor: Actor) -> None:
    if actor.level(PERMISSION) is not Level.ALL:
        raise Forbidden(_("Only an administrator may see this."))


def demand_keys(session: ActorSession, users: Entity, user_id: int) -> None:
    """Whoever holds the keys of others may also change them as records."""
    if not may(session, users, user_id, "update"):
        raise Forbidden(_("You may see this record, but not change it."))


# --- people ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Presence:
    """When a user was last there, and on how many devices the user is signed in."""

    seen_at: datetime | None = None
    devices: int = 0


def presence_of(actor: Actor, user_ids: list[int]) -> dict[int, Presence]:
    demand_oversight(actor)
    now = clock.now()
    is_open = (
        col(Visit.ended_at).is_(None)
        & (col(Visit.seen_at) > now - INSIDE.idle)
        & (col(Visit.created_at) > now - INSIDE.absolute)
    )
    statement = (
        select(Visit.user_id, func.max(Visit.seen_at), func.count().filter(is_open))  # type: ignore[call-overload]
        .where(col(Visit.user_id).in_(user_ids))
        .group_by(Visit.user_id)
    )
    with kernel_session(writes=False) as session:
        return {row[0]: Presence(row[1], row[2]) for row in session.execute(statement)} if user_ids else {}


@dataclass(frozen=True)
class Figures:
    active: int
    signed_in: int
    failed_jobs: int
    unsent: int


def figures(actor: Actor) -> Figures:
    """How things stand: one statement."""
    demand_oversight(actor)
    now, week = clock.now(), clock.now() - timedelta(days=7)
    alive = (col(Visit.ended_at).is_(None), col(Visit.seen_at) > now - INSIDE.idle)
    parts: tuple[Any, ...] = (
        select(func.count()).where(col(User.is_active).is_(True), col(User.archived_at).is_(None)).scalar_subquery(),
        select(func.count(func.distinct(Visit.user_id))).where(*alive).scalar_subquery(),
        select(func.count())
        .where(col(JobRecord.state) == "failed", col(JobRecord.finished_at) > week)
        .scalar_subquery(),
        select(func.count()).where(col(Outgoing.state) == "failed", col(Outgoing.next_at) > week).scalar_subquery(),
    )
    with kernel_session(writes=False) as session:
        return Figures(*session.execute(select(*parts)).one())


def has_password(actor: Actor, user_id: int) -> bool:
    """Whether the user could sign in with one; and no open link is waiting."""
    demand_oversight(actor)
    with kernel_session(writes=False) as session:
        return session.scalar(select(Credential.id).where(col(Credential.user_id) == user_id)) is not None  # type: ignore[call-overload]


def open_link_until(actor: Actor, user_id: int) -> datetime | None:
    """How long a one-time link that was made before is good for."""
    demand_oversight(actor)
    is_open = (col(Reset.user_id) == user_id, col(Reset.used_at).is_(None), col(Reset.expires_at) > clock.now())
    with kernel_session(writes=False) as session:
        found: datetime | None = session.scalar(select(func.max(Reset.expires_at)).where(*is_open))
    return found


def new_link(session: ActorSession, users: Entity, user_id: int) -> str:
    """A one-time link for somebody else's password. It is shown once, and an earlier one ends."""
    demand_keys(session, users, user_id)
    return reset_link(user_id, by=session.actor)


def sign_out_of(actor: Actor, user_id: int) -> None:
    """End every session of a user; the caller has asked `demand_keys`."""
    stem = ACCESS["core_user"].stem
    with kernel_session() as session:
        end_visits(session, user_id)
        write_entries(Pen(actor, session.connection), [("sign_out", stem, user_id, {})], None)  # type: ignore[arg-type]  # a pen is what it asks of a session


# --- jobs -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class JobLine:
    """A job of anybody's, as far as it tells nothing of clients. `fault` is the class of what stopped it."""

    id: int
    name: str
    username: str
    state: str
    done: int
    total: int
    attempts: int
    fault: str
    created_at: datetime
    finished_at: datetime | None


_LINE = tuple(col(getattr(JobRecord, name)) for name in JobLine.__dataclass_fields__)


def jobs_of_all(actor: Actor, *, state: str = "", before: int | None = None, limit: int = 50) -> list[JobLine]:
    """The newest first."""
    demand_oversight(actor)
    statement = select(*_LINE).order_by(col(JobRecord.id).desc()).limit(limit)
    statement = statement.where(col(JobRecord.state) == state) if state else statement
    statement = statement.where(col(JobRecord.id) < before) if before else statement
    with kernel_session(writes=False) as session:
        return [JobLine(*row) for row in session.execute(statement)]


def cancel_of_anybody(actor: Actor, job_id: int) -> None:
    _turn(actor, job_id, ("queued", "running"), state="cancelled", finished_at=clock.now())


def retry_of_anybody(actor: Actor, job_id: int) -> None:
    """Once more, as whoever asked for it and with that person's rights of now."""
    again: dict[str, Any] = {"state": "queued", "attempts": 0, "error": None, "fault": "", "finished_at": None}
    _turn(actor, job_id, ("failed", "cancelled"), **again, lease_until=None, worker=None)
    woken.set()


def _turn(actor: Actor, job_id: int, states: tuple[str, ...], **values: Any) -> None:
    demand_oversight(actor)
    with kernel_session() as session:
        held = (col(JobRecord.id) == job_id, col(JobRecord.state).in_(states))
        turned = session.connection().execute(update(JobRecord).where(*held).values(**values))
        if turned.rowcount != 1:
            raise Conflict(_("This work is not in the state that you saw. Load the page again."))


# --- the journal ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Search:
    """What is looked for in the journal; empty parts ask for nothing."""

    who: str = ""
    entity: str = ""
    record_id: int | None = None
    verb: str = ""
    day: date | None = None


@dataclass(frozen=True)
class Entry:
    """One entry, with the names of the fields that changed and none of their values."""

    id: int
    at: datetime
    who: str
    username: str
    origin: str
    verb: str
    entity: str
    record_id: int
    fields: tuple[str, ...]


def entries(session: ActorSession, search: Search, *, before: int | None = None, limit: int = 50) -> list[Entry]:
    """The newest first: two statements."""
    demand_oversight(session.actor)
    entry, user = whole(AuditEntry), whole(User)
    statement = (
        select(entry, user.c.name.label("name"))
        .outerjoin(user, user.c.id == entry.c.actor_id)
        .where(*_asked(entry, user, search), *((entry.c.id < before,) if before else ()))
        .order_by(entry.c.id.desc())
        .limit(limit)
    )
    rows = session.connection().execute(statement).mappings().all()
    names = _field_names(session, [row["id"] for row in rows])
    return [
        Entry(
            id=r["id"], at=r["at"], origin=r["origin"], verb=r["verb"], record_id=r["record_id"],
            who=_("The operator") if r["actor_id"] is None else r["name"] or r["actor"],
            username="" if r["actor_id"] is None else r["actor"],
            entity=ACCESS["core_user"].stem if r["entity"] == KERNELS_USER else r["entity"],
            fields=names.get(r["id"], ()),
        )
        for r in rows
    ]  # fmt: skip


def _asked(entry: Any, user: Any, search: Search) -> Iterable[Any]:
    if search.who:
        wanted = select(user.c.id).where(or_(user.c.username == search.who.lower(), user.c.name == search.who))
        yield or_(entry.c.actor_id.in_(wanted), entry.c.actor == search.who)
    if search.entity:
        # What the kernel writes of passwords bears its own name of the users.
        named = {search.entity, KERNELS_USER} if search.entity == ACCESS["core_user"].stem else {search.entity}
        yield entry.c.entity.in_(named)
    if search.record_id is not None:
        yield entry.c.record_id == search.record_id
    if search.verb:
        yield entry.c.verb == search.verb
    if search.day:
        first = datetime.combine(search.day, time(), clock.zone())
        yield entry.c.at >= first
        yield entry.c.at < first + timedelta(days=1)


def _field_names(session: ActorSession, ids: list[int]) -> dict[int, tuple[str, ...]]:
    value = whole(AuditValue)
    statement = select(value.c.entry_id, value.c.changes).where(value.c.entry_id.in_(ids))
    return {row[0]: tuple(row[1]) for row in session.connection().execute(statement)} if ids else {}
