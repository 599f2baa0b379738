"""Ways round a request that must not lead anywhere: by the general forms, the verbs, a file, and after the fact."""

from datetime import date, timedelta
from typing import Any

import pytest

from core import clock
from core.actors import actor_for
from core.db import get, reading, unit_of_work
from core.history import history
from crm.activities import Activity
from crm.activity_verbs import ACTIVITY
from crm.commitments import Commitment, commitments_of
from crm.key_persons import KEY_PERSON, KeyPerson
from tests.crm.playing import GIFT, SOCIAL
from tests.web.asking import act, answer, ask, asked, open_tender, request_of, share, states, weapon
from tests.web.asking import office as office
from tests.web.world import World

BILL = {"file": ("bill.txt", b"200 yuan", "text/plain")}


def approved(office: World, **more: str) -> int:
    use = asked(office, **more)
    assert answer(office, use).status_code == 303
    return use


def edit(office: World, stem: str, key: int, **form: str) -> Any:
    """The general form, with the version that is stored."""
    model: Any = {"activity": Activity, "commitment": Commitment}[stem]
    with reading(actor_for("am")) as session:
        version = str(get(session, model, key).version)
    return office.client("am").post(f"/crm/{stem}/{key}/edit", data={"version": version, **form})


def verb(office: World, stem: str, key: int, name: str, **form: str) -> Any:
    return office.client("am").post(f"/crm/{stem}/{key}/do/{name}", data=form)


def use_of(use: int) -> Activity:
    with reading(actor_for("am")) as session:
        return get(session, Activity, use)


def planned(office: World, **more: str) -> int:
    """A plan made with the general form."""
    form = {"subject": "Lunch", "kind": "meeting", "account": "", "account_id": str(office.ids["港口"]), **more}
    made = office.client("am").post("/crm/activity/new", data=form)
    assert made.status_code == 303, made.text
    return int(made.headers["location"].rsplit("/", 1)[1].split("?")[0])


# --- done without approval ------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [GIFT, SOCIAL])
def test_what_was_done_as_a_visit_does_not_become_a_gift_afterwards(office: World, code: str) -> None:
    use = planned(office, weapon_id=weapon("W04_VISIT"))
    assert verb(office, "activity", use, "finish", result="ok").status_code == 303
    refused = edit(office, "activity", use, weapon_id=weapon(code))
    assert refused.status_code == 422 and "Approval first" in refused.text


def test_the_undo_of_a_change_does_not_make_it_a_gift_either(office: World) -> None:
    use = planned(office, weapon_id=weapon(GIFT))
    assert edit(office, "activity", use, weapon_id=weapon("W04_VISIT")).status_code == 303
    with reading(actor_for("am")) as session:
        entry = history(session, ACTIVITY, use)[0].id
    assert verb(office, "activity", use, "finish", result="ok").status_code == 303
    office.client("am").post(f"/crm/activity/{use}/undo", data={"entry": str(entry)})
    assert str(use_of(use).weapon_id) == weapon("W04_VISIT")


def test_what_was_dropped_or_given_back_is_not_approved_any_more(office: World) -> None:
    dropped, released = approved(office), approved(office)
    assert verb(office, "activity", dropped, "drop", result="off").status_code == 303
    assert verb(office, "activity", dropped, "plan_again").status_code == 303
    assert act(office, released, "release").status_code == 303
    for use in (dropped, released):
        refused = verb(office, "activity", use, "finish", result="given all the same")
        assert refused.status_code == 422 and "Approval first" in refused.text


def test_what_was_given_back_is_asked_for_anew(office: World) -> None:
    use = approved(office)
    assert act(office, use, "release").status_code == 303
    again = ask(office, activity=str(use), head="100")
    assert again.status_code == 303, again.text
    assert states(use) == ("asked", [("released", 200_00), ("requested", 100_00)])


def test_what_is_approved_is_not_done_while_a_tender_is_open(office: World) -> None:
    use = approved(office)
    open_tender(office)
    refused = verb(office, "activity", use, "finish", result="given all the same")
    assert refused.status_code == 422 and "Tender lock" in refused.text


