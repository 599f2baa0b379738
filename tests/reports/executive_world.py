"""A province with two cities for the executive's figures: what was won and lost, what is open, targets, contracts."""

from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from core import clock
from core.access import OPERATOR
from core.db import ActorSession, reading, unit_of_work
from core.lists import Query
from core.people import Unit, User
from crm.accounts import Account
from crm.activities import Activity
from crm.contracts import Contract
from crm.opportunities import Opportunity
from crm.stages import Stage
from crm.targets import Target
from crm.trades import Trade
from reports.executive import ExecutiveData, gather
from tests.crm import world
from tests.crm.world import actor_for, one, save

YEAR = "2025"
TRADES = {"Harbour": "T01", "Bank": "T02", "Factory": "T01"}


def build() -> None:
    """The clients of the small world have trades; their first deals, which say nothing, are gone."""
    world.build()
    with unit_of_work(OPERATOR) as session:
        for deal in session.scalars(select(Opportunity)):
            deal.archived_at = clock.now()
        for name, code in TRADES.items():
            one(session, Account, name=name).trade_id = one(session, Trade, code=code).id


def won(session: ActorSession, account: str, yuan: int | None, on: date, *, state: str = "won", **values: Any) -> Any:
    """A deal of the account's owner that was decided on the day, sixty days after it was begun."""
    client = one(session, Account, name=account)
    begun = values.pop("engaged_on", on - timedelta(days=60))
    return save(
        session,
        Opportunity(
            name=f"{account} {on} {yuan}", account_id=client.id, owner_id=client.owner_id, state=state, closed_on=on,
            amount=None if yuan is None else yuan * 100, stage_id=one(session, Stage, code="O5").id,
            engaged_on=begun, **values,
        ),
    )  # fmt: skip


def lost(session: ActorSession, account: str, on: date) -> Any:
    return won(session, account, None, on, state="lost")


def opened(session: ActorSession, account: str, yuan: int | None, *, stage: str = "O4", days: int = 0) -> Any:
    """An open deal that has been in its stage for so many days."""
    client, since = one(session, Account, name=account), clock.today() - timedelta(days=days)
    return save(
        session,
        Opportunity(
            name=f"{account} {stage} {yuan}", account_id=client.id, owner_id=client.owner_id, stage_since=since,
            amount=None if yuan is None else yuan * 100, stage_id=one(session, Stage, code=stage).id,
        ),
    )  # fmt: skip


def planned(session: ActorSession, deal: Any, *, days: int) -> None:
    due = clock.today() + timedelta(days=days)
    save(session, Activity(subject="visit", opportunity_id=deal.id, owner_id=deal.owner_id, due_on=due))


def target(session: ActorSession, month: date, yuan: int, *, unit: str = "", user: str = "") -> None:
    values: dict[str, Any] = {"measure": "won_amount", "month": month, "amount": yuan * 100}
    if unit:
        values["for_unit_id"] = one(session, Unit, code=unit).id
    else:
        values["for_user_id"] = one(session, User, username=user).id
    save(session, Target(**values))


def contract(session: ActorSession, account: str, *, days: int, monthly: int | None = None, **values: Any) -> None:
    client = one(session, Account, name=account)
    save(
        session,
        Contract(
            name=f"{account} {days}", account_id=client.id, owner_id=client.owner_id,
            monthly=None if monthly is None else monthly * 100, ends_on=clock.today() + timedelta(days=days), **values,
        ),
    )  # fmt: skip


def figures(who: str = "exec", **filters: str) -> ExecutiveData:
    asked = {"period": YEAR, **filters}
    with reading(actor_for(who), snapshot=True) as session:
        return gather(session, query=Query(filters={name: (value,) for name, value in asked.items() if value}))


def unit_id(code: str) -> int:
    with reading(OPERATOR) as session:
        found = session.scalar(select(col(Unit.id)).where(col(Unit.code) == code))
    assert found
    return found
