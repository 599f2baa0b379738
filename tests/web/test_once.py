"""A form that is sent twice counts once, and an answer is only given when the write is safe; on both engines."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from core.access import OPERATOR
from core.db import reading
from crm.accounts import Account
from tests.web.reading import inputs
from tests.web.world import World


def count_named(name: str) -> int:
    with reading(OPERATOR) as session:
        return session.scalar(select(func.count()).select_from(Account).where(Account.name == name)) or 0


def test_the_same_form_sent_eight_times_at_once_makes_one_record(own_world: World) -> None:
    client = own_world.client("am")
    typed = {**inputs(client.get("/crm/account/new").text), "name": "eight"}

    def send(_n: int) -> tuple[int, str]:
        answer = own_world.client("am").post("/crm/account/new", data=typed)
        return answer.status_code, answer.headers["location"]

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(8)))
    assert len(answers) == 1
    assert answers.pop()[0] == 303
    assert count_named("eight") == 1


def test_a_changed_form_is_another_one(own_world: World) -> None:
    client = own_world.client("am")
    typed = {**inputs(client.get("/crm/account/new").text), "name": "first"}
    ways = {
        client.post("/crm/account/new", data=typed | {"name": name}).headers["location"] for name in ("first", "second")
    }
    assert len(ways) == 2


def test_the_key_of_another_user_opens_nothing(own_world: World) -> None:
    typed = {"name": "shared key", "key": "k", "code": ""}
    mine = own_world.client("am").post("/crm/account/new", data=typed).headers["location"]
    theirs = own_world.client("am2").post("/crm/account/new", data=typed).headers["location"]
    assert mine != theirs


def test_a_refused_form_may_be_sent_again_with_the_same_key(own_world: World) -> None:
    client = own_world.client("am")
    typed = {**inputs(client.get("/crm/account/new").text), "name": "again", "member_count": "x"}
    assert client.post("/crm/account/new", data=typed).status_code == 422
    assert client.post("/crm/account/new", data=typed | {"member_count": "7"}).status_code == 303
    assert count_named("again") == 1


def test_a_commit_that_fails_is_no_success(own_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = own_world.client("am")
    typed = {**inputs(client.get("/crm/account/new").text), "name": "unsafe"}

    def fails(_session: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    monkeypatch.setattr("core.db.commit", fails)
    answer = client.post("/crm/account/new", data=typed)
    monkeypatch.undo()
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "Nothing was saved" in answer.text
    assert count_named("unsafe") == 0
    assert client.post("/crm/account/new", data=typed).status_code == 303
