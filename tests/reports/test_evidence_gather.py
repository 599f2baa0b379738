"""What the evidence reads: deals as they were when opened, and every use whoever made it."""

from datetime import date, timedelta
from typing import Any

import pytest

from core import clock
from core.access import OPERATOR
from core.db import reading, unit_of_work
from core.people import User
from crm.accounts import Account
from crm.activities import Activity
from crm.grades import Grade
from crm.opportunities import Opportunity
from crm.opportunity_rivals import OpportunityRival
from crm.rivals import Rival
from crm.weapons import Weapon
from reports.evidence.found import Found
from reports.evidence.gather import gather
from tests.crm.world import one, save
from tests.reports import executive_world as at
from tests.reports.branch import counted_statements

OPENED = clock.today() - timedelta(days=90)


@pytest.fixture
def deal(province: str) -> int:
    """Of the bank: written down on the day it was opened, lost after fifty days."""
    with unit_of_work(OPERATOR) as session:
        made = at.won(session, "Bank", 5000, OPENED + timedelta(days=50), state="lost", engaged_on=OPENED)
        made.created_at = clock.start_of(OPENED)
        return int(made.id)


def found() -> Found:
    with reading(OPERATOR, snapshot=True) as session:
        return gather(session)


def told(deal_id: int) -> dict[str, Any]:
    return next(row for row in found().deals if row["id"] == deal_id)


def change(deal_id: int, **values: Any) -> None:
    with unit_of_work(OPERATOR) as session:
        record = session.get(Opportunity, deal_id)
        for name, value in values.items():
            setattr(record, name, value)


def use(deal_id: int, day: date, weapon: str = "W05_TRIAL", who: str = "am") -> None:
    with unit_of_work(OPERATOR) as session:
        save(
            session,
            Activity(
                subject="use", opportunity_id=deal_id, owner_id=one(session, User, username=who).id, state="done",
                weapon_id=one(session, Weapon, code=weapon).id, due_on=day,
                done_at=clock.start_of(day) + timedelta(hours=10),
            ),
        )  # fmt: skip


def test_a_deal_counts_its_days_from_opening_to_closing(deal: int) -> None:
    row = told(deal)
    assert (row["state"], row["closed"] - row["opened"]) == ("lost", timedelta(days=50))


def test_an_amount_that_was_changed_later_is_told_as_it_was(deal: int) -> None:
    change(deal, amount=9_900)
    assert told(deal)["amount"] == 500_000


def test_the_seller_is_who_opened_the_deal(deal: int) -> None:
    before = told(deal)["seller"]
    with reading(OPERATOR) as session:
        other = one(session, User, username="am2").id
    change(deal, owner_id=other)
    assert told(deal)["seller"] == before != other


def test_the_amount_of_a_deal_written_down_after_its_end_is_not_known(deal: int) -> None:
    change(deal, created_at=clock.now())
    assert told(deal)["amount"] is None


def test_a_grade_that_the_client_got_after_the_opening_is_not_looked_at(deal: int) -> None:
    with unit_of_work(OPERATOR) as session:
        one(session, Account, name="Bank").grade_id = one(session, Grade, code="A1").id
    assert told(deal)["grade"] is None


@pytest.mark.parametrize(("days", "is_known"), [(0, True), (20, False)])
def test_a_rival_counts_who_was_known_at_the_opening(deal: int, days: int, is_known: bool) -> None:
    with unit_of_work(OPERATOR) as session:
        rival = save(session, Rival(code="RX", name_zh="友商"))
        made = clock.start_of(OPENED + timedelta(days=days)) + timedelta(hours=12)
        save(session, OpportunityRival(opportunity_id=deal, rival_id=rival.id, created_at=made))
    assert told(deal)["rival"] is is_known


def test_the_first_use_counts_whoever_made_it(deal: int) -> None:
    use(deal, OPENED + timedelta(days=30))
    use(deal, OPENED + timedelta(days=12), who="agent_north")
    assert [(each.deal, each.day) for each in found().uses] == [(deal, 12)]


def test_a_use_after_the_end_was_no_help(deal: int) -> None:
    use(deal, OPENED + timedelta(days=60))
    assert found().uses == []


def test_a_use_before_the_opening_counts_from_the_first_day(deal: int) -> None:
    use(deal, OPENED - timedelta(days=5))
    assert [each.day for each in found().uses] == [0]


def test_it_costs_a_dozen_statements_however_many_deals(deal: int) -> None:
    def cost() -> int:
        with counted_statements() as statements:
            found()
        return len(statements)

    before = cost()
    with unit_of_work(OPERATOR) as session:
        for number in range(20):
            at.won(session, "Bank", number, OPENED + timedelta(days=number), engaged_on=OPENED)
    assert cost() == before <= 16
