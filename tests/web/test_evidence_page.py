"""The page of what weapons are worth by its address: who opens it, what it says, and where its numbers lead."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.db import kernel_session, reading, unit_of_work
from core.queue import JobRecord
from crm.activities import Activity
from crm.activity_verbs import ACTIVITY
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.stages import Stage
from crm.weapons import Weapon
from reports.evidence.findings import SEEN, UNSEEN, UNTOLD
from reports.evidence.keeping import keep
from reports.evidence.results import Forecast, Results
from tests.web.reading import statements
from tests.web.world import World

PAGE = "/reports/evidence"
SKILL = {
    "model": "logistic", "deals": 400, "held": 80, "base_rate": 0.4, "auc": 0.7, "brier": 0.2, "brier_of_base": 0.24,
    "gain": 0.04, "gain_low": 0.01, "calibration": [[0.6, 0.7, 20, 0.66, 0.6], [0.7, 0.8, 30, 0.74, 0.7]],
}  # fmt: skip
SILENT = SKILL | {"auc": 0.5, "gain": -0.01, "gain_low": -0.02}
TODAY = clock.today()


def weapon_ids() -> dict[str, int]:
    with reading(OPERATOR) as session:
        return {code: number for number, code in session.execute(select(col(Weapon.id), col(Weapon.code)))}


def row(weapon: int, kind: str, state: str, points: float | None, **values: Any) -> dict[str, Any]:
    low, high = (None, None) if points is None else (points - 4, points + 4)
    plain = {"reason": "", "used": 300, "unused": 700, "overlap": 0.9, "needed": None, "landmark": 60}
    return {
        "weapon_id": weapon, "segment": "all", "period": "all", "kind": kind, "state": state, "points": points,
        "low": low, "high": high, **plain, **values,
    }  # fmt: skip


def results(skill: dict[str, Any] = SKILL, chances: tuple[dict[str, Any], ...] = ()) -> Results:
    ids = weapon_ids()
    basis = {
        "segment": "all", "period": "all", "deals": 1000, "won": 400, "landmark_deals": 900, "suggestions": 0,
        "first_on": TODAY - timedelta(days=300), "last_on": TODAY,
    }  # fmt: skip
    worth = [
        row(ids["W05_TRIAL"], "compared", SEEN, 14.5), row(ids["W05_TRIAL"], "naive", "", 25.9, landmark=None),
        row(ids["W05_TRIAL"], "drawn", SEEN, 8.3, landmark=None), row(ids["W06_GIFT"], "compared", UNSEEN, 0.7),
        row(ids["W08_TOUR"], "compared", UNTOLD, None, reason="too_few", used=28, needed=5500),
    ]  # fmt: skip
    return Results([basis], worth, Forecast(skill, list(chances)))


def closed(world: World, days: int, used_on: int | None) -> int:
    """A won deal of the account manager that was open for so many days, with a trial on a day of its age."""
    with unit_of_work(OPERATOR) as session:
        stage = session.scalars(select(Stage).where(Stage.code == "O4")).one()
        deal = Opportunity(
            name=f"d{days}", owner_id=world.ids["am"], account_id=world.ids["港口"], state="won", stage_id=stage.id,
            engaged_on=TODAY - timedelta(days=days), closed_on=TODAY,
        )  # fmt: skip
        OPPORTUNITY.complete(session, deal)
        session.add(deal)
        session.flush()
        if used_on is not None:
            _use(session, deal, used_on)
        return deal.id


def _use(session: Any, deal: Opportunity, day: int) -> None:
    weapon = session.scalars(select(Weapon).where(Weapon.code == "W05_TRIAL")).one()
    at = clock.start_of(deal.engaged_on + timedelta(days=day)) + timedelta(hours=12)  # type: ignore[operator]
    use = Activity(
        subject="trial", opportunity_id=deal.id, owner_id=deal.owner_id, weapon_id=weapon.id, state="done", done_at=at
    )  # fmt: skip
    ACTIVITY.complete(session, use)
    session.add(use)


@pytest.fixture(scope="module")
def told(world: World) -> World:
    keep(results())
    return world


def text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_before_the_first_calculation_the_page_says_so(own_world: World) -> None:
    page = text(own_world.client("exec").get(PAGE).text)
    assert "Nothing has been calculated yet" in page


def test_each_weapon_is_told_in_a_sentence_with_interval_and_deals(told: World) -> None:
    page = text(told.client("am").get(PAGE).text)
    assert "were won 14.5 points more often (95 % interval 10.5 to 18.5; 300 deals with it, 700 without)" in page
    assert "No effect of Branded gift seen" in page
    assert "It would take about 5,500 deals." in page


def test_the_plain_table_stands_beside_with_the_reason_why_it_differs(told: World) -> None:
    page = text(told.client("am").get(PAGE).text)
    assert "Plain table: +25.9 points. 11.4 points too many in the plain table" in page


def test_what_chance_tells_stands_beside_what_comparison_tells(told: World) -> None:
    assert "Trial and sample +14.5 +8.3 300 drawn · 700 not" in text(told.client("am").get(PAGE).text)


def test_of_the_deals_called_likely_the_page_says_how_many_were_won(told: World) -> None:
    assert "Of the 20 deals called 66 % on average, 60 % were won." in text(told.client("am").get(PAGE).text)


def test_the_page_costs_few_statements(told: World) -> None:
    assert statements(told.client("exec").get(PAGE)) <= 14


def test_whoever_has_no_right_finds_no_page(told: World) -> None:
    assert told.client("admin").get(PAGE).status_code == 404


@pytest.mark.parametrize("query", ["segment=trade:none", "period=7", "segment=grade:'--"])
def test_a_choice_that_there_is_not_is_refused(told: World, query: str) -> None:
    assert told.client("exec").get(f"{PAGE}?{query}").status_code == 404


def test_a_number_leads_to_its_deals_as_far_as_the_reader_sees(own_world: World) -> None:
    inside, late, short = closed(own_world, 90, 20), closed(own_world, 91, 70), closed(own_world, 40, 10)
    keep(results())
    page = own_world.client("am").get(PAGE).text
    links = [html.unescape(link) for link in re.findall(r'href="(/crm/opportunity\?[^"]+)"', page)]
    with_it, without = (next(link for link in links if f"={side}%3AW05_TRIAL" in link) for side in ("with", "without"))
    for path, expected in ((with_it, {inside}), (without, {late})):
        found = {int(i) for i in re.findall(r'/crm/opportunity/(\d+)"', own_world.client("am").get(path).text)}
        assert found & {inside, late, short} == expected
    assert not re.findall(r"/crm/opportunity/\d+\"", own_world.client("am2").get(with_it).text)


def test_only_whoever_may_have_it_calculated_is_offered_it(told: World) -> None:
    assert f"{PAGE}/refresh" in told.client("exec").get(PAGE).text
    assert f"{PAGE}/refresh" not in told.client("am").get(PAGE).text
    assert told.client("am").post(f"{PAGE}/refresh").status_code == 403


def test_asked_for_twice_it_is_calculated_once(own_world: World) -> None:
    client = own_world.client("exec")
    with kernel_session() as session:
        session.execute(delete(JobRecord))
    answers = [client.post(f"{PAGE}/refresh", follow_redirects=False).status_code for _time in range(2)]
    with reading(OPERATOR) as session:
        jobs = session.scalars(select(JobRecord).where(col(JobRecord.name) == "reports.evidence")).all()
    assert (answers, len(jobs)) == ([303, 303], 1)
    assert "It is being calculated now" in client.get(PAGE).text


# --- on the deal ----------------------------------------------------------------------------------------------


def open_deal(world: World) -> int:
    deal = closed(world, 30, None)
    with kernel_session() as session:
        session.execute(update(Opportunity).where(col(Opportunity.id) == deal).values(state="open", closed_on=None))
    return deal


def test_an_open_deal_shows_its_chance_and_what_moves_it(own_world: World) -> None:
    deal = open_deal(own_world)
    why = [
        {"fact": "grade", "zh": "战略集团", "en": "Strategic", "points": 12.9},
        {"fact": "amount", "value": "75312000", "points": -9.7},
    ]  # fmt: skip
    keep(results(chances=({"opportunity_id": deal, "chance": 3900, "reasons": why},)))
    page = text(own_world.client("am").get(f"/crm/opportunity/{deal}").text)
    assert "Chance to win 39%" in page
    assert "Grade of the client Strategic +12.9" in page


def test_without_skill_a_deal_has_no_chance_and_the_reason(own_world: World) -> None:
    deal = open_deal(own_world)
    keep(results(SILENT))
    page = text(own_world.client("am").get(f"/crm/opportunity/{deal}").text)
    assert "No better than the base rate" in page
    assert "Chance to win 40%" not in page
    assert "No better than the base rate" in text(own_world.client("am").get(PAGE).text)
