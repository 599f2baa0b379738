"""Who stands above whom, and who may answer: read from units, roles and their rights, for the engine alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from core import clock
from core.access import Level, Profile
from core.db import ActorSession
from core.people import Deputy, Role, Unit, User, UserRole, role_grants
from core.record import PLACE_COLUMNS, PLACES
from core.wall import whole

ANSWER = "core.approval.update"
Place = dict[str, int | None]


@dataclass(frozen=True)
class Person:
    """Somebody of the house who can sign in. `chain` are their unit and those above it, the nearest first."""

    id: int
    username: str
    name: str
    unit_id: int | None
    chain: tuple[int, ...]
    level: Level
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def may_answer(self) -> bool:
        return self.level >= Level.OWN

    @property
    def is_head(self) -> bool:
        """Whoever answers for a unit and all below it leads the unit."""
        return self.level >= Level.SUBTREE and self.unit_id is not None


def is_under(person: Person, other: Person) -> bool:
    """The other is in the person's line of superiors. Two who lead one unit are nobody's superiors there."""
    if person.id == other.id or not other.is_head or other.unit_id not in person.chain:
        return False
    return other.unit_id != person.unit_id or not person.is_head


def superiors(person: Person, people: Iterable[Person]) -> list[list[Person]]:
    """The people above somebody, level by level from the nearest; a unit that nobody leads is no level."""
    above = [other for other in people if is_under(person, other)]
    levels = [[other for other in above if other.unit_id == unit] for unit in person.chain]
    return [level for level in levels if level]


def may_decide(person: Person, requester: Person) -> bool:
    """Neither the requester nor anybody under the requester, and somebody who may answer at all."""
    return person.may_answer and person.id != requester.id and not is_under(person, requester)


# --- reading --------------------------------------------------------------------------------------------------

_user, _unit, _role, _held = whole(User), whole(Unit), whole(Role), whole(UserRole)


def person_of(session: ActorSession, user_id: int | None) -> Person | None:
    return next(iter(people(session, _user.c.id == user_id)), None)


def people(session: ActorSession, where: ColumnElement[bool], *, limit: int = 2000) -> list[Person]:
    """Everybody of whom the condition holds, in one statement, by name. Rights are those of this moment."""
    of_house = (_user.c.firm_id.is_(None), _user.c.is_active.is_(True), _user.c.archived_at.is_(None))
    places = [_unit.c[name] for name in PLACE_COLUMNS]
    statement = (
        select(_user.c.id, _user.c.username, _user.c.name, _user.c.unit_id, _role.c.code, _role.c.grants, *places)
        .select_from(_user.outerjoin(_unit, _unit.c.id == _user.c.unit_id)
            .outerjoin(_held, _held.c.user_id == _user.c.id)
            .outerjoin(_role, and_(_role.c.id == _held.c.role_id, _role.c.archived_at.is_(None))))
        .where(*of_house, where).order_by(_user.c.name, _user.c.id).limit(limit)
    )  # fmt: skip
    rows: dict[int, list[Any]] = {}
    for row in session.connection().execute(statement):
        rows.setdefault(row.id, []).append(row)
    return [_person(found) for found in rows.values()]


def _person(rows: list[Any]) -> Person:
    first = rows[0]
    chain = tuple(unit for kind in reversed(PLACES) if (unit := getattr(first, f"{kind}_id")) is not None)
    held = role_grants([row.grants for row in rows if row.grants is not None])
    profile = Profile(tuple((pattern, Level[level.upper()]) for pattern, level in sorted(held.items())))
    codes = frozenset(row.code for row in rows if row.code)
    return Person(first.id, first.username, first.name, first.unit_id, chain, profile.level(ANSWER), codes)


def roles_held(session: ActorSession, user_id: int | None) -> frozenset[int]:
    """The roles that somebody holds at this moment."""
    live = select(_held.c.role_id).join(_role, _role.c.id == _held.c.role_id).where(_role.c.archived_at.is_(None))
    mine = live.where(_held.c.user_id == user_id) if user_id is not None else None
    return frozenset(session.connection().scalars(mine)) if mine is not None else frozenset()


def in_line(person: Person) -> ColumnElement[bool]:
    return _user.c.unit_id.in_(person.chain) if person.chain else false()


def holding(role: str, place: str, person: Person) -> ColumnElement[bool]:
    """Whoever holds the role in the person's city or province."""
    mine = select(_unit.c[f"{place}_id"]).where(_unit.c.id == person.unit_id).scalar_subquery()
    held = select(_held.c.user_id).join(_role, _role.c.id == _held.c.role_id)
    is_near = _user.c.unit_id.in_(select(_unit.c.id).where(_unit.c[f"{place}_id"] == mine))
    return and_(is_near, _user.c.id.in_(held.where(_role.c.code == role, _role.c.archived_at.is_(None))))


def named(user_id: int) -> ColumnElement[bool]:
    return _user.c.id == user_id  # type: ignore[no-any-return]


def called(name: str) -> ColumnElement[bool]:
    """By user name, or by the whole name."""
    return or_(_user.c.username == name.strip().lower(), _user.c.name == name.strip())


def near(person: Person) -> ColumnElement[bool]:
    """Everybody of the same province: among these one looks for somebody to add."""
    mine = select(_unit.c.province_id).where(_unit.c.id == person.unit_id).scalar_subquery()
    return _user.c.unit_id.in_(select(_unit.c.id).where(_unit.c.province_id == mine))  # type: ignore[no-any-return]


def selves(session: ActorSession) -> set[int]:
    """The actor, and those whom the actor stands in for today."""
    me, today, away = session.actor.user_id or 0, clock.today(), whole(Deputy)
    if not session.actor.profile.is_standing_in:
        return {me}
    mine = (away.c.deputy_id == me, away.c.archived_at.is_(None), away.c.starts_on <= today, away.c.ends_on >= today)
    return {me, *session.connection().scalars(select(away.c.absent_id).where(*mine))}
