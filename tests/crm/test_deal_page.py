"""The page of a deal: its course, figures and exit tests, people and rivals, and what a bare one shows."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.db import reading
from core.history import Change
from crm.activities import Activity
from crm.activity_links import ActivityPerson
from crm.deal_course import Move, days_spent, postponements
from crm.deal_states import move
from crm.exit_tests import ExitTest
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.opportunity_lines import OpportunityLine
from crm.opportunity_rivals import OpportunityRival
from crm.products import Product
from crm.rivals import Rival
from crm.stages import Stage
from crm.tenders import Tender
from tests.crm.browser import Browser, part, text_of
from tests.crm.world import acting, days, id_of, one, save
from tests.web.reading import statements


@pytest.fixture
def am(fresh_carrier: str) -> Browser:
    return Browser("am")


def ids(model: Any, **values: Any) -> int:
    with reading(OPERATOR) as session:
        return id_of(session, model, **values) or 0


def bank(**values: Any) -> int:
    with acting("operator") as session:
        found = one(session, Opportunity, name="Bank line")
        for name, value in values.items():
            setattr(found, name, value)
        return int(found.id)


def product() -> str:
    with reading(OPERATOR) as session:
        return str(session.scalars(select(col(Product.id)).order_by(col(Product.id)).limit(1)).one())


def page_of(am: Browser, deal_id: int) -> str:
    answer = am.get(f"/crm/opportunity/{deal_id}")
    assert answer.status_code == 200
    return str(answer.text)


def figures(page: str) -> dict[str, str]:
    """The key figures by label."""
    found = re.findall(r'<div class="kpi"><span>([^<]+)</span>(.*?)</div>', page, re.DOTALL)
    return {label: text_of(body) for label, body in found}


def steps(page: str) -> list[str]:
    course = re.search(r'<ol class="steps".*?</ol>', page, re.DOTALL)
    assert course
    return [text_of(step) for step in re.findall(r"<li.*?</li>", course[0], re.DOTALL)]


# --- a bare deal ----------------------------------------------------------------------------------------------


def test_a_bare_imported_deal_says_what_is_missing_and_invents_nothing(am: Browser) -> None:
    with acting("am") as session:
        made = save(session, Opportunity(name="Bare", owner_id=session.actor.user_id))
        made_id = made.id
    page = page_of(am, made_id)
    assert figures(page)["Amount"] == "— not known yet Fill in"
    assert figures(page)["Weighted amount"].startswith("—")
    assert figures(page)["Expected close"] == "— not known yet Fill in"
    assert f"/crm/opportunity/{made_id}/edit#f-expected_close_on" in page
    assert "This deal names no client" in page
    assert "No lines yet." in page
    assert "No rival is known" in page
    assert "nothing planned" in page
    assert f"/crm/log?kind=plan&amp;deal={made_id}" in page


def test_a_deal_that_came_in_decided_offers_no_next_stage(am: Browser) -> None:
    page = page_of(am, bank(state="lost", closed_on=days(-5)))
    assert "Lost on" in page
    assert 'class="advance"' not in page
    assert "nextbar" not in page
    assert figures(page)["Closed on"] == days(-5).isoformat()


# --- the course -----------------------------------------------------------------------------------------------


def at(day: int) -> datetime:
    return datetime(2026, 3, day, 4, tzinfo=UTC)


def on(day: int) -> date:
    return date(2026, 3, day)


A, B, C = 1, 2, 3


def test_days_are_summed_by_stage_from_the_kept_moves() -> None:
    moves = [Move(A, B, at(5), ""), Move(B, A, at(8), ""), Move(A, B, at(10), "")]
    assert days_spent(moves, stage_id=B, since=on(10), began_on=on(1), until=on(16)) == {A: 4 + 2, B: 3 + 6}


def test_without_moves_only_the_present_stage_is_known() -> None:
    assert days_spent([], stage_id=C, since=on(10), began_on=on(1), until=on(16)) == {C: 6}
    assert days_spent([], stage_id=C, since=None, began_on=on(1), until=on(16)) == {}


def test_what_lies_before_the_first_move_is_unknown_where_its_beginning_is() -> None:
    moves = [Move(B, C, at(9), "")]
    assert days_spent(moves, stage_id=C, since=on(9), began_on=None, until=on(12)) == {C: 3}


def test_only_a_later_day_is_a_postponement() -> None:
    def change(old: str | None, new: str | None, name: str = "expected_close_on") -> Change:
        return Change(1, at(1), "am", "screen", "update", None, {name: [old, new]})

    later, earlier = change("2026-03-01", "2026-04-01"), change("2026-03-01", "2026-02-01")
    others = [change(None, "2026-04-01"), change("2026-03-01", None), change("1", "2", "amount")]
    assert postponements([later, earlier, later, *others]) == 2


def test_the_course_says_days_spent_the_limit_and_what_nobody_knows(am: Browser) -> None:
    deal_id = bank(stage_id=ids(Stage, code="O1"), stage_since=days(-20))
    with acting("am") as session:
        move(session, one(session, Opportunity, name="Bank line"), ids(Stage, code="O2"))
    found = steps(page_of(am, deal_id))
    assert found[0] == "done Lead days not known"
    assert found[1] == "done Need confirmed days not known"
    assert found[2] == "Client project approved 0 days of 45"
    assert found[3] == "Solution agreed 40%"


def test_a_stalled_deal_says_why(am: Browser) -> None:
    page = page_of(am, bank(stage_id=ids(Stage, code="O1"), stage_since=days(-31)))
    assert "Stalled: 31 days in this stage, the limit is 30 days" in page


def test_exit_tests_tell_the_passed_the_present_and_the_next(am: Browser) -> None:
    deal_id = bank(stage_id=ids(Stage, code="O1"))
    with acting("am") as session:
        move(session, one(session, Opportunity, name="Bank line"), ids(Stage, code="O2"))
    shown = part(page_of(am, deal_id), "p-deal-tests")
    places = re.findall(r'<li class="(\w+)( met)?"', shown)
    assert places == [("current", "")] * 3 + [("todo", "")] * 3 + [("done", " met"), ("done", "")] + [("done", "")] * 2
    text = text_of(shown)
    assert "Lead · left; when is not known" in text
    assert re.search(r"Need confirmed · left on \d+ \w+ · am", text)
    assert "The decision maker is met or named" in text


def test_one_press_moves_on_and_comes_back_with_an_undo(am: Browser) -> None:
    deal_id = bank(stage_id=ids(Stage, code="O1"))
    with acting("keeper") as session:
        for test in session.scalars(select(ExitTest).where(col(ExitTest.code).like("O1%"))):
            test.mode = "off"
    form = re.search(r'<form [^>]*/move".*?</form>', part(page_of(am, deal_id), "p-deal-tests"), re.DOTALL)
    assert form
    to, back = re.search(r'name="to" value="(\d+)"', form[0]), re.search(r'name="next" value="([^"]+)"', form[0])
    assert to
    assert back
    answer = am.post(f"/crm/opportunity/{deal_id}/move", to=to[1], next=back[1])
    assert answer.headers["location"] == f"/crm/opportunity/{deal_id}"
    page = page_of(am, deal_id)
    assert "Client project approved" in steps(page)[2]
    assert f'action="/crm/opportunity/{deal_id}/undo"' in page


# --- figures --------------------------------------------------------------------------------------------------


def test_the_weight_is_by_the_stage_and_the_owner_s_word_stands_beside(am: Browser) -> None:
    page = page_of(am, bank(stage_id=ids(Stage, code="O2"), amount=1_000_000_00, probability=6000))
    assert figures(page)["Weighted amount"] == "¥250 K at the stage’s 25%; the owner says 60%"


def test_the_close_says_how_far_and_how_often_it_was_put_off(am: Browser) -> None:
    for days_ahead in (10, 20, 40):
        bank(expected_close_on=days(days_ahead))
    close = figures(page_of(am, bank()))["Expected close"]
    assert close == f"{days(40).isoformat()} in 40 days; postponed 2 times"


def test_what_is_due_first_is_the_next_step_and_leads_to_its_log(am: Browser) -> None:
    deal_id = bank(next_step="Write", next_step_on=days(9))
    with acting("am") as session:
        visit = save(session, Activity(subject="Go there", opportunity_id=deal_id, due_on=days(-2)))
        visit.owner_id = session.actor.user_id
        number = visit.id
    page = page_of(am, deal_id)
    bar = text_of(page.split('class="card nextbar"')[1].split("</section>")[0])
    assert "Go there 2 days overdue" in bar
    assert f"/crm/log?activity={number}" in page


# --- people, rivals, tenders ----------------------------------------------------------------------------------


def test_people_say_when_they_were_met_and_who_never_was(am: Browser) -> None:
    deal_id = bank()
    with acting("am") as session:
        account = one(session, Opportunity, name="Bank line").account_id
        met = save(session, KeyPerson(account_id=account, name="Met", support="supportive", roles=["decider"]))
        visit = save(session, Activity(subject="Visit", account_id=account, owner_id=session.actor.user_id))
        visit.state, visit.done_at = "done", clock.now() - timedelta(days=3)
        session.add(ActivityPerson(activity_id=visit.id, person_id=met.id))
    folded = part(page_of(am, deal_id), "p-deal-people")
    assert "1 never met" in text_of(folded)
    assert "Bank boss" not in folded
    shown = text_of(part(am.get(f"/crm/opportunity/{deal_id}/people").text, "p-deal-people"))
    assert "1 never met" in shown
    assert "Bank boss part in the purchase not known Unknown never met" in shown
    assert re.search(r"Met Decision maker Supportive last met ", shown)


def test_rivals_and_tenders_say_price_likes_and_days(am: Browser) -> None:
    deal_id = bank()
    with acting("operator") as session:
        rival = save(session, Rival(code="zz", name_zh="乙方", name_en="Other Net"))
        tie = OpportunityRival(opportunity_id=deal_id, rival_id=rival.id, price=900_000_00, likes="The price")
        save(session, tie)
        deal = one(session, Opportunity, name="Bank line")
        tender = Tender(name="Bank network", account_id=deal.account_id, opportunity_id=deal_id, noticed_on=days(-3))
        tender.deadline_on = days(4)
        save(session, tender)
    shown = text_of(part(page_of(am, deal_id), "p-deal-rivals"))
    assert "Other Net The client likes: The price ¥900 K" in shown
    assert f"bids due {days(4).isoformat()} in 4 days" in shown


# --- cost, access ---------------------------------------------------------------------------------------------


def test_the_page_costs_twenty_statements_however_much_hangs_on_the_deal(am: Browser) -> None:
    deal_id = bank(stage_id=ids(Stage, code="O0"))
    with acting("am") as session:
        deal = one(session, Opportunity, name="Bank line")
        for number in range(12):
            save(session, OpportunityLine(opportunity_id=deal_id, product_id=int(product()), one_off=number))  # type: ignore[call-arg]
            save(session, KeyPerson(account_id=deal.account_id, name=f"P{number}"))
            save(session, Activity(subject=f"A{number}", opportunity_id=deal_id, owner_id=deal.owner_id))
        for code in ("O1", "O2", "O3", "O2", "O4"):
            move(session, deal, ids(Stage, code=code))
            session.flush()
    answer = am.get(f"/crm/opportunity/{deal_id}")
    assert statements(answer) <= 20


def test_the_page_shows_nothing_of_a_client_that_is_not_the_reader_s(am: Browser) -> None:
    """A deal of one's own may name a client of somebody else: its people stay hidden."""
    factory, owner = ids(Opportunity, name="Factory line"), None
    with reading(OPERATOR) as session:
        owner = one(session, Opportunity, name="Bank line").owner_id
    with acting("operator") as session:
        one(session, Opportunity, name="Factory line").owner_id = owner
    page = page_of(am, factory)
    assert "Factory boss" not in page
