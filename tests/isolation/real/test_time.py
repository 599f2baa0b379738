"""What was given for a time ends with its day, to the second, and what is taken back is gone at once."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlmodel import col

from agents.handovers import Handover
from core import clock
from core.access import Actor
from core.actors import actor_for
from core.db import kernel_session, reading
from core.people import Role
from crm.accounts import Account
from crm.key_persons import KeyPerson
from tests.isolation.real.conftest import SetClock, first_second, last_second
from tests.isolation.real.rows import World


def accounts(actor: Actor) -> set[int]:
    with reading(actor) as session:
        return set(session.scalars(select(col(Account.id))))


def test_a_hand_over_holds_until_the_last_second_of_its_day(world: World, set_clock: SetClock) -> None:
    agent = actor_for("agent_a")
    set_clock(last_second(world.tomorrow))
    assert 1 in accounts(agent)
    set_clock(last_second(world.tomorrow) + timedelta(seconds=1))
    assert accounts(agent) == set()


def test_a_hand_over_of_today_is_gone_tomorrow(world: World, set_clock: SetClock) -> None:
    agent = actor_for("agent_a")
    set_clock(last_second(world.today))
    assert {1, 2} <= accounts(agent)
    set_clock(first_second(world.tomorrow))
    assert 2 not in accounts(agent)


def test_a_firm_sees_nothing_from_the_day_after_its_agreement(world: World, set_clock: SetClock) -> None:
    agent = actor_for("agent_b")
    set_clock(last_second(world.today))
    assert 6 in accounts(agent)
    set_clock(first_second(world.tomorrow))
    assert accounts(agent) == set()


def test_a_deputy_stands_in_from_the_first_to_the_last_second(world: World, set_clock: SetClock) -> None:
    set_clock(first_second(world.today))
    deputy = actor_for("deputy")
    assert {3, 4} <= accounts(deputy)
    set_clock(last_second(world.today))
    assert {3, 4} <= accounts(deputy)
    for moment in (first_second(world.today) - timedelta(seconds=1), first_second(world.tomorrow)):
        set_clock(moment)
        assert 3 not in accounts(deputy)
        assert 3 not in accounts(actor_for("deputy"))


def test_a_deputy_to_come_sees_nothing_before_the_first_day(world: World, set_clock: SetClock) -> None:
    set_clock(first_second(world.tomorrow) - timedelta(seconds=1))
    assert 5 not in accounts(actor_for("deputy"))
    set_clock(first_second(world.tomorrow))
    assert 5 in accounts(actor_for("deputy"))


def test_what_is_revoked_meanwhile_is_gone_at_the_next_question(world: World) -> None:
    agent = actor_for("agent_a")
    with reading(agent) as session:
        assert 1 in set(session.scalars(select(col(Account.id))))
        _set_revoked(1, is_revoked=True)
        if session.get_bind().dialect.name == "postgresql":  # a reader of SQLite keeps its moment until it ends
            assert 1 not in set(session.scalars(select(col(Account.id))))
    assert 1 not in accounts(agent)
    with reading(agent, clear=True) as session:
        assert session.scalar(select(col(KeyPerson.mobile)).where(col(KeyPerson.id) == 1)) is None
    _set_revoked(1, is_revoked=False)
    assert 1 in accounts(agent)


def test_a_role_that_is_archived_grants_nothing_from_then_on(world: World) -> None:
    _set_archived(Role, "account_manager", is_archived=True)
    assert accounts(actor_for("am1")) == set()
    _set_archived(Role, "account_manager", is_archived=False)
    assert 1 in accounts(actor_for("am1"))


def _set_revoked(handover: int, *, is_revoked: bool) -> None:
    with kernel_session() as session:
        chosen = update(Handover).where(col(Handover.id) == handover)
        session.connection().execute(chosen.values(revoked_at=clock.now() if is_revoked else None))


def _set_archived(model: type[Role], code: str, *, is_archived: bool) -> None:
    with kernel_session() as session:
        chosen = update(model).where(col(model.code) == code)
        session.connection().execute(chosen.values(archived_at=clock.now() if is_archived else None))
