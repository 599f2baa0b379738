"""Campaigns and their tasks, from the view of our own people and of the firms."""

import pytest
from sqlalchemy.orm.exc import StaleDataError

from agents.firms import Firm
from agents.handovers import Handover
from campaigns.campaigns import CAMPAIGN, Campaign, add_city, cities_of, end, start
from campaigns.tasks import TASK, Task
from core.errors import Conflict, Forbidden, Invalid
from core.people import Unit, User
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_links import ActivityAccount
from crm.activity_verbs import finish
from tests.crm.world import acting, days, id_of, one, save, seen

REFUSED = (Forbidden, Conflict, StaleDataError)


def give_task(account: str, firm: str | None = "north", *, subject: str = "Invite") -> None:
    """By the channel manager, in a campaign of their own."""
    with acting("channel") as session:
        me = session.actor.user_id
        campaign = (
            id_of(session, Campaign, name="Faster lines")
            or save(session, Campaign(name="Faster lines", starts_on=days(0), ends_on=days(60), owner_id=me)).id
        )
        activity = save(
            session, Activity(subject=subject, account_id=id_of(session, Account, name=account), owner_id=me)
        )
        firm_id = id_of(session, Firm, code=firm) if firm else None
        save(session, Task(campaign_id=campaign, activity_id=activity.id, firm_id=firm_id))


def test_a_firm_sees_its_tasks_their_activities_and_their_campaign_only(fresh_carrier: str) -> None:
    give_task("Bank", subject="Invite the bank")
    give_task("Harbour", "south", subject="Invite the harbour")
    assert seen("agent_north", Task.name) == seen("agent_north", Activity.subject) == {"Invite the bank"}
    assert seen("agent_north", Campaign.name) == {"Faster lines"}
    assert seen("agent_south", Activity.subject) == {"Invite the harbour"}


def test_a_firm_without_a_task_sees_no_campaign(fresh_carrier: str) -> None:
    give_task("Bank")
    assert seen("agent_south", Campaign.name) == set()


def test_a_task_does_not_open_the_account_a_hand_over_does(fresh_carrier: str) -> None:
    give_task("Bank")
    assert seen("agent_north", Account.name) == set()
    with acting("am") as session:
        bank, firm = id_of(session, Account, name="Bank"), id_of(session, Firm, code="north")
        save(session, Handover(account_id=bank, firm_id=firm, purpose="Campaign", until=days(60)))
    assert seen("agent_north", Account.name) == {"Bank"}


def test_a_firm_logs_the_outcome_of_its_own_task(fresh_carrier: str) -> None:
    give_task("Bank", subject="Invite the bank")
    give_task("Harbour", "south", subject="Invite the harbour")
    with acting("agent_north") as session:
        finish(session, one(session, Activity, subject="Invite the bank"), result="They will come.")
    with acting("am") as session:
        assert one(session, Activity, subject="Invite the bank").result == "They will come."
    with pytest.raises(REFUSED), acting("agent_north") as session:
        save(session, Activity(subject="Own idea", owner_id=session.actor.user_id))


def test_further_accounts_of_a_task_are_named_only_where_they_are_handed_over(fresh_carrier: str) -> None:
    give_task("Bank", subject="Invite both")
    with acting("operator") as session:
        visit, harbour = one(session, Activity, subject="Invite both"), id_of(session, Account, name="Harbour")
        save(session, ActivityAccount(activity_id=visit.id, account_id=harbour))
    assert seen("agent_north", ActivityAccount.account_id) == set()
    with acting("am") as session:
        firm = id_of(session, Firm, code="north")
        save(session, Handover(account_id=harbour, firm_id=firm, purpose="Campaign", until=days(60)))
    assert seen("agent_north", ActivityAccount.account_id) == {harbour}


def test_a_task_is_seen_by_the_owner_of_the_account(fresh_carrier: str) -> None:
    give_task("Bank", subject="Invite the bank")
    give_task("Hospital", subject="Invite the hospital")
    assert seen("am", Task.name) == {"Invite the bank"}
    assert seen("am3", Task.name) == {"Invite the hospital"}


def test_a_task_needs_an_activity_with_an_account(carrier: str) -> None:
    with acting("channel") as session:
        loose = save(session, Activity(subject="Loose", owner_id=session.actor.user_id))
        with pytest.raises(Invalid) as refused:
            TASK.complete(session, Task(campaign_id=1, activity_id=loose.id))
        assert set(refused.value.problems) == {"activity_id"}
        session.delete(loose)


def test_an_activity_out_of_reach_is_not_given_to_a_firm(fresh_carrier: str) -> None:
    give_task("Bank")
    with acting("operator") as session:
        owner = id_of(session, User, username="am2")
        factory = id_of(session, Account, name="Factory")
        hidden = save(session, Activity(subject="Secret", account_id=factory, owner_id=owner)).id
        campaign, firm = id_of(session, Campaign, name="Faster lines"), id_of(session, Firm, code="north")
    with pytest.raises(Forbidden), acting("channel") as session:
        session.add(Task(campaign_id=campaign, activity_id=hidden, firm_id=firm, name="Stolen"))


def test_a_campaign_runs_in_its_cities_and_through_its_states(fresh_carrier: str) -> None:
    give_task("Bank")
    with acting("channel") as session:
        campaign = one(session, Campaign, name="Faster lines")
        city = id_of(session, Unit, code="GZ") or 0
        for _again in range(2):
            add_city(session, campaign, unit_id=city)
            session.flush()
        assert cities_of(session, campaign) == [city]
        with pytest.raises(Invalid):
            end(session, campaign)
        start(session, campaign)
        with pytest.raises(Invalid):
            start(session, campaign)
        end(session, campaign)
        assert campaign.state == "ended"


def test_a_campaign_ends_after_it_starts(carrier: str) -> None:
    with acting("channel") as session:
        with pytest.raises(Invalid) as refused:
            CAMPAIGN.complete(session, Campaign(name="Odd", starts_on=days(1), ends_on=days(0)))
        assert set(refused.value.problems) == {"ends_on"}
