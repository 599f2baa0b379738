"""A small named world in a database with the reference data: two cities, their people, and a few clients and deals."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select

from core import clock
from core.access import OPERATOR
from core.db import ActorSession, kernel_session, unit_of_work
from core.passwords import token_digest
from core.people import Role, Unit, User, UserRole, Visit
from core.registry import registry
from crm.accounts import Account
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from tests.client import HOST as HOST
from tests.client import Client
from web.app import create_app

PLACES = {
    "gd": ("province", None),
    "gz": ("city", "gd"),
    "sz": ("city", "gd"),
    "gz1": ("team", "gz"),
    "sz1": ("team", "sz"),
}
USERS = {
    "am": ("account_manager", "gz1"), "am2": ("account_manager", "sz1"), "lead": ("team_lead", "gz"),
    "exec": ("executive", "gd"), "admin": ("administrator", "gd"), "keeper": ("data_keeper", "gd"),
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """Ids by the name of the thing: users, accounts, persons, deals."""

    ids: dict[str, int]
    tokens: dict[str, str]
    app: Any

    def client(self, user: str | None, lang: str = "en", **headers: str) -> Client:
        made = Client(self.app, headers)
        made.cookies.set("octant_lang", lang)
        if user:
            made.cookies.set("octant", self.tokens[user])
        return made


@cache
def the_app() -> Any:
    """It knows no database, so that one serves for all worlds."""
    return create_app()


def plant() -> World:
    registry()
    with unit_of_work(OPERATOR) as session:
        ids = _people(session)
    with unit_of_work(OPERATOR) as session:
        ids |= _clients(session, ids)
    return World(ids, {name: _signed_in(ids[name]) for name in USERS}, the_app())


def _people(session: ActorSession) -> dict[str, int]:
    units: dict[str, Unit] = {}
    for code, (kind, parent) in PLACES.items():
        units[code] = Unit(code=code, name_zh=f"单位{code}", name_en=f"Unit {code}", kind=kind)
        units[code].parent_id = units[parent].id if parent else None
        units[code].stand_under(units[parent] if parent else None)
        session.add(units[code])
        session.flush()
    roles = {role.code: role.id for role in session.scalars(select(Role))}
    ids = {}
    for name, (role, unit) in USERS.items():
        user = User(username=name, name=f"{name} 先生", unit_id=units[unit].id)
        session.add(user)
        session.flush()
        session.add(UserRole(user_id=user.id, role_id=roles[role]))
        ids[name] = user.id
    return ids


def _clients(session: ActorSession, ids: dict[str, int]) -> dict[str, int]:
    found = {}
    for name, owner in (("港口", "am"), ("电池", "am"), ("医院", "am2")):
        account = Account(code=f"C-{name}", name=f"{name}集团有限公司", owner_id=ids[owner], member_count=10)
        session.add(account)
        session.flush()
        person = KeyPerson(account_id=account.id, name=f"{name}主任", mobile="13812345678")
        deal = Opportunity(
            name=f"{name}专网", account_id=account.id, owner_id=ids[owner], amount=1_200_000_00,
            expected_close_on=clock.today() + timedelta(days=20), engaged_on=date(2026, 1, 5),
        )  # fmt: skip
        for entity, record in (("crm.key_person", person), ("crm.opportunity", deal)):
            declared = registry().entity(entity)
            assert declared is not None
            declared.complete(session, record)
            session.add(record)
        session.flush()
        found |= {name: account.id, f"{name}主任": person.id, f"{name}专网": deal.id}
    return found


def _signed_in(user_id: int) -> str:
    """A session without the costly hash of a password."""
    token = secrets.token_urlsafe(32)
    with kernel_session() as session:
        session.add(Visit(user_id=user_id, token=token_digest(token)))
    return token
