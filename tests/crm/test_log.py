"""Logging a call, a visit, a note or a plan, from any record, by the plain form that every browser can send."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.access import OPERATOR
from core.db import reading
from crm.activities import Activity
from crm.activity_links import ActivityPerson
from crm.files import File
from crm.key_persons import KeyPerson
from crm.notes import Mention, Note
from crm.opportunities import Opportunity
from crm.weapons import Weapon
from tests.crm.browser import Browser
from tests.crm.test_pages import PNG, account
from tests.crm.world import acting, days, id_of, one, save

TODAY = clock.today().isoformat()


@pytest.fixture
def am(carrier: str) -> Browser:
    """All tests share one world; each knows its own records by what it wrote."""
    return Browser("am")


def key_of(name: str) -> str:
    return account(name).rpartition("/")[2]


def activity(**values: Any) -> Activity:
    with reading(OPERATOR) as session:
        found: Activity = one(session, Activity, **values)
        return found


def written(text: str) -> int:
    """How many activities and notes carry the text."""
    with reading(OPERATOR) as session:
        activities = session.scalars(select(Activity.id).where(Activity.result == text))  # type: ignore[arg-type, call-overload]
        notes = session.scalars(select(Note.id).where(Note.body == text))  # type: ignore[arg-type, call-overload]
        return len([*activities, *notes])


def person(name: str = "Bank boss") -> int:
    with reading(OPERATOR) as session:
        return id_of(session, KeyPerson, name=name) or 0


def deal(name: str = "Bank line") -> int:
    with reading(OPERATOR) as session:
        return id_of(session, Opportunity, name=name) or 0


def inputs(page: str) -> dict[str, str]:
    form = page.split('id="composer"')[1].split("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def required(page: str, mode: str) -> list[str]:
    """The names of the inputs that the form demands in this mode: each with the mark that screen readers say."""
    form = page.split('id="composer"')[1].split("</form>")[0]
    names = re.findall(r'<(?:input|select|textarea)[^>]*name="([^"]+)"[^>]*aria-required="true"', form)
    return [name for name in names if name != "due_on" or mode == "plan"]


@pytest.mark.parametrize("mode", ("note", "call", "visit", "plan"))
def test_at_most_five_fields_are_required_whatever_is_logged(am: Browser, mode: str) -> None:
    assert len(required(am.get(f"/crm/log?kind={mode}").text, mode)) <= 3
    assert len(required(am.get(f"/crm/log?kind={mode}&account={key_of('Bank')}").text, mode)) <= 2


@pytest.mark.parametrize("record", ("account", "deal", "person", "activity"))
def test_a_visit_is_logged_from_any_record_in_three_taps(am: Browser, record: str) -> None:
    """One tap on the record's page opens the form, one presses its button; ticking whom one met is the third."""
    with acting("am") as session:
        plan = save(session, Activity(subject="Ask", account_id=int(key_of("Bank")), owner_id=session.actor.user_id))
    pages = {
        "account": account("Bank"), "deal": f"/crm/opportunity/{deal()}", "person": f"/crm/key_person/{person()}",
        "activity": f"/crm/activity/{plan.id}",
    }  # fmt: skip
    (link,) = set(re.findall(r'class="btn pri" href="(/crm/log\?[^"]+)"', am.get(pages[record]).text))
    form = am.get(link.replace("&amp;", "&"))
    sent = {**inputs(form.text), "kind": "visit", "text": f"Two lines, says the {record}.", "persons": str(person())}
    answer = am.post("/crm/log", **sent)
    assert answer.status_code == 303
    found = activity(result=f"Two lines, says the {record}.")
    assert (found.state, found.kind == "visit" or record == "activity") == ("done", True)
    with reading(OPERATOR) as session:
        assert one(session, ActivityPerson, activity_id=found.id).person_id == person()


def test_a_call_is_told_by_whom_it_was_with_and_has_the_usual_weapon(am: Browser) -> None:
    with reading(OPERATOR) as session:
        weapon = one(session, Weapon, code="W03_CALL").id
    am.post("/crm/log", kind="call", account=key_of("Bank"), text="Reached", persons=str(person()), key="k")
    found = activity(result="Reached")
    assert (found.subject, found.weapon_id, found.kind) == ("Call with Bank boss", weapon, "call")
    assert clock.local(found.done_at).date() == clock.today() if found.done_at else False


