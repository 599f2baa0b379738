"""Signing in: one answer for every wrong pair, tries slowed down, sessions that end when they should."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import event, func
from sqlmodel import select

from core import passwords, signin
from core.access import Level
from core.db import engine, kernel_session
from core.errors import Forbidden, Invalid, NotFound
from core.people import Attempt, Credential, Deputy, Role, User, UserRole, Visit
from tests.core.kernel import PASSWORD, Clock, add_unit, add_user
from tests.core.kernel import database as database
from tests.core.kernel import tables as tables
from tests.core.kernel import time as time

pytestmark = pytest.mark.usefixtures("database", "time")
BROWSER = "Firefox 140"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The product's own settings cost a quarter of a second a try; one test looks at them."""
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    monkeypatch.setattr(passwords, "HASHER", quick)
    passwords.nobodys_secret.cache_clear()
    yield
    passwords.nobodys_secret.cache_clear()


@pytest.fixture
def wei() -> int:
    user_id = add_user("wei")
    signin.store_password(user_id, PASSWORD)
    return user_id


def enter(name: str = "wei", password: str = PASSWORD, address: str = "10.0.0.7") -> str:
    return signin.sign_in(name, password, address, BROWSER)


def fail(name: str = "wei", *, times: int = 1, address: str = "10.0.0.7") -> None:
    for _try in range(times):
        with pytest.raises(signin.WrongPassword):
            enter(name, "not the password", address)


def set_user(user_id: int, **values: Any) -> None:
    with kernel_session() as session:
        user = session.get_one(User, user_id)
        for name, value in values.items():
            setattr(user, name, value)


# --- the answer -----------------------------------------------------------------------------------------------


def test_a_right_pair_gives_a_token_that_leads_to_the_actor(wei: int) -> None:
    found = signin.actor_of(enter())
    assert found is not None
    assert (found[0].user_id, found[0].username) == (wei, "wei")


def test_the_database_never_holds_the_token_or_the_password(wei: int) -> None:
    token = enter()
    with kernel_session(writes=False) as session:
        visit, credential = session.exec(select(Visit)).one(), session.exec(select(Credential)).one()
    assert visit.token.startswith("sha256:")
    assert token not in visit.token
    assert credential.secret.startswith("$argon2id$")


