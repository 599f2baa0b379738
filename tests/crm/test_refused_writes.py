"""Why a record was not written: somebody else was first, or it is only to be seen."""

from typing import Any

import pytest

from core.access import OPERATOR
from core.db import unit_of_work
from core.errors import Conflict, Forbidden
from core.people import User
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
