"""From a session's token, or from a user's name, to the actor with all rights of this moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Date, and_, bindparam, exists, func, select, update
from sqlalchemy.exc import OperationalError

from core import clock
from core.access import Actor, Level, Profile
from core.approvals.rows import Seat
from core.db import engine
from core.errors import Forbidden, NotFound
from core.i18n import _
from core.notices import Notice
from core.passwords import token_digest
from core.people import Deputy, Role, Unit, User, UserRole, Visit, role_grants
from core.record import METADATA, PLACE_COLUMNS
from core.settings import settings

SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Life:
    """How long a session lasts without use, and at most."""

    idle: timedelta
    absolute: timedelta


INSIDE = Life(timedelta(hours=12), timedelta(days=7))


def outside_life() -> Life:
    """Shorter for people of outside firms, who work on phones of their own; a machine may set it."""
    return Life(timedelta(minutes=settings().outside_idle_minutes), timedelta(hours=settings().outside_session_hours))


def actor_of(token: str) -> tuple[Actor, int] | None:
    """Whose session the token is, and the session's id. Rights are read afresh: a change is in force at once."""
    with _reading() as connection:
        rows = connection.execute(_PERSON_BY["token"], {"key": token_digest(token), "today": clock.today()}).all()
    if not rows or not (is_alive(rows[0], rows[0]) and _may_enter(rows[0])):
        return None
    _note_seen(rows[0])
    return _actor(rows), rows[0].visit_id


def actor_for(username: str) -> Actor:
    """The actor of a user's name, for `--as USER`."""
    return _known("username", username, username)


def actor_by_id(user_id: int, username: str) -> Actor:
    """The actor whom a job was started by; the name is for the sentence, should the user be gone."""
    return _known("id", user_id, username)


def is_alive(visit: Any, user: Any) -> bool:
    life, now = (outside_life() if user.firm_id is not None else INSIDE), clock.now()
    used = now - visit.seen_at < life.idle and now - visit.created_at < life.absolute
    return visit.ended_at is None and used


def _known(by: str, key: str | int, username: str) -> Actor:
    with _reading() as connection:
        rows = connection.execute(_PERSON_BY[by], {"key": key, "today": clock.today()}).all()
    if not rows:
        raise NotFound(_("There is no user “{name}”.", name=username))
    if not _may_enter(rows[0]):
        raise Forbidden(_("The user “{name}” is no longer active.", name=username))
    return _actor(rows)


def _may_enter(user: Any) -> bool:
    return bool(user.is_active) and user.archived_at is None


def _actor(rows: Sequence[Any]) -> Actor:
    """A row for each role; one without grants where there is none."""
    found, given = rows[0], [row.grants for row in rows if row.grants is not None]
    is_outside = found.firm_id is not None
    # An inside role given to an outside user by mistake opens nothing: nobody outside reaches beyond what is shared.
    widest = Level.SHARED if is_outside else Level.ALL
    levels = {pattern: min(Level[level.upper()], widest) for pattern, level in role_grants(given).items()}
    profile = _profile(tuple(sorted(levels.items())), found.unit_kind, is_outside, bool(found.stands_in))
    place = {name: getattr(found, name) for name in ("unit_id", *PLACE_COLUMNS)} if found.unit_kind else {}
    return Actor(
        found.id, found.username, found.name, profile, place=place, firm_id=found.firm_id, unread=found.unread,
        to_answer=found.to_answer,
    )  # fmt: skip


@lru_cache(maxsize=1000)
def _profile(grants: Any, unit_kind: str | None, is_outside: bool, is_standing_in: bool) -> Profile:
    """Equal profiles are one object, so that what it has worked out of its grants is kept from request to request."""
    return Profile(grants, unit_kind=unit_kind, is_outside=is_outside, is_standing_in=is_standing_in)


def _note_seen(visit: Any) -> None:
    """At most once a minute. A database too busy to note it now is asked again at the next request."""
    now = clock.now()
    if now - visit.seen_at < SEEN_EVERY:
        return
    try:
        with engine().begin() as connection:
            seen = (VISIT.c.id == visit.visit_id, VISIT.c.seen_at == visit.seen_at)
            connection.execute(update(VISIT).where(*seen).values(seen_at=now))
    except OperationalError:
        return


def _reading() -> Connection:
    return engine().connect().execution_options(sqlite_begin="DEFERRED")


# --- the statements, built once: they run at every request ----------------------------------------------------

USER, UNIT, VISIT, DEPUTY, ROLE, USER_ROLE, NOTICE, SEAT = (
    METADATA.tables[model.__tablename__] for model in (User, Unit, Visit, Deputy, Role, UserRole, Notice, Seat)
)
_today = bindparam("today", type_=Date)
_stands_in_today = (
    DEPUTY.c.deputy_id == USER.c.id,
    DEPUTY.c.starts_on <= _today,
    DEPUTY.c.ends_on >= _today,
    DEPUTY.c.archived_at.is_(None),
)
_stands_in = exists().where(*_stands_in_today)
_unread = (
    select(func.count())
    .where(NOTICE.c.user_id == USER.c.id, NOTICE.c.seen_at.is_(None))
    .correlate(USER)
    .scalar_subquery()
)
# Two counts: an OR over the partial index is more than SQLite's planner takes. The state is written out for its sake.
_asked = SEAT.c.state == bindparam("asked", "asked", literal_execute=True)
_away = select(DEPUTY.c.absent_id).where(*_stands_in_today).correlate(USER)
_own_seats = select(func.count()).where(_asked, SEAT.c.user_id == USER.c.id).correlate(USER).scalar_subquery()
_seats_of_absent = select(func.count()).where(_asked, SEAT.c.user_id.in_(_away)).correlate(USER).scalar_subquery()
_person = select(
    *(USER.c[name] for name in ("id", "username", "name", "firm_id", "is_active", "archived_at")),
    *(UNIT.c.id.label("unit_id"), UNIT.c.kind.label("unit_kind"), *(UNIT.c[name] for name in PLACE_COLUMNS)),
    *(_stands_in.label("stands_in"), _unread.label("unread"), (_own_seats + _seats_of_absent).label("to_answer")),
    ROLE.c.grants,
).select_from(
    USER.outerjoin(UNIT, UNIT.c.id == USER.c.unit_id)
    .outerjoin(USER_ROLE, USER_ROLE.c.user_id == USER.c.id)
    .outerjoin(ROLE, and_(ROLE.c.id == USER_ROLE.c.role_id, ROLE.c.archived_at.is_(None)))
)
_PERSON_BY = {
    "id": _person.where(USER.c.id == bindparam("key")),
    "username": _person.where(USER.c.username == bindparam("key")),
    "token": _person.add_columns(VISIT.c.id.label("visit_id"), VISIT.c.created_at, VISIT.c.seen_at, VISIT.c.ended_at)
    .join(VISIT, VISIT.c.user_id == USER.c.id)
    .where(VISIT.c.token == bindparam("key")),
}
