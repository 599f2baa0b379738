"""What is not there for a firm's people on the phone, and what they cannot change."""

import re

import pytest
from sqlalchemy import select

from campaigns.reporting import Result, report
from campaigns.tasks import Task
from core import clock
from core.db import get
from core.errors import Conflict, Forbidden
from core.people import User
from crm.accounts import Account
from crm.activities import Activity
from tests.campaigns.street import FIELD, activity_of, agent, task
from tests.crm.world import acting, days, id_of

CLOSED = (
    "/crm/account", "/crm/account/new", "/crm/activity", "/crm/activity/rows", "/crm/key_person", "/campaigns/task",
    "/campaigns/campaign", "/agents/handover", "/agents/firm", "/search?q=Bank", "/jobs", "/campaigns/watch",
    "/crm/product", "/crm/account/choices?field=parent_id&parent_id=B",
)  # fmt: skip


@pytest.mark.parametrize("path", CLOSED)
def test_nothing_but_the_phone_s_pages_is_there(carrier: str, path: str) -> None:
    assert agent().get(path).status_code == 404


def test_the_menu_holds_nothing_but_the_phone_s_pages(fresh_carrier: str) -> None:
    html = agent().get(FIELD).text
    menu = re.search(r'<nav class="nav".*?</nav>', html, re.DOTALL)
    assert menu
    assert re.findall(r'href="([^"]+)"', menu[0]) == [FIELD, "/campaigns/clients", "/campaigns/results"]
    assert 'id="find"' not in html


def test_a_record_that_is_seen_answers_like_a_missing_one_at_every_general_address(fresh_carrier: str) -> None:
    made = task("Bank")
    browser = agent()
    visit = activity_of(made).id
    for tail in ("", "/edit", "/history"):
        missing = browser.get(f"/crm/activity/1{tail}")
        assert browser.get(f"/crm/activity/{visit}{tail}").text == missing.text
        assert missing.status_code == 404
    for act in ("finish", "drop", "plan_again", "add_account"):
        assert browser.post(f"/crm/activity/{visit}/do/{act}").status_code == 404


@pytest.mark.parametrize(
    "column", ["subject", "kind", "account_id", "owner_id", "opportunity_id", "cost", "purpose", "code", "archived_at"]
)
def test_of_a_task_s_activity_nothing_changes_but_how_it_went(fresh_carrier: str, column: str) -> None:
    made = task("Bank")
    values = {"archived_at": clock.now(), "cost": 5, "kind": "call", "subject": "x", "purpose": "x", "code": "X"}
    with acting("operator") as session:
        ids = {"account_id": id_of(session, Account, name="Harbour"), "opportunity_id": 1}
        ids["owner_id"] = id_of(session, User, username="agent_north")
    with pytest.raises(Forbidden), acting("agent_north") as session:  # noqa: PT012  # the write is at the end
        visit = get(session, Activity, get(session, Task, made).activity_id)
        setattr(visit, column, {**values, **ids}[column])


@pytest.mark.parametrize("column", ["campaign_id", "activity_id", "firm_id", "user_id", "name"])
def test_of_a_task_nothing_changes_but_how_it_stands(fresh_carrier: str, column: str) -> None:
    made, other = task("Bank"), task("Harbour", "south")
    with acting("operator") as session:
        wanted = getattr(get(session, Task, other), column) or 1
    with pytest.raises(Forbidden), acting("agent_north") as session:  # the write is at the end
        setattr(get(session, Task, made), column, wanted if column != "campaign_id" else wanted + 1)


def test_a_firm_makes_no_task_of_an_activity_that_is_not_the_next_visit(fresh_carrier: str) -> None:
    made, other = task("Bank"), task("Harbour", "south")
    secret = activity_of(other).id
    with pytest.raises(Forbidden), acting("agent_north") as session:  # noqa: PT012  # the write is at the end
        mine = get(session, Task, made)
        report(session, mine, Result("again", days(2)))
        values = {name: getattr(mine, name) for name in ("campaign_id", "firm_id", "name")}
        session.add(Task(activity_id=secret, follows_id=made, archived_at=clock.now(), **values))


def test_an_inside_role_given_to_an_outside_user_opens_nothing(fresh_carrier: str) -> None:
    from core.people import Role, UserRole

    with acting("operator") as session:
        person, role = id_of(session, User, username="agent_north"), id_of(session, Role, code="data_keeper")
        session.add(UserRole(user_id=person or 0, role_id=role or 0))
    with acting("agent_north") as session:
        assert session.scalars(select(Account.id)).all() == []
    assert agent().get("/crm/account").status_code == 404


def test_a_colleague_s_report_is_a_conflict_not_a_second_one(fresh_carrier: str) -> None:
    made = task("Bank")
    with acting("agent_north") as session:
        report(session, get(session, Task, made), Result("done"))
    with pytest.raises(Conflict), acting("agent_north") as session:
        report(session, get(session, Task, made), Result("no_need"))
