"""The results of campaigns on paper: what was reported, what it cost, and what was won since by whom it reached."""

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from campaigns.campaigns import Campaign
from campaigns.tasks import Task
from core.actors import actor_for
from core.clock import now
from core.db import reading
from core.errors import Invalid
from core.i18n import LANGUAGES, use_language
from core.lists import Query
from core.people import User
from crm.accounts import Account
from crm.opportunities import Opportunity
from crm.stages import Stage
from reports import campaign as report
from reports.campaign.data import CampaignData, Won
from reports.engine.workbook import write_csv
from tests.campaigns.street import campaign, task
from tests.crm.world import acting, days, id_of, one, save
from tests.reports.papers import text_of


def outcome(task_id: int, code: str) -> None:
    with acting("operator") as session:
        found: Any = one(session, Task, id=task_id)
        found.outcome, found.reported_at = code, now()


def won(account: str, amount: int, begun: int) -> None:
    """A deal of the client, begun so many days from today, and won."""
    with acting("operator") as session:
        stage = session.scalars(select(Stage).where(col(Stage.outcome) == "won")).first()
        owner = id_of(session, User, username="channel")
        values = {"owner_id": owner, "state": "won", "stage_id": stage.id if stage else None, "closed_on": days(0)}
        deal = Opportunity(name=f"Of {account} {amount}", account_id=id_of(session, Account, name=account))
        for name, value in {**values, "amount": amount * 100, "engaged_on": days(begun)}.items():
            setattr(deal, name, value)
        save(session, deal)


def gathered(who: str = "channel", **filters: str) -> CampaignData:
    with use_language("en"), reading(actor_for(who)) as session:
        return report.gather(session, query=Query(filters={name: (value,) for name, value in filters.items()}))


@pytest.fixture
def reported(fresh_carrier: str) -> str:
    first, second, third = task("Bank"), task("Bank"), task("Harbour")
    for each, code in ((first, "interested"), (second, "done"), (third, "no_need")):
        outcome(each, code)
    task("Harbour")
    won("Bank", 700, 0)
    won("Bank", 900, -30)
    won("Harbour", 800, 0)
    return fresh_carrier


def test_cost_is_the_rate_of_paid_results_and_a_deal_counts_once_and_only_if_it_began_after(reported: str) -> None:
    data = gathered()
    total = data.total
    assert (total.tasks, total.reported, total.good, total.cost) == (4, 3, 2, 2 * 50_00)
    assert total.won == Won(1, 700_00)
    assert data.campaigns[0].result.won == Won(1, 700_00)
    for group in data.groups:
        assert sum(each.tasks for each in group.results) == 4 and sum(each.cost for each in group.results) == 100_00


def test_campaigns_of_one_state_and_no_other_filter(reported: str) -> None:
    assert gathered(state="ended").total.tasks == 0
    assert gathered(state="running").rows == 4
    for wrong in ({"state": "gone"}, {"city": "1"}):
        with pytest.raises(Invalid):
            gathered(**wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_and_the_table_say_the_same_sums(reported: str, language: str) -> None:
    with acting("operator") as session:
        one(session, Campaign, id=campaign()).ends_on = days(0)
    data = gathered()
    with use_language(language):
        paper, table = text_of(report.draw(data)), write_csv(report.book(data)).decode()
    assert "Fasterlines" in paper and "Faster lines" in table
    assert re.search(r"700(\.00)?", paper) and '"700.00"' in table and '"100.00"' in table


def test_without_a_campaign_the_paper_says_so(fresh_carrier: str) -> None:
    with use_language("en"):
        assert "Notaskofacampaign" in text_of(report.draw(gathered()))