def test_the_preset_of_another_mode_gives_way_and_a_choice_stays(am: Browser) -> None:
    with reading(OPERATOR) as session:
        call, visit, talk = (str(one(session, Weapon, code=c).id) for c in ("W03_CALL", "W04_VISIT", "W02_TECH"))
    common = {"kind": "visit", "account": key_of("Bank"), "preset": call}
    am.post("/crm/log", **common, text="Went there", weapon=call, key="k1")
    am.post("/crm/log", **common, text="Talked it through", weapon=talk, key="k2")
    assert str(activity(result="Went there").weapon_id) == visit
    assert str(activity(result="Talked it through").weapon_id) == talk


def test_logging_a_plan_finishes_it_and_its_undo_plans_it_again(am: Browser) -> None:
    with acting("am") as session:
        plan = save(
            session,
            Activity(subject="Ask", account_id=int(key_of("Bank")), owner_id=session.actor.user_id, due_on=days(2)),
        )
    answer = am.post("/crm/log", kind="visit", activity=str(plan.id), text="Asked", key="k9")
    assert activity(id=plan.id).state == "done"
    assert answer.cookies["octant_flash"].strip('"') == f"finished:{plan.id}"
    page = am.get(answer.headers["location"]).text
    assert f'action="/crm/log/{plan.id}/reopen"' in page
    am.post(f"/crm/log/{plan.id}/reopen")
    again = activity(id=plan.id)
    assert (again.state, again.done_at, again.result, again.due_on) == ("planned", None, None, days(2))
    assert am.post("/crm/log", kind="visit", activity=str(plan.id), text="Asked once more", key="k2").status_code == 303


def test_a_plan_that_was_carried_out_already_is_refused_and_the_text_kept(am: Browser) -> None:
    with acting("am") as session:
        plan = save(session, Activity(subject="Ask", account_id=int(key_of("Bank")), owner_id=session.actor.user_id))
    am.post("/crm/log", kind="visit", activity=str(plan.id), text="Asked", key="k1")
    answer = am.post("/crm/log", kind="visit", activity=str(plan.id), text="Asked again", key="k2")
    assert answer.status_code == 422
    assert "Asked again" in answer.text


def test_a_next_step_with_a_day_becomes_a_plan_and_the_undo_takes_both_back(am: Browser) -> None:
    answer = am.post(
        "/crm/log", kind="visit", account=key_of("Bank"), text="Good talk", next_step="Send the offer",
        next_step_on=days(3).isoformat(), key="k",
    )  # fmt: skip
    following = activity(subject="Send the offer")
    assert (following.state, following.due_on, following.account_id) == ("planned", days(3), int(key_of("Bank")))
    done = activity(result="Good talk")
    assert answer.cookies["octant_flash"].strip('"') == f"logged:{done.id}:{following.id}"
    am.post(f"/crm/log/{done.id}/undo", next=str(following.id))
    assert all(activity(id=each.id).archived_at for each in (done, following))


def test_a_quick_day_is_the_next_steps_day(am: Browser) -> None:
    am.post("/crm/log", kind="call", account=key_of("Bank"), text="Later", next_in=days(1).isoformat(), key="k")
    assert activity(subject="Follow up").due_on == days(1)


def test_a_plan_needs_a_day_and_what_was_typed_is_kept(am: Browser) -> None:
    answer = am.post("/crm/log", kind="plan", account=key_of("Bank"), text="Show the pilot", key="k")
    assert answer.status_code == 422
    assert "For which day?" in answer.text
    assert "Show the pilot" in answer.text
    assert 'value="plan" data-weapon="" checked' in answer.text
    sent = {**inputs(answer.text), "kind": "plan", "text": "Show the pilot", "due_on": days(5).isoformat()}
    assert am.post("/crm/log", **sent).status_code == 303
    assert activity(subject="Show the pilot").due_on == days(5)


def test_an_empty_text_and_an_unknown_client_are_said_at_their_fields(am: Browser) -> None:
    answer = am.post("/crm/log", kind="call", account="Nobody & Sons", next_step="Ring again", key="k")
    assert answer.status_code == 422
    assert "Please write a few words." in answer.text
    assert 'value="Nobody &amp; Sons"' in answer.text
    assert 'value="Ring again"' in answer.text