def test_an_undone_entry_of_a_log_leaves_a_request_as_it_stands(office: World) -> None:
    use = asked(office)
    office.client("am").post(f"/crm/log/{use}/undo", data={})
    assert use_of(use).archived_at is None


# --- more than was approved -----------------------------------------------------------------------------------


def test_what_was_spent_is_not_made_smaller_afterwards(office: World) -> None:
    use = approved(office)
    assert act(office, use, "spend").status_code == 303
    assert edit(office, "commitment", share(use), amount="1").status_code == 422
    assert verb(office, "commitment", share(use), "spend", amount="1").status_code in (409, 422)
    assert act(office, use, "close", files=BILL).status_code == 303
    assert edit(office, "commitment", share(use), amount="1").status_code == 422
    assert verb(office, "commitment", share(use), "spend", amount="1").status_code in (409, 422)
    assert states(use)[1] == [("closed", 200_00)]


@pytest.mark.parametrize("day", ["1999-01-01", "2019-12-31"])
def test_a_day_before_all_ceilings_is_no_way_round_them(office: World, day: str) -> None:
    use = planned(office, weapon_id=weapon(SOCIAL), due_on=day)
    form = {"activity_id": str(use), "person_id": str(office.ids["港口主任"]), "occurs_on": day, "amount": "90000"}
    office.client("am").post("/crm/commitment/new", data=form)
    act(office, use, "ask", purpose="A dinner of before")
    assert states(use)[0] == "none"


def test_a_share_of_another_day_than_its_use_is_not_asked_for(office: World) -> None:
    near, far = (clock.today() + timedelta(days=n) for n in (3, 800))
    use = planned(office, weapon_id=weapon(SOCIAL), due_on=near.isoformat())
    form = {"activity_id": str(use), "person_id": str(office.ids["港口主任"]), "amount": "300"}
    form["occurs_on"] = far.isoformat()
    office.client("am").post("/crm/commitment/new", data=form)
    act(office, use, "ask", purpose="Counted in another year")
    assert states(use)[0] == "none"


def test_the_people_the_day_and_the_client_stay_as_approved(office: World) -> None:
    use = approved(office)
    key, other = share(use), date(2027, 5, 5).isoformat()
    changes: list[dict[str, str]] = [{"occurs_on": other}, {"amount": "999"}, {"supplier": "x"}, {"purpose": "y"}]
    for change in changes:
        assert edit(office, "commitment", key, **change).status_code in (422, 403), change
    for change in ({"weapon_id": weapon("W04_VISIT")}, {"account_id": str(office.ids["电池"])}, {"due_on": other}):
        assert edit(office, "activity", use, **change).status_code == 422, change
    assert states(use) == ("approved", [("approved", 200_00)])


def test_nobody_is_added_to_what_is_approved(office: World) -> None:
    use = approved(office)
    with unit_of_work(actor_for("am")) as session:
        person = KeyPerson(account_id=office.ids["港口"], name="Second Guest")
        KEY_PERSON.complete(session, person)
        session.add(person)
        session.flush()
        key = person.id
    form = {
        "activity_id": str(use), "person_id": str(key), "occurs_on": clock.today().isoformat(), "amount": "1",
    }  # fmt: skip
    assert office.client("am").post("/crm/commitment/new", data=form).status_code == 422
    with reading(actor_for("am")) as session:
        assert len(commitments_of(session, use)) == 1


# --- whoever answers sees less than who asked -----------------------------------------------------------------


def test_a_tender_stops_also_the_approval_of_somebody_who_does_not_see_the_client(office: World) -> None:
    use = asked(office)
    assert answer(office, use, "hand-on", who="am2").status_code == 303
    number = request_of(office, use)
    open_tender(office)
    refused = office.client("am2").post(f"/me/approvals/{number}/approve", data={})
    assert refused.status_code == 422 and "Tender lock" in refused.text
    assert states(use)[0] == "asked"
