"""The log of suggestions as a list to read, and the suggestion in the list of Today."""

import pytest

from core.db import get
from crm.opportunities import Opportunity
from crm.stages import Stage
from crm.suggestions import Suggestion
from tests.crm.browser import Browser, text_of
from tests.crm.playing import deal
from tests.crm.world import acting, days, one, save

pytestmark = pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
LOG = "/crm/suggestions"


@pytest.fixture
def am(fresh_carrier: str) -> Browser:
    with acting("operator") as session:
        deal(session).stage_id = one(session, Stage, code="O1").id
    return Browser("am")


def drawn(*, drawn_one: str = "W04_VISIT", other: str = "W02_TECH", never: str = "W03_CALL", **values: object) -> int:
    from crm.weapons import weapon_by_code

    with acting("operator") as session:
        here, stage = deal(session), one(session, Stage, code="O1")
        ids = [each.id for code in (drawn_one, other, never) if (each := weapon_by_code(session, code))]
        chances = [500_000, 500_000, 0]
        found = [{"weapon_id": w, "score": 1.0, "probability": p} for w, p in zip(ids, chances, strict=True)]
        made = {
            "opportunity_id": here.id, "step_id": stage.step_id, "weapon_id": ids[0], "turn": 1, "candidates": found,
            "probability": 500_000, "ticket": 7, "band": 0, "seller_id": here.owner_id, **values,
        }  # fmt: skip
        return int(save(session, Suggestion(**made)).id)


def weapon_id(code: str) -> int:
    from crm.weapons import weapon_by_code

    with acting("operator") as session:
        found = weapon_by_code(session, code)
        assert found is not None
        return int(found.id)


def test_it_says_what_was_drawn_by_which_chance_and_what_became_of_it(am: Browser) -> None:
    drawn(answer="unsuitable", reason="cost")
    shown = text_of(am.get(LOG).text)
    assert "Bank line Site visit to the client · drawn with a chance of 50%" in shown
    assert "Too dear for this deal" in shown


def test_it_is_narrowed_by_weapon_answer_and_how_it_was_chosen(am: Browser) -> None:
    drawn(answer="planned")
    visit, call = weapon_id("W04_VISIT"), weapon_id("W03_CALL")
    for query, is_there in (
        (f"weapon={visit}", True), (f"weapon={call}", False), ("answer=planned", True), ("answer=open", False),
        ("drawn=yes", True), ("drawn=no", False), ("drawn=decided", False),
    ):  # fmt: skip
        assert ('id="rows"' in am.get(f"{LOG}?{query}").text) is is_there, query


def test_a_weapon_that_could_have_been_drawn_is_found_and_one_without_a_chance_is_not(am: Browser) -> None:
    drawn()
    for code, is_there in (("W02_TECH", True), ("W03_CALL", False), ("W04_VISIT", False)):
        assert ('id="rows"' in am.get(f"{LOG}?among={weapon_id(code)}").text) is is_there, code


def test_each_reads_the_suggestions_of_the_deals_they_see(am: Browser) -> None:
    drawn()
    assert "Bank line" in Browser("lead").get(LOG).text
    assert "Bank line" not in Browser("am2").get(LOG).text


def test_a_deal_in_the_list_of_today_says_what_was_suggested(am: Browser) -> None:
    with acting("operator") as session:
        here = get(session, Opportunity, deal(session).id)
        here.next_step, here.next_step_on = "Call them", days(0)
    assert "Suggested next" not in am.get("/crm/today").text
    drawn()
    assert "Suggested next: Site visit to the client" in am.get("/crm/today").text
