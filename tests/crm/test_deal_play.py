"""The playbook on the page of a deal: the grid, coverage, the deal check with its flags, and the next best weapon."""

import re
from typing import Any

import pytest

from core import clock
from core.access import OPERATOR
from core.db import reading
from crm.activities import Activity
from crm.deal_checks import DealCheck, answer
from crm.opportunities import Opportunity
from crm.stages import Stage
from crm.suggestions import Suggestion
from crm.tenders import Tender
from tests.crm.browser import FRAGMENT, Browser, part, text_of
from tests.crm.playing import GIFT, TOUR, VISIT, deal, person, use, weapon
from tests.crm.world import acting, days, id_of, one, save
from tests.web.reading import statements

pytestmark = pytest.mark.parametrize("templates", ["sqlite"], indirect=True)


@pytest.fixture
def am(fresh_carrier: str) -> Browser:
    with acting("operator") as session:
        deal(session).stage_id = one(session, Stage, code="O1").id
    return Browser("am")


def bank() -> str:
    with reading(OPERATOR) as session:
        return f"/crm/opportunity/{id_of(session, Opportunity, name='Bank line')}"


def section(am: Browser, key: str, path: str = "") -> str:
    return part(am.get(path or bank()).text, key)


def unfolded(am: Browser, key: str, tail: str) -> str:
    """A folded part as htmx fetches it."""
    return part(am.get(f"{bank()}/{tail}", **FRAGMENT).text, key)


def drawn(am: Browser) -> tuple[str, str]:
    """The part with the suggestion as htmx fetches it, and where its answers go."""
    found = am.post(f"{bank()}/suggest", is_fragment=True).text
    base = re.search(r'action="([^"]+)/plan"', found)
    assert base
    return found, base[1]


# --- the grid and coverage ------------------------------------------------------------------------------------


def test_the_grid_tells_used_planned_key_and_blocked(am: Browser) -> None:
    with acting("am") as session:
        bank_ = deal(session)
        boss = person(session, level="management", function="user")
        use(session, VISIT, boss, opportunity_id=bank_.id, done=True)
        save(session, Tender(name="Net", account_id=bank_.account_id, noticed_on=days(-1)))
    grid = section(am, "p-deal-grid")
    rows = {text_of(row).split(" ")[0]: row for row in re.findall(r"<tr><th scope=\"row\".*?</tr>", grid, re.DOTALL)}
    assert 'class="sq used" href="/crm/activity/' in rows["Site"]
    assert "1/1" in text_of(rows["Site"])
    assert 'class="sq blocked"' in rows["Branded"]
    assert 'class="sq key"' in rows["Exhibition"]
    assert "no Branded gift while the tender “Net” is open" in text_of(grid)
    assert len(re.findall(r'aria-current="step"', grid)) == 1


def test_a_retired_weapon_keeps_its_row_where_the_deal_used_it_and_only_there(am: Browser) -> None:
    with acting("am") as session:
        use(session, VISIT, person(session), opportunity_id=deal(session).id, done=True)
    with acting("keeper") as session:
        for code in (VISIT, TOUR):
            weapon(session, code).archived_at = clock.now()
    rows = re.findall(r"<tr><th scope=\"row\".*?</tr>", section(am, "p-deal-grid"), re.DOTALL)
    assert len(rows) == 7
    kept = next(row for row in rows if text_of(row).startswith("Site visit to the client retired"))
    assert kept.count('class="sq used"') == 1
    assert kept.count('class="sq unsuited"') == kept.count('class="sq ') - 1


def test_coverage_shows_never_met_and_empty_seats_with_where_to_add(am: Browser) -> None:
    with acting("am") as session:
        person(session, level="decision", function="finance")
    folded, found = section(am, "p-deal-cover"), unfolded(am, "p-deal-cover", "coverage")
    assert "0 of 1 met 1 never met 14 empty seats" in text_of(folded)
    assert "Management level not met yet" in text_of(folded)
    assert "/crm/key_person/new" not in folded
    assert "0 of 1 met 1 never met 14 empty seats" in text_of(found)
    assert re.search(r'href="/crm/key_person/new\?account=\d+&amp;level=decision&amp;function=user', found)
    add = re.search(r'href="(/crm/key_person/new[^"]+)"', found)
    assert add
    form = am.get(add[1].replace("&amp;", "&")).text
    assert 'value="decision" selected' in form


# --- the check ------------------------------------------------------------------------------------------------


def test_a_question_is_answered_in_place_and_the_next_one_opens(am: Browser) -> None:
    found = am.post(f"{bank()}/check", is_fragment=True, question="M", score="4", note="They measured it.")
    assert found.status_code == 200
    assert text_of(found.text).startswith("Deal check 4 of 40 Losing 7 not answered")
    assert re.search(r'id="q-E" open', found.text)
    assert "They measured it." in found.text


