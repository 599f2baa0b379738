"""What records held before they were changed, for whoever may read them all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.access import OPERATOR
from core.db import reading, unit_of_work
from core.errors import Forbidden
from core.past import changes
from crm.accounts import ACCOUNT, Account
from crm.grades import Grade
from crm.key_persons import KEY_PERSON
from tests.crm import world
from tests.crm.world import actor_for, one
from tests.templates import Templates


@pytest.fixture
def carrier(templates: Templates, tmp_path: Path) -> Iterator[str]:
    with templates.copy(tmp_path, world.build) as url:
        yield url


def regrade(*codes: str) -> None:
    for code in codes:
        with unit_of_work(OPERATOR) as session:
            one(session, Account, name="Bank").grade_id = one(session, Grade, code=code).id


def test_each_change_tells_the_value_that_was_given_up(carrier: str) -> None:
    regrade("A1", "B1")
    with reading(OPERATOR) as session:
        told = [(each.field, each.old) for each in changes(session, ACCOUNT, ["grade_id", "trade_id"])]
        first = one(session, Grade, code="A1").id
    assert told == [("grade_id", None), ("grade_id", first)]


def test_what_a_record_was_made_with_is_no_change(carrier: str) -> None:
    with reading(OPERATOR) as session:
        assert list(changes(session, ACCOUNT, ["owner_id", "code"])) == []


def test_whoever_sees_a_part_reads_nothing_of_the_past(carrier: str) -> None:
    with reading(actor_for("lead")) as session, pytest.raises(Forbidden):
        list(changes(session, ACCOUNT, ["grade_id"]))


def test_a_guarded_field_is_not_told(carrier: str) -> None:
    with reading(OPERATOR) as session, pytest.raises(Forbidden):
        list(changes(session, KEY_PERSON, ["mobile"]))
