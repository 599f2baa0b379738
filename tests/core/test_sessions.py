"""Sessions end when they should, and lead to an actor with all that the rules ask."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from core import signin
from core.access import Level
from core.db import kernel_session
from core.errors import Forbidden, NotFound
from core.people import Deputy, Role, UserRole
from tests.core.entering import cheap as cheap
from tests.core.entering import enter, set_user
from tests.core.entering import wei as wei
from tests.core.kernel import Clock, add_unit, add_user
from tests.core.kernel import database as database
from tests.core.kernel import tables as tables
from tests.core.kernel import time as time
from tests.reports.branch import counted_statements

pytestmark = pytest.mark.usefixtures("database", "time", "cheap")


# --- sessions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "guess", "null", "sha256:0", "\ud800"])
def test_a_made_up_token_leads_nowhere(token: str, wei: int) -> None:
    enter()
    assert signin.actor_of(token) is None


def test_each_sign_in_gives_a_new_token(wei: int) -> None:
    assert enter() != enter()


def test_signing_out_ends_this_session_and_no_other(wei: int) -> None:
    here, there = enter(), enter()
    signin.sign_out(here)
    assert signin.actor_of(here) is None
    assert signin.actor_of(there) is not None


def test_signing_out_everywhere_ends_them_all(wei: int) -> None:
    tokens = [enter(), enter()]
    signin.sign_out_everywhere(wei)
    assert [signin.actor_of(token) for token in tokens] == [None, None]


def test_open_sessions_are_listed_and_ended_one_by_one_by_their_owner_only(wei: int) -> None:
    token, lan = enter(), add_user("lan")
    visit = signin.visits(wei)[0]
    signin.end_visit(lan, visit.id)
    assert signin.actor_of(token) is not None
    signin.end_visit(wei, visit.id)
    assert signin.actor_of(token) is None
    assert signin.visits(wei) == []


def test_a_new_password_ends_every_session(wei: int) -> None:
    token = enter()
    signin.set_password(wei, "orange-meadow-31")
    assert signin.actor_of(token) is None


@pytest.mark.parametrize("change", [{"is_active": False}, {"archived_at": "now"}])
def test_a_user_who_is_shut_out_is_out_at_the_next_request(change: dict[str, Any], wei: int, time: Clock) -> None:
    token = enter()
    set_user(wei, **{k: time.moment if v == "now" else v for k, v in change.items()})
    assert signin.actor_of(token) is None


@pytest.mark.parametrize(("firm", "minutes"), [(None, 12 * 60), (7, 30)])
def test_a_session_without_use_ends(firm: int | None, minutes: int, wei: int, time: Clock) -> None:
    set_user(wei, firm_id=firm)
    token = enter()
    time.pass_by(minutes=minutes - 1)
    assert signin.actor_of(token) is not None
    time.pass_by(minutes=minutes)
    assert signin.actor_of(token) is None


@pytest.mark.parametrize(("firm", "hours", "step"), [(None, 7 * 24, 11), (7, 8, 0.4)])
def test_a_session_in_use_ends_all_the_same_after_its_life(
    firm: int | None, hours: float, step: float, wei: int, time: Clock
) -> None:
    set_user(wei, firm_id=firm)
    token, passed = enter(), 0.0
    while signin.actor_of(token) is not None:
        time.pass_by(hours=step)
        passed += step
    assert hours <= passed <= hours + step


def test_asking_who_it_is_costs_one_statement_and_notes_the_use_once_a_minute(wei: int, time: Clock) -> None:
    token = enter()
    with counted_statements() as sent:
        signin.actor_of(token)
        time.pass_by(seconds=61)
        signin.actor_of(token)
        signin.actor_of(token)
    assert [statement.split()[0] for statement in sent] == ["SELECT", "SELECT", "UPDATE", "SELECT"]


# --- the actor ------------------------------------------------------------------------------------------------


def test_an_actor_has_the_widest_grants_of_all_roles_and_the_place_of_the_unit() -> None:
    city = add_unit("0755", "city", add_unit("44", "province"))
    user_id = add_user("wei", unit_id=city.id, grants={"crm.*.read": "own", "crm.deal.read": "team"})
    with kernel_session() as session:
        role = Role(code="lead", name_zh="主管", grants={"crm.*.read": "subtree"})
        session.add(role)
        session.flush()
        session.add(UserRole(user_id=user_id, role_id=role.id))
    actor = signin.actor_for("wei")
    assert actor.level("crm.account.read") is Level.SUBTREE
    assert actor.level("crm.account.update") is Level.NONE
    assert actor.profile.unit_kind == "city"
    assert (actor.place["unit_id"], actor.place["city_id"]) == (city.id, city.id)
    assert actor.place["province_id"] == city.province_id != city.id


def test_an_archived_role_grants_nothing(time: Clock) -> None:
    add_user("wei", grants={"*": "all"})
    with kernel_session() as session:
        session.exec(select(Role)).one().archived_at = time.moment
    assert signin.actor_for("wei").level("crm.account.read") is Level.NONE


def test_two_users_with_equal_roles_share_a_profile() -> None:
    for name in ("wei", "lan"):
        add_user(name, grants={"b.*": "own", "a.*": "all"})
    assert signin.actor_for("wei").profile == signin.actor_for("lan").profile


def test_an_outside_user_is_known_as_one() -> None:
    add_user("guest", firm_id=7)
    actor = signin.actor_for("guest")
    assert (actor.firm_id, actor.profile.is_outside) == (7, True)


@pytest.mark.parametrize(("starts", "ends", "stands_in"), [(25, 25, True), (26, 27, False), (20, 24, False)])
def test_a_deputy_stands_in_on_the_days_of_the_absence_only(starts: int, ends: int, stands_in: bool) -> None:
    wei, lan = add_user("wei"), add_user("lan")
    with kernel_session() as session:
        days = {"starts_on": date(2026, 11, starts), "ends_on": date(2026, 11, ends)}
        session.add(Deputy(absent_id=lan, deputy_id=wei, **days))
    assert signin.actor_for("wei").profile.is_standing_in is stands_in
    assert not signin.actor_for("lan").profile.is_standing_in


def test_acting_as_nobody_or_as_someone_shut_out_is_refused_with_a_sentence() -> None:
    add_user("gone", is_active=False)
    with pytest.raises(NotFound, match="nobody"):
        signin.actor_for("nobody")
    with pytest.raises(Forbidden, match="gone"):
        signin.actor_for("gone")
