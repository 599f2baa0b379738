"""Several answers at the same moment: one decides, whatever the database's isolation level is."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from core.access import OPERATOR
from core.actors import actor_for
from core.approvals.rows import Approval
from core.approvals.timing import time_out
from core.db import reading, unit_of_work
from core.errors import DomainError
from tests.core.approving import ENDED, HIGHEST, approve, ask, asked, recall, refuse, state
from tests.core.approving import house as house
from tests.core.approving import kind as kind
from tests.core.kernel import Clock
from tests.core.kernel import time as time

pytestmark = pytest.mark.usefixtures("house")
ROUNDS = 6


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Each in a thread of its own, all let go together; the class of each one's refusal, or nothing."""
    gate, ends = threading.Barrier(len(acts)), [""] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            act()
        except DomainError as error:
            ends[number] = type(error).__name__
        except Exception as error:
            ends[number] = f"{type(error).__name__}: {error}"

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_of_whom_one_is_enough_one_answer_counts(_round: int) -> None:
    made = ask(shape="two")
    ends = at_once(lambda: approve("lead", made), lambda: refuse("exec", made))
    assert sorted(ends) == ["", "Conflict"]
    assert state(made) == ("approved" if ends[0] == "" else "refused")
    assert len(ENDED) == 1
    assert len(asked(made, "passed")) == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_who_are_both_needed_end_it_once_between_them(_round: int) -> None:
    made = ask(shape="both")
    assert at_once(lambda: approve("lead", made), lambda: approve("exec", made)) == ["", ""]
    assert (state(made), len(ENDED)) == ("approved", 1)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_it_is_either_approved_or_taken_back(_round: int) -> None:
    made = ask()
    ends = at_once(lambda: approve("lead", made), lambda: recall("am", made))
    assert sorted(ends) == ["", "Conflict"]
    assert state(made) == ("approved" if ends[0] == "" else "recalled")
    assert [word for word, _who in ENDED] == [state(made)]


def test_a_button_pressed_five_times_counts_once() -> None:
    made = ask(amount=HIGHEST)
    assert at_once(*[lambda: approve("lead", made)] * 5) == [""] * 5
    assert (asked(made), asked(made, "waiting")) == (["channel"], ["exec"])
    assert actor_for("channel").unread == 1


def test_of_five_requests_for_the_same_one_is_made() -> None:
    ends = at_once(*[ask] * 5)
    assert sorted(ends) == ["", *["Conflict"] * 4]
    with reading(OPERATOR) as session:
        assert session.scalar(select(func.count()).select_from(Approval)) == 1


def test_a_time_out_and_an_answer_do_not_both_count(time: Clock) -> None:
    made = ask(kind="testing.ending")
    time.pass_by(days=2)

    def end() -> None:
        with unit_of_work(OPERATOR) as session:
            time_out(session, made)

    ends = at_once(end, end, lambda: approve("lead", made))
    assert ends[:2] == ["", ""]
    assert (state(made), ends[2]) in (("approved", ""), ("timed_out", "Conflict"))
