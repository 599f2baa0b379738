"""Passwords: none that is easily guessed, changed by their owner, reset by a link that opens once."""

import pytest

from core import clock, signin
from core.errors import Invalid, NotFound
from tests.core.entering import cheap as cheap
from tests.core.entering import enter, set_user
from tests.core.entering import wei as wei
from tests.core.kernel import PASSWORD, Clock, add_unit, add_user
from tests.core.kernel import database as database
from tests.core.kernel import tables as tables
from tests.core.kernel import time as time

pytestmark = pytest.mark.usefixtures("database", "time", "cheap")


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


def test_the_link_of_an_archived_user_opens_nothing(wei: int) -> None:
    token = signin.reset_link(wei)
    set_user(wei, archived_at=clock.now())
    with pytest.raises(NotFound):
        signin.reset_user(token)
    with pytest.raises(NotFound):
        signin.reset_link(wei)
