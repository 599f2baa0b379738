"""The phone of staff of an outside firm: what they see, what they report, and all that is not there for them."""

import io
import re

import pytest
from PIL import Image
from sqlalchemy import select

from agents.handovers import Handover, accept
from campaigns.revoking import give_back, revoke_campaign
from campaigns.tasks import Task
from core import clock
from core.db import get
from core.notices import Notice
from crm.accounts import Account
from crm.activities import Activity
from crm.divisions import Division
from crm.files import File
from tests.campaigns.street import FIELD, activity_of, agent, campaign, key_of, photo, send, stored, task
from tests.crm.world import acting, days, id_of, one


def test_the_list_shows_own_tasks_first_and_free_ones_after(fresh_carrier: str) -> None:
    task("Bank")
    task("Harbour", user="agent_north")
    shown = agent().get(FIELD).text
    assert shown.index("Harbour") < shown.index("Bank")
    assert "Mine" in shown
    assert "Free in the firm" in shown


def test_what_is_due_stands_before_what_is_not_though_its_county_comes_later(fresh_carrier: str) -> None:
    """The next stop is never a visit of next month while one of today waits."""
    later, now, late = task("Bank", due=14), task("Harbour", due=0), task("Hospital", due=-2)
    with acting("operator") as session:
        counties = session.scalars(select(Division.id).order_by(Division.code)).all()
        for place, name in enumerate(("Bank", "Harbour", "Hospital")):
            get(session, Account, id_of(session, Account, name=name) or 0).seat_county_id = counties[place]
    shown = agent().get(FIELD).text
    places = [shown.index(f"/task/{each}") for each in (now, late, later)]
    assert places == sorted(places)


