"""A campaign is revoked: what other campaigns still work with stays, the rest is gone, and comes back by undo."""

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from agents.handovers import Handover
from campaigns.campaigns import Campaign
from campaigns.tasks import Task
from core.db import get
from crm.activities import Activity
from tests.campaigns.street import FIELD, agent, campaign, send, task
from tests.crm.test_pages import Browser
from tests.crm.world import acting, days, save

WATCH = "/campaigns/watch"


@pytest.fixture
def channel(fresh_carrier: str) -> Browser:
    return Browser("channel")


def shared() -> tuple[int, int, int, int]:
    """Two campaigns of one firm: the first at the bank and the harbour, the second at the bank alone."""
    bank, harbour = task("Bank"), task("Harbour")
    first = campaign()
    with acting("channel") as session:
        values = {"name": "Cloud desks", "starts_on": days(0), "ends_on": days(40), "state": "running"}
        second = int(save(session, Campaign(**values, owner_id=session.actor.user_id)).id)
        given = get(session, Task, bank)
        place = {"account_id": given.account_id, "owner_id": session.actor.user_id}
        visit = save(session, Activity(subject="Desks", due_on=days(1), **place))
        other = int(save(session, Task(campaign_id=second, activity_id=visit.id, firm_id=given.firm_id)).id)
    return first, bank, harbour, other


def status(task_id: int) -> int:
    return agent().get(f"{FIELD}/task/{task_id}").status_code


def undo(channel: Browser, answer: Any) -> None:
    stamp = re.search(r"revoked:(\d+)", answer.headers["set-cookie"])
    assert stamp
    assert channel.post(f"{WATCH}/revoked/{stamp[1]}/undo").status_code == 303


def stored() -> list[Any]:
    """All that revoking may touch."""
    columns: Any = (Handover.id, Handover.revoked_at, Task.id, Task.archived_at, Activity.archived_at)
    with acting("operator") as session:
        joined = select(*columns).join(Task, col(Task.account_id) == col(Handover.account_id))
        statement = joined.join(Activity, col(Activity.id) == col(Task.activity_id)).order_by(
            col(Handover.id), col(Task.id)
        )
        return [tuple(row) for row in session.execute(statement)]


def test_a_client_stays_where_another_running_campaign_has_an_open_task(channel: Browser) -> None:
    first, bank, harbour, other = shared()
    channel.post(f"{WATCH}/{first}/revoke")
    assert [status(bank), status(harbour), status(other)] == [404, 404, 200]


def test_the_page_says_how_many_clients_stay_and_for_which_campaign(channel: Browser) -> None:
    first, *_tasks = shared()
    page = channel.get(f"{WATCH}/{first}").text
    assert "Clients that stay with their firm: 1." in page
    assert re.search(r'open tasks there: <a class="lnk" href="/campaigns/watch/\d+">Cloud desks</a>', page)


def test_nothing_stays_for_a_campaign_that_has_ended_or_has_reported_all(channel: Browser) -> None:
    first, _bank, _harbour, other = shared()
    send(agent(), other, outcome="done")
    assert "Clients that stay with their firm" not in channel.get(f"{WATCH}/{first}").text
    channel.post(f"{WATCH}/{first}/revoke")
    assert status(other) == 404


def test_undo_gives_exactly_back_what_was_taken(channel: Browser) -> None:
    first, *tasks = shared()
    before = stored()
    answer = channel.post(f"{WATCH}/{first}/revoke")
    assert stored() != before
    undo(channel, answer)
    assert stored() == before
    assert [status(each) for each in tasks] == [200, 200, 200]


def test_undo_does_not_give_back_what_was_taken_before(channel: Browser) -> None:
    first, bank, harbour, _other = shared()
    with acting("channel") as session:
        firm = get(session, Task, bank).firm_id
    channel.post(f"{WATCH}/firm/{firm}/revoke")
    undo(channel, channel.post(f"{WATCH}/{first}/revoke"))
    assert [status(bank), status(harbour)] == [404, 404]


def test_what_was_reported_stays_reported_and_paid(channel: Browser) -> None:
    first, bank, *_others = shared()
    send(agent(), bank, outcome="done")
    channel.post(f"{WATCH}/{first}/revoke")
    assert "¥50" in agent().get("/campaigns/results").text
    with acting("operator") as session:
        assert get(session, Task, bank).archived_at is None


def test_a_revoked_campaign_leaves_the_row_of_campaigns(channel: Browser) -> None:
    first, *_tasks = shared()
    assert "Faster lines" in agent().get(FIELD).text
    channel.post(f"{WATCH}/{first}/revoke")
    page = agent().get(FIELD).text
    assert "Faster lines" not in page
    assert "Cloud desks" in page


def test_where_a_firm_holds_nothing_no_campaign_stands_in_the_row(channel: Browser) -> None:
    _first, bank, *_others = shared()
    with acting("channel") as session:
        firm = get(session, Task, bank).firm_id
    channel.post(f"{WATCH}/firm/{firm}/revoke")
    page = agent().get(FIELD).text
    assert "Faster lines" not in page
    assert "Cloud desks" not in page


def test_the_heading_counts_all_tasks_not_only_those_shown(channel: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    shared()
    monkeypatch.setattr("campaigns.field.PAGE", 1)
    page = agent().get(FIELD).text
    assert "3 tasks, in route order" in page
    assert page.count('<article class="tk') == 1
