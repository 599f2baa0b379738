"""The lead's page: who needs help and why, every number with its rows, absences, and nobody of another team."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from core import clock
from core.access import OPERATOR
from core.actors import actor_for
from core.db import reading, unit_of_work
from core.people import Deputy, User
from crm.opportunities import Opportunity
from crm.stages import Stage
from crm.targets import Target
from crm.team import Mate, team
from tests.crm.browsing import flash_of, part, signed_in
from tests.crm.test_today import change, plan
from tests.crm.world import days, id_of, one, save
from tests.web.reading import statements

BUDGET = 20


@pytest.fixture
def lead(fresh_carrier: str) -> Iterator[Any]:
    with signed_in("lead") as browser:
        yield browser


def mates() -> dict[str, Mate]:
    with reading(actor_for("lead")) as session:
        return {mate.name: mate for mate in team(session)}


def user(name: str) -> int:
    with reading(OPERATOR) as session:
        return id_of(session, User, username=name) or 0


def stall(name: str, amount: int = 0) -> None:
    with reading(OPERATOR) as session:
        limit = one(session, Stage, id=one(session, Opportunity, name=name).stage_id).limit_days
    change(name, stage_since=days(-limit - 1), amount=amount)


def test_whoever_has_most_stalled_deals_stands_first_with_the_reason_in_words(lead: Any) -> None:
    plan("Late", due_on=days(-3))
    stall("Hospital line", 700_00)
    found = mates()
    assert list(found) == ["am3", "am"]
    assert (found["am3"].stalled, found["am3"].stalled_amount, found["am"].stalled) == (1, 700_00, 0)
    assert (found["am"].overdue, found["am"].aimless, found["am"].open) == (1, 2, 2)
    page = lead.get("/crm/team").text
    assert "stalled deals: 1, without a next step: 1" in part(page, f"mate-{user('am3')}")
    assert "Stalled deals: 1, ¥700 in all." in page


def test_people_and_records_of_other_teams_are_never_counted(lead: Any) -> None:
    before = lead.get("/crm/team").text
    plan("Theirs", owner="am2", account="Factory", due_on=days(-3))
    stall("Factory line", 9_000_000_00)
    main = lambda page: page.split('<main id="main"')[1].split('class="toasts"')[0]  # noqa: E731  one cut, two pages
    assert main(lead.get("/crm/team").text) == main(before)
    assert "am2" not in mates()


def test_visits_signing_and_the_last_activity_are_of_the_person(fresh_carrier: str) -> None:
    monday = clock.today() - timedelta(days=clock.today().weekday())
    plan("Done", state="done", due_on=monday, done_at=clock.now() - timedelta(days=16))
    plan("To come", due_on=monday + timedelta(days=6))
    plan("Dropped last week", due_on=monday - timedelta(days=2), state="dropped")
    change(state="won", closed_on=clock.today(), amount=40_00)
    with unit_of_work(OPERATOR) as session:
        aim = {"for_user_id": id_of(session, User, username="am"), "measure": "won_amount"}
        save(session, Target(month=clock.today().replace(day=1), amount=80_00, **aim))
    am = mates()["am"]
    assert (am.visits_done, am.visits) == (1, 2)
    assert (am.won, am.won_amount, am.target) == (1, 40_00, 80_00)
    assert am.quiet_days == 16
    assert am.is_quiet


def test_every_number_leads_to_as_many_rows(lead: Any) -> None:
    stall("Hospital line", 700_00)
    plan("Late", owner="am3", account="Hospital", kind="call", due_on=days(-3))
    plan("See them", owner="am3", account="Hospital", due_on=days(0))
    page = lead.get("/crm/team").text
    row = page.split(f'id="mate-{user("am3")}"')[1].split("</li>")[0]
    numbers = re.findall(r'href="(/crm/\w+\?[^"]+)"><span class="lb">[^<]+</span><b>([^<]+)</b>', row)
    assert [text for _href, text in numbers] == ["1", "1", "1", "—", "0 of 1"]
    for href, text in numbers:
        expected = 0 if text == "—" else int(text.split()[-1])
        assert rows_of(lead.get(href.replace("&amp;", "&")).text) == expected, href


def rows_of(page: str) -> int:
    return page.split("<tbody")[1].split("</tbody")[0].count("<tr") if "<tbody" in page else 0


def test_a_person_opens_to_the_deals_at_stake_with_and_without_scripts(lead: Any) -> None:
    stall("Hospital line", 700_00)
    part_ = lead.get(f"/crm/team/{user('am3')}/deals", headers={"hx-request": "true"})
    assert part_.status_code == 200
    assert "Hospital line" in part_.text
    assert "<html" not in part_.text
    assert "Hospital line" in lead.get(f"/crm/team?open={user('am3')}").text
    assert lead.get(f"/crm/team/{user('am2')}/deals").status_code == 404


def test_the_page_costs_a_fixed_number_of_statements(lead: Any) -> None:
    for number in range(30):
        plan(f"Visit {number}", due_on=days(number % 5 - 2))
    assert statements(lead.get(f"/crm/team?open={user('am')}")) <= BUDGET


# --- deputies -------------------------------------------------------------------------------------------------


def absent(name: str, deputy: str, **more: str) -> dict[str, str]:
    today = clock.today().isoformat()
    return {"absent_id": str(user(name)), "deputy_id": str(user(deputy)), "starts_on": today, "ends_on": today, **more}


def test_a_lead_names_a_deputy_ends_it_and_takes_the_end_back(lead: Any) -> None:
    answer = lead.post("/crm/team/deputies", data=absent("am3", "am", ends_on=days(5).isoformat()))
    assert answer.status_code == 303
    assert "am3 is away until" in lead.get("/crm/team").text
    with reading(OPERATOR) as session:
        deputy = one(session, Deputy, absent_id=user("am3"))
    with signed_in("am") as am:
        assert "You stand in for am3" in am.get("/crm/today").text
        assert am.post(f"/crm/team/deputies/{deputy.id}/end").status_code == 403
    ended = lead.post(f"/crm/team/deputies/{deputy.id}/end")
    assert flash_of(ended) == f"back:{deputy.id}"
    with signed_in("am") as am:
        assert "You stand in for" not in am.get("/crm/today").text
    lead.post(f"/crm/team/deputies/{deputy.id}/resume")
    assert "am3 is away until" in lead.get("/crm/team").text


def test_somebody_names_their_own_deputy_and_nobody_elses(fresh_carrier: str) -> None:
    with signed_in("am") as am:
        assert am.post("/crm/team/deputies", data=absent("am", "am3")).status_code == 303
        assert am.post("/crm/team/deputies", data=absent("am3", "am")).status_code == 403


def test_a_lead_lets_nobody_of_another_team_in(lead: Any) -> None:
    assert lead.post("/crm/team/deputies", data=absent("am3", "am2")).status_code == 403
    assert lead.post("/crm/team/deputies", data=absent("am2", "am")).status_code == 403


def test_what_was_typed_stays_where_a_deputy_cannot_be_saved(lead: Any) -> None:
    answer = lead.post("/crm/team/deputies", data=absent("am3", "am3", ends_on=days(-1).isoformat()))
    assert answer.status_code == 422
    assert "Nobody is their own deputy." in answer.text
    assert f'value="{user("am3")}" selected' in answer.text
    assert f'value="{days(-1).isoformat()}"' in answer.text
