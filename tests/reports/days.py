"""Deals of the executive's world that change from day to day, for figures of days that have gone by."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import update

from core import clock
from core.access import OPERATOR
from core.db import kernel_session, unit_of_work
from core.people import Visit
from crm.accounts import Account
from crm.opportunities import Opportunity
from crm.stages import Stage
from tests.crm.browsing import signed_in
from tests.crm.world import one, save

At = Callable[[int], date]


def browser(name: str) -> Any:
    """Somebody who signed in on this day."""
    made = signed_in(name)
    with kernel_session() as session:
        session.execute(update(Visit).values(seen_at=clock.now(), created_at=clock.now()))
    return made


def deal(account: str, yuan: int | None, stage: str = "O2", **values: Any) -> str:
    """A new open deal of the account's owner; its name."""
    name = f"{account} {stage} {yuan}"
    with unit_of_work(OPERATOR) as session:
        client = one(session, Account, name=account)
        fen = None if yuan is None else yuan * 100
        made = Opportunity(
            name=name, account_id=client.id, owner_id=client.owner_id, amount=fen,
            stage_id=one(session, Stage, code=stage).id, **values,
        )  # fmt: skip
        save(session, made)
    return name


def change(name: str, **values: Any) -> None:
    with unit_of_work(OPERATOR) as session:
        found = one(session, Opportunity, name=name)
        for field, value in values.items():
            setattr(found, field, value)


def act(name: str, what: Any, **values: Any) -> None:
    with unit_of_work(OPERATOR) as session:
        what(session, one(session, Opportunity, name=name), **values)
