"""Plants the demo world's outside firms, their staff, and what was handed over to them."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from agents.firms import Firm, Staff
from agents.handovers import Handover, HandoverPerson
from core.people import Unit, User
from crm.accounts import Account
from crm.demo.planter import Planter, add_users
from crm.demo.shapes import HandOver
from crm.demo.world import world
from crm.key_persons import KeyPerson


def plant(session: Any) -> list[str]:
    """Returns who signs in."""
    made, all_ = Planter(session), world()
    for account in all_.accounts:
        made.ids[Account, account.key] = made.id(Account, account.code) or 0
    for row in all_.firms:
        unit = session.scalars(
            select(col(Unit.id)).where(col(Unit.kind) == "city", col(Unit.code).in_(_units_of(row.city)))
        ).one()
        firm = Firm(
            code=row.code,
            name=row.name.zh,
            name_en=row.name.en,
            grade=row.grade,
            home_unit_id=unit,
            owner_id=user_id(session, row.manager),
            admitted_on=made.on(-400),
            ends_on=made.on(300),
        )
        made.add(firm, row.code)
        made.flush()
    staff = [user for user in all_.users if user.firm]
    for user, person in zip(staff, add_users(made, staff), strict=True):
        made.add(Staff(firm_id=made.ids[Firm, user.firm or ""], user_id=person.id, post=user.post.zh))
    made.flush()
    for given in all_.handovers:
        _handover(made, given)
    made.flush()
    return [user.login for user in staff]


def _units_of(city: str) -> list[str]:
    return [unit.code for unit in world().units if city in unit.covers]


def user_id(session: Any, login: str) -> int:
    found: int = session.scalars(select(col(User.id)).where(col(User.username) == login)).one()
    return found


def _handover(made: Planter, row: HandOver) -> None:
    """Past ones too, so they do not go through the form's check that the day is still to come."""
    owner = made.session.scalar(select(col(Account.owner_id)).where(col(Account.id) == made.ids[Account, row.account]))
    is_revoked = row.revoked_on is not None
    handover = Handover(
        account_id=made.ids[Account, row.account],
        firm_id=made.ids[Firm, row.firm],
        purpose=row.purpose.zh,
        until=made.on(row.until),
        accepted_at=made.at(row.given_on, "10:00") if row.persons else None,
        accepted_by_id=owner if row.persons else None,
        revoked_at=made.at(row.revoked_on or 0, "10:00") if is_revoked else None,
        revoked_by_id=owner if is_revoked else None,
    )
    made.session.add(handover)
    for name in row.persons:
        person = select(col(KeyPerson.id)).where(
            col(KeyPerson.account_id) == handover.account_id, col(KeyPerson.name) == name
        )
        made.session.add(HandoverPerson(handover_id=handover.id, person_id=made.session.scalars(person).one()))
