"""Ceilings that cannot be talked round: counted together, whoever asks at the same time; in order; with the rule."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core import clock
from core.access import OPERATOR
from core.approvals import acts
from core.db import get
from core.errors import Forbidden, Invalid
from core.history import history, undo_entry
from core.i18n import use_language
from core.people import Unit
from core.settings import settings
from core.transfer import import_file
from crm.activities import Activity
from crm.activity_links import add_person
from crm.ceilings import Ceiling
from crm.commitments import COMMITMENT, Commitment, close, release, spend, take_back
from crm.files import File
from crm.guests import Guests, add_guests
from crm.key_persons import KeyPerson
from crm.logbook import Entry, log
from crm.playbook.reserving import reserve, shared
from tests.crm import playing
from tests.crm.playing import GIFT, person, use
from tests.crm.world import acting, days, id_of, one, save

ROOT = Path(__file__).parents[2]
YUAN = 100


def gift(amount: int, who: str = "Bank boss", *, account: str = "Bank", code: str = GIFT, **values: Any) -> int:
    """Ask for a gift in a transaction of its own; the number of the use."""
    with acting("am") as session:
        made = use(session, code, person(session, who, account), **values)
        reserve(session, made, [(person(session, who, account), amount)])
        return made.id


def committed(**values: Any) -> int:
    with acting("am") as session:
        rows = select(func.sum(Commitment.amount)).where(Commitment.state != "released").filter_by(**values)
        return session.scalar(rows) or 0


def settle(activity_id: int, outcome: str, name: str = "lead") -> None:
    """Ask for what the use holds, and answer it."""
    asked = playing.asked_for(activity_id)
    with acting(name) as session:
        if outcome == "approved":
            acts.approve(session, asked)
        else:
            acts.refuse(session, asked, reason="Too much")


# --- at once --------------------------------------------------------------------------------------------------


def at_once(url: str, *, processes: int, each: int, threads: int) -> Counter[str]:
    """What became of requests of 30 yuan a gift, for one person whose year has room for 33 of them."""
    playing.ceiling("gift", per_occasion=None, per_person_year=1000 * YUAN, per_client_year=None, per_deal=None)
    with acting("am") as session:
        made, who = use(session, GIFT, person(session)).id, person(session).id
    order = [str(number) for number in (made, who, 30 * YUAN, each, threads)]
    found: Counter[str] = Counter()
    with ExitStack() as stack:
        running = [stack.enter_context(_process(url, order)) for _process_number in range(processes)]
        for process in running:
            answer, fault = process.communicate(timeout=300)
            assert process.returncode == 0, fault[-2000:]
            found += Counter(json.loads(answer))
    return found


def _process(url: str, order: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crm.reserving", *order], cwd=ROOT, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "OCTANT_DATABASE_URL": url, "OCTANT_DATA_DIR": str(settings().data_dir)},
    )  # fmt: skip


def test_200_requests_at_once_from_several_processes_never_pass_a_ceiling(fresh_carrier: str) -> None:
    found = at_once(fresh_carrier, processes=2, each=100, threads=8)
    assert found == {"taken": 33, "refused": 167}
    assert committed() == 990 * YUAN


@pytest.mark.soak
@pytest.mark.parametrize("_round", range(10))
def test_200_requests_at_once_from_many_processes_never_pass_a_ceiling(fresh_carrier: str, _round: int) -> None:
    assert at_once(fresh_carrier, processes=10, each=20, threads=20) == {"taken": 33, "refused": 167}
    assert committed() == 990 * YUAN


# --- what counts ----------------------------------------------------------------------------------------------


def test_what_is_requested_approved_and_spent_counts_and_what_is_released_does_not(fresh_carrier: str) -> None:
    first, second = gift(300 * YUAN), gift(300 * YUAN)
    settle(first, "approved")
    with acting("am") as session:
        spend(session, one(session, Commitment, activity_id=first))
    with pytest.raises(Invalid, match="600"):
        gift(1)
    settle(second, "refused")
    gift(300 * YUAN)
    assert committed() == 600 * YUAN


def test_who_spends_less_leaves_the_rest_to_others(fresh_carrier: str) -> None:
    made = gift(300 * YUAN)
    gift(300 * YUAN)
    settle(made, "approved")
    with acting("am") as session:
        spend(session, one(session, Commitment, activity_id=made), amount=100 * YUAN)
    gift(200 * YUAN)


def test_each_year_has_its_own_room(fresh_carrier: str) -> None:
    year = clock.today().year
    with acting("am") as session:
        for due_on in (date(year, 3, 1), date(year, 4, 1), date(year + 1, 1, 1)):
            made = use(session, GIFT, person(session))
            made.due_on = due_on
            reserve(session, made, [(person(session), 300 * YUAN)])


@pytest.mark.parametrize(
    ("kind", "amounts"),
    [
        ("per_occasion", {"per_occasion": 10 * YUAN}),
        ("per_person_year", {"per_person_year": 10 * YUAN}),
        ("per_client_year", {"per_client_year": 10 * YUAN}),
        ("per_deal", {"per_deal": 10 * YUAN}),
    ],
)
def test_every_ceiling_holds_and_names_itself_in_both_languages(
    fresh_carrier: str, kind: str, amounts: dict[str, int]
) -> None:
    none = {"per_occasion": None, "per_person_year": None, "per_client_year": None, "per_deal": None}
    playing.ceiling("gift", **{**none, **amounts})
    with acting("am") as session:
        bank_deal = playing.deal(session).id
    gift(10 * YUAN, opportunity_id=bank_deal)
    for language, word in (("zh", "上限“赠品上限”"), ("en", "Ceiling “Gifts”")):
        with use_language(language), pytest.raises(Invalid, match=word):
            gift(11 * YUAN, "Bank clerk" if kind in ("per_client_year", "per_deal") else "Bank boss",
                 opportunity_id=bank_deal)  # fmt: skip


def test_a_public_official_gets_no_gift(fresh_carrier: str) -> None:
    with acting("am") as session:
        person(session, "Mayor", is_official=True)
    with pytest.raises(Invalid, match="Mayor"):
        gift(1, "Mayor")
    assert committed() == 0


def test_of_several_rows_the_most_special_one_holds(fresh_carrier: str) -> None:
    row = {"compliance": "GIFT", "valid_from": date(2020, 1, 1), "name_zh": "广州赠品"}
    with acting("keeper") as session:
        guangzhou, foshan = (id_of(session, Unit, code=code) for code in ("GZ", "FS"))
        save(session, Ceiling(code="gz", unit_id=guangzhou, per_occasion=50 * YUAN, **row))
        save(session, Ceiling(code="fs", unit_id=foshan, per_occasion=10 * YUAN, **row))
        save(session, Ceiling(code="old", unit_id=guangzhou, per_occasion=1, valid_to=days(-1), **row))
    gift(50 * YUAN)
    with pytest.raises(Invalid, match="广州赠品"):
        gift(51 * YUAN)


def test_a_request_for_several_people_is_taken_whole_or_not_at_all(fresh_carrier: str) -> None:
    gift(290 * YUAN, "Bank clerk")
    gift(290 * YUAN, "Bank clerk")
    with acting("am") as session:
        guests = [person(session), person(session, "Bank clerk")]
        made = use(session, GIFT, *guests)
    with pytest.raises(Invalid), acting("am") as session:
        reserve(session, get(session, Activity, made.id), shared(guests, 50 * YUAN))
    assert committed() == 580 * YUAN
    with acting("am") as session:
        guests = [person(session), person(session, "Bank porter")]
        parts = reserve(session, use(session, GIFT, *guests), shared(guests, 101))
        assert [each.amount for each in parts] == [51, 50]


# --- its course -----------------------------------------------------------------------------------------------


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
