"""Requests of gifts, activities and trips through the URL: the answers, then spending and the receipt."""

from datetime import timedelta

import pytest

from core import clock
from core.access import OPERATOR
from core.actors import actor_for
from core.approvals.rows import Approval
from core.approvals.timing import time_out_due
from core.db import get, unit_of_work
from core.errors import Invalid
from core.i18n import use_language
from crm.activities import Activity
from crm.commitments import commitments_of
from tests.crm.playing import SOCIAL, TOUR
from tests.web.asking import NEW, PAPER, act, answer, ask, asked, open_tender, request_of, share, states, weapon
from tests.web.asking import office as office
from tests.web.world import World


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


def test_somebody_of_another_unit_to_whom_it_is_handed_on_answers_without_a_right_to_write(office: World) -> None:
    use = asked(office)
    number = request_of(office, use)
    assert answer(office, use, "hand-on", who="am2").status_code == 303
    page = office.client("am2").get(f"/me/approvals/{number}").text
    assert "You do not see this client’s records" in page and "港口主任" in page
    assert "No tender, no public official" in page and "¥200.00 of" in page
    assert f"/crm/key_person/{office.ids['港口主任']}" not in page and f"/crm/asking/{use}" not in page
    assert office.client("am2").post(f"/me/approvals/{number}/approve", data={}).status_code == 303
    assert states(use) == ("approved", [("approved", 200_00)])
    assert office.client("am2").get(f"/crm/asking/{use}").status_code == 404


def test_whoever_it_is_handed_on_to_reads_what_looked_odd_when_it_was_asked(office: World) -> None:
    open_tender(office)
    made = ask(office, code=TOUR, files={"written_request": PAPER})
    use = int(made.headers["location"].rsplit("/", 1)[1])
    number = request_of(office, use)
    answer(office, use, "hand-on", who="am2")
    page = office.client("am2").get(f"/me/approvals/{number}").text
    assert "The tender “Quay net” is open" in page


def test_whoever_does_not_answer_in_time_is_passed_over_for_the_next(office: World) -> None:
    use = asked(office)
    for expected in ("asked", "refused"):
        with unit_of_work(OPERATOR) as session:
            get(session, Approval, int(request_of(office, use))).due_at = clock.ago(hours=1)
        assert time_out_due() == 1
        assert states(use)[0] == expected
    assert states(use)[1] == [("released", 200_00)]
    assert "Not answered in time" in office.client("am").get(f"/crm/asking/{use}").text


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


def test_once_all_is_spent_the_page_leads_to_the_log_of_the_result(office: World) -> None:
    use = asked(office)
    answer(office, use)
    log = f'href="/crm/log?activity={use}"'
    assert log not in office.client("am").get(f"/crm/asking/{use}").text
    act(office, use, "spend", **{f"amount-{share(use)}": "180"})
    act(office, use, "close", files={"file": ("bill.txt", b"180 yuan", "text/plain")})
    page = office.client("am").get(f"/crm/asking/{use}").text
    assert log in page and "Log the result" in page
    assert log not in office.client("exec").get(f"/crm/asking/{use}").text
    office.client("am").post("/crm/log", data={"activity": str(use), "kind": "visit", "text": "Done", "is_page": "1"})
    assert log not in office.client("am").get(f"/crm/asking/{use}").text


def test_each_step_is_taken_back(office: World) -> None:
    use = asked(office)
    answer(office, use)
    act(office, use, "spend", **{f"amount-{share(use)}": "150"})
    act(office, use, "close", files={"file": ("bill.txt", b"150 yuan", "text/plain")})
    assert act(office, use, "back").status_code == 303
    assert states(use) == ("approved", [("spent", 150_00)])
    refused = act(office, use, "back")
    assert refused.status_code == 422 and "receipt is on file" in refused.text
    assert states(use) == ("approved", [("spent", 150_00)])


def test_what_was_spent_without_a_receipt_is_given_back(office: World) -> None:
    use = asked(office)
    answer(office, use)
    act(office, use, "spend", **{f"amount-{share(use)}": "150"})
    assert act(office, use, "back").status_code == 303
    assert states(use) == ("approved", [("approved", 200_00)])
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
