"""Clients ticked in their list come to one activity together: all or none, within the reader's rights, undoable."""

import re

import pytest

from core.access import OPERATOR
from core.db import reading
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_links import accounts_of
from crm.pages import bulk_plan
from tests.crm.browser import Browser
from tests.crm.world import acting, id_of, one, save

pytestmark = pytest.mark.parametrize("templates", ["sqlite"], indirect=True)


@pytest.fixture
def clients(fresh_carrier: str) -> list[str]:
    """Forty of the account manager's."""
    with acting("am") as session:
        own = session.actor.user_id
        return [str(save(session, Account(code=f"N{n}", name=f"Client {n}", owner_id=own)).id) for n in range(40)]


def planned(name: str = "am", **values: int) -> int:
    with acting(name) as session:
        made = save(session, Activity(subject="Exhibition", owner_id=session.actor.user_id, **values))
        return int(made.id)


def bank() -> int:
    with reading(OPERATOR) as session:
        return id_of(session, Account, name="Bank") or 0


def of(key: int) -> set[str]:
    with reading(OPERATOR) as session:
        return {str(each) for each in accounts_of(session, one(session, Activity, id=key))}


def undone(am: Browser, flash: str) -> None:
    code, key, number = flash.strip('"').split(":")
    tail = "guests/undo" if code == "guests" else "clients/undo"
    assert am.post(f"/crm/activity/{key}/{tail}", next=number).status_code == 303


def test_ticked_rows_lead_to_the_choice_of_an_activity(clients: list[str]) -> None:
    key, am = planned(), Browser("am")
    page = am.get("/crm/account").text
    assert 'formaction="/crm/account/plan"' in page
    ticks = re.findall(r'name="id" value="(\d+)" form="bulk"', page)
    assert set(clients) <= set(ticks)
    choice = am.post("/crm/account/plan", id=",".join(clients)).text
    assert f'<option value="{key}">Exhibition' in choice and "Client 3" in choice and "and 28 more" in choice


def test_forty_clients_are_added_and_taken_out_together(clients: list[str]) -> None:
    key, am = planned(account_id=bank()), Browser("am")
    answer = am.post("/crm/account/plan/add", id=",".join(clients), activity=str(key))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/crm/activity/{key}")
    assert of(key) == {str(bank()), *clients}
    undone(am, answer.cookies["octant_flash"])
    assert of(key) == {str(bank())}


@pytest.mark.parametrize("several", (1, 40))
def test_an_activity_that_had_no_client_has_none_after_the_undo(clients: list[str], several: int) -> None:
    key, am = planned(), Browser("am")
    answer = am.post("/crm/account/plan/add", id=",".join(clients[:several]), activity=str(key))
    assert of(key) == set(clients[:several])
    undone(am, answer.cookies["octant_flash"])
    assert of(key) == set()


def test_a_new_activity_is_made_with_them_and_goes_with_the_undo(clients: list[str]) -> None:
    am = Browser("am")
    assert am.post("/crm/account/plan/add", id=",".join(clients), activity="new").status_code == 422
    answer = am.post("/crm/account/plan/add", id=",".join(clients), activity="new", subject="Fair", due_on="2027-03-01")
    with reading(OPERATOR) as session:
        key = one(session, Activity, subject="Fair").id
    assert of(key) == set(clients)
    undone(am, answer.cookies["octant_flash"])
    with reading(OPERATOR) as session:
        assert one(session, Activity, id=key).archived_at is not None


def test_all_or_none(clients: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    key, am = planned(), Browser("am")
    with acting("am2") as session:
        hidden = save(session, Account(code="H", name="Hidden", owner_id=session.actor.user_id)).id
    add = {"activity": str(key)}
    assert am.post("/crm/account/plan/add", id=f"{clients[0]},{hidden}", **add).status_code == 422
    assert am.post("/crm/account/plan/add", id="", **add).status_code == 422
    monkeypatch.setattr(bulk_plan, "MOST", 39)
    assert "At most 39 rows" in am.post("/crm/account/plan/add", id=",".join(clients), **add).text
    assert of(key) == set()


def test_only_an_own_activity_that_is_still_planned_takes_them(clients: list[str]) -> None:
    foreign, done, am = planned("am2"), planned(), Browser("am")
    with acting("am") as session:
        one(session, Activity, id=done).state = "done"
    assert am.post("/crm/account/plan/add", id=clients[0], activity=str(foreign)).status_code in (403, 404)
    assert am.post("/crm/account/plan/add", id=clients[0], activity=str(done)).status_code == 422
    assert of(foreign) | of(done) == set()
