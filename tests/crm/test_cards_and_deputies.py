"""A card that two people move at once, and who may stand in for somebody."""

from typing import Any

from sqlalchemy import select

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
    assert f'name="from" value="{here}"' in shown
    assert am.post(path, **{"to": str(stage("O3")), "from": here}).status_code == 303
    answer = am.post(path, is_fragment=True, **{"to": str(stage("O2")), "from": here})
    assert (answer.status_code, "Somebody moved this meanwhile." in answer.text) == (409, True)
    assert stage_of(bank) == stage("O3")


def test_nobody_of_a_firm_and_nobody_who_left_stands_in(fresh_carrier: str) -> None:
    am = Browser("am")
    for values in ({"firm_id": 1}, {"firm_id": None, "is_active": False}):
        with kernel_session() as session:
            user = session.scalars(select(User).where(User.username == "am3")).one()  # type: ignore[arg-type]
            for name, value in values.items():
                setattr(user, name, value)
        answer = am.post("/crm/team/deputies", **absent("am", "am3"))
        assert (answer.status_code, "Choose a colleague who can sign in." in answer.text) == (422, True)
    with kernel_session(writes=False) as session:
        assert session.scalars(select(Deputy)).all() == []
