"""The doctor: nothing to say of a sound place, and a sentence for each thing that is wrong."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from core import doctor, migrate, probe, seal
from core.access import OPERATOR
from core.audit import write_entries
from core.db import dispose, engine, kernel_session, unit_of_work
from core.ids import new_id
from core.keys import head_file, keys_dir
from core.queue import JobRecord
from core.settings import settings
from tests.core.kernel import Clock, use_database
from tests.core.kernel import time as time


@pytest.fixture(scope="module")
def migrated(module_engine_url: str) -> str:
    migrate.upgrade(module_engine_url)
    return module_engine_url


@pytest.fixture(autouse=True)
def place(migrated: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    use_database(monkeypatch, migrated, tmp_path / "data")
    (tmp_path / "data").chmod(0o700)
    monkeypatch.setattr(doctor, "ASSETS", {"core": ("doctor.py",)})
    yield tmp_path / "data"
    use_database(monkeypatch, migrated, tmp_path / "data")  # a test may have looked at another one
    with engine().begin() as connection:
        for table in (seal.VALUE, seal.ENTRY, seal.SEAL, JobRecord.__table__):
            connection.execute(sa.delete(table))
    dispose()
    settings.cache_clear()


def states() -> dict[str, str]:
    return {name: state for name, state, _sentence in doctor.diagnose()}


def sentence(name: str) -> str:
    return next(text for found, _state, text in doctor.diagnose() if found == name)


def work() -> None:
    """An entry in the journal."""
    with unit_of_work(OPERATOR) as session:
        session.connection().info["may_write"] = True
        write_entries(session, [("update", "x.y", new_id(), {"name": [None, "张"]})], None)


def test_a_sound_place_has_nothing_bad(place: Path) -> None:
    found = states()
    assert {name for name, state in found.items() if state == "bad"} == set()
    assert {"database", "schema", "journal", "write skew", "jobs", "space"} <= found.keys()


def test_a_superuser_is_warned_of(place: Path) -> None:
    if engine().dialect.name != "postgresql":
        pytest.skip("SQLite has no roles")
    assert states()["role"] == "warn"
    assert states()["encoding"] == "ok"


def test_a_changed_journal_is_bad_and_the_sentence_says_what(place: Path) -> None:
    work()
    seal.seal_pending()
    assert states()["journal"] == "ok"
    with engine().begin() as connection:
        connection.execute(sa.update(seal.ENTRY).values(actor="someone"))
    assert states()["journal"] == "bad"
    assert "1" in sentence("journal")


def test_a_missing_head_file_is_warned_of(place: Path) -> None:
    work()
    seal.seal_pending()
    head_file().unlink()
    assert states()["journal"] == "warn"


def test_entries_that_nobody_seals_are_warned_of(place: Path, time: Clock) -> None:
    work()
    assert states()["sealing"] == "ok"
    time.pass_by(minutes=11)
    assert states()["sealing"] == "warn"


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_job_that_no_worker_takes_is_warned_of(state: str, place: Path, time: Clock) -> None:
    with kernel_session() as session:
        session.add(JobRecord(name="job", username="wei", state=state, lease_until=time.moment))
    assert states()["jobs"] == "ok"
    time.pass_by(minutes=11)
    assert states()["jobs"] == "warn"


def test_a_key_that_others_can_read_is_bad(place: Path) -> None:
    work()
    seal.seal_pending()
    assert states()["privacy"] == "ok"
    (keys_dir() / "audit.key").chmod(0o644)
    assert states()["privacy"] == "bad"
    assert "audit.key" in sentence("privacy")


def test_data_that_others_can_read_is_warned_of(place: Path) -> None:
    (place / "octant.db").write_text("")
    (place / "octant.db").chmod(0o644)
    assert states()["privacy"] == "ok"
    place.chmod(0o755)
    assert states()["privacy"] == "warn"


def test_missing_scripts_and_fonts_are_bad(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ASSETS", {"core": ("nothing.ttf",)})
    assert "nothing.ttf" in sentence("assets")
    assert states()["assets"] == "bad"


@pytest.mark.parametrize(("free", "state"), [(10 * 2**30, "ok"), (2**30, "warn"), (2**20, "bad")])
def test_little_space_is_said(free: int, state: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))
    assert states()["space"] == state


def test_a_database_without_its_tables_is_sent_to_migrate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_database(monkeypatch, f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "data")
    found = states()
    assert found["schema"] == "bad"
    assert "octant migrate" in sentence("schema")


def test_a_database_that_does_not_answer_is_the_last_thing_said(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_database(monkeypatch, f"sqlite:///{tmp_path / 'missing' / 'new.db'}", place)
    assert doctor.diagnose()[-1][:2] == ("database", "bad")


def test_the_probe_sees_a_rule_that_breaks_where_nothing_is_locked(place: Path) -> None:
    """On SQLite the writers are one at a time whatever is locked; on PostgreSQL the planted fault must show."""
    expected = 1 if engine().dialect.name == "sqlite" else 0
    assert probe.survivors(engine(), is_locked=False) == expected
    assert probe.survivors(engine(), is_locked=True) == 1


def test_the_probe_leaves_nothing_behind(place: Path) -> None:
    before = set(sa.inspect(engine()).get_table_names())
    probe.survivors(engine(), is_locked=True)
    assert set(sa.inspect(engine()).get_table_names()) == before
