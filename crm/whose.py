"""Whose work a page looks at: one's own with that of people one stands in for, one colleague's, or the whole team's."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlmodel import col

from core import clock
from core.access import Actor, Level, table_of
from core.db import ActorSession
from core.errors import NotFound
from core.i18n import _
from core.people import Deputy, Unit, User

TODAY, TEAM = "crm.today.read", "crm.team.read"
MOST_PEOPLE = 200


@dataclass(frozen=True)
class Absence:
    """Somebody is away, and somebody stands in."""

    id: int
    absent_id: int
    absent: str
    deputy_id: int
    deputy: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Whose:
    """`owners` are the people looked at; None for all records within the actor's reach."""

    owners: tuple[int, ...] | None
    is_team: bool = False
    person: str = ""

    def has(self, column: Any) -> ColumnElement[bool]:
        return true() if self.owners is None else column.in_(self.owners)

    def pairs(self) -> list[tuple[str, str]]:
        """The same people as conditions of a list's address."""
        return [("owner", str(owner)) for owner in self.owners or ()]


def mine(actor: Actor, absences: list[Absence]) -> Whose:
    away = [each.absent_id for each in absences if each.deputy_id == actor.user_id]
    return Whose(tuple(dict.fromkeys([actor.user_id or 0, *away])))


def of_team() -> Whose:
    return Whose(None, is_team=True)


def of_person(session: ActorSession, user_id: int) -> Whose:
    """Raises NotFound for whoever is not in the actor's team."""
    name = session.scalar(select(col(User.name)).where(col(User.id) == user_id, in_team(session.actor)))
    if name is None:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    return Whose((user_id,), person=name)


def has_team(actor: Actor) -> bool:
    return actor.may(TEAM)


def in_team(actor: Actor) -> ColumnElement[bool]:
    """The condition on users that they work in the actor's unit or below it; all of them for who reaches all."""
    inside = col(User.firm_id).is_(None)
    if actor.level(TEAM) is Level.ALL:
        return inside
    kind = actor.profile.unit_kind
    if kind is None:
        return inside & (col(User.id) == actor.user_id)
    above = col(getattr(Unit, f"{kind}_id")) == actor.place.get(f"{kind}_id")
    return inside & col(User.unit_id).in_(select(col(Unit.id)).where(above))


def absences(
    session: ActorSession, *, until: date | None = None, of: ColumnElement[bool] | None = None
) -> list[Absence]:
    """Who is away today, or from today to a later day, as far as the actor may see it; the earliest first."""
    today = clock.today()
    absent, deputy = table_of("core_user").alias(), table_of("core_user").alias()
    statement = (
        select(Deputy, absent.c.name, deputy.c.name)
        .join(absent, absent.c.id == col(Deputy.absent_id))
        .join(deputy, deputy.c.id == col(Deputy.deputy_id))
        .where(
            col(Deputy.archived_at).is_(None),
            col(Deputy.ends_on) >= today,
            col(Deputy.starts_on) <= (until or today),
            of if of is not None else true(),
        )
        .order_by(col(Deputy.starts_on), col(Deputy.id))
        .limit(MOST_PEOPLE)
    )
    return [
        Absence(row.id, row.absent_id, away, row.deputy_id, stands_in, row.starts_on, row.ends_on)
        for row, away, stands_in in session.execute(statement)
    ]


def my_absences(session: ActorSession) -> list[Absence]:
    """Of today: where the actor is away, or stands in."""
    me = session.actor.user_id
    return absences(session, of=or_(col(Deputy.absent_id) == me, col(Deputy.deputy_id) == me))
