"""The map that ages: judgements with a day and a source, their sureness, who reports to whom, and who has gone."""

from datetime import date, timedelta

import pytest

from core import clock
from core.access import OPERATOR
from core.db import reading
from core.errors import Invalid
from crm.ageing import USUAL_DAYS
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.playbook.ageing import confidence
from crm.playbook.deals import played
from crm.reporting import Node, trees
from crm.stages import stages
from tests.crm.browser import Browser, text_of
from tests.crm.playing import VISIT, deal, person, use
from tests.crm.test_pages import account
from tests.crm.world import acting, one
from tests.web.reading import statements

TODAY = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("days", "state", "percent"),
    [(0, "sure", 100), (60, "sure", 50), (61, "fading", 49), (120, "fading", 25), (125, "stale", 24)],
)
def test_a_judgement_is_worth_half_after_each_half_life(days: int, state: str, percent: int) -> None:
    judged = TODAY - timedelta(days=days)
    found = confidence(judged_on=judged, last_contact=None, level="decision", half_lives={"decision": 60}, on=TODAY)
    assert (found.state, found.percent, found.since) == (state, percent, judged)


def test_contact_keeps_a_judgement_fresh_and_makes_none() -> None:
    old, lately = TODAY - timedelta(days=400), TODAY - timedelta(days=3)
    fresh = confidence(judged_on=old, last_contact=lately, level=None, half_lives={}, on=TODAY)
    assert (fresh.state, fresh.since, fresh.half_life) == ("sure", lately, USUAL_DAYS)
    assert confidence(judged_on=None, last_contact=lately, level=None, half_lives={}, on=TODAY).state == "none"


# --- who reports to whom --------------------------------------------------------------------------------------


def somebody(key: int, above: int | None = None, level: str | None = None) -> KeyPerson:
    return KeyPerson(id=key, account_id=1, name=f"P{key}", reports_to_id=above, level=level)


def drawn(node: Node) -> object:
    return (node.person.id, node.top, [drawn(each) for each in node.below])


def test_the_chart_shows_everybody_once_with_circles_cut_and_missing_superiors_said() -> None:
    people = [somebody(1), somebody(2, 1), somebody(3, 2), somebody(4, 99), somebody(5, 6), somebody(6, 5, "decision")]
    assert sorted(map(str, map(drawn, trees(people)))) == sorted(
        map(str, [(1, "", [(2, "", [(3, "", [])])]), (4, "gone", []), (6, "circle", [(5, "", [])])])
    )


def test_a_circle_of_one_and_a_long_line_are_drawn() -> None:
    assert [drawn(each) for each in trees([somebody(1, 1)])] == [(1, "circle", [])]
    (line,) = trees([somebody(key, key - 1 or None) for key in range(1, 61)])
    assert line.size == 60


# --- pages ----------------------------------------------------------------------------------------------------


def test_somebody_is_judged_anew_with_a_source_and_it_can_be_taken_back(fresh_carrier: str) -> None:
    am = Browser("am")
    with reading(OPERATOR) as session:
        boss = one(session, KeyPerson, name="Bank boss")
    path, sent = f"/crm/key_person/{boss.id}/judge", {"support": "supportive", "influence": "4", "version": "1"}
    assert am.get(path).status_code == 200
    assert "Say where you know it from." in am.post(path, **sent).text
    answer = am.post(path, **sent, judged_from="met")
    assert answer.headers["location"] == account("Bank")
    with reading(OPERATOR) as session:
        found = one(session, KeyPerson, id=boss.id)
    assert (found.support, found.judged_from, found.judged_on) == ("supportive", "met", clock.today())
    assert am.post(path, **sent, judged_from="met").status_code == 409
    _code, stem, key, entry = answer.cookies["octant_flash"].strip('"').split(":")
    assert am.post(f"/{stem.replace('.', '/')}/{key}/undo", entry=entry).status_code == 303
    with reading(OPERATOR) as session:
        assert one(session, KeyPerson, id=boss.id).support == "unknown"


def test_a_judgement_without_a_day_is_of_today_and_none_is_of_a_day_to_come(fresh_carrier: str) -> None:
    with acting("am") as session:
        assert person(session, support="opposed").judged_on == clock.today()
        person(session, judged_on=clock.today() - timedelta(days=9))
        assert person(session, support="neutral").judged_on == clock.today()
    with pytest.raises(Invalid), acting("am") as session:
        person(session, judged_on=clock.today() + timedelta(days=1))


def test_the_map_says_how_sure_each_judgement_is_and_the_chart_who_is_above(fresh_carrier: str) -> None:
    with acting("am") as session:
        boss = person(session, level="decision", support="supportive", judged_on=clock.today() - timedelta(days=90))
        person(session, "Clerk", level="operating", reports_to_id=boss.id)
    am = Browser("am")
    page = am.get(account("Bank"))
    assert "judgement fading, 35%" in text_of(page.text)
    assert "not judged yet" in text_of(page.text)
    assert f'href="{account("Bank")}/chart"' in page.text
    chart = am.get(f"{account('Bank')}/chart")
    assert chart.text.index("Bank boss") < chart.text.index("Clerk")
    assert statements(chart) <= 20
    assert Browser("am2").get(f"{account('Bank')}/chart").status_code == 404
    assert "Nobody is known" not in am.get(f"{account('Harbour')}/chart").text


def test_a_gap_lowers_what_the_deal_shows_with_its_reason_on_the_deal_and_among_the_risks(fresh_carrier: str) -> None:
    with acting("am") as session:
        found = deal(session)
        late = next(each for each in stages(session).values() if each.probability >= 4000 and not each.outcome)
        found.stage_id = late.id
        use(session, VISIT, person(session, level="decision"), done=True, opportunity_id=found.id)
        before = played(session, found).probability
    with acting("am", clear=True) as session:
        person(session, left_on=clock.today())
    with reading(OPERATOR) as session:
        after = played(session, one(session, Opportunity, id=found.id))
    assert before == late.probability
    assert after.probability == late.probability // 2
    am = Browser("am")
    page = text_of(am.get(f"/crm/opportunity/{found.id}").text)
    assert "Bank boss left the client on" in page
    assert "At most 50% of the stage’s probability is shown" in page
    assert "Key person gone" in text_of(am.get("/crm/today").text)
    assert "Bank line" in am.get("/crm/opportunity?risk=key_left").text


def test_the_persons_page_says_where_he_or_she_went(fresh_carrier: str) -> None:
    with acting("operator") as session:
        harbour = int(account("Harbour").rpartition("/")[2])
    with acting("am", clear=True) as session:
        gone = person(session, level="decision", post="Director")
    with acting("am", clear=True) as session:
        person(session, account_id=harbour)
    page = text_of(Browser("am").get(f"/crm/key_person/{gone.id}").text)
    assert "Went from Bank to Harbour on" in page
    assert "Bank line" in page
