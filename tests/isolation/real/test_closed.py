"""What goes wrong in a rule, or lacks an actor, shows nothing; and two actors never see each other's rows."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import StatementError
from sqlmodel import col

from core import clock
from core.access import ACCESS, Asker, predicate
from core.actors import actor_for
from core.db import ActorSession, engine, reading, unit_of_work
from core.errors import Unscoped
from core.record import METADATA
from core.wall import walled
from crm.accounts import Account
from crm.contracts import Contract
from crm.notes import Note
from tests.isolation.real.rows import World

ACCOUNT = METADATA.tables["crm_account"]


class Broken(Exception):
    """What a rule with a fault raises."""


@pytest.fixture
def broken_rule(monkeypatch: pytest.MonkeyPatch, changed_rules: None) -> None:
    def rule(_ask: Asker, _table: Any) -> Any:
        raise Broken

    monkeypatch.setitem(ACCESS, "crm_account", replace(ACCESS["crm_account"], rule=rule))


@pytest.mark.parametrize("model", [Account, Contract, Note])
def test_a_rule_that_raises_shows_no_row(world: World, broken_rule: None, model: Any) -> None:
    """Neither of its own table nor of those that follow it."""
    with reading(actor_for("am1")) as session:
        for statement in (select(model), select(model.id), select(func.count()).select_from(model)):
            with pytest.raises(Broken):
                session.execute(statement)
        with pytest.raises(Broken):
            session.get(model, 1)


def test_a_rule_that_raises_lets_nothing_be_written(world: World, broken_rule: None) -> None:
    with pytest.raises(Broken), unit_of_work(actor_for("am1")) as session:
        session.add(Account(name="New", code="NEW", owner_id=world.users["am1"]))
    with engine().connect() as connection:
        assert connection.scalar(select(func.count()).where(ACCOUNT.c.code == "NEW")) == 0


def test_a_clock_that_fails_shows_no_row(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped() -> Any:
        raise Broken

    agent = actor_for("agent_a")
    monkeypatch.setattr(clock, "now", stopped)
    with reading(agent) as session, pytest.raises(StatementError) as raised:
        session.scalars(select(col(Account.id)))
    assert isinstance(raised.value.orig, Broken)


def test_without_an_actor_a_rule_is_not_answered(world: World) -> None:
    """On a thread on which nobody acts, on the dialect of one who could."""
    actor = actor_for("am1")
    rows = ACCOUNT.alias()
    rule = select(rows.c.id).where(predicate(actor.profile, rows, "read", name="crm_account"))
    raised: list[BaseException | None] = []

    def ask() -> None:
        with engine().connect() as connection:
            try:
                connection.execute(rule)
            except StatementError as error:
                raised.append(error.orig)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert [type(error) for error in raised] == [Unscoped]


def test_a_session_without_an_actor_is_not_opened(world: World) -> None:
    with pytest.raises(AttributeError):
        ActorSession(None, writes=False)  # type: ignore[arg-type]  # what is tested


@pytest.mark.parametrize("statement", [update(ACCOUNT).values(name="x"), delete(ACCOUNT)])
def test_no_write_passes_outside_the_two_doors(world: World, statement: Any) -> None:
    actor = actor_for("keeper")
    with walled(engine(), actor).connect() as connection, pytest.raises(Unscoped):
        connection.execute(statement)
    with ActorSession(actor, writes=True) as session, pytest.raises(Unscoped):
        session.connection().execute(statement)


def test_a_thousand_turns_of_two_actors_never_mix(world: World) -> None:
    actors = {name: actor_for(name) for name in ("am1", "am3")}
    owned = {"am1": {1, 8, 9}, "am3": {3, 10}}
    statement = select(col(Account.id))
    with reading(actors["am1"]) as first, reading(actors["am3"]) as second:
        sessions = {"am1": first, "am3": second}
        for turn in range(1000):
            name = ("am1", "am3")[turn % 2]
            assert set(sessions[name].scalars(statement)) == owned[name]
            assert sessions[name].get(Account, 3 if name == "am1" else 1) is None


def test_a_thousand_sessions_of_two_actors_never_mix(world: World) -> None:
    actors = {name: actor_for(name) for name in ("am1", "am3")}
    for turn in range(1000):
        name = ("am1", "am3")[turn % 2]
        with reading(actors[name]) as session:
            found = {account.id for account in session.scalars(select(Account))}
        assert found == ({1, 8, 9} if name == "am1" else {3, 10})
