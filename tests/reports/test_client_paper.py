"""A client on a page: what stands on it, whose it is, and what its reader may not see."""

import pytest

from core.actors import actor_for
from core.db import reading
from core.errors import Forbidden, Invalid, NotFound
from core.lists import Query
from core.papers import drawn, found
from crm.accounts import Account
from reports import client
from reports.client.data import ClientData
from tests.crm.world import acting, one
from tests.reports import papers
from tests.reports.days import change, deal


def id_of(name: str) -> int:
    with acting("operator") as session:
        return int(one(session, Account, name=name).id)


def asked(name: str) -> Query:
    return Query(filters={"account": (str(id_of(name)),)})


def gathered(name: str, who: str = "exec") -> ClientData:
    with reading(actor_for(who)) as session:
        return client.gather(session, query=asked(name))


def test_the_figures_are_those_of_the_clients_open_deals(province: str) -> None:
    large, small = deal("Bank", 700, "O4"), deal("Bank", 300, "O2")
    change(large, next_step="Show the trial")
    deal("Harbour", 999)
    data = gathered("Bank")
    assert [each.name for each in data.deals] == [large, small]
    assert (data.deals_count, data.open_amount) == (2, 1000_00)
    assert data.deals[0].next_step == "Show the trial"
    assert data.people and all(each.support for each in data.people)


def test_the_paper_says_the_client_its_deals_and_no_way_to_reach_its_people(province: str) -> None:
    name = deal("Bank", 700)
    content = drawn(actor_for("exec"), found("client"), query=asked("Bank"))
    said = papers.text_of(content)
    for text in ("Bank", name.replace(" ", ""), "700", "nevermet"):
        assert text in said
    assert "13900001234" not in said and "b@example.com" not in said
    assert papers.are_all_fonts_embedded(content)


def test_a_client_out_of_reach_has_no_paper(province: str) -> None:
    for who, name in (("am", "Factory"), ("agent_north", "Bank")):
        with pytest.raises((NotFound, Forbidden)):
            drawn(actor_for(who), found("client"), query=asked(name))


def test_without_a_client_there_is_a_sentence(province: str) -> None:
    for named in ((), ("x",), ("1", "2")):
        with reading(actor_for("exec")) as session, pytest.raises(Invalid):
            client.gather(session, query=Query(filters={"account": named}))
