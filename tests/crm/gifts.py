"""Gifts that are asked for and answered, each in a transaction of its own, and what they take up of the ceilings."""

from typing import Any

from sqlalchemy import func, select

from core.approvals import acts
from crm.commitments import Commitment
from crm.playbook.reserving import reserve
from tests.crm import playing
from tests.crm.playing import GIFT, person, use
from tests.crm.world import acting

YUAN = 100


def gift(amount: int, who: str = "Bank boss", *, account: str = "Bank", code: str = GIFT, **values: Any) -> int:
    """Ask for a gift in a transaction of its own; the number of the use."""
    with acting("am") as session:
        made = use(session, code, person(session, who, account), **values)
        reserve(session, made, [(person(session, who, account), amount)])
        return made.id


def committed(**values: Any) -> int:
    with acting("am") as session:
        rows = select(func.sum(Commitment.amount)).where(Commitment.state != "released").filter_by(**values)
        return session.scalar(rows) or 0


def settle(activity_id: int, outcome: str, name: str = "lead") -> None:
    """Ask for what the use holds, and answer it."""
    asked = playing.asked_for(activity_id)
    with acting(name) as session:
        if outcome == "approved":
            acts.approve(session, asked)
        else:
            acts.refuse(session, asked, reason="Too much")