def test_it_works_without_scripts_and_leads_back_to_the_question(am: Browser) -> None:
    found = am.post(f"{bank()}/check", question="P", score="3")
    assert (found.status_code, found.headers["location"]) == (303, f"{bank()}/check?open=P#q-P")
    with reading(OPERATOR) as session:
        assert one(session, DealCheck, question="P").score == 3


@pytest.mark.parametrize(("question", "score"), [("X", "3"), ("M", "6"), ("M", "-1"), ("M", ""), ("", "2")])
def test_a_wrong_answer_is_refused_with_a_sentence(am: Browser, question: str, score: str) -> None:
    found = am.post(f"{bank()}/check", is_fragment=True, question=question, score=score)
    assert found.status_code == 422
    assert "Answer one of the eight questions with 0 to 5." in text_of(found.text)


def test_an_answer_that_somebody_changed_meanwhile_is_not_written_over(am: Browser) -> None:
    with acting("lead") as session:
        answer(session, deal(session).id, "M", 1)
    found = am.post(f"{bank()}/check", is_fragment=True, question="M", score="5", version="0")
    assert found.status_code == 409


def test_the_score_says_what_it_takes_off(am: Browser) -> None:
    with acting("operator") as session:
        deal(session).stage_id = one(session, Stage, code="O5").id
        answer(session, deal(session).id, "M", 5)
    assert "Below 24 points a deal shows at most 40%" in text_of(section(am, "p-deal-check"))


def test_the_questions_come_when_the_check_is_unfolded_and_go_when_it_is_folded(am: Browser) -> None:
    folded, whole = section(am, "p-deal-check"), unfolded(am, "p-deal-check", "check")
    assert (folded.count("<details"), whole.count("<details")) == (0, 8)
    assert f'hx-get="{bank()}/check"' in folded
    assert f'hx-get="{bank()}/check?folded=1"' in whole
    assert unfolded(am, "p-deal-check", "check?folded=1") == folded
    assert text_of(part(am.get(f"{bank()}/check").text, "p-deal-check")) == text_of(whole)


def test_the_red_flag_of_the_papers_leads_to_its_question_unfolded(am: Browser) -> None:
    way = re.search(r'<a class="lnk" href="([^"]+/check[^"]*)" hx-get="([^"]+)"', section(am, "p-deal-check"))
    assert way
    assert way[1] == f"{way[2]}#q-P" == f"{bank()}/check?open=P#q-P"
    found = am.get(way[2], **FRAGMENT).text
    assert 'id="q-P" open><summary autofocus' in found
    assert found.count(" open>") == 1


@pytest.mark.parametrize("tail", ["check", "coverage", "people", "lines"])
@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_a_folded_part_is_found_by_whoever_sees_the_deal_and_by_nobody_else(
    am: Browser, tail: str, headers: dict[str, str]
) -> None:
    assert am.get(f"{bank()}/{tail}", **headers).status_code == 200
    for other in ("am2", "agent_north"):
        assert Browser(other).get(f"{bank()}/{tail}", **headers).status_code in (403, 404)


def test_each_red_flag_says_what_to_do(am: Browser) -> None:
    found = section(am, "p-deal-check")
    flags = re.findall(r"<li><span>.*?</li>", found, re.DOTALL)
    assert len(flags) == 4
    assert all('class="lnk" href="' in flag for flag in flags)


# --- the next best weapon -------------------------------------------------------------------------------------


def stored() -> list[dict[str, Any]]:
    from sqlalchemy import select

    with reading(OPERATOR) as session:
        return [row.model_dump() for row in session.scalars(select(Suggestion).order_by(Suggestion.id))]  # type: ignore[arg-type]  # a column


def test_reading_the_page_writes_nothing_and_asks_for_the_draw_by_a_post(am: Browser) -> None:
    found = section(am, "p-deal-next")
    assert f'hx-post="{bank()}/suggest"' in found
    assert 'hx-trigger="load, submit"' in found
    assert stored() == []


def test_what_was_drawn_is_shown_with_its_reason_to_everybody_who_works_the_deal(am: Browser) -> None:
    found, _base = drawn(am)
    with reading(OPERATOR) as session:
        name = str(weapon(session, VISIT).name_en)
    assert "Strength" in text_of(found)
    assert "of 3 in “Discover need”" in text_of(found)
    assert text_of(section(am, "p-deal-next")).split("Day")[0] == text_of(found).split("Day")[0]
    assert text_of(section(Browser("lead"), "p-deal-next")).split("Day")[0] == text_of(found).split("Day")[0]
    assert len(stored()) == 1
    assert name in text_of(found)


def test_a_reader_is_shown_no_draw_and_makes_none(am: Browser) -> None:
    found = Browser("exec")
    assert "Whoever works this deal" in text_of(section(found, "p-deal-next"))
    assert found.post(f"{bank()}/suggest").status_code == 403


