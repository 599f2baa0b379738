"""A small named world: two cities with a team each, a lead, a channel manager, a head, two firms, a few accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from agents.firms import Firm, Staff
from core import clock
from core.access import OPERATOR
from core.actors import actor_for
from core.db import ActorSession, reading, unit_of_work
from core.people import Role, Unit, User, UserRole
from core.registry import registry
from crm.accounts import Account
from crm.contracts import Contract
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity

PEOPLE = {
    "am": ("T1", "account_manager"),
    "am3": ("T1", "account_manager"),
    "am2": ("T2", "account_manager"),
    "lead": ("T1", "team_lead"),
    "channel": ("GZ", "channel_manager"),
    "exec": ("GD", "executive"),
    "admin": ("GD", "administrator"),
    "keeper": ("GD", "data_keeper"),
    "stranger": ("T2", ""),
}
UNITS = (
    ("GD", "province", None),
    ("GZ", "city", "GD"),
    ("FS", "city", "GD"),
    ("T1", "team", "GZ"),
    ("T2", "team", "FS"),
)
ACCOUNTS = {"Harbour": "am", "Bank": "am", "Hospital": "am3", "Factory": "am2"}


def build() -> None:
    """Into a migrated database, once."""
    registry()
    with unit_of_work(OPERATOR) as session:
        for code, kind, parent in UNITS:
            save(session, Unit(code=code, name_zh=code, kind=kind, parent_id=id_of(session, Unit, code=parent)))
        for name, (unit, role) in PEOPLE.items():
            _person(session, name, role, unit_id=id_of(session, Unit, code=unit))
        for number, (name, owner) in enumerate(ACCOUNTS.items()):
            owner_id = id_of(session, User, username=owner)
            account = save(session, Account(code=f"ACC{number}", name=name, owner_id=owner_id))
            deal = Opportunity(code=f"DEAL{number}", name=f"{name} line", account_id=account.id, owner_id=owner_id)
            save(session, deal)
            boss = KeyPerson(name=f"{name} boss", account_id=account.id, mobile="13900001234", email="b@example.com")
            save(session, boss)
        for code in ("north", "south"):
            firm = save(session, Firm(code=code, name=code, owner_id=id_of(session, User, username="channel")))
            person = _person(session, f"agent_{code}", "agent_staff")
            save(session, Staff(firm_id=firm.id, user_id=person.id))


def _person(session: ActorSession, name: str, role: str, **values: Any) -> User:
    person: User = save(session, User(username=name, name=name, **values))
    if role:
        session.add(UserRole(user_id=person.id, role_id=id_of(session, Role, code=role) or 0))
        session.flush()
    return person


def save(session: ActorSession, record: Any) -> Any:
    """Completed by its entity, written, and read back from the session."""
    entity = registry().entity_of_table(record.__tablename__)
    if entity is not None:
        entity.complete(session, record)
    session.add(record)
    session.flush()
    return record


def id_of(session: ActorSession, model: Any, **values: Any) -> int | None:
    conditions = [getattr(model, name) == value for name, value in values.items()]
    return session.scalar(select(model.id).where(*conditions))  # type: ignore[no-any-return]


def one(session: ActorSession, model: Any, **values: Any) -> Any:
    conditions = [getattr(model, name) == value for name, value in values.items()]
    return session.scalars(select(model).where(*conditions)).one()


def signed(session: ActorSession, deal: Opportunity) -> Opportunity:
    """With the contract on file, without which no deal is won."""
    save(session, Contract(name=deal.name, account_id=deal.account_id, opportunity_id=deal.id, signed_on=days(-1)))
    return deal


@contextmanager
def acting(name: str, *, clear: bool = False) -> Iterator[ActorSession]:
    """A session that writes as this person."""
    with unit_of_work(OPERATOR if name == "operator" else actor_for(name), clear=clear) as session:
        yield session


def seen(name: str, column: Any, *, clear: bool = False) -> set[Any]:
    """All values of the column that this person sees."""
    with reading(actor_for(name), clear=clear) as session:
        return set(session.scalars(select(column)))


def days(count: int) -> Any:
    return clock.today() + timedelta(days=count)
