"""Asking for gifts, activities and trips through the URL: the form, and what is refused by which rule."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core import clock
from core.actors import actor_for
from core.db import get, reading, unit_of_work
from crm.activities import Activity
from crm.key_persons import KeyPerson
from tests.crm.playing import GIFT, SOCIAL, TOUR
from tests.web.asking import NEW, PAPER, answer, ask, asked, open_tender, request_of, states
from tests.web.asking import office as office
from tests.web.reading import statements
from tests.web.world import World


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


def test_what_can_be_made_anew_names_the_way_to_ask_once(office: World) -> None:
    page = office.client("am").get("/crm/account").text
    assert f'href="{NEW}"' in page
    assert "/crm/commitment/new" not in page


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
