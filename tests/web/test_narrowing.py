"""Lists are narrowed by where a record stands and by a field of a record it names, in addresses and commands alike."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from core import counts
from core.access import OPERATOR
from core.counts import facet_counts
from core.db import reading, unit_of_work
from core.errors import Invalid
from core.lists import Query, count
from core.people import Unit
from core.registry import registry
from core.totals import totals
from crm.accounts import Account
from crm.opportunity_verbs import OPPORTUNITY
from crm.trades import Trade
from tests.web.world import World


@pytest.fixture(scope="module")
def traded(world: World) -> World:
    """The port's account has a trade."""
    with unit_of_work(OPERATOR) as session:
        account = session.get(Account, world.ids["港口"])
        assert account is not None
        account.trade_id = session.scalars(select(col(Trade.id)).where(col(Trade.code) == "T01")).first()
        assert account.trade_id, "the reference data has the trade"
    return world


def counted(**filters: str) -> int:
    with reading(OPERATOR) as session:
        return count(
            session, OPPORTUNITY, Query(filters={name.replace("__", "."): (v,) for name, v in filters.items()})
        )


def test_a_city_holds_the_deals_of_its_teams(world: World) -> None:
    assert (counted(city="gz"), counted(city="sz"), counted(team="gz1"), counted(province="gd")) == (2, 1, 2, 3)
    assert counted(unit="gz") == 0 and counted(unit="gz1") == 2


def test_a_deal_is_found_by_a_field_of_its_account(traded: World) -> None:
    assert counted(account__trade="T01") == 1
    assert counted(account__trade="T01", city="sz") == 0
    assert counted(account__trade="-") == 2


def test_a_list_says_such_conditions_in_words(traded: World) -> None:
    client = traded.client("exec")
    with reading(OPERATOR) as session:
        city = session.scalars(select(Unit).where(col(Unit.code) == "gz")).one()
        trade = session.scalars(select(Trade).where(col(Trade.code) == "T01")).one()
    page = client.get(f"/crm/opportunity?city={city.id}&account.trade={trade.id}").text
    assert "港口专网" in page and "电池专网" not in page
    assert "Unit gz" in page and str(trade.name_en) in page


def test_conditions_are_counted_as_their_rows_are_and_only_where_the_list_is_short(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading(OPERATOR) as session:
        found = facet_counts(session, OPPORTUNITY, Query())
        for named in registry().conditions(OPPORTUNITY.stem):
            codes = [case.code for case in named.cases]
            assert [found[named.name][code] for code in codes] == [counted(**{named.name: code}) for code in codes]
        monkeypatch.setattr(counts, "SHORT", 3)
        found = facet_counts(session, OPPORTUNITY, Query())
    assert found["risk"] == {} and sum(found["state"].values()) == 3


def test_totals_group_by_city(world: World) -> None:
    with reading(OPERATOR) as session:
        groups = totals(session, OPPORTUNITY, by=("city",), total="amount")
    assert [(group.key, group.count, group.sum) for group in groups] == [
        (("gz",), 2, 2_400_000_00),
        (("sz",), 1, 1_200_000_00),
    ]


def test_what_is_hidden_narrows_nothing_by_its_own_fields(traded: World) -> None:
    assert "港口专网" not in traded.client("am2").get("/crm/opportunity?account.trade=T01").text


@pytest.mark.parametrize("name", ("account.nothing", "nothing.trade", "account.trade.code", "amount.code", "place"))
def test_no_other_name_narrows_a_list(world: World, name: str) -> None:
    with reading(OPERATOR) as session, pytest.raises(Invalid):
        count(session, OPPORTUNITY, Query(filters={name: ("1",)}))
    assert world.client("exec").get(f"/crm/opportunity?{name}=1").status_code == 422
