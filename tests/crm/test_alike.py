"""Deals of one name without a client: the code beside each tells them apart, on Today and on the board."""

import re

import pytest

from crm.opportunities import Opportunity
from tests.crm.browser import Browser, text_of
from tests.crm.world import acting, one, save


@pytest.fixture
def am(fresh_carrier: str) -> Browser:
    """Two deals of one name, and nothing known of their client."""
    with acting("am") as session:
        for code in ("TWIN1", "TWIN2"):
            save(session, Opportunity(name="Twin lines", code=code, owner_id=session.actor.user_id))
    return Browser("am")


@pytest.mark.parametrize("path", ["/crm/today", "/crm/opportunity/board?q=Twin"])
def test_the_code_stands_beside_a_name_that_has_no_client(am: Browser, path: str) -> None:
    shown = text_of(am.get(path).text)
    assert "TWIN1" in shown
    assert "TWIN2" in shown


def test_a_card_with_a_client_shows_the_client_alone(am: Browser) -> None:
    shown = am.get("/crm/opportunity/board?q=Bank").text
    with acting("am") as session:
        code = one(session, Opportunity, name="Bank line").code
    assert re.search(r"Bank line", shown)
    assert code not in text_of(shown)