def test_a_visit_of_tomorrow_is_no_visit_yet(am: Browser) -> None:
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    answer = am.post("/crm/log", kind="visit", account=key_of("Bank"), text="x", done_on=tomorrow, key="k")
    assert (answer.status_code, "Plan it instead" in answer.text) == (422, True)


def test_a_note_mentions_whom_was_chosen_and_whom_the_text_names(am: Browser) -> None:
    sent = {"kind": "note", "account": key_of("Bank"), "text": "See @am3 please", "mention": "lead", "key": "k"}
    answer = am.client.post("/crm/log", data=sent, files={"file": ("plan.png", PNG)})
    assert answer.status_code == 303
    with reading(OPERATOR) as session:
        note = one(session, Note, body="See @am3 please")
        mentions = session.scalars(select(Mention.id).where(Mention.note_id == note.id))  # type: ignore[arg-type, call-overload]
        assert (note.entity, len(list(mentions))) == ("crm.account", 2)
        assert one(session, File, entity="crm.note", record_id=note.id).name == "plan.png"
    page = am.get(answer.headers["location"]).text
    assert f'action="/crm/note/{note.id}/archive"' in page


def test_a_file_of_a_kind_that_is_not_kept_is_refused_and_nothing_written(am: Browser) -> None:
    sent = {"kind": "visit", "account": key_of("Bank"), "text": "With a file", "key": "k"}
    answer = am.client.post("/crm/log", data=sent, files={"file": ("run.exe", b"MZ")})
    assert answer.status_code == 422
    assert "With a file" in answer.text
    assert written("With a file") == 0


def test_the_same_form_sent_twice_is_one_visit(am: Browser) -> None:
    for _again in range(2):
        assert am.post("/crm/log", kind="visit", account=key_of("Bank"), text="Once", key="k").status_code == 303
    assert written("Once") == 1


def test_a_person_of_another_client_is_not_ticked(am: Browser) -> None:
    am.post(
        "/crm/log", kind="visit", account=key_of("Bank"), text="Alone", persons=str(person("Harbour boss")), key="p"
    )
    met = activity(result="Alone").id
    with reading(OPERATOR) as session:
        assert id_of(session, ActivityPerson, activity_id=met) is None


def test_a_stranger_neither_opens_the_form_nor_writes(am: Browser) -> None:
    other = Browser("am2")
    for query in (f"account={key_of('Bank')}", f"deal={deal()}", f"person={person()}"):
        assert other.get(f"/crm/log?{query}").status_code == 404
    answer = other.post("/crm/log", kind="visit", account=key_of("Bank"), text="Intruded", key="k")
    assert answer.status_code in (404, 422)
    assert other.post("/crm/log", kind="note", deal=str(deal()), text="Intruded", key="k").status_code == 404
    assert written("Intruded") == 0


def test_nobody_takes_back_what_another_logged(am: Browser) -> None:
    am.post("/crm/log", kind="visit", account=key_of("Bank"), text="Mine", key="k")
    found = activity(result="Mine")
    assert Browser("am2").post(f"/crm/log/{found.id}/undo").status_code == 404
    assert activity(id=found.id).archived_at is None


def test_people_of_outside_firms_have_no_log_page(am: Browser) -> None:
    agent = Browser("agent_north")
    assert agent.get("/crm/log").status_code == 404
    assert agent.post("/crm/log", kind="visit", text="x", key="k").status_code == 404


def test_the_button_new_offers_a_visit_and_a_call(am: Browser) -> None:
    page = am.get("/crm/account").text
    assert 'href="/crm/log?kind=visit"' in page
    assert 'href="/crm/log?kind=call"' in page


def test_it_leads_back_to_a_page_of_this_site_only(am: Browser) -> None:
    sent = {"kind": "call", "account": key_of("Bank"), "text": "x"}
    assert am.post("/crm/log", **sent, back="/jobs", key="k1").headers["location"] == "/jobs"
    assert am.post("/crm/log", **sent, back="//evil.example", key="k2").headers["location"] == account("Bank")