@pytest.mark.parametrize("who", ["wrong password", "unknown", "inactive", "without a password", "archived"])
def test_every_wrong_pair_gets_the_same_answer_for_the_same_work(
    who: str, wei: int, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_user("without a password")
    for name in ("inactive", "archived"):
        signin.store_password(add_user(name, is_active=name != "inactive"), PASSWORD)
    with kernel_session() as session:
        session.exec(select(User).where(User.username == "archived")).one().archived_at = time.moment
    hashed: list[str] = []
    check = passwords.HASHER.verify_and_update

    def counted(password: bytes, secret: str) -> tuple[bool, str | None]:
        hashed.append(secret.rsplit("$", 2)[0])
        return check(password, secret)

    monkeypatch.setattr(passwords.HASHER, "verify_and_update", counted)
    name, password = ("wei", "wrong") if who == "wrong password" else (who, PASSWORD)
    with pytest.raises(signin.WrongPassword) as refused:
        enter(name, password)
    assert str(refused.value) == str(signin.WrongPassword(signin._("The name or the password is not right.")))
    assert hashed == ["$argon2id$v=19$m=8,t=1,p=1"]


def test_a_secret_made_with_weaker_settings_is_made_anew_at_the_next_sign_in(
    wei: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHash.recommended())
    enter()
    with kernel_session(writes=False) as session:
        secret = session.exec(select(Credential.secret)).one()
    assert secret.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize("name", ["wei\x00", "\ud800", "x" * 5000, "' or 1=1 --", "wei" + "\u202e"])
def test_a_strange_name_is_only_a_wrong_name_or_the_plain_one(name: str, wei: int) -> None:
    with pytest.raises(signin.WrongPassword):
        enter(name, "\ud800 strange password")


def test_full_width_characters_of_another_keyboard_are_the_same_password(wei: int) -> None:
    assert signin.actor_of(enter(password=PASSWORD.replace("29", "２９"))) is not None


def test_a_password_changed_while_it_is_being_proved_opens_nothing(wei: int, monkeypatch: pytest.MonkeyPatch) -> None:
    check = passwords.HASHER.verify_and_update

    def overtaken(password: bytes, secret: str) -> tuple[bool, str | None]:
        right = check(password, secret)
        signin.set_password(wei, "orange-meadow-31")
        return right

    monkeypatch.setattr(passwords.HASHER, "verify_and_update", overtaken)
    with pytest.raises(signin.WrongPassword):
        enter()


# --- the throttle ---------------------------------------------------------------------------------------------


def test_the_sixth_try_must_wait_even_with_the_right_password(wei: int) -> None:
    fail(times=5)
    with pytest.raises(signin.Throttled) as waiting:
        enter()
    assert waiting.value.seconds == 30


def test_an_unknown_name_is_slowed_down_like_a_known_one() -> None:
    fail("nobody", times=5)
    with pytest.raises(signin.Throttled):
        enter("nobody")


def test_the_delay_grows_with_each_failure_and_has_a_ceiling(wei: int, time: Clock) -> None:
    delays = []
    fail(times=4)
    for _round in range(7):
        fail()
        delays.append(signin.seconds_to_wait("wei", ""))
        time.pass_by(seconds=delays[-1])
    assert delays == [30, 60, 120, 240, 480, 900, 900]


def test_after_the_wait_the_right_password_opens_and_clears_the_count(wei: int, time: Clock) -> None:
    fail(times=5)
    time.pass_by(seconds=30)
    enter()
    time.pass_by(seconds=1)
    fail(times=4)
    assert signin.seconds_to_wait("wei", "") == 0


def test_another_name_is_not_slowed_down_by_the_first(wei: int) -> None:
    signin.store_password(add_user("lan"), PASSWORD)
    fail(times=5)
    assert signin.actor_of(enter("lan")) is not None


def test_an_address_that_tries_many_names_must_wait(wei: int) -> None:
    with kernel_session() as session:
        session.add_all(Attempt(name=f"name{n}", address="10.9.9.9") for n in range(30))
    with pytest.raises(signin.Throttled):
        enter(address="10.9.9.9")
    assert signin.actor_of(enter(address="10.9.9.8")) is not None


def test_all_hosts_of_one_ipv6_network_count_as_one_address(wei: int) -> None:
    fail(address="2001:db8:1:2::5")
    with kernel_session(writes=False) as session:
        assert session.exec(select(Attempt.address)).one() == "2001:db8:1:2::/64"


def test_a_refused_try_does_not_lengthen_the_wait(wei: int) -> None:
    fail(times=5)
    for _try in range(3):
        with pytest.raises(signin.Throttled):
            enter()
    with kernel_session(writes=False) as session:
        assert session.exec(select(func.count()).select_from(Attempt)).one() == 5


def test_old_tries_are_forgotten(wei: int, time: Clock) -> None:
    fail()
    time.pass_by(days=181)
    signin.forget_attempts()
    with kernel_session(writes=False) as session:
        assert session.exec(select(func.count()).select_from(Attempt)).one() == 0


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


def test_asking_who_it_is_costs_two_statements_and_notes_the_use_once_a_minute(wei: int, time: Clock) -> None:
    token, statements = enter(), []
    event.listen(engine(), "before_cursor_execute", lambda _c, _cur, sql, *_rest: statements.append(sql.split()[0]))
    signin.actor_of(token)
    assert statements == ["SELECT", "SELECT"]
    statements.clear()
    time.pass_by(seconds=61)
    signin.actor_of(token)
    signin.actor_of(token)
    assert statements == ["SELECT", "SELECT", "UPDATE", "SELECT", "SELECT"]


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


# --- passwords ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    ["short", "1234567890", "password1", "P@ssw0rd!", "Octant2026", "20261125", "aaaaaaaaaa", "Shenzhen#1",
     "深圳2026!!", "zhangwei88", "ZHANGWEI!!", "1qaz2wsx", "qwerty123456", "1-2-3-4-5-6-7", "x" * 201],
)  # fmt: skip
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    add_unit("0755", "city")
    user_id = add_user("zhangwei")
    with pytest.raises(Invalid):
        signin.set_password(user_id, password)


@pytest.mark.parametrize("password", [PASSWORD, "yY7-kq.Rt2_w", "我爱吃荔枝和芒果", "shenzhen-river-77"])
def test_a_password_that_is_hard_to_guess_is_taken(password: str) -> None:
    add_unit("0755", "city")
    signin.set_password(add_user("zhangwei"), password)
    assert signin.actor_of(enter("zhangwei", password)) is not None


def test_changing_ones_own_password_asks_for_the_current_one(wei: int) -> None:
    actor = signin.actor_for("wei")
    with pytest.raises(signin.WrongPassword):
        signin.change_password(wei, "not it", "orange-meadow-31", address="10.0.0.7", by=actor)
    signin.change_password(wei, PASSWORD, "orange-meadow-31", address="10.0.0.7", by=actor)
    assert signin.actor_of(enter(password="orange-meadow-31")) is not None


def test_a_reset_link_sets_a_password_once(wei: int) -> None:
    token = signin.reset_link(wei)
    assert signin.reset_user(token) == (wei, "wei")
    signin.redeem_reset(token, "orange-meadow-31")
    assert signin.actor_of(enter(password="orange-meadow-31")) is not None
    with pytest.raises(NotFound):
        signin.redeem_reset(token, "another-meadow-32")


def test_a_refused_password_leaves_the_link_open(wei: int) -> None:
    token = signin.reset_link(wei)
    with pytest.raises(Invalid):
        signin.redeem_reset(token, "12345678")
    signin.redeem_reset(token, "orange-meadow-31")


def test_a_link_ends_after_a_day_by_a_newer_link_and_with_the_user(wei: int, time: Clock) -> None:
    first = signin.reset_link(wei)
    second = signin.reset_link(wei)
    time.pass_by(hours=25)
    third = signin.reset_link(wei)
    set_user(wei, is_active=False)
    for token in (first, second, third, "", "guess"):
        with pytest.raises(NotFound):
            signin.reset_user(token)
    with pytest.raises(NotFound):
        signin.reset_link(wei)
