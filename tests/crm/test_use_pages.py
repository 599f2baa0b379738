"""Logging a use with all that belongs to it, many guests at once, and checking in at a visit."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.access import OPERATOR
from core.audit import AuditValue
from core.db import kernel_session, reading
from core.keeping import forget_old
from core.settings import settings
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_links import accounts_of, persons_of, users_of
from crm.check_ins import CheckIn
from crm.evidence import EVIDENCE
from crm.files import File
from tests.crm.browser import Browser, part, text_of
from tests.crm.playing import TECH, VISIT, person, use
from tests.crm.test_pages import PNG, account
from tests.crm.world import acting, id_of, one, save
from tests.web.reading import statements

HERE = {"latitude": "23.13", "longitude": "113.26"}


def activity(**values: Any) -> Activity:
    with reading(OPERATOR) as session:
        found: Activity = one(session, Activity, **values)
        return found


def planned(**values: Any) -> int:
    with acting("am") as session:
        return use(session, VISIT, person(session), kind="visit", **values).id


# --- logging --------------------------------------------------------------------------------------------------


def test_a_log_takes_cost_colleagues_and_what_the_file_proves(fresh_carrier: str) -> None:
    sent = {
        "kind": "visit", "account": account("Bank").rpartition("/")[2], "text": "With cost", "cost": "120.5",
        "ours": "am3，lead", "evidence": "photo", "key": "k",
    }  # fmt: skip
    answer = Browser("am").client.post("/crm/log", data=sent, files={"file": ("site.png", PNG)})
    assert answer.status_code == 303
    found = activity(result="With cost")
    assert found.cost == 120_50
    with reading(OPERATOR) as session:
        assert len(users_of(session, found)) == 2
        assert one(session, File, record_id=found.id).evidence == "photo"


@pytest.mark.parametrize(("name", "typed"), [("cost", "much"), ("cost", "-1"), ("ours", "Nobody")])
def test_what_is_wrong_in_the_fold_opens_it_and_is_said(carrier: str, name: str, typed: str) -> None:
    sent = {"kind": "visit", "account": account("Bank").rpartition("/")[2], "text": "Wrong", name: typed, "key": "k"}
    answer = Browser("am").post("/crm/log", **sent)
    assert answer.status_code == 422
    assert f'id="f-{name}-e"' in answer.text
    assert 'class="when w-call w-visit w-plan more-fields" open' in answer.text


def test_taking_a_log_back_restores_the_planned_cost(fresh_carrier: str) -> None:
    key, am = planned(cost=100_00), Browser("am")
    am.post("/crm/log", kind="visit", activity=str(key), text="Done", cost="300", key="k")
    assert activity(id=key).cost == 300_00
    am.post(f"/crm/log/{key}/reopen")
    assert (activity(id=key).state, activity(id=key).cost) == ("planned", 100_00)


def test_the_page_shows_version_step_levels_cost_a_head_and_missing_proof(fresh_carrier: str) -> None:
    with acting("am") as session:
        people = [person(session, f"P{n}", level=level) for n, level in enumerate(("decision", "operating"))]
        deal = next(iter(session.scalars(select(Activity.id))), None)
        assert deal is None
        made = use(session, TECH, *people, done=True, cost=300_00)
        for number in range(5):
            use(session, TECH, people[0], done=True, cost=(number + 1) * 100_00)
    answer = Browser("am").get(f"/crm/activity/{made.id}")
    page = text_of(answer.text)
    for words in ("version 1", "Decision", "¥150", "median of 5 uses that you see in this city", "¥300", "missing"):
        assert words in page
    assert statements(answer) <= 20


# --- many guests ----------------------------------------------------------------------------------------------


def test_forty_clients_with_people_are_added_in_one_act_and_taken_out_together(fresh_carrier: str) -> None:
    with acting("am") as session:
        for number in range(40):
            save(session, Account(code=f"N{number}", name=f"Client, No. {number}", owner_id=session.actor.user_id))
    key, am = planned(), Browser("am")
    lines = "\n".join([*(f"Client, No. {n}" for n in range(39)), "N39", "Harbour, Harbour boss", "Bank"])
    answer = am.post(f"/crm/activity/{key}/guests", lines=lines)
    assert answer.status_code == 303
    with reading(OPERATOR) as session:
        found = one(session, Activity, id=key)
        assert (len(accounts_of(session, found)), len(persons_of(session, found))) == (42, 2)
    page = am.get(f"/crm/activity/{key}")
    named = text_of(part(page.text, "p-part"))
    for name in ("Further clients", "Client, No. 0", "Client, No. 39", "Harbour boss"):
        assert name in named
    assert statements(page) <= 20
    _code, _key, tie = answer.cookies["octant_flash"].strip('"').split(":")
    am.post(f"/crm/activity/{key}/guests/undo", next=tie)
    with reading(OPERATOR) as session:
        assert (len(accounts_of(session, found)), len(persons_of(session, found))) == (1, 1)


def test_clients_found_by_a_filter_are_ticked_added_and_taken_out_again(fresh_carrier: str) -> None:
    key, am = planned(), Browser("am")
    page = am.get(f"/crm/activity/{key}/guests?words=Harbour").text
    found = re.findall(r'name="pick" value="(\d+)"', page)
    assert len(found) == 1
    answer = am.post(f"/crm/activity/{key}/guests", lines="", pick=found[0])
    assert answer.status_code == 303
    assert "No further client fits this." in am.get(f"/crm/activity/{key}/guests?words=Harbour").text
    _code, _key, tie = answer.cookies["octant_flash"].strip(chr(34)).split(":")
    am.post(f"/crm/activity/{key}/guests/undo", next=tie)
    assert found == re.findall(r'name="pick" value="(\d+)"', am.get(f"/crm/activity/{key}/guests?words=Harbour").text)


def test_unknown_lines_are_named_and_nothing_is_added_until_they_are_left_out(fresh_carrier: str) -> None:
    key, am = planned(), Browser("am")
    lines = "Harbour\nNobody & Sons\nFactory"
    answer = am.post(f"/crm/activity/{key}/guests", lines=lines)
    assert (answer.status_code, "Nobody &amp; Sons" in answer.text, "Factory" in answer.text) == (422, True, True)
    assert am.post(f"/crm/activity/{key}/guests", lines=lines, leave_out="1").status_code == 303
    with reading(OPERATOR) as session:
        assert len(accounts_of(session, one(session, Activity, id=key))) == 2
    assert am.post(f"/crm/activity/{key}/guests", lines=" ").status_code == 422
    assert Browser("am2").get(f"/crm/activity/{key}/guests").status_code == 404


# --- checking in ----------------------------------------------------------------------------------------------


def test_without_consent_the_visit_explains_and_keeps_nothing(fresh_carrier: str) -> None:
    key, am = planned(), Browser("am")
    page = am.get(f"/crm/activity/{key}").text
    assert "It takes your consent" in page
    assert "data-check-in" not in page
    assert am.post(f"/crm/activity/{key}/check-in", **HERE).status_code == 403


def test_with_consent_the_visit_shows_planned_against_done_and_a_coarse_place(fresh_carrier: str) -> None:
    key, am = planned(starts_at=clock.ago(minutes=10)), Browser("am")
    assert am.post("/me/check-ins/give", back=f"/crm/activity/{key}").headers["location"] == f"/crm/activity/{key}"
    page = am.get(f"/crm/activity/{key}")
    assert "data-check-in" in page.text
    assert "geolocation=(self)" in page.headers["permissions-policy"]
    am.post(f"/crm/activity/{key}/check-in", latitude="23.129123", longitude="113.264387")
    am.post(f"/crm/activity/{key}/check-in", **HERE)
    shown = text_of(am.get(f"/crm/activity/{key}").text)
    assert "10 min late" in shown
    assert "about 23.13°, 113.26°" in shown
    assert "23.13°" in am.get("/me/check-ins").text
    am.post(f"/crm/activity/{key}/check-in/undo")
    assert "23.13°" not in am.get(f"/crm/activity/{key}").text


def places() -> set[Any]:
    with reading(OPERATOR) as session:
        return {(each.latitude, each.longitude) for each in session.scalars(select(CheckIn))}


def checked_in() -> Browser:
    key, am = planned(), Browser("am")
    am.post("/me/check-ins/give")
    am.post(f"/crm/activity/{key}/check-in", **HERE)
    assert places() == {(2313, 11326)}
    return am


def test_taking_the_consent_back_deletes_the_places(fresh_carrier: str) -> None:
    am = checked_in()
    am.post("/me/check-ins/take-back")
    assert places() == {(None, None)}
    assert "You have not agreed" in am.get("/me/check-ins").text


def test_a_place_is_forgotten_after_its_time_and_stands_in_no_journal(fresh_carrier: str) -> None:
    checked_in()
    forget_old()
    assert places() == {(2313, 11326)}
    with acting("am") as session:
        session.scalars(select(CheckIn)).one().at -= timedelta(days=settings().keep_places_days + 1)
    forget_old()
    assert places() == {(None, None)}
    with kernel_session(writes=False) as session:
        assert not [each for each in session.scalars(select(AuditValue.changes)) if "latitude" in str(each)]  # type: ignore[call-overload]
    assert "photo" in EVIDENCE
    assert id_of is not None
