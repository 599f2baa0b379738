"""From a session's token, or from a user's name, to the actor with all rights of this moment."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from core import clock
from core.access import Actor, Level, Profile
from core.db import kernel_session
from core.errors import Forbidden, NotFound
from core.i18n import _
from core.passwords import token_digest
from core.people import Deputy, Role, Unit, User, UserRole, Visit, role_grants

SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Life:
    """How long a session lasts without use, and at most."""

    idle: timedelta
    absolute: timedelta


INSIDE = Life(timedelta(hours=12), timedelta(days=7))
OUTSIDE = Life(timedelta(minutes=30), timedelta(hours=8))


def actor_of(token: str) -> tuple[Actor, int] | None:
    """Whose session the token is, and the session's id. Rights are read afresh: a change is in force at once."""
    statement = _people(Visit).join(Visit, col(Visit.user_id) == User.id).where(Visit.token == token_digest(token))
    with kernel_session(writes=False) as session:
        found = session.exec(statement).first()
        if found is None or not (is_alive(found[3], found[0]) and _may_enter(found[0])):
            return None
        actor = _actor(session, *found[:3])
    _note_seen(found[3])
    return actor, found[3].id


def actor_for(username: str) -> Actor:
    """The actor of a user's name, for `--as USER`."""
    return _actor_where(User.username == username, username)


def actor_by_id(user_id: int, username: str) -> Actor:
    """The actor whom a job was started by; the name is for the sentence, should the user be gone."""
    return _actor_where(User.id == user_id, username)


def _actor_where(condition: Any, username: str) -> Actor:
    with kernel_session(writes=False) as session:
        found = session.exec(_people().where(condition)).first()
        if found is None:
            raise NotFound(_("There is no user “{name}”.", name=username))
        if not _may_enter(found[0]):
            raise Forbidden(_("The user “{name}” is no longer active.", name=username))
        return _actor(session, *found[:3])


def _people(*more: Any) -> Any:
    """User, unit, and whether a deputy's row is in force for the user today."""
    today = clock.today()
    stands_in = exists().where(
        col(Deputy.deputy_id) == User.id,
        col(Deputy.starts_on) <= today,
        col(Deputy.ends_on) >= today,
        col(Deputy.archived_at).is_(None),
    )
    return select(User, Unit, stands_in, *more).outerjoin(Unit, col(Unit.id) == User.unit_id)


def _may_enter(user: User) -> bool:
    return user.is_active and user.archived_at is None


def is_alive(visit: Visit, user: User) -> bool:
    life, now = (OUTSIDE if user.firm_id is not None else INSIDE), clock.now()
    used = now - visit.seen_at < life.idle and now - visit.created_at < life.absolute
    return visit.ended_at is None and used


def _actor(session: Session, user: User, unit: Unit | None, stands_in: bool) -> Actor:
    roles = select(Role.grants).join(UserRole, col(UserRole.role_id) == Role.id)
    rows = session.exec(roles.where(UserRole.user_id == user.id, col(Role.archived_at).is_(None))).all()
    grants = tuple(sorted((pattern, Level[level.upper()]) for pattern, level in role_grants(list(rows)).items()))
    profile = Profile(
        grants=grants,
        unit_kind=unit.kind if unit else None,
        is_outside=user.firm_id is not None,
        is_standing_in=bool(stands_in),
    )
    place = unit.place() if unit else {}
    return Actor(user.id, user.username, user.name, profile, place=place, firm_id=user.firm_id)


def _note_seen(visit: Visit) -> None:
    """At most once a minute. A database too busy to note it now is asked again at the next request."""
    now = clock.now()
    if now - visit.seen_at < SEEN_EVERY:
        return
    try:
        with kernel_session() as session:
            seen = (col(Visit.id) == visit.id, col(Visit.seen_at) == visit.seen_at)
            session.exec(update(Visit).where(*seen).values(seen_at=now))
    except OperationalError:
        return
