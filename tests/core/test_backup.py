"""Backups: sound while others write, restored into an empty place only, and verified on both ways."""

import json
import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core import backup, files, migrate, seal
from core.access import OPERATOR
from core.audit import AuditEntry, write_entries
from core.db import dispose, engine, kernel_session, unit_of_work
from core.dialects import engine_for
from core.errors import Invalid
from core.ids import new_id
from core.keys import head_file, keys_dir
from core.people import Attempt, Unit
from core.record import METADATA
from core.settings import settings
from core.signin import actor_of, sign_in, store_password
from tests import engines
from tests.core.kernel import PASSWORD, add_unit, add_user, use_database
from tests.core.kernel import english as english

pytestmark = pytest.mark.usefixtures("english")

PDF = b"%PDF-1.7 hello"
Place = tuple[str, Path]


@pytest.fixture(scope="module")
def blank(module_engine_url: str) -> str:
    """A database with every module's tables, to be copied by the tests: making the tables takes long."""
    migrate.upgrade(module_engine_url, to=[])  # loads the tables and runs no migration
    made = engine_for(module_engine_url)
    METADATA.create_all(made)
    made.dispose()
    return module_engine_url


@contextmanager
def copied(blank: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    folder.mkdir()
    if blank.startswith("postgresql"):
        with engines.database(request.getfixturevalue("pg_admin"), template=blank) as url:
            yield url, folder
    else:
        shutil.copy(blank.removeprefix("sqlite:///"), folder / "octant.db")
        (folder / "octant.db").chmod(0o600)
        yield f"sqlite:///{folder / 'octant.db'}", folder


@pytest.fixture
def here(
    blank: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Place]:
    """A database in use: people, units that point at each other, a sealed journal, a stored file."""
    with copied(blank, tmp_path / "here", request) as place:
        use_database(monkeypatch, *place)
        fill()
        yield place
        dispose()
        settings.cache_clear()


@pytest.fixture
def there(blank: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A database of the same engine with empty tables, and an empty data folder."""
    with copied(blank, tmp_path / "there", request) as place:
        yield place
        dispose()


def fill() -> None:
    province = add_unit("44", "province")
    add_unit("0755", "city", province)
    store_password(add_user("wei", name_en='quote " comma , line\nbreak \\N 深圳'), PASSWORD)
    journal(6)
    seal.seal_pending()
    journal(2)
    settings().files_dir.mkdir(exist_ok=True)
    stored = files.store("a.pdf", PDF)
    (settings().data_dir / "stored").write_text(json.dumps([stored.key, stored.digest]))


def journal(count: int) -> None:
    with unit_of_work(OPERATOR) as session:
        session.connection().info["may_write"] = True
        write_entries(session, [("update", "x.y", new_id(), {"name": [None, "张"]}) for _n in range(count)], None)


def contents() -> dict[str, list[Any]]:
    with engine().connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(table)).all()))
            for table in METADATA.sorted_tables
        }


def test_what_was_backed_up_is_there_again_after_the_restore(
    here: Place, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, stored = contents(), json.loads((here[1] / "stored").read_text())
    archive = backup.backup(tmp_path / "backups")
    use_database(monkeypatch, *there)
    manifest = backup.restore(archive)
    assert contents() == before
    assert manifest["tables"]["core_unit"] == 2
    assert files.read(*stored) == PDF
    assert seal.verify() == []
    journal(1)
    assert seal.seal_pending() == 3
    assert seal.verify() == []
    assert actor_of(sign_in("wei", PASSWORD, "10.0.0.7", "")) is not None


def test_a_database_made_by_migrations_comes_back_with_its_version(
    engine_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    use_database(monkeypatch, engine_url, tmp_path / "here")
    migrate.upgrade()
    add_unit("44", "province")
    archive = backup.backup(tmp_path / "b.tar.gz")
    is_sqlite = engine_url.startswith("sqlite")
    admin = None if is_sqlite else request.getfixturevalue("pg_admin")
    url = f"sqlite:///{tmp_path / 'there.db'}" if is_sqlite else engines.new_database(admin)
    use_database(monkeypatch, url, tmp_path / "there")
    backup.restore(archive)
    assert migrate.is_current()
    assert migrate.differences() == []
    with kernel_session(writes=False) as session:
        assert [unit.code for unit in session.exec(sa.select(Unit)).scalars()] == ["44"]
    dispose()
    if admin:
        engines.drop_database(admin, url)


def test_the_archive_and_the_restored_files_are_readable_by_their_owner_only(
    here: Place, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = backup.backup(tmp_path / "b.tar.gz")
    use_database(monkeypatch, *there)
    backup.restore(archive)
    found = [archive, head_file(), *keys_dir().iterdir(), *(p for p in settings().files_dir.rglob("*") if p.is_file())]
    if here[0].startswith("sqlite"):
        found.append(Path(engine().url.database or ""))
    assert {oct(path.stat().st_mode & 0o777) for path in found} == {"0o600"}
    assert {oct(path.stat().st_mode & 0o777) for path in (keys_dir(), settings().files_dir)} == {"0o700"}


def test_nothing_is_left_beside_the_archive(here: Place, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    archive = backup.backup(folder)
    assert list(folder.iterdir()) == [archive]


def test_a_backup_taken_while_four_writers_work_is_sound(
    here: Place, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, written = threading.Event(), threading.Semaphore(0)

    def write() -> None:
        while not stop.is_set():
            with kernel_session() as session:
                session.add_all([Attempt(name="a", address="1"), Attempt(name="b", address="1")])
            seal.seal_pending()
            written.release()

    writers = [threading.Thread(target=write) for _writer in range(4)]
    for writer in writers:
        writer.start()
    for _write in range(20):
        written.acquire()
    archives = [backup.backup(tmp_path / f"b{n}.tar.gz") for n in range(3)]
    stop.set()
    for writer in writers:
        writer.join()
    use_database(monkeypatch, *there)
    manifest = backup.restore(archives[-1])
    assert manifest["journal"]["problems"] == []
    assert manifest["tables"]["core_attempt"] >= 40
    assert manifest["tables"]["core_attempt"] % 2 == 0


def test_a_second_restore_is_refused_and_changes_nothing(
    here: Place, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = backup.backup(tmp_path / "b.tar.gz")
    use_database(monkeypatch, *there)
    backup.restore(archive)
    add_user("lan")
    before = contents()
    with pytest.raises(Invalid, match="core_audit"):
        backup.restore(archive)
    assert contents() == before


@pytest.mark.parametrize("member", ["files", "octant.db|core_user.csv", "audit-head.jsonl", "audit.key"])
def test_a_damaged_archive_is_refused_before_anything_is_written(
    member: str, here: Place, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = repacked(backup.backup(tmp_path / "b.tar.gz"), tmp_path, member.split("|"))
    use_database(monkeypatch, *there)
    with pytest.raises(Invalid, match="damaged"):
        backup.restore(archive)
    assert [path for path in there[1].rglob("*") if path.is_file() and path.suffix != ".db"] == []


def repacked(archive: Path, folder: Path, members: list[str]) -> Path:
    """The archive with one byte of one member changed."""
    opened = folder / "opened"
    with tarfile.open(archive) as tar:
        tar.extractall(opened, filter="data")
    path = next(p for p in sorted(opened.rglob("*")) if p.is_file() and any(m in p.parts[-3:] for m in members))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    made = folder / "changed.tar.gz"
    with tarfile.open(made, "w:gz") as tar:
        for child in sorted(opened.iterdir()):
            tar.add(child, arcname=child.name)
    return made


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"\x1f\x8b\x08\x00 cut"])
def test_a_file_that_is_no_backup_is_refused_with_a_sentence(content: bytes, here: Place, tmp_path: Path) -> None:
    archive = tmp_path / "b.tar.gz"
    archive.write_bytes(content)
    with pytest.raises(Invalid, match=r"b\.tar\.gz"):
        backup.restore(archive)


def test_a_cut_archive_is_refused_with_a_sentence(here: Place, tmp_path: Path) -> None:
    archive = backup.backup(tmp_path / "b.tar.gz")
    archive.write_bytes(archive.read_bytes()[:-200])
    with pytest.raises(Invalid, match=r"b\.tar\.gz|damaged"):
        backup.restore(archive)


def test_a_member_that_would_leave_the_folder_is_refused(here: Place, tmp_path: Path) -> None:
    archive, outside = tmp_path / "b.tar.gz", tmp_path / "outside"
    (tmp_path / "x").write_text("x")
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(tmp_path / "x", arcname="../outside")
    with pytest.raises(Invalid):
        backup.restore(archive)
    assert not outside.exists()


def test_an_archive_is_never_written_over_another_file(here: Place, tmp_path: Path) -> None:
    archive = backup.backup(tmp_path / "b.tar.gz")
    with pytest.raises(Invalid):
        backup.backup(archive)


def test_a_backup_without_keys_asks_for_them_and_is_verified_with_them(
    here: Place, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = backup.backup(tmp_path / "b.tar.gz", with_keys=False)
    key = (keys_dir() / "audit.key").read_text()
    with tarfile.open(archive) as tar:
        assert not [name for name in tar.getnames() if "audit.key" in name]
    use_database(monkeypatch, *there)
    with pytest.raises(Invalid, match="keys"):
        backup.restore(archive)
    keys_dir().mkdir()
    (keys_dir() / "audit.key").write_text(key)
    backup.restore(archive)
    assert seal.verify() == []


def test_what_was_wrong_with_the_journal_is_written_in_the_manifest_and_stays_so(
    here: Place, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine().begin() as connection:
        connection.execute(sa.update(AuditEntry).values(actor="someone"))
    archive = backup.backup(tmp_path / "b.tar.gz")
    use_database(monkeypatch, *there)
    manifest = backup.restore(archive)
    assert manifest["journal"]["problems"] != []
    assert seal.verify() != []


def test_a_backup_of_the_other_engine_is_refused(here: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not here[0].startswith("postgresql"):
        pytest.skip("one direction is enough: the other needs a server for nothing")
    archive = backup.backup(tmp_path / "b.tar.gz")
    use_database(monkeypatch, f"sqlite:///{tmp_path / 'x.db'}", tmp_path / "there")
    with pytest.raises(Invalid, match="postgresql"):
        backup.restore(archive)


def test_a_damaged_database_file_is_not_backed_up_as_if_it_were_whole(here: Place, tmp_path: Path) -> None:
    if not here[0].startswith("sqlite"):
        pytest.skip("PostgreSQL checks its pages itself")
    dispose()
    file = Path(engine().url.database or "")
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA writable_schema = 1")
        connection.execute("UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'ix_core_attempt_at'")
    connection.close()
    with pytest.raises(Invalid, match="damaged"):
        backup.backup(tmp_path / "b.tar.gz")
    assert not (tmp_path / "b.tar.gz").exists()