def test_a_report_of_what_was_taken_back_leads_away_from_its_page(fresh_carrier: str) -> None:
    """The page that stood open shows the client's name no longer than until the next click."""
    given = task("Bank")
    browser = agent()
    typed = {"key": key_of(browser.get(f"{FIELD}/task/{given}").text), "outcome": "interested"}
    with acting("channel") as session:
        revoke_campaign(session, campaign())
    answer = browser.client.post(f"{FIELD}/task/{given}", data=typed, headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"], "Bank" in answer.text) == (404, FIELD, False)
    assert "This task is no longer with you" in browser.get(FIELD).text
    assert browser.client.post(f"{FIELD}/task/{given}", data=typed).status_code == 404


def test_a_task_without_a_hand_over_is_not_on_the_phone(fresh_carrier: str) -> None:
    hidden = task("Bank", hands_over=False)
    browser = agent()
    assert "Bank" not in browser.get(FIELD).text
    assert browser.get(f"{FIELD}/task/{hidden}").status_code == 404


def test_a_number_is_a_link_only_once_the_client_has_accepted(fresh_carrier: str) -> None:
    task("Bank")
    browser = agent()
    assert "tel:" not in browser.get(FIELD).text
    assert "139****1234" in browser.get(FIELD).text
    with acting("am") as session:
        accept(session, one(session, Handover, purpose="Offer of lines"))
    assert "tel:13900001234" in browser.get(FIELD).text


def test_a_result_finishes_the_activity_and_leads_to_the_next_task(fresh_carrier: str) -> None:
    first, second = task("Bank"), task("Harbour")
    answer = send(agent(), first, outcome="interested", note="Wants 500 M")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{FIELD}/task/{second}")
    visit = activity_of(first)
    assert (visit.state, visit.result) == ("done", "Interested\nWants 500 M")
    assert stored(first).outcome == "interested"
    assert stored(first).reported_at is not None


def test_after_the_last_one_the_list_comes_back(fresh_carrier: str) -> None:
    only = task("Bank")
    browser = agent()
    assert send(browser, only, outcome="no_need").headers["location"] == FIELD
    assert "all your tasks are done" in browser.get(FIELD).text


def test_a_result_takes_at_most_five_taps_and_one_required_field(fresh_carrier: str) -> None:
    """Report on the card, one tile, submit."""
    made = task("Bank")
    browser = agent()
    card = browser.get(FIELD).text
    assert f'class="go" href="{FIELD}/task/{made}#report"' in card
    form = re.search(r'<form class="mf".*?</form>', browser.get(f"{FIELD}/task/{made}").text, re.DOTALL)
    assert form
    required = set(re.findall(r'name="(\w+)"[^>]*\brequired', form[0]))
    assert required == {"outcome"}
    taps = ["report on the card", "a tile", "submit"]
    assert len(taps) + len(required) - 1 <= 5


def test_a_result_that_is_sent_again_counts_once(fresh_carrier: str) -> None:
    made = task("Bank")
    browser = agent()
    key = key_of(browser.get(f"{FIELD}/task/{made}").text)
    answers = [send(browser, made, photo(), key=key, outcome="done") for _twice in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    with acting("operator") as session:
        assert len(session.scalars(select(File.id)).all()) == 1


def test_a_second_report_of_another_form_is_refused(fresh_carrier: str) -> None:
    made = task("Bank")
    browser = agent()
    send(browser, made, outcome="done")
    assert send(browser, made, key="another", outcome="no_need").status_code == 409
    assert stored(made).outcome == "done"


def test_an_error_keeps_what_was_typed(fresh_carrier: str) -> None:
    made = task("Bank")
    answer = send(agent(), made, outcome="again", again_on="", note="Owner is away")
    assert answer.status_code == 422
    assert "Owner is away" in answer.text
    assert 'value="again" required checked' in answer.text
    assert "Choose the day" in answer.text
    assert activity_of(made).state == "planned"


def test_a_photo_is_kept_small_and_without_the_camera_s_notes(fresh_carrier: str) -> None:
    made = task("Bank")
    browser = agent()
    assert send(browser, made, photo(), photo(), outcome="interested").status_code == 303
    with acting("operator") as session:
        files = session.scalars(select(File)).all()
    assert [(file.entity, file.record_id) for file in files] == [("crm.activity", activity_of(made).id)] * 2
    content = browser.get(f"/crm/file/{files[0].id}").content
    assert b"SecretPhone" not in content
    assert b"taken at home" not in content
    with Image.open(io.BytesIO(content)) as kept:
        assert not kept.getexif()
        assert max(kept.size) <= 1600


def test_a_photo_closes_with_the_client_s_hand_over_and_comes_back_with_it(fresh_carrier: str) -> None:
    """Also to whoever took it: its address is no way past a revocation."""
    made = task("Bank")
    browser = agent()
    send(browser, made, photo(), outcome="done")
    with acting("operator") as session:
        address = f"/crm/file/{one(session, File).id}"
    assert browser.get(address).status_code == 200
    with acting("channel") as session:
        stamp = revoke_campaign(session, campaign())
    assert browser.get(address).status_code == 404
    with acting("channel") as session:
        give_back(session, stamp)
    assert browser.get(address).status_code == 200


@pytest.mark.parametrize(
    "content", [b"\xff\xd8\xff no picture", b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_what_is_no_photo_is_refused_and_nothing_is_written(fresh_carrier: str, content: bytes) -> None:
    made = task("Bank")
    assert send(agent(), made, content, outcome="done").status_code == 422
    assert activity_of(made).state == "planned"


def test_a_visit_to_be_made_again_is_the_next_task(fresh_carrier: str) -> None:
    made = task("Bank")
    browser = agent()
    send(browser, made, outcome="again", again_on=days(3).isoformat())
    with acting("operator") as session:
        follower = one(session, Task, follows_id=made)
        visit = get(session, Activity, follower.activity_id)
    assert (visit.state, visit.due_on, visit.subject) == ("planned", days(3), "Visit Bank")
    assert visit.owner_id == activity_of(made).owner_id
    assert f"{FIELD}/task/{follower.id}" in browser.get(FIELD).text


def test_a_report_is_taken_back_and_given_again(fresh_carrier: str) -> None:
    made = task("Bank")
    browser = agent()
    send(browser, made, outcome="again", again_on=days(3).isoformat())
    assert browser.post(f"{FIELD}/task/{made}/undo").status_code == 303
    assert activity_of(made).state == "planned"
    assert stored(made).outcome is None
    send(browser, made, outcome="again", again_on=days(5).isoformat())
    with acting("operator") as session:
        visits = session.scalars(select(Activity).where(Activity.code == f"{activity_of(made).code}+")).all()  # type: ignore[arg-type]
    assert [(visit.state, visit.due_on) for visit in visits] == [("planned", days(5))]


def test_a_report_is_not_taken_back_late_nor_by_somebody_else(fresh_carrier: str) -> None:
    made = task("Bank")
    send(agent(), made, outcome="done")
    with acting("operator") as session:
        one(session, Task, id=made).reported_at = clock.ago(hours=1)
    assert agent().post(f"{FIELD}/task/{made}/undo").status_code == 409
    assert agent("agent_south").post(f"{FIELD}/task/{made}/undo").status_code == 404


def test_the_client_s_manager_is_told_of_a_result(fresh_carrier: str) -> None:
    made = task("Bank")
    send(agent(), made, outcome="done")
    with acting("am") as session:
        told = session.scalars(select(Notice)).all()
    assert [(notice.entity, notice.record_id) for notice in told if notice.record_id == activity_of(made).id]


def test_results_say_what_they_earn_and_that_it_is_not_settled(fresh_carrier: str) -> None:
    browser = agent()
    for client, outcome in (("Bank", "done"), ("Harbour", "no_need")):
        send(browser, task(client), outcome=outcome)
    shown = browser.get("/campaigns/results").text
    assert "Paid results: 1 × ¥50.00" in shown
    assert "not settled yet" in shown
    assert "from 2 reported results" in shown


def test_acceptance_is_asked_of_the_account_s_manager_once_a_day(fresh_carrier: str) -> None:
    task("Bank")
    browser = agent()
    with acting("operator") as session:
        bank = id_of(session, Account, name="Bank")
    for _twice in range(2):
        assert browser.post(f"/campaigns/client/{bank}/ask").status_code == 303
    with acting("am") as session:
        assert len(session.scalars(select(Notice).where(Notice.kind == "approval")).all()) == 1  # type: ignore[arg-type]
    with acting("operator") as session:
        assert one(session, Handover, purpose="Offer of lines").accepted_at is None
