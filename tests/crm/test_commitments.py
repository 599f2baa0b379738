"""A commitment goes its course in order, from the request to the receipt, and by no way around."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import clock
from core.access import OPERATOR
from core.db import get
from core.errors import Forbidden, Invalid
from core.history import history, undo_entry
from core.i18n import use_language
from core.transfer import import_file
from crm.activities import Activity
from crm.activity_joining import add_person
from crm.commitment_verbs import COMMITMENT, close, release, spend, take_back
from crm.commitments import Commitment
from crm.files import File
from crm.guests import Guests, add_guests
from crm.key_persons import KeyPerson
from crm.logbook import Entry, log
from tests.crm import playing
from tests.crm.gifts import YUAN, committed, gift, settle
from tests.crm.playing import person
from tests.crm.world import acting, one, save


def test_it_goes_from_request_over_approval_and_spending_to_the_receipt(fresh_carrier: str) -> None:
    made = gift(100 * YUAN)
    settle(made, "approved")
    with acting("am") as session:
        commitment = one(session, Commitment, activity_id=made)
        assert (get(session, Activity, made).approval, commitment.state) == ("approved", "approved")
        spend(session, commitment, amount=90 * YUAN)
        session.flush()
        with pytest.raises(Invalid):
            close(session, commitment)
        playing.paper(session, get(session, Activity, made), "receipt")
        close(session, commitment)
    assert committed(state="closed") == 90 * YUAN


def test_nobody_approves_a_request_of_their_own(fresh_carrier: str) -> None:
    made = gift(100 * YUAN)
    with pytest.raises(Forbidden):
        settle(made, "approved", "am")
    with pytest.raises(Forbidden), acting("lead") as session:
        one(session, Commitment, activity_id=made).state = "approved"
    assert committed(state="requested") == 100 * YUAN


@pytest.mark.parametrize("state", ["spent", "closed"])
def test_no_step_is_left_out(fresh_carrier: str, state: str) -> None:
    made = gift(100 * YUAN)
    with pytest.raises(Invalid), acting("am") as session:
        one(session, Commitment, activity_id=made).state = state


def test_more_than_was_approved_is_asked_for_anew(fresh_carrier: str) -> None:
    made = gift(100 * YUAN)
    settle(made, "approved")
    with pytest.raises(Invalid), acting("am") as session:
        spend(session, one(session, Commitment, activity_id=made), amount=101 * YUAN)


def test_a_change_by_the_form_and_its_undoing_are_counted_too(fresh_carrier: str) -> None:
    made = gift(300 * YUAN)
    with acting("am") as session:
        commitment = one(session, Commitment, activity_id=made)
        commitment.amount = 100 * YUAN
        save(session, commitment)
        number = commitment.id
    gift(300 * YUAN)
    gift(200 * YUAN)
    with acting("am") as session:
        last = history(session, COMMITMENT, number)[0]
    with pytest.raises(Invalid, match="600"), acting("am") as session:
        undo_entry(session, COMMITMENT, number, last.id)


def test_what_was_spent_stays_in_the_register(fresh_carrier: str) -> None:
    made = gift(100 * YUAN)
    settle(made, "approved")
    with acting("am") as session:
        spend(session, one(session, Commitment, activity_id=made))
    with pytest.raises(Invalid), acting("am") as session:
        one(session, Commitment, activity_id=made).archived_at = clock.now()
    with pytest.raises(Invalid), acting("am") as session:
        release(session, one(session, Commitment, activity_id=made))


def test_what_its_receipt_proves_is_not_given_back(fresh_carrier: str) -> None:
    made = gift(100 * YUAN)
    settle(made, "approved")
    with acting("am") as session:
        playing.paper(session, get(session, Activity, made), "receipt")
        spend(session, one(session, Commitment, activity_id=made))
        session.flush()
        close(session, one(session, Commitment, activity_id=made))
    with acting("am") as session:
        take_back(session, one(session, Commitment, activity_id=made))
    with pytest.raises(Invalid), acting("am") as session:
        take_back(session, one(session, Commitment, activity_id=made))
    assert committed(state="spent") == 100 * YUAN
    with acting("am") as session:
        one(session, File, record_id=made, evidence="receipt").archived_at = clock.now()
    with acting("am") as session:
        take_back(session, one(session, Commitment, activity_id=made))
    assert committed(state="approved") == 100 * YUAN


@pytest.mark.parametrize("act", ["by the verb", "with the log", "with the guests"])
def test_an_approved_use_reaches_nobody_for_whom_nothing_was_asked(fresh_carrier: str, act: str) -> None:
    made = gift(100 * YUAN)
    settle(made, "approved")
    with acting("keeper") as session:
        boss = person(session)
        other = save(session, KeyPerson(account_id=boss.account_id, name="Clerk", level="operating", function="user"))
    ways: dict[str, Callable[[Any, Activity, KeyPerson], Any]] = {
        "by the verb": lambda session, activity, who: add_person(session, activity, person_id=who.id),
        "with the log": lambda session, activity, who: log(
            session, Entry(kind="visit", text="Given", persons=(who.id,), activity=activity)
        ),
        "with the guests": lambda session, activity, who: add_guests(session, activity, Guests(people=(who,))),
    }
    with acting("am") as session:
        add_person(session, get(session, Activity, made), person_id=boss.id)  # has a share
    with pytest.raises(Invalid, match=r"Nothing was asked|没有申请"), acting("am") as session:
        ways[act](session, get(session, Activity, made), get(session, KeyPerson, other.id))


def test_a_use_with_shares_is_not_put_away(fresh_carrier: str) -> None:
    made = gift(100 * YUAN)
    with pytest.raises(Invalid), acting("am") as session:
        get(session, Activity, made).archived_at = clock.now()
    assert committed() == 100 * YUAN
    with acting("am") as session:
        release(session, one(session, Commitment, activity_id=made))
    with acting("am") as session:
        get(session, Activity, made).archived_at = clock.now()
    assert committed() == 0


def test_no_file_brings_requests_past_the_ceilings(fresh_carrier: str, tmp_path: Path) -> None:
    made = gift(100 * YUAN)
    exported = tmp_path / "gifts.csv"
    with acting("am") as session:
        number = get(session, Activity, made).code
        asked = one(session, Commitment, activity_id=made).code
    for code, amount in (("NEW", 50), (asked, 9999)):
        exported.write_text(
            f"code,activity,person,occurs_on,amount\n{code},{number},Bank boss,{clock.today()},{amount}\n", "utf-8"
        )
        with use_language("en"):
            result = import_file(OPERATOR, COMMITMENT, exported, dry_run=False)
        assert (result["created"], result["updated"]) == (0, 0)
        assert "one by one" in str(result["problems"])
    assert committed() == 100 * YUAN


def test_who_may_not_read_the_ceilings_can_ask_for_nothing(fresh_carrier: str) -> None:
    request = Commitment(activity_id=gift(YUAN), person_id=1, occurs_on=clock.today(), amount=1)
    with pytest.raises(Forbidden, match=r"crm\.ceiling\.read"), acting("agent_north") as session:
        session.add(request)
