"""Why a record was not written: somebody else was first, or it is only to be seen."""

import pytest

from core.access import OPERATOR
from core.db import unit_of_work
from core.errors import Conflict, Forbidden
from core.people import User
from crm.opportunities import Opportunity
from tests.crm.world import acting, id_of, one, seen


def test_writing_what_one_may_only_see_is_forbidden(carrier: str) -> None:
    with pytest.raises(Forbidden), acting("exec") as session:
        one(session, Opportunity, name="Bank line").note = "Mine now"
    assert "Mine now" not in seen("exec", Opportunity.note)


def test_it_is_forbidden_also_where_the_write_was_sent_before_the_end(carrier: str) -> None:
    with pytest.raises(Forbidden), acting("exec") as session:
        one(session, Opportunity, name="Bank line").note = "Mine now"
        session.flush()


def test_who_comes_second_meets_a_conflict(carrier: str) -> None:
    with pytest.raises(Conflict), acting("am") as session:
        deal = one(session, Opportunity, name="Bank line")
        session.commit()  # lets the other in
        with unit_of_work(OPERATOR) as other:
            one(other, Opportunity, name="Bank line").note = "First"
        deal.note = "Second"
    assert seen("am", Opportunity.note) >= {"First"}


def test_what_went_to_somebody_else_meanwhile_is_a_conflict_too(fresh_carrier: str) -> None:
    with pytest.raises(Conflict), acting("am") as session:
        deal = one(session, Opportunity, name="Bank line")
        session.commit()  # lets the other in
        with unit_of_work(OPERATOR) as other:
            given = one(other, Opportunity, name="Bank line")
            given.owner_id, given.account_id = id_of(other, User, username="am2"), None
        deal.note = "Second"
