"""Adds the demo world's records to a session and remembers their ids by what the world calls them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import select

from core import clock
from core.entity import Entity
from core.people import Role, Unit, User, UserRole
from core.registry import registry
from crm.demo import shapes
from crm.demo.dates import day

# One person looks after the demo: the administrator reads no client data, the data keeper does.
ROLES = {"team_leader": ("team_lead",), "administrator": ("administrator", "data_keeper")}


@cache
def _model(stem: str) -> Any:
    entity = registry().entity(f"crm.{stem}")
    assert entity is not None
    return entity.model


@dataclass
class Planter:
    """Adds records, lets their entity complete them, and remembers their ids by what the world calls them."""

    session: Any
    today: date = field(default_factory=clock.today)
    now: datetime = field(default_factory=clock.now)
    ids: dict[tuple[type, str], int] = field(default_factory=dict)

    def add(self, record: Any, key: str = "") -> Any:
        entity = self.entity(record)
        if entity is not None:
            entity.complete(self.session, record)
        self.session.add(record)
        self.ids[type(record), key] = record.id
        return record

    @staticmethod
    def entity(record: Any) -> Entity | None:
        return registry().entity_of_table(record.__tablename__)

    def id(self, model: Any, key: str | None) -> Any:
        """The id of a planted record, or of a reference row by its code."""
        if not key:
            return None
        if (model, key) not in self.ids:
            self.ids[model, key] = self.session.scalars(select(model.id).where(model.code == key)).one()
        return self.ids[model, key]

    def ref(self, stem: str, code: str | None) -> Any:
        return self.id(_model(stem), code)

    def on(self, offset: int | None) -> Any:
        return None if offset is None else day(self.today, offset)

    def sure(self, offset: int) -> date:
        return day(self.today, offset)

    def at(self, offset: int, hour: str) -> datetime:
        return datetime.combine(self.sure(offset), time.fromisoformat(hour), clock.zone()).astimezone(UTC)

    def flush(self) -> None:
        self.session.flush()


def add_users(made: Planter, users: list[shapes.User]) -> list[User]:
    people = [_user(made, user) for user in users]
    made.flush()
    for person, user in zip(people, users, strict=True):
        for code in ROLES.get(user.role, (user.role,)):
            made.session.add(UserRole(user_id=person.id, role_id=made.id(Role, code)))
    made.flush()
    return people


def _user(made: Planter, user: shapes.User) -> User:
    person = User(
        username=user.login,
        name=user.name.zh,
        name_en=user.name.en,
        unit_id=made.id(Unit, user.unit),
        email=f"{user.login}@example.com",
    )
    made.add(person, user.login)
    return person
