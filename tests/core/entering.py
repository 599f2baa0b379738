"""Somebody with a password, and what tests do at the door: enter, fail, be changed meanwhile."""

from collections.abc import Iterator
from typing import Any

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from core import passwords, signin
from core.db import kernel_session
from core.people import User
from tests.core.kernel import PASSWORD, add_user
from tests.core.kernel import database as database
from tests.core.kernel import tables as tables
from tests.core.kernel import time as time

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