def test_planning_without_scripts_leads_back_with_an_undo(am: Browser) -> None:
    _found, base = drawn(am)
    answer_ = am.post(f"{base}/plan", play_day=days(3).isoformat(), play_person="")
    assert answer_.headers["location"] == f"{bank()}#p-deal-next"
    page = am.get(bank()).text
    assert f"/crm/suggestion/{stored()[0]['id']}/undo" in page
    assert "One more" in text_of(part(page, "p-deal-next"))
    am.post(f"/crm/suggestion/{stored()[0]['id']}/undo")
    assert stored()[0]["answer"] is None


def test_what_was_planned_is_told_by_every_part_of_the_page_at_once(am: Browser) -> None:
    """No part goes on saying that nothing is planned: neither the next step, nor the grid, nor the timeline."""
    _found, base = drawn(am)
    assert am.get(bank()).text.count('class="sq planned"') == 1  # the legend
    found = am.post(f"{base}/plan", is_fragment=True, play_day=days(3).isoformat(), play_person="").text
    parts = dict(re.findall(r'<hx-partial hx-target="([^"]+)"[^>]*>(.*?)</hx-partial>', found, re.DOTALL))
    assert {"#deal-top", "#p-deal-grid", "#timeline-found", "#toasts"} == set(parts)
    assert "in 3 days" in text_of(parts["#deal-top"])
    assert parts["#p-deal-grid"].count('class="sq planned"') == 2
    assert "in 3 days" in text_of(parts["#timeline-found"])
    page = am.get(bank()).text
    for target in ('id="deal-top"', 'id="p-deal-grid"', 'id="timeline-found"'):
        assert target in page


def test_a_day_that_has_gone_by_is_refused_and_what_was_typed_stays(am: Browser) -> None:
    _found, base = drawn(am)
    found = am.post(f"{base}/plan", is_fragment=True, play_day=days(-1).isoformat())
    assert found.status_code == 422
    assert "This day has gone by" in text_of(found.text)
    assert days(-1).isoformat() in found.text


def test_not_suitable_without_a_reason_opens_the_form_again(am: Browser) -> None:
    _found, base = drawn(am)
    found = am.post(f"{base}/unsuitable")
    assert found.status_code == 422
    assert '<details class="not" open>' in found.text
    assert re.search(r'<select[^>]+name="play_reason"[^>]+autofocus', found.text)


def test_a_second_answer_says_that_it_was_answered(am: Browser) -> None:
    _found, base = drawn(am)
    assert am.post(f"{base}/another", is_fragment=True).status_code == 200
    found = am.post(f"{base}/another", is_fragment=True)
    assert (found.status_code, len(stored())) == (409, 2)


@pytest.mark.parametrize("act", ["plan", "another", "unsuitable"])
def test_an_answer_gives_back_the_part_and_its_message_as_markup(am: Browser, act: str) -> None:
    _found, base = drawn(am)
    found = am.post(
        f"{base}/{act}", is_fragment=True, play_day=days(2).isoformat(), play_person="", play_reason="time"
    )  # fmt: skip
    assert found.text.startswith("<section")
    assert "&lt;" not in found.text
    assert "hx-partial" in found.text


def test_before_the_first_purchase_step_the_page_says_from_where_weapons_are_suggested(am: Browser) -> None:
    with acting("operator") as session:
        deal(session).stage_id = one(session, Stage, code="O0").id
        name = one(session, Stage, code="O1").name_en
    assert f"Weapons are suggested from “{name}” on." in text_of(section(am, "p-deal-next"))


def test_an_empty_seat_leads_back_to_the_deal(am: Browser) -> None:
    assert f"back={bank().replace('/', '%2F')}" in unfolded(am, "p-deal-cover", "coverage")


def test_a_decided_deal_is_suggested_nothing(am: Browser) -> None:
    with acting("operator") as session:
        found = deal(session)
        found.state, found.closed_on = "lost", days(-1)
    assert 'id="p-deal-next"' not in am.get(bank()).text


def test_an_answer_and_its_part_cost_a_bounded_number_of_statements(am: Browser) -> None:
    drawn(am)
    assert statements(am.post(f"{bank()}/check", is_fragment=True, question="M", score="4")) <= 25


def test_a_renamed_weapon_is_called_so_everywhere(am: Browser) -> None:
    with acting("operator") as session:
        weapon(session, VISIT).name_en = "House call"
    assert "House call" in text_of(section(am, "p-deal-grid"))
    assert "House call" in am.get(f"/crm/log?kind=plan&deal={bank().rpartition('/')[2]}").text


def test_a_blocked_weapon_says_why_beside_the_suggestion(am: Browser) -> None:
    with acting("am") as session:
        save(session, Tender(name="Net", account_id=deal(session).account_id, noticed_on=days(-1)))
        use(session, GIFT, opportunity_id=deal(session).id)
    assert "Tender lock: no Branded gift" in text_of(section(am, "p-deal-next"))
    with reading(OPERATOR) as session:
        assert one(session, Activity, subject=GIFT).state == "planned"
