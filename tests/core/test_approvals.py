"""Approvals: who is asked, what an answer does, and that nobody decides over their own."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from core.access import OPERATOR
from core.actors import actor_for
from core.approvals import asking
from core.approvals.rows import Approval
from core.audit import AuditEntry
from core.db import kernel_session, reading
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.people import Deputy, Role, User, UserRole
from crm.accounts import Account
from tests.core.approving import (
    ENDED,
    HIGH,
    HIGHEST,
    LOW,
    add,
    approve,
    ask,
    asked,
    hand_on,
    recall,
    refuse,
    state,
    user_id,
)  # fmt: skip
from tests.core.approving import house as house
from tests.core.approving import kind as kind
from tests.crm.world import acting, days, one

pytestmark = pytest.mark.usefixtures("house")


def deputy(absent: str, stands_in: str) -> None:
    with kernel_session() as session:
        session.add(Deputy(absent_id=user_id(absent), deputy_id=user_id(stands_in), starts_on=days(0), ends_on=days(1)))


def person(name: str, role: str, like: str) -> int:
    """One more colleague in the unit of somebody."""
    with kernel_session() as session:
        unit_id = session.scalar(select(User.unit_id).where(col(User.username) == like))
        made = User(username=name, name=name, unit_id=unit_id)
        session.add(made)
        session.flush()
        held = session.scalar(select(Role.id).where(col(Role.code) == role))
        session.add(UserRole(user_id=made.id, role_id=held or 0))
        return made.id


# --- whom a request asks --------------------------------------------------------------------------------------


def test_a_small_amount_asks_the_next_superior_alone() -> None:
    made = ask(amount=LOW)
    assert (asked(made), asked(made, "waiting")) == (["lead"], [])
    approve("lead", made)
    assert state(made) == "approved"
    assert ENDED == [("approved", "lead")]


def test_the_amount_chooses_the_steps_and_they_come_one_after_the_other() -> None:
    made = ask(amount=HIGHEST)
    for who in ("lead", "channel", "exec"):
        assert asked(made) == [who]
        assert state(made) == "open"
        approve(who, made)
    assert state(made) == "approved"


def test_one_below_the_amount_leaves_the_step_out() -> None:
    assert asked(ask(amount=HIGH - 1), "asked", "waiting") == ["lead"]
    assert asked(ask(about="Bank", amount=HIGH), "asked", "waiting") == ["lead", "channel"]


def test_nobody_is_asked_in_two_steps() -> None:
    """The second step asks two levels of superiors: the first of them has answered already."""
    made = ask(amount=HIGHEST)
    assert asked(made, "asked", "waiting") == ["lead", "channel", "exec"]


def test_of_several_one_is_enough() -> None:
    made = ask(shape="two")
    assert asked(made) == ["lead", "exec"]
    approve("exec", made)
    assert (state(made), asked(made, "passed")) == ("approved", ["lead"])


def test_where_all_are_needed_the_last_one_decides() -> None:
    made = ask(shape="both")
    approve("exec", made)
    assert state(made) == "open"
    approve("lead", made)
    assert state(made) == "approved"


def test_without_a_step_that_counts_it_is_approved_at_once() -> None:
    assert state(ask(shape="small", amount=LOW)) == "approved"
    assert ENDED == [("approved", "am")]


def test_with_nobody_left_it_is_said_at_once_and_not_made() -> None:
    with pytest.raises(Invalid, match="nobody above you whom step 1 could ask"):
        ask("exec")
    with pytest.raises(Invalid, match="Nobody with the role that step 2 asks for"):
        ask("am2", "Factory", amount=HIGH)
    with reading(OPERATOR) as session:
        assert session.scalars(select(col(Approval.id))).all() == []


def test_who_would_be_asked_is_known_before() -> None:
    with reading(actor_for("am")) as session:
        account = one(session, Account, name="Harbour")
        found = asking.foresee(session, "testing.trial", account, amount=HIGH)
    assert found == [[user_id("lead")], [user_id("channel")]]


# --- never oneself, nor anybody under oneself -----------------------------------------------------------------


def test_a_leads_request_goes_past_the_lead_and_those_below() -> None:
    assert asked(ask("lead")) == ["exec"]
    with pytest.raises(Invalid, match="may not answer you"):
        ask("lead", "Bank", shape="named", user=user_id("am"))
    with pytest.raises(Invalid, match="may not answer you"):
        ask("lead", "Bank", shape="named", user=user_id("lead"))


def test_two_who_lead_one_unit_do_not_approve_each_other_by_line_and_neither_is_under_the_other() -> None:
    person("lead_b", "team_lead", "lead")
    assert asked(ask("lead")) == ["exec"]
    assert asked(ask("lead", "Bank", shape="named", user=user_id("lead_b"))) == ["lead_b"]
    assert asked(ask("am3", "Hospital", shape="two")) == ["lead", "lead_b", "exec"]


def test_a_deputy_who_is_the_requester_or_under_them_does_not_answer() -> None:
    made = ask("lead")
    deputy("exec", "am")
    with pytest.raises(Forbidden, match="nor anybody under them"):
        approve("am", made)
    other = ask("am", "Bank")
    deputy("lead", "am")
    with pytest.raises(Forbidden, match="Neither who asks"):
        approve("am", other)


def test_a_deputy_stands_in_and_both_names_are_kept() -> None:
    made = ask()
    deputy("lead", "channel")
    assert actor_for("channel").to_answer == 1
    approve("channel", made)
    assert state(made) == "approved"
    assert asked(made, "approved") == ["lead"]
    with reading(OPERATOR) as session:
        seat = one(session, asking.Seat, approval_id=made)
        assert (seat.answered_by_id, seat.via) == (user_id("channel"), "deputy")


def test_nobody_fills_two_seats() -> None:
    """As a deputy of the one and as the other."""
    made = ask(shape="both")
    deputy("lead", "exec")
    approve("exec", made)
    with pytest.raises(Forbidden, match="agreed to this once"):
        approve("exec", made)
    assert state(made) == "open"


# --- answers --------------------------------------------------------------------------------------------------


def test_a_refusal_needs_a_reason_and_ends_it() -> None:
    made = ask(shape="both")
    with pytest.raises(Invalid, match="why you refuse"):
        refuse("lead", made, " ")
    refuse("lead", made)
    assert (state(made), ENDED) == ("refused", [("refused", "lead")])
    with pytest.raises(Conflict, match="refused already"):
        approve("exec", made)


def test_the_same_press_twice_counts_once() -> None:
    made = ask(amount=HIGH)
    approve("lead", made)
    approve("lead", made)
    refuse("channel", made)
    refuse("channel", made)
    assert (state(made), ENDED) == ("refused", [("refused", "channel")])


def test_only_who_asked_takes_it_back_and_only_while_it_is_open() -> None:
    made = ask()
    for other in ("lead", "exec"):
        with pytest.raises(Forbidden, match="Only whoever asked"):
            recall(other, made)
    recall("am", made)
    assert (state(made), ENDED) == ("recalled", [("recalled", "am")])
    with pytest.raises(Conflict, match="taken this back"):
        approve("lead", made)
    again = ask()
    approve("lead", again)
    with pytest.raises(Conflict, match="approved already"):
        recall("am", again)


def test_the_same_is_not_asked_twice_while_it_is_open() -> None:
    made = ask()
    with pytest.raises(Conflict, match="asked for already"):
        ask("lead")
    refuse("lead", made)
    assert asked(ask()) == ["lead"]


def test_a_request_needs_a_reason() -> None:
    with acting("am") as session, pytest.raises(Invalid, match="Say why"):
        asking.request(session, "testing.trial", one(session, Account, name="Harbour"), reason=" ")


def test_who_is_not_asked_does_not_answer_and_who_does_not_see_it_finds_nothing() -> None:
    made = ask(amount=HIGH)
    with pytest.raises(Forbidden, match="not asked"):
        approve("exec", made)
    with pytest.raises(Forbidden, match="not asked"):
        approve("channel", made)
    for stranger in ("am2", "agent_north", "admin"):
        with pytest.raises(NotFound):
            approve(stranger, made)


# --- handing on, adding ---------------------------------------------------------------------------------------


def test_it_is_handed_on_to_somebody_who_answers_in_ones_place() -> None:
    made = ask()
    hand_on("lead", made, "channel")
    assert (asked(made), asked(made, "handed_on")) == (["channel"], ["lead"])
    approve("channel", made)
    assert state(made) == "approved"


@pytest.mark.parametrize(("to", "why"), [("am", "may not answer"), ("nowhere", "Choose one"), ("exec", "already"),
                                         ("agent_north", "Choose one"), ("admin", "may not answer")])  # fmt: skip
def test_it_is_not_handed_to_whoever_may_not_answer(to: str, why: str) -> None:
    made = ask(shape="both")
    with pytest.raises(Invalid, match=why):
        hand_on("lead", made, to)
    assert asked(made) == ["lead", "exec"]


def test_one_more_has_to_agree_as_well() -> None:
    made = ask()
    add("lead", made, "channel")
    approve("lead", made)
    assert (state(made), asked(made)) == ("open", ["channel"])
    approve("channel", made)
    assert state(made) == "approved"


def test_one_more_answers_before_me() -> None:
    made = ask(amount=HIGHEST)
    add("lead", made, "am3", "before")
    for who in ("am3", "lead", "channel", "exec"):
        assert asked(made) == [who]
        approve(who, made)
    assert state(made) == "approved"


def test_one_more_answers_after_me() -> None:
    made = ask(amount=HIGH)
    add("lead", made, "am3", "after")
    for who in ("lead", "am3", "channel"):
        assert asked(made) == [who]
        approve(who, made)
    assert state(made) == "approved"


def test_every_change_is_in_the_journal() -> None:
    made = ask()
    hand_on("lead", made, "channel")
    approve("channel", made)
    with kernel_session(writes=False) as session:
        entries: Any = session.execute(
            select(AuditEntry.verb, AuditEntry.entity, AuditEntry.actor)
            .where(col(AuditEntry.entity).like("core.approval%"))
            .order_by(col(AuditEntry.id))
        ).all()
    found = [tuple(row) for row in entries]
    assert ("request", "core.approval", "am") in found
    assert ("hand_on", "core.approval_seat", "lead") in found
    assert ("approve", "core.approval_seat", "channel") in found
    assert ("update", "core.approval", "channel") in found
