"""Requests in the list of Today, and the way from the approvals to a deputy."""

from core.actors import actor_for
from core.db import unit_of_work
from tests.web.asking import answer, asked
from tests.web.asking import office as office
from tests.web.world import World


def test_what_waits_for_me_and_what_was_answered_stand_in_my_day(office: World) -> None:
    use = asked(office)
    assert 'id="agenda-asked"' in office.client("lead").get("/crm/today").text
    assert 'id="agenda-asked"' not in office.client("am").get("/crm/today").text
    answer(office, use, "refuse", comment="Too dear for a lunch")
    page = office.client("am").get("/crm/today").text
    assert 'id="agenda-answered"' in page and "Too dear for a lunch" in page
    assert 'id="agenda-asked"' not in office.client("lead").get("/crm/today").text


def test_the_day_of_a_colleague_shows_no_requests(office: World) -> None:
    asked(office)
    with unit_of_work(actor_for("am")) as session:
        colleague = session.actor.user_id
    assert 'id="agenda-asked"' not in office.client("lead").get(f"/crm/today?whose={colleague}").text


def test_the_approvals_lead_to_naming_a_deputy(office: World) -> None:
    client = office.client("am")
    assert 'href="/crm/team/deputies"' in client.get("/me/approvals").text
    assert client.get("/crm/team/deputies").status_code == 200
