"""How the playbook is used: each number is that of its rows, within the reader's reach, and few are no rate."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core import clock
from core.db import reading
from core.i18n import use_language
from core.people import User
from crm.accounts import Account
from crm.opportunities import Opportunity
from crm.stage_moves import StageMove
from crm.stages import stages
from reports.adoption.data import FEWEST, Counts, Scope
from reports.adoption.gather import gather
from reports.executive.period import read_period
from tests.crm.browser import Browser, text_of
from tests.crm.playing import TECH, VISIT, person, use
from tests.crm.world import acting, actor_for, build, id_of, one, save
from tests.templates import Templates
from tests.web.reading import statements

PAGE = "/reports/adoption"


@pytest.fixture
def used(templates: Templates, tmp_path: Path) -> Iterator[str]:
    with templates.copy(tmp_path, plant) as url, use_language("en"):
        yield url


def plant() -> None:
    """The bank's head was visited over its deal, which moved on once; somebody below was talked with."""
    build()
    with acting("am") as session:
        deal = one(session, Opportunity, name="Bank line")
        use(session, VISIT, person(session, level="decision"), done=True, opportunity_id=deal.id, cost=200_00)
        use(session, TECH, person(session, "Clerk", level="operating"), done=True)
        first, second = [each for each in stages(session).values() if each.pipeline_id == deal.pipeline_id][:2]
        session.add(move(deal.id, first.id, second.id, is_override=True, override_reason="The head said so."))
        session.add(move(deal.id, second.id, first.id))


def move(deal: int, before: int, after: int, **values: Any) -> StageMove:
    return StageMove(opportunity_id=deal, from_stage_id=before, to_stage_id=after, to_state="open", **values)


def total(who: str, by: Any = "person") -> Counts:
    with reading(actor_for(who)) as session:
        return gather(session, Scope(read_period("month", clock.today()), by)).total


def test_the_figures_count_deals_met_uses_cost_advances_and_overrides(used: str) -> None:
    found = total("lead")
    assert (found.met, found.uses, found.costed, found.cost) == (1, 2, 1, 200_00)
    assert (found.advances, found.overrides) == (1, 1)
    assert total("exec", "city") == total("exec", "team") == total("exec")


def test_every_number_opens_as_many_rows(used: str) -> None:
    lead = Browser("lead")
    page = lead.get(f"{PAGE}?period=month").text
    links = {
        link.replace("&amp;", "&") for link in re.findall(r'href="(/(?:crm/\w+\?|reports/adoption/moves)[^"]*)"', page)
    }
    assert len(links) > 8
    for link in links:
        assert lead.get(link).status_code == 200, link
    assert "Bank line" in lead.get("/crm/opportunity?decision=met&state=open").text
    assert "Bank line" not in lead.get("/crm/opportunity?decision=unmet&state=open").text
    assert "The head said so." in lead.get(f"{PAGE}/moves?override=1&period=month").text


def test_of_few_deals_there_is_no_rate(used: str) -> None:
    text = text_of(Browser("lead").get(f"{PAGE}?period=month").text)
    assert "1 of 3" in text
    assert "33%" not in text
    with acting("operator") as session:
        bank, owner = id_of(session, Account, name="Bank"), id_of(session, User, username="am")
        for number in range(FEWEST):
            save(session, Opportunity(name=f"More {number}", account_id=bank, owner_id=owner))
    assert "%" in text_of(Browser("lead").get(f"{PAGE}?period=month").text)


def test_another_period_has_other_uses_and_the_address_keeps_it(used: str) -> None:
    past = (clock.today().replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    page = Browser("lead").get(f"{PAGE}?period={past}&by=team").text
    assert f"period={past}" in page
    assert "The head said so." not in Browser("lead").get(f"{PAGE}/moves?override=1&period={past}").text
    assert Browser("lead").get(f"{PAGE}?period=soon").status_code == 422
    assert Browser("lead").get(f"{PAGE}?by=moon").status_code == 422


def test_who_leads_nobody_has_no_page_and_another_citys_lead_none_of_its_numbers(used: str) -> None:
    for who in ("am", "channel", "admin", "agent_north"):
        assert Browser(who).get(PAGE).status_code in (403, 404)
    assert total("am2") == Counts(deals=1)


def test_the_page_costs_at_most_twenty_statements(used: str) -> None:
    answer = Browser("exec").get(PAGE)
    assert answer.status_code == 200
    assert statements(answer) <= 20


@pytest.mark.parametrize(("deals", "rate"), [(FEWEST - 1, None), (FEWEST, 5000)])
def test_a_rate_takes_ten(deals: int, rate: int | None) -> None:
    assert Counts(deals=deals, met=(deals + 1) // 2).covered == rate
