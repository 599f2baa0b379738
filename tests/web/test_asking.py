"""Asking for gifts, activities and trips through the URL: the form, refusals, answers, spending, the receipt."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from core import clock
from core.actors import actor_for
from core.db import get, reading, unit_of_work
from core.errors import Invalid
from core.i18n import use_language
from crm.activities import Activity
from crm.commitments import commitments_of
from crm.key_persons import KeyPerson
from crm.tenders import TENDER, Tender
from crm.weapons import weapon_by_code
from tests.crm.playing import GIFT, SOCIAL, TOUR
from tests.web.reading import statements
from tests.web.world import World

NEW = "/crm/asking/new"
PAPER = ("request.txt", b"Please let us see it on site.", "text/plain")


@pytest.fixture
def office(lone_world: World) -> World:
    return lone_world


def weapon(code: str) -> str:
    with reading(actor_for("am")) as session:
        found = weapon_by_code(session, code)
        assert found is not None
        return str(found.id)


def wish(office: World, code: str = SOCIAL, **more: str) -> dict[str, str]:
    day = (clock.today() + timedelta(days=3)).isoformat()
    return {
        "account": str(office.ids["港口"]), "deal": str(office.ids["港口专网"]), "weapon": weapon(code),
        "persons": str(office.ids["港口主任"]), "head": "200", "on": day, "supplier": "Harbour Hall",
        "purpose": "Working lunch", **more,
    }  # fmt: skip


def ask(office: World, code: str = SOCIAL, user: str = "am", files: Any = None, **more: str) -> Any:
    return office.client(user).post(NEW, data=wish(office, code, **more), files=files)


def asked(office: World, **more: str) -> int:
    answer = ask(office, **more)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].rsplit("/", 1)[1])


def request_of(office: World, use: int, user: str = "am") -> str:
    found = re.findall(r'href="/me/approvals/(\d+)"', office.client(user).get(f"/crm/asking/{use}").text)
    return str(found[0])


def answer(office: World, use: int, act: str = "approve", user: str = "lead", **form: str) -> Any:
    return office.client(user).post(f"/me/approvals/{request_of(office, use)}/{act}", data=form)


def act(office: World, use: int, name: str, user: str = "am", files: Any = None, **form: str) -> Any:
    return office.client(user).post(f"/crm/asking/{use}/{name}", data=form, files=files)


def states(use: int) -> tuple[str, list[tuple[str, int]]]:
    with reading(actor_for("am")) as session:
        rows = commitments_of(session, use)
        return get(session, Activity, use).approval, [(row.state, row.amount) for row in rows]


def share(use: int) -> int:
    with reading(actor_for("am")) as session:
        return commitments_of(session, use)[0].id


def open_tender(office: World) -> None:
    with unit_of_work(actor_for("am")) as session:
        tender = Tender(name="Quay net", account_id=office.ids["港口"], noticed_on=clock.today())
        TENDER.complete(session, tender)
        session.add(tender)


# --- asking ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["account", "deal", "person", "activity"])
def test_the_form_is_reached_from_each_record(office: World, name: str) -> None:
    key = {"account": "港口", "deal": "港口专网", "person": "港口主任"}.get(name)
    number = office.ids[key] if key else asked(office)
    if name == "activity":
        answer(office, number, "refuse", comment="Not now")
    page = office.client("am").get(f"{NEW}?{name}={number}")
    assert page.status_code == 200
    assert 'id="asking-send"' in page.text
    assert statements(page) <= 20


def test_a_request_waits_for_the_next_superior_and_holds_its_share(office: World) -> None:
    use = asked(office)
    assert states(use) == ("asked", [("requested", 200_00)])
    page = office.client("lead").get(f"/me/approvals/{request_of(office, use)}")
    assert "Working lunch" in page.text and "¥250.00 left" in page.text and 'id="approve"' in page.text
    assert statements(page) <= 20
    assert statements(office.client("am").get(f"/crm/asking/{use}")) <= 20


def test_what_is_over_a_ceiling_is_refused_by_its_name_and_the_form_is_kept(office: World) -> None:
    refused = ask(office, head="451")
    assert refused.status_code == 422
    for kept in ("Ceiling “Hospitality”", "451", "Harbour Hall", "Working lunch", 'aria-invalid="true"'):
        assert kept in refused.text
    with reading(actor_for("am")) as session:
        assert session.scalar(select(func.count()).select_from(Activity)) == 0


@pytest.mark.parametrize("field", ["weapon", "persons", "head", "on", "purpose"])
def test_a_field_that_is_left_out_is_named(office: World, field: str) -> None:
    refused = ask(office, **{field: ""})
    assert refused.status_code == 422
    assert refused.text.count('class="err"') == 1


def test_a_public_official_gets_no_gift_and_an_activity_with_the_consent_of_the_unit(office: World) -> None:
    with unit_of_work(actor_for("am")) as session:
        person = get(session, KeyPerson, office.ids["港口主任"])
        person.is_official, person.official_reason = True, "Known to be so"
    assert "Official lock" in ask(office, GIFT).text
    assert "Official lock" in ask(office).text
    made = ask(office, files={"unit_consent": PAPER})
    assert made.status_code == 303
    page = office.client("lead").get(f"/me/approvals/{request_of(office, int(made.headers['location'][12:]))}").text
    assert "is a public official. The written consent" in page


@pytest.mark.parametrize("code", [GIFT, SOCIAL])
def test_nothing_is_given_while_a_tender_is_open(office: World, code: str) -> None:
    open_tender(office)
    refused = ask(office, code, files={"written_request": PAPER})
    assert refused.status_code == 422
    assert "Tender lock" in refused.text and "Quay net" in refused.text


def test_a_visit_during_a_tender_takes_the_written_request_as_a_file(office: World) -> None:
    open_tender(office)
    assert "only on its side’s written request" in ask(office, TOUR).text
    made = ask(office, TOUR, files={"written_request": PAPER})
    assert made.status_code == 303
    use = int(made.headers["location"].rsplit("/", 1)[1])
    assert (
        "Its side’s written request is attached"
        in office.client("lead").get(f"/me/approvals/{request_of(office, use)}").text
    )
    answer(office, use)
    assert states(use)[0] == "approved"


def test_a_tender_that_opens_meanwhile_stops_the_approval(office: World) -> None:
    use = asked(office)
    open_tender(office)
    refused = answer(office, use)
    assert refused.status_code == 422
    assert "Tender lock" in refused.text
    assert states(use) == ("asked", [("requested", 200_00)])


def test_two_uses_on_following_days_are_shown_as_a_split(office: World) -> None:
    asked(office, head="300")
    use = asked(office, head="300", on=(clock.today() + timedelta(days=4)).isoformat())
    page = office.client("lead").get(f"/me/approvals/{request_of(office, use)}").text
    assert "split over days: ¥600.00" in page


# --- answers --------------------------------------------------------------------------------------------------


def test_the_second_superior_agrees_from_the_amount_of_the_ceiling_on(office: World) -> None:
    use = asked(office, code=TOUR, head="4999")
    answer(office, use)
    assert states(use)[0] == "approved"
    with unit_of_work(actor_for("keeper")) as session:
        from crm.ceilings import ceilings

        next(row for row in ceilings(session) if row.code == "travel").second_from = 3000_00
    use = asked(office, code=TOUR, head="3000")
    answer(office, use)
    assert states(use)[0] == "asked"
    answer(office, use, user="exec")
    assert states(use) == ("approved", [("approved", 3000_00)])


def test_nobody_answers_for_themselves(office: World) -> None:
    use = asked(office)
    assert answer(office, use, user="am").status_code == 403
    own = asked(office, user="lead")
    assert answer(office, own, user="lead").status_code == 403
    assert answer(office, own, user="exec").status_code == 303


def test_a_refusal_releases_the_share_says_why_and_is_asked_again(office: World) -> None:
    use = asked(office, head="450")
    answer(office, use, "refuse", comment="Too dear for a lunch")
    assert states(use) == ("refused", [("released", 450_00)])
    page = office.client("am").get(f"/crm/asking/{use}").text
    assert "Turned down by lead 先生" in page and "Too dear for a lunch" in page
    again = ask(office, activity=str(use), head="300")
    assert again.headers["location"] == f"/crm/asking/{use}"
    assert states(use) == ("asked", [("released", 450_00), ("requested", 300_00)])


def test_who_asked_takes_it_back_with_a_reason(office: World) -> None:
    use = asked(office)
    assert act(office, use, "recall", user="lead").status_code == 403
    assert act(office, use, "recall", why="They put it off").status_code == 303
    assert states(use) == ("none", [("released", 200_00)])
    assert "They put it off" in office.client("am").get(f"/crm/asking/{use}").text


def test_what_waits_stays_as_it_was_asked(office: World) -> None:
    use = asked(office)
    form = {"subject": "x", "kind": "visit", "due_on": (clock.today() + timedelta(days=9)).isoformat(), "version": "1"}
    with unit_of_work(actor_for("am")) as session:
        form["version"] = str(get(session, Activity, use).version)
    assert office.client("am").post(f"/crm/activity/{use}/edit", data=form).status_code == 422
    with (
        use_language("en"),
        pytest.raises(Invalid, match="stays as it was asked"),
        unit_of_work(actor_for("am")) as session,
    ):
        commitments_of(session, use)[0].amount = 100
    assert states(use) == ("asked", [("requested", 200_00)])


# --- afterwards -----------------------------------------------------------------------------------------------


def test_it_is_spent_within_what_was_approved_and_closed_with_the_receipt(office: World) -> None:
    use = asked(office)
    answer(office, use)
    name = f"amount-{share(use)}"
    refused = act(office, use, "spend", **{name: "200.01"})
    assert refused.status_code == 422 and "more than was approved" in refused.text and "200.01" in refused.text
    assert act(office, use, "spend", **{name: "180"}).status_code == 303
    assert "of ¥200.00 approved" in office.client("am").get(f"/crm/asking/{use}").text
    assert act(office, use, "close").status_code == 422
    assert act(office, use, "close", files={"file": ("bill.txt", b"180 yuan", "text/plain")}).status_code == 303
    assert states(use) == ("approved", [("closed", 180_00)])


def test_each_step_is_taken_back(office: World) -> None:
    use = asked(office)
    answer(office, use)
    act(office, use, "spend", **{f"amount-{share(use)}": "150"})
    act(office, use, "close", files={"file": ("bill.txt", b"150 yuan", "text/plain")})
    for state in (("spent", 150_00), ("approved", 200_00)):
        assert act(office, use, "back").status_code == 303
        assert states(use) == ("approved", [state])
    assert act(office, use, "release").status_code == 303
    assert states(use)[1] == [("released", 200_00)]


def test_it_is_logged_as_done_only_after_its_approval(office: World) -> None:
    use = asked(office)
    logged = {"activity": str(use), "kind": "visit", "text": "They liked it", "weapon": weapon(SOCIAL), "is_page": "1"}
    refused = office.client("am").post("/crm/log", data=logged)
    assert refused.status_code == 422
    assert "Approval first" in refused.text and "They liked it" in refused.text
    answer(office, use)
    assert office.client("am").post("/crm/log", data=logged).status_code == 303


def test_the_journal_names_who_approved_and_the_page_is_closed_to_strangers(office: World) -> None:
    use = asked(office)
    answer(office, use)
    history = office.client("am").get(f"/crm/commitment/{share(use)}/history").text
    assert "lead 先生" in history and "approved it" in history
    assert office.client("am2").get(f"/crm/asking/{use}").status_code == 404
    assert office.client("am2").post(f"/crm/asking/{use}/spend", data={}).status_code == 404
    assert office.client("admin").get(NEW).status_code == 404
