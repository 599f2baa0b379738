"""Why a record was not written: somebody else was first, or it is only to be seen."""

from typing import Any

import pytest

from core.access import OPERATOR
from core.db import unit_of_work
from core.errors import Conflict, Forbidden, Invalid
from core.people import User
from crm.notes import Note
from crm.opportunities import Opportunity
from tests.crm.world import acting, id_of, one, seen


def write_as(name: str, *, is_sent: bool = False, meanwhile: dict[str, Any] | None = None) -> None:
    """Change the note of a deal; between reading and writing it, another may change something else."""
    with acting(name) as session:
        deal = one(session, Opportunity, name="Bank line")
        if meanwhile:
            session.commit()  # lets the other in
            change(**meanwhile)
        deal.note = f"of {name}"
        if is_sent:
            session.flush()


def change(**values: Any) -> None:
    with unit_of_work(OPERATOR) as session:
        deal = one(session, Opportunity, name="Bank line")
        for name, value in values.items():
            setattr(deal, name, value)


def test_writing_what_one_may_only_see_is_forbidden(carrier: str) -> None:
    with pytest.raises(Forbidden):
        write_as("exec")
    assert "of exec" not in seen("exec", Opportunity.note)


def test_it_is_forbidden_also_where_the_write_was_sent_before_the_end(carrier: str) -> None:
    with pytest.raises(Forbidden):
        write_as("exec", is_sent=True)


def test_who_comes_second_meets_a_conflict(carrier: str) -> None:
    with pytest.raises(Conflict):
        write_as("am", meanwhile={"next_step": "Call"})
    assert "of am" not in seen("am", Opportunity.note)


def test_what_went_to_somebody_else_meanwhile_is_a_conflict_too(fresh_carrier: str) -> None:
    with unit_of_work(OPERATOR) as session:
        other = id_of(session, User, username="am2")
    with pytest.raises(Conflict):
        write_as("am", meanwhile={"owner_id": other, "account_id": None})


@pytest.mark.parametrize(("column", "text"), [("next_step", "x" * 201), ("note", "x" * 4001), ("note", "a\x00b")])
def test_a_text_that_its_column_cannot_hold_is_refused_in_words_on_both_databases(
    carrier: str, column: str, text: str
) -> None:
    with pytest.raises(Invalid), acting("am") as session:
        setattr(one(session, Opportunity, name="Bank line"), column, text)


def test_a_new_record_is_held_to_its_columns_too(carrier: str) -> None:
    with pytest.raises(Invalid), acting("am") as session:
        session.add(Note(entity="crm.opportunity", record_id=1, body="x" * 4001))


def test_a_number_that_no_column_holds_is_refused_in_words(carrier: str) -> None:
    with pytest.raises(Invalid), acting("am") as session:
        one(session, Opportunity, name="Bank line").amount = 2**63
