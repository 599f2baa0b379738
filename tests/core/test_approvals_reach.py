"""Who sees a request, what happens when nobody answers, and who is told."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from core import messages
from core.access import OPERATOR
from core.actors import actor_for
from core.approvals.kinds import KINDS, Kind
from core.approvals.rows import Approval, Seat
from core.approvals.timing import time_out_due
from core.db import reading
from core.errors import DomainError
from core.notices import notices_of
from core.people import User
from crm.accounts import Account
from crm.coowners import AccountCoowner
from tests.core.approving import (
    ENDED,
    HIGH,
    approve,
    ask,
    asked,
    hand_on,
    recall,
    refuse,
    sees,
    state,
    user_id,
)  # fmt: skip
from tests.core.approving import house as house
from tests.core.approving import kind as kind
from tests.core.kernel import Clock
from tests.core.kernel import time as time
from tests.crm.world import acting, one

pytestmark = pytest.mark.usefixtures("house")
EVERYBODY = ("am", "am2", "am3", "lead", "channel", "exec", "admin", "stranger", "agent_north")


def seen_by(approval_id: int) -> set[str]:
    return {name for name in EVERYBODY if sees(name, approval_id)}


def told(name: str) -> list[str]:
    with reading(actor_for(name)) as session:
        found = messages.told(session, [n for n in notices_of(session, limit=20) if n.kind == "approval"])
        return [f"{each.headline} / {each.kind} / {each.title} / {bool(each.path)}" for each in found]


# --- who sees it ----------------------------------------------------------------------------------------------


def test_it_is_seen_by_who_asked_their_superiors_and_who_reads_the_record() -> None:
    """The channel manager of the city reads its accounts. Nobody of the other city does."""
    assert seen_by(ask()) == {"am", "lead", "channel", "exec"}


def test_a_coowner_of_the_account_sees_what_is_asked_about_it() -> None:
    made = ask()
    with acting("lead") as session:
        account = one(session, Account, name="Harbour")
        session.add(AccountCoowner(account_id=account.id, user_id=user_id("am3")))
    assert "am3" in seen_by(made)


def test_somebody_who_is_asked_sees_it_without_seeing_the_record() -> None:
    made = ask("am2", "Factory", shape="named", user=user_id("am3"))
    assert seen_by(made) == {"am2", "am3", "exec"}
    with reading(actor_for("am3")) as session:
        assert session.scalar(select(col(Account.id)).where(col(Account.name) == "Factory")) is None


def test_who_handed_it_on_still_sees_what_became_of_it() -> None:
    made = ask("am2", "Factory", shape="named", user=user_id("am3"))
    hand_on("am3", made, "lead")
    assert {"am3", "lead"} <= seen_by(made)


def test_nobody_writes_themselves_into_a_request() -> None:
    made = ask(amount=HIGH)
    for name in ("am3", "am2", "exec", "admin"):
        with pytest.raises(DomainError), acting(name) as session:
            session.add(Seat(approval_id=made, user_id=user_id(name), state="asked"))


def test_a_seat_is_not_carried_into_another_request() -> None:
    """It lets its person in, so it would let them in there too."""
    mine, theirs = ask(about="Bank"), ask("am2", "Factory", shape="named", user=user_id("am3"))
    with pytest.raises(DomainError), acting("lead") as session:
        one(session, Seat, approval_id=mine, user_id=user_id("lead")).approval_id = theirs
    assert "lead" not in seen_by(theirs)


def test_nobody_asks_in_anothers_name() -> None:
    values = {"kind": "testing.trial", "entity": "crm.account", "record_id": 1}
    with pytest.raises(DomainError), acting("am") as session:
        session.add(Approval(**values, owner_id=user_id("am3")))


# --- nobody answers -------------------------------------------------------------------------------------------


def test_after_its_days_it_goes_to_the_next_superior_and_then_ends(time: Clock) -> None:
    made = ask()
    time.pass_by(days=2)
    assert time_out_due() == 0
    time.pass_by(days=1)
    assert time_out_due() == 1
    assert (asked(made), asked(made, "timed_out"), state(made)) == (["exec"], ["lead"], "open")
    assert "asks for your approval" in told("exec")[0]
    time.pass_by(days=3)
    assert time_out_due() == 1
    assert (state(made), ENDED) == ("timed_out", [("refused", "operator")])
    assert "Nobody answered your request in time" in told("am")[0]
    assert time_out_due() == 0


def test_a_kind_may_say_that_it_ends_at_once(time: Clock) -> None:
    made = ask(kind="testing.ending")
    time.pass_by(days=1)
    assert time_out_due() == 1
    assert (state(made), asked(made, "timed_out")) == ("timed_out", ["lead"])


def test_each_step_has_its_days(time: Clock) -> None:
    made = ask(amount=HIGH)
    time.pass_by(days=2)
    approve("lead", made)
    time.pass_by(days=2)
    assert (time_out_due(), asked(made)) == (0, ["channel"])


def test_a_hook_that_fails_holds_up_no_other(
    time: Clock, monkeypatch: pytest.MonkeyPatch, kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_session: object, approval: Approval) -> None:
        if approval.facts.get("what") == "broken":
            raise LookupError("a fault of the module")

    monkeypatch.setitem(KINDS, "testing.ending", _with_hook(KINDS["testing.ending"], broken))
    bad, good = ask(kind="testing.ending", what="broken"), ask(about="Bank", kind="testing.ending")
    time.pass_by(days=1)
    assert time_out_due() == 1
    assert (state(bad), state(good)) == ("open", "timed_out")
    assert str(bad) in caplog.text


def _with_hook(kind: Kind, hook: object) -> Kind:
    from dataclasses import replace

    return replace(kind, on_refused=hook)  # type: ignore[arg-type]  # one that raises


# --- who is told ----------------------------------------------------------------------------------------------


def test_who_is_asked_is_told_and_the_answer_comes_back() -> None:
    made = ask(amount=HIGH, what="of bread")
    assert told("lead") == ["am asks for your approval / Trial / Trial of bread / True"]
    assert told("channel") == []
    approve("lead", made)
    assert told("channel") == ["am asks for your approval / Trial / Trial of bread / True"]
    refuse("channel", made)
    assert told("am") == ["channel refused what you asked for / Trial / Trial of bread / True"]


def test_the_number_that_waits_is_known_at_every_request() -> None:
    made = ask(shape="both")
    assert (actor_for("lead").to_answer, actor_for("am").to_answer) == (1, 0)
    approve("lead", made)
    assert (actor_for("lead").to_answer, actor_for("exec").to_answer) == (0, 1)
    recall("am", made)
    assert actor_for("exec").to_answer == 0


def test_somebody_who_has_left_is_not_asked() -> None:
    with acting("operator") as session:
        one(session, User, username="lead").is_active = False
    assert asked(ask()) == ["exec"]


def test_the_operator_of_the_server_asks_for_nothing() -> None:
    with pytest.raises(DomainError, match="people of the house"):
        ask("operator")
    with reading(OPERATOR) as session:
        assert session.scalars(select(col(Approval.id))).all() == []
