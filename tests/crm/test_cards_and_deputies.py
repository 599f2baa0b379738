"""A card that two people move at once, and who may stand in for somebody."""

import re
from html import unescape
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core.clock import ago
from core.db import kernel_session
from core.people import Deputy, User
from crm.opportunities import Opportunity
from tests.crm.browser import Browser
from tests.crm.test_board import deal, stage
from tests.crm.test_team import absent
from tests.crm.world import acting, one


def stage_of(deal_id: int) -> Any:
    with acting("operator") as session:
        return one(session, Opportunity, id=deal_id).stage_id


def test_a_card_that_somebody_moved_meanwhile_is_not_moved_from_where_it_was(fresh_carrier: str) -> None:
    am, bank = Browser("am"), deal(stage_id=stage("O1"))
    path, here = f"/crm/opportunity/{bank}/move", str(stage("O1"))
    shown = am.get("/crm/opportunity/board?q=Bank").text
    assert f'action="{path}?from={here}&amp;next=' in shown
    assert am.post(f"{path}?from={here}", to=str(stage("O3"))).status_code == 303
    answer = am.post(f"{path}?from={here}", is_fragment=True, to=str(stage("O2")))
    assert (answer.status_code, "Somebody moved this meanwhile." in answer.text) == (409, True)
    assert stage_of(bank) == stage("O3")


def test_moving_on_from_a_page_that_is_old_says_so_and_moves_nothing(fresh_carrier: str) -> None:
    am, bank = Browser("am"), deal(stage_id=stage("O1"))
    path = f"/crm/opportunity/{bank}"
    sheet = re.search(r'<a class="btn pri" href="([^"]+)" data-sheet>', am.get(path).text)
    assert sheet
    form = re.search(r'<form class="onward".*?</form>', am.get(unescape(sheet[1])).text, re.DOTALL)
    assert form
    sent = dict(re.findall(r'name="(\w+)" value="([^"]+)"', form[0]))
    assert am.post(f"{path}/move", to=str(stage("O3"))).status_code == 303
    answer = am.post(f"{path}/gate", **{name: unescape(value) for name, value in sent.items()})
    assert (answer.status_code, "Somebody moved this meanwhile." in answer.text) == (409, True)
    assert stage_of(bank) == stage("O3")


def test_a_board_without_deals_opens_on_the_pipeline_that_no_other_leads_to(fresh_carrier: str) -> None:
    with acting("operator") as session:
        for each in session.scalars(select(Opportunity).where(col(Opportunity.archived_at).is_(None))):
            each.archived_at = ago()
    board = Browser("am").get("/crm/opportunity/board").text
    assert "Need confirmed" in board
    assert "Billing and cash" not in board


def test_nobody_of_a_firm_and_nobody_who_left_stands_in(fresh_carrier: str) -> None:
    am = Browser("am")
    for values in ({"firm_id": 1}, {"firm_id": None, "is_active": False}):
        with kernel_session() as session:
            user = session.scalars(select(User).where(col(User.username) == "am3")).one()
            for name, value in values.items():
                setattr(user, name, value)
        answer = am.post("/crm/team/deputies", **absent("am", "am3"))
        assert (answer.status_code, "Choose a colleague who can sign in." in answer.text) == (422, True)
    with kernel_session(writes=False) as session:
        assert session.scalars(select(Deputy)).all() == []
