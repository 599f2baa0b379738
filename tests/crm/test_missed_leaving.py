"""Key persons whose leaving came in a file: the morning's work opens their tasks, once."""

from datetime import timedelta
from typing import Any

import pytest

from core import clock
from core.bulk import update_rows
from core.ids import new_id
from crm.key_persons import KEY_PERSON
from crm.missed_leaving import missed, open_missed
from tests.crm.playing import deal, person
from tests.crm.test_leaving import leaves, live, meet, tasks
from tests.crm.world import acting


def left_by_file(**values: Any) -> None:
    """A file passes the bulk door."""
    with acting("operator", clear=True) as session:
        key = person(session, "Bank boss").id
        update_rows(session, KEY_PERSON, {key: {"left_on": clock.today(), **values}}, batch=new_id())


def morning() -> int:
    return open_missed(missed())


@pytest.fixture(autouse=True)
def bank(fresh_carrier: str) -> str:
    meet(level="operating")
    return fresh_carrier


def test_a_leaving_that_came_in_a_file_opens_its_task_the_next_morning_and_once() -> None:
    left_by_file()
    assert live() == []
    assert (morning(), morning()) == (1, 0)
    (task,) = tasks()
    assert (task.state, task.owner_id is not None, "Bank boss" in task.subject) == ("planned", True, True)


def test_what_was_opened_at_once_is_not_opened_again() -> None:
    leaves()
    assert (len(live()), missed()) == (1, [])


def test_a_deal_that_began_after_the_leaving_is_left_alone() -> None:
    with acting("am") as session:
        deal(session).engaged_on = clock.today()
    left_by_file(left_on=clock.today() - timedelta(days=30))
    assert morning() == 0


def test_somebody_who_leaves_next_month_is_still_there() -> None:
    left_by_file(left_on=clock.today() + timedelta(days=30))
    assert missed() == []
