"""The whole demo world as frozen rows: `world()`. Nothing in it is a real client, person, firm or number."""

from dataclasses import dataclass, fields
from functools import cache
from typing import cast

from crm.demo.accounts import accounts, key_persons
from crm.demo.activities import activities
from crm.demo.billing import account_months, targets
from crm.demo.cities import further_units, further_users
from crm.demo.crowd import crowd
from crm.demo.crowd_deals import crowd_deals
from crm.demo.crowd_papers import crowd_contracts, crowd_tenders
from crm.demo.crowd_work import crowd_activities, met_persons
from crm.demo.deals import contracts, deals, tenders
from crm.demo.shapes import (
    Account,
    AccountMonth,
    Activity,
    Campaign,
    Contract,
    Deal,
    Firm,
    HandOver,
    KeyPerson,
    Progress,
    Rival,
    Target,
    Task,
    Tender,
    Unit,
    User,
)
from crm.demo.tables import Row, fen, number, table
from crm.reference.kinds import Text


@dataclass(frozen=True)
class World:
    units: tuple[Unit, ...]
    users: tuple[User, ...]
    firms: tuple[Firm, ...]
    rivals: tuple[Rival, ...]
    accounts: tuple[Account, ...]
    key_persons: tuple[KeyPerson, ...]
    deals: tuple[Deal, ...]
    activities: tuple[Activity, ...]
    contracts: tuple[Contract, ...]
    tenders: tuple[Tender, ...]
    account_months: tuple[AccountMonth, ...]
    targets: tuple[Target, ...]
    campaigns: tuple[Campaign, ...]
    tasks: tuple[Task, ...]
    handovers: tuple[HandOver, ...]

    def counts(self) -> dict[str, int]:
        return {field.name: len(getattr(self, field.name)) for field in fields(self)}


@cache
def world() -> World:
    return World(
        units=(*(unit(row) for row in table("units")), *further_units()),
        users=(*users_by_hand(), *further_users()),
        firms=tuple(firm(row) for row in table("firms")),
        rivals=tuple(Rival(code=row["code"], name=named(row)) for row in table("rivals")),
        accounts=(*accounts(), *crowd()),
        key_persons=(*key_persons(), *met_persons()),
        deals=(*deals(), *crowd_deals()),
        activities=(*activities(), *crowd_activities()),
        contracts=(*contracts(), *crowd_contracts()),
        tenders=(*tenders(), *crowd_tenders()),
        account_months=account_months(),
        targets=targets(),
        campaigns=tuple(campaign(row) for row in table("campaigns")),
        tasks=tuple(task(row) for row in table("tasks")),
        handovers=tuple(handover(row) for row in table("handovers")),
    )


def named(row: Row, column: str = "name") -> Text:
    return Text(zh=row[column], en=row[f"{column}_en"])


def unit(row: Row) -> Unit:
    covers = tuple(row["covers"].split())
    return Unit(code=row["code"], parent=row["parent"] or None, kind=row["kind"], name=named(row), covers=covers)


def user(row: Row) -> User:
    return User(
        login=row["login"],
        name=named(row),
        post=named(row, "post"),
        unit=row["unit"] or None,
        role=row["role"],
        firm=row["firm"] or None,
        boss=row["boss"] or None,
    )


def users_by_hand() -> tuple[User, ...]:
    """Those who sign in."""
    return tuple(user(row) for row in table("users"))


def firm(row: Row) -> Firm:
    return Firm(code=row["code"], name=named(row), city=row["city"], grade=row["grade"], manager=row["manager"])


def campaign(row: Row) -> Campaign:
    return Campaign(
        code=row["code"],
        name=named(row),
        goal=named(row, "goal"),
        weapon=row["weapon"],
        product=row["product"],
        channel=row["channel"],
        cities=tuple(row["cities"].split()),
        owner=row["owner"],
        starts_on=int(row["starts"]),
        ends_on=int(row["ends"]),
        budget_fen=fen(row["budget"]),
        rate_fen=fen(row["rate"]),
        state=row["state"],
    )


def task(row: Row) -> Task:
    return Task(
        campaign=row["campaign"],
        user=row["user"],
        account=row["account"],
        weapon=row["weapon"],
        subject=row["subject"],
        state=cast(Progress, row["state"]),
        day=int(row["day"]),
        time=row["time"],
        result=row["result"] or None,
        outcome=row["outcome"] or None,
        products=tuple(row["products"].split()),
    )


def handover(row: Row) -> HandOver:
    return HandOver(
        firm=row["firm"],
        account=row["account"],
        persons=tuple(row["persons"].split()),
        purpose=named(row, "purpose"),
        given_on=int(row["given"]),
        until=int(row["until"]),
        revoked_on=number(row["revoked"]),
    )
