"""The import as background work: safe to run twice, told how far it is, and only for whoever brought the file."""

from typing import Any

import pytest

from core.errors import NotFound
from core.jobs import find, work_once
from core.queue import enqueue_later
from core.transfer import batches_of, keep, kept, run_import
from core.transfer.uploads import _folder
from crm.accounts import Account
from tests.crm.world import acting, seen
from tests.transfer.files import csv_bytes
from tests.transfer.loading import actor, by_name

pytestmark = pytest.mark.usefixtures("carrier")


class Watched:
    """Progress as a worker gives it, remembered."""

    def __init__(self, name: str, job_id: int) -> None:
        self.actor, self.job_id, self.told = actor(name), job_id, list[tuple[int, int]]()

    def __call__(self, done: int, total: int, note: str = "") -> None:
        self.told.append((done, total))


def arguments(name: str, code: str) -> dict[str, Any]:
    token = keep(actor(name), csv_bytes(("code", "name"), (code, f"Job {code}")))
    return {
        "entity": "crm.account", "file": token, "name": "list.csv", "mapping": by_name("code", "name").to_dict()
    }  # fmt: skip


def test_a_job_imports_for_whoever_asked_for_it() -> None:
    with acting("am") as session:
        job = enqueue_later(session, "transfer.import", **arguments("am", "JB1"))
    assert work_once() >= 1
    result = find(actor("am"), job).result or {}
    assert (result["created"], result["refused"], result["problems"]) == (1, 0, [])
    assert "JB1" in seen("am", Account.code)
    assert result["batch"] in {batch.id for batch in batches_of(actor("am"))}


def test_a_job_that_runs_twice_imports_once_and_says_the_same() -> None:
    asked = arguments("am", "JB2")
    first, second = (run_import(Watched("am", 4711), **asked) for _i in range(2))
    assert first["batch"] == second["batch"] is not None
    assert (second["read"], second["created"]) == (1, 1)


def test_progress_ends_at_the_number_of_records() -> None:
    watched = Watched("am", 4712)
    run_import(watched, **arguments("am", "JB3"))
    assert watched.told[-1] == (1, 1)


def test_another_persons_upload_is_not_there() -> None:
    token = keep(actor("am"), b"a,b\n1,2\n")
    assert kept(actor("am"), token) == b"a,b\n1,2\n"
    for stolen in (token, token.replace(token.rsplit("-", 1)[1], str(actor("am2").user_id)), "../../etc/passwd", ""):
        with pytest.raises(NotFound):
            kept(actor("am2"), stolen)
    with pytest.raises(NotFound):
        run_import(Watched("am2", 4713), **arguments("am", "JB4"))


def test_uploads_are_forgotten_after_a_day() -> None:
    import os

    token = keep(actor("am"), b"old")
    file = _folder() / token
    os.utime(file, (1, 1))
    keep(actor("am"), b"new")
    assert not file.exists()
