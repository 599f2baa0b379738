"""Today: what is due and at risk, whose it is, what a tick does, and what a stranger's rows never do."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from core import clock
from core.access import OPERATOR
from core.actors import actor_for
from core.db import reading, unit_of_work
from core.people import Deputy, Unit, User
from crm.account_months import AccountMonth
from crm.accounts import Account
from crm.activities import Activity
from crm.agenda import agenda
from crm.client_signals import bills, endings, months_back
from crm.contracts import Contract
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.own_figures import open_deals, signing
from crm.risks import deals_at_risk
from crm.stages import Stage
from crm.targets import Target
from crm.whose import Whose, mine, my_absences, of_team
from tests.crm.browsing import flash_of, part, signed_in
from tests.crm.world import days, id_of, one, save
from tests.web.reading import statements

BUDGET = 20


@pytest.fixture
def am(fresh_carrier: str) -> Iterator[Any]:
    with signed_in("am") as browser:
        yield browser


def whose(name: str) -> Whose:
    with reading(actor_for(name)) as session:
        return mine(session.actor, my_absences(session))


def plan(subject: str, owner: str = "am", account: str = "Harbour", **values: Any) -> int:
    with unit_of_work(OPERATOR) as session:
        owner_id, account_id = id_of(session, User, username=owner), id_of(session, Account, name=account)
        values = {"kind": "visit", "due_on": clock.today(), **values}
        made = Activity(subject=subject, owner_id=owner_id, account_id=account_id, **values)
        return int(save(session, made).id)


def change(name: str = "Harbour line", **values: Any) -> int:
    with unit_of_work(OPERATOR) as session:
        deal = one(session, Opportunity, name=name)
        for key, value in values.items():
            setattr(deal, key, value)
        return int(deal.id)


def test_activities_and_next_steps_stand_in_one_list_by_their_day(am: Any) -> None:
    plan("Call them back", due_on=days(-2))
    plan("See the harbour", due_on=days(0))
    plan("Show the lab", due_on=days(4))
    change("Bank line", next_step="Send the offer", next_step_on=days(-1))
    with reading(actor_for("am")) as session:
        found = agenda(session, whose("am"))
    assert {when: [item.what for item in items] for when, items in found.items.items()} == {
        "over": ["Call them back", "Send the offer"], "today": ["See the harbour"], "plan": ["Show the lab"],
    }  # fmt: skip
    page = am.get("/crm/today").text
    assert "First clear 2 overdue; 1 more are due today." in page
    assert "Send the offer" in part(page, f"step-{change('Bank line')}")


def test_a_next_step_that_is_planned_as_an_activity_stands_there_once(am: Any) -> None:
    deal = change(next_step="See them", next_step_on=days(1))
    activity = plan("See them", due_on=days(1), opportunity_id=deal)
    page = am.get("/crm/today").text
    assert f'id="activity-{activity}"' in page
    assert f'id="step-{deal}"' not in page


def test_a_tick_finishes_the_activity_and_its_undo_plans_it_again(am: Any) -> None:
    activity = plan("See the harbour")
    answer = am.post(f"/crm/today/activity/{activity}/done", data={"whose": "mine"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/crm/today?whose=mine")
    assert flash_of(answer) == f"ticked:{activity}:0"
    assert f'action="/crm/today/activity/{activity}/again"' in am.get("/crm/today").text
    assert am.post(f"/crm/today/activity/{activity}/done").status_code == 303
    with reading(OPERATOR) as session:
        done = one(session, Activity, id=activity)
        assert done.state == "done"
        assert done.done_at is not None
    am.post(f"/crm/today/activity/{activity}/again", data={"next": "0"})
    with reading(OPERATOR) as session:
        assert one(session, Activity, id=activity).state == "planned"


def test_ticking_an_activity_takes_the_deals_step_that_it_was_and_undo_brings_both_back(am: Any) -> None:
    deal = change(next_step="See them", next_step_on=days(0))
    activity = plan("See them", opportunity_id=deal)
    am.post(f"/crm/today/activity/{activity}/done")
    with reading(OPERATOR) as session:
        assert one(session, Opportunity, id=deal).next_step_on is None
    am.post(f"/crm/today/activity/{activity}/again")
    with reading(OPERATOR) as session:
        assert one(session, Opportunity, id=deal).next_step == "See them"


def test_a_step_that_is_taken_leaves_the_list_and_comes_back_by_undo(am: Any) -> None:
    deal = change(next_step="Send the offer", next_step_on=days(0))
    answer = am.post(f"/crm/today/step/{deal}/done")
    assert flash_of(answer) == f"stepped:{deal}"
    assert f'id="step-{deal}"' not in am.get("/crm/today").text
    assert am.post(f"/crm/today/step/{deal}/again").status_code == 303
    assert f'id="step-{deal}"' in am.get("/crm/today").text


def test_a_step_is_not_brought_back_over_somebodys_later_change(am: Any) -> None:
    deal = change(next_step="Send the offer", next_step_on=days(0))
    am.post(f"/crm/today/step/{deal}/done")
    change(note="seen the boss")
    assert am.post(f"/crm/today/step/{deal}/again").status_code == 409


def test_nobody_ticks_anothers_activity(am: Any) -> None:
    activity, deal = plan("Theirs", owner="am2", account="Factory"), change("Factory line", next_step_on=days(0))
    assert am.post(f"/crm/today/activity/{activity}/done").status_code == 404
    assert am.post(f"/crm/today/step/{deal}/done").status_code == 404


def test_risks_are_said_with_their_reasons(am: Any) -> None:
    with unit_of_work(OPERATOR) as session:
        limit = one(session, Stage, id=one(session, Opportunity, name="Harbour line").stage_id).limit_days
        boss = one(session, KeyPerson, name="Harbour boss")
        boss.roles, boss.support = ["decider"], "opposed"
    change(stage_since=days(-limit - 3), expected_close_on=days(-5), amount=5_000_000_00)
    plan("Long ago", state="done", done_at=clock.now() - timedelta(days=40))
    with reading(actor_for("am")) as session:
        found = {risk.name: risk for risk in deals_at_risk(session, whose("am")).deals}
    assert set(found["Harbour line"].reasons) == {"stalled", "late_close", "silent", "opposed", "no_next"}
    assert found["Harbour line"].silent_days == 40
    assert set(found["Bank line"].reasons) == {"no_next"}
    text = part(am.get("/crm/today").text, "risks") + am.get("/crm/today").text
    for words in ("no contact for 40 days", "expected close passed 5 days ago", f"limit {limit}"):
        assert words in text


def test_a_friend_among_the_decision_makers_and_a_contact_of_late_are_no_risk(fresh_carrier: str) -> None:
    change(next_step="Go on", next_step_on=days(3))
    plan("Just now", state="done", done_at=clock.now() - timedelta(days=2))
    with unit_of_work(OPERATOR) as session:
        boss = one(session, KeyPerson, name="Harbour boss")
        boss.roles, boss.support = ["decider"], "opposed"
        friend = KeyPerson(name="Friend", account_id=boss.account_id, roles=["decider"], support="supportive")
        save(session, friend)
    with reading(actor_for("am")) as session:
        assert "Harbour line" not in {risk.name for risk in deals_at_risk(session, whose("am")).deals}


@pytest.mark.parametrize("case", ["any", "late_close", "silent", "opposed"])
def test_the_list_of_deals_is_narrowed_by_the_same_risks(am: Any, case: str) -> None:
    change(expected_close_on=days(-1))
    page = am.get(f"/crm/opportunity?risk={case}&state=open").text
    assert ("Harbour line" in page) == (case in ("any", "late_close"))


def test_signing_is_measured_against_ones_own_target(am: Any) -> None:
    change(state="won", closed_on=clock.today(), amount=60_000_00)
    with unit_of_work(OPERATOR) as session:
        user = id_of(session, User, username="am")
        month = clock.today().replace(day=1)
        save(session, Target(for_user_id=user, measure="won_amount", month=month, amount=80_000_00))
        save(session, Target(for_user_id=user, measure="revenue", month=month, amount=1))
    with reading(actor_for("am")) as session:
        found = signing(session, whose("am"))
        assert (found.deals, found.amount, found.target, found.percent) == (1, 60_000_00, 80_000_00, 75)
    assert "1 deal signed" in part(am.get("/crm/today").text, "k-signed")


def test_a_teams_signing_is_measured_against_its_units_target(fresh_carrier: str) -> None:
    with unit_of_work(OPERATOR) as session:
        month = clock.today().replace(day=1)
        unit = id_of(session, Unit, code="T1")
        save(session, Target(for_unit_id=unit, measure="won_amount", month=month, amount=500))
        user = id_of(session, User, username="am")
        save(session, Target(for_user_id=user, measure="won_amount", month=month, amount=200))
    with reading(actor_for("lead")) as session:
        assert signing(session, of_team()).target == 500


def test_open_deals_are_weighted_by_the_probability_of_their_stage(fresh_carrier: str) -> None:
    with unit_of_work(OPERATOR) as session:
        points = one(session, Stage, id=one(session, Opportunity, name="Harbour line").stage_id).probability
    change(amount=1_000_05)
    with reading(actor_for("am")) as session:
        found = open_deals(session, whose("am"))
    assert (found.count, found.known, found.amount) == (2, 1, 1_000_05)
    assert found.weighted == (1_000_05 * points + 5_000) // 10_000


def test_contracts_that_end_are_told_ours_and_rivals_apart(am: Any) -> None:
    with unit_of_work(OPERATOR) as session:
        common = {
            "account_id": id_of(session, Account, name="Harbour"),
            "owner_id": id_of(session, User, username="am"),
        }
        save(session, Contract(name="Line", ends_on=days(10), monthly=500_00, **common))
        save(session, Contract(name="Voice", supplier="rival", ends_on=days(90), **common))
        save(session, Contract(name="Later", ends_on=days(91), **common))
        save(session, Contract(name="Over", ends_on=days(-1), **common))
    with reading(actor_for("am")) as session:
        found = endings(session, whose("am"))
    assert [each.name for each in found.contracts] == ["Line", "Voice"]
    assert (found.ours, found.ours_monthly, found.rivals) == (1, 500_00, 1)
    assert "¥500 a month" in part(am.get("/crm/today").text, "k-ending")


def test_revenue_falls_and_members_leave_by_the_bills_of_the_last_month(am: Any) -> None:
    bill("Harbour", (100_00, 100_00, 100_00, 80_00), left_group=7, left_network=3, member_count=400)
    bill("Bank", (100_00, 100_00, 100_00, 90_00))
    with reading(actor_for("am")) as session:
        found = bills(session, whose("am"))
    assert [(f.account, f.last, f.before, f.months, f.percent) for f in found.falls] == [
        ("Harbour", 80_00, 100_00, 3, 20)
    ]
    assert [(m.account, m.left_group, m.left_network, m.members) for m in found.leaving] == [("Harbour", 7, 3, 400)]
    page = am.get("/crm/today").text
    assert "left the group 7, left the network 3" in page
    assert "At least 15% below the mean of the three months before" in page


def bill(account: str, revenues: tuple[int, ...], **last: int) -> None:
    """The last of the figures is of the month before this one."""
    with unit_of_work(OPERATOR) as session:
        account_id = id_of(session, Account, name=account)
        for back, revenue in enumerate(reversed(revenues), start=1):
            month = months_back(clock.today().replace(day=1), back)
            save(
                session,
                AccountMonth(account_id=account_id, month=month, revenue=revenue, **(last if back == 1 else {})),
            )


def test_strangers_rows_are_never_counted(am: Any) -> None:
    empty = am.get("/crm/today").text
    plan("Theirs", owner="am2", account="Factory", due_on=days(-1))
    plan("A colleague’s", owner="am3", account="Hospital", due_on=days(-1))
    change("Factory line", amount=9_000_000_00, next_step="Secret", next_step_on=days(0), expected_close_on=days(-3))
    bill("Factory", (100_00, 100_00, 100_00, 10_00), left_group=5)
    with unit_of_work(OPERATOR) as session:
        factory, owner = id_of(session, Account, name="Factory"), id_of(session, User, username="am2")
        save(session, Contract(name="Line", ends_on=days(10), account_id=factory, owner_id=owner))
    main = lambda page: page.split('<div id="today">')[1].split('class="toasts"')[0]  # noqa: E731  one cut, two pages
    assert main(am.get("/crm/today").text) == main(empty)


def test_a_deputy_sees_the_work_of_whoever_is_away_and_why(fresh_carrier: str) -> None:
    activity = plan("Theirs", owner="am3", account="Hospital")
    with unit_of_work(OPERATOR) as session:
        ids = {name: id_of(session, User, username=name) for name in ("am", "am3")}
        session.add(Deputy(absent_id=ids["am3"], deputy_id=ids["am"], starts_on=days(-1), ends_on=days(1)))
    with signed_in("am") as am:
        page = am.get("/crm/today").text
        assert "You stand in for am3" in page
        assert f'id="activity-{activity}"' in page
        assert am.post(f"/crm/today/activity/{activity}/done").status_code == 303
    with signed_in("am3") as away:
        assert "am stands in for you." in away.get("/crm/today").text


def test_only_who_leads_a_team_switches_to_it_or_to_a_colleague(am: Any) -> None:
    theirs = plan("A colleague’s", owner="am3", account="Hospital")
    with reading(OPERATOR) as session:
        colleague, stranger = (id_of(session, User, username=name) for name in ("am3", "am2"))
    assert f'id="activity-{theirs}"' not in am.get("/crm/today?whose=team").text
    with signed_in("lead") as lead:
        assert f'id="activity-{theirs}"' in lead.get("/crm/today?whose=team").text
        assert f'id="activity-{theirs}"' in lead.get(f"/crm/today?whose={colleague}").text
        assert f'id="activity-{theirs}"' not in lead.get("/crm/today?whose=mine").text
        assert lead.get(f"/crm/today?whose={stranger}").status_code == 404


@pytest.mark.parametrize("name", ["exec", "channel", "admin", "agent_north", "stranger"])
def test_the_page_is_not_there_for_others(fresh_carrier: str, name: str) -> None:
    with signed_in(name) as browser:
        assert browser.get("/crm/today").status_code in (403, 404)
        assert browser.get("/crm/team").status_code in (403, 404)


def test_the_page_costs_a_fixed_number_of_statements(am: Any) -> None:
    for number in range(40):
        plan(f"Visit {number}", due_on=days(number % 5 - 2))
    change(expected_close_on=days(-4))
    bill("Harbour", (100_00, 100_00, 100_00, 80_00), left_group=7)
    assert statements(am.get("/crm/today")) <= BUDGET
