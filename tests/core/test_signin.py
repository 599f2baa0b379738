"""Signing in: one answer for every wrong pair, and tries slowed down."""

import pytest
from pwdlib import PasswordHash
from sqlalchemy import func
from sqlmodel import select

from core import passwords, signin
from core.db import kernel_session
from core.people import Attempt, Credential, User, Visit
from tests.core.entering import cheap as cheap
from tests.core.entering import enter, fail
from tests.core.entering import wei as wei
from tests.core.kernel import PASSWORD, Clock, add_user
from tests.core.kernel import database as database
from tests.core.kernel import tables as tables
from tests.core.kernel import time as time

pytestmark = pytest.mark.usefixtures("database", "time", "cheap")


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
