"""Backup and restore: the database as it stood at one instant, the stored files, the keys, all verified.

SQLite is copied by its own backup call, which is sound while others write; PostgreSQL is read table by table in one
repeatable-read transaction, so that no client program is needed. A backup is restored on the engine that it was
made on, into an empty place only.
"""

import os
import shutil
import tempfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core import clock
from core.archive import Manifest, pack, unpack
from core.db import dispose, engine
from core.dialects import engine_for, is_sqlite, sqlite_module
from core.errors import Invalid
from core.i18n import _, use_language
from core.keys import head_file, keys_dir
from core.seal import examine
from core.settings import settings

VERSIONS = "alembic_version"
_NO_LIMITS = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"


def backup(target: Path, *, with_keys: bool = True) -> Path:
    """Write a verified backup to a file ending in .tar.gz, or under a name with the date into a folder.

    Without the keys the archive alone cannot prove the journal: keep the folder `keys` elsewhere.
    """
    archive = _archive_at(target)
    with tempfile.TemporaryDirectory(prefix=".octant-", dir=archive.parent) as name:
        stage = Path(name)
        # The head file first and the keys last: the copy must know every seal that its head file names.
        _copy_if_there(head_file(), stage)
        database = _copy_sqlite if is_sqlite(engine()) else _copy_postgres
        about = database(stage)
        _link_files(settings().files_dir, stage / "files")
        if not with_keys:
            shutil.rmtree(stage / "keys", ignore_errors=True)
        made = {"made_at": clock.now().isoformat(), "release": version("octant"), "keys": with_keys}
        pack(stage, archive, {**made, **about})
    return archive


def restore(archive: Path) -> Manifest:
    """Bring a backup back into an empty database and data folder, and verify it. Returns the backup's manifest."""
    data_dir = settings().data_dir
    data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".octant-", dir=data_dir) as name:
        stage = Path(name)
        manifest = unpack(archive, stage)
        _demand_fitting(manifest)
        _demand_empty(stage)
        if not manifest["keys"]:
            shutil.copytree(keys_dir(), stage / "keys")
        (_restore_sqlite if is_sqlite(engine()) else _restore_postgres)(stage, manifest)
        for part in ("files", "keys", head_file().name):
            _move_in(stage / part, data_dir / part)
    return manifest


# --- what both engines share ----------------------------------------------------------------------------------


def _archive_at(target: Path) -> Path:
    name = clock.local(clock.now()).strftime("octant-%Y%m%d-%H%M%S.tar.gz")
    archive = target if target.name.endswith((".tar.gz", ".tgz")) else target / name
    if archive.exists():
        raise Invalid(_("There is already a file “{name}”.", name=archive.name))
    archive.parent.mkdir(parents=True, exist_ok=True)
    return archive


def _copy_if_there(source: Path, folder: Path) -> None:
    if source.exists():
        shutil.copy2(source, folder / source.name)


def _copy_keys(stage: Path) -> None:
    if keys_dir().is_dir():
        shutil.copytree(keys_dir(), stage / "keys", ignore=shutil.ignore_patterns("*.draft"))


def _link_files(source: Path, target: Path) -> None:
    """Stored files never change, so a second name is as good as a copy, and one removed meanwhile is still there."""
    for path in (path for path in source.rglob("*") if path.is_file() and path.suffix != ".draft"):
        named = target / path.relative_to(source)
        named.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, named)
        except OSError:
            shutil.copy2(path, named)


def _about(connection: sa.Connection, stage: Path, tables: dict[str, int]) -> Manifest:
    """What the copy holds: the counts of its rows, its migrations, and how its journal stands."""
    heads: list[str] = []
    if VERSIONS in tables:
        heads = sorted(connection.scalars(sa.select(sa.column("version_num")).select_from(sa.table(VERSIONS))))
    with use_language("en"):
        found = examine(connection, stage)
    journal = {"seals": found.seals, "waiting": found.waiting, "erased": found.erased, "problems": found.problems}
    return {"engine": connection.dialect.name, "heads": heads, "tables": tables, "journal": journal}


def _row_counts(connection: sa.Connection) -> dict[str, int]:
    names = sorted(sa.inspect(connection).get_table_names())
    count = sa.select(sa.func.count())
    return {name: connection.scalar(count.select_from(sa.table(name))) or 0 for name in names}


def _demand_fitting(manifest: Manifest) -> None:
    if manifest["engine"] != engine().dialect.name:
        ours = engine().dialect.name
        raise Invalid(
            _("This backup is of {theirs}, and the database here is {ours}.", theirs=manifest["engine"], ours=ours)
        )
    if not manifest["keys"] and not keys_dir().is_dir():
        raise Invalid(_("This backup was made without its keys. Put the folder “keys” into the data folder first."))


def _demand_empty(stage: Path) -> None:
    with engine().execution_options(sqlite_begin="DEFERRED").connect() as connection:
        used = [name for name, count in _row_counts(connection).items() if count and name != VERSIONS]
    ours, theirs = keys_dir() / "audit.key", stage / "keys" / "audit.key"
    if ours.exists() and theirs.exists() and ours.read_bytes() != theirs.read_bytes():
        used.append("keys")
    if head_file().exists():
        used.append(head_file().name)
    if any(path.is_file() for path in settings().files_dir.rglob("*")):
        used.append("files")
    if used:
        names = ", ".join(used[:5])
        raise Invalid(_("A backup is restored into an empty place only. Here is already: {names}.", names=names))


def _demand_equal(connection: sa.Connection, stage: Path, manifest: Manifest) -> None:
    """The restored database has the rows that were counted, and its journal stands as it stood."""
    about = _about(connection, stage, _row_counts(connection))
    wrong = sorted(name for name in ("tables", "heads", "journal") if about[name] != manifest[name])
    if wrong:
        raise Invalid(_("The restored database is not what was backed up: {names} differ.", names=", ".join(wrong)))


def _move_in(source: Path, target: Path) -> None:
    if source.is_dir():
        source.chmod(0o700)
        for path in source.iterdir():
            target.mkdir(exist_ok=True, mode=0o700)
            _move_in(path, target / path.name)
    elif source.exists():
        source.replace(target)


# --- SQLite ---------------------------------------------------------------------------------------------------


def _copy_sqlite(stage: Path) -> Manifest:
    copy = stage / "octant.db"
    target = sqlite_module().connect(copy)
    source = engine().raw_connection()
    try:
        source.driver_connection.backup(target)  # type: ignore[union-attr]
    finally:
        source.close()
        target.close()
    _copy_keys(stage)
    return _examined_sqlite(copy, stage)


def _examined_sqlite(copy: Path, stage: Path, manifest: Manifest | None = None) -> Manifest:
    made = engine_for(f"sqlite:///{copy}")
    try:
        with made.connect() as connection:
            _demand_sound(connection)
            about = _about(connection, stage, _row_counts(connection))
            if manifest is not None:
                _demand_equal(connection, stage, manifest)
    finally:
        made.dispose()
    return about


def _demand_sound(connection: sa.Connection) -> None:
    found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    if found != ["ok"]:
        raise Invalid(_("The database file is damaged: {text}.", text=found[0]))


def _restore_sqlite(stage: Path, manifest: Manifest) -> None:
    _examined_sqlite(stage / "octant.db", stage, manifest)
    place = Path(engine().url.database or "")
    place.parent.mkdir(parents=True, exist_ok=True)
    dispose()
    for suffix in ("", "-wal", "-shm", "-journal"):
        place.with_name(place.name + suffix).unlink(missing_ok=True)
    (stage / "octant.db").chmod(0o600)
    shutil.move(stage / "octant.db", place)


# --- PostgreSQL -----------------------------------------------------------------------------------------------


def _copy_postgres(stage: Path) -> Manifest:
    (stage / "tables").mkdir()
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine().connect().execution_options(**options) as connection:
        connection.exec_driver_sql(_NO_LIMITS)
        names = sorted(sa.inspect(connection).get_table_names())
        counts = {name: _copy_out(connection, name, stage / "tables" / f"{name}.csv") for name in names}
        _copy_keys(stage)
        return _about(connection, stage, counts)


def _copy_out(connection: sa.Connection, table: str, file: Path) -> int:
    command = f"COPY {_quoted(connection, table)} TO STDOUT (FORMAT csv, HEADER)"
    cursor: Any = connection.connection.cursor()
    with closing(cursor), file.open("wb") as stream:
        with cursor.copy(command) as rows:
            for block in rows:
                stream.write(block)
        return int(cursor.rowcount)


def _copy_in(connection: sa.Connection, table: str, file: Path) -> None:
    with file.open("rb") as stream:
        columns = [_quoted(connection, name) for name in stream.readline().decode().strip().split(",")]
        command = f"COPY {_quoted(connection, table)} ({', '.join(columns)}) FROM STDIN (FORMAT csv)"
        cursor: Any = connection.connection.cursor()
        with closing(cursor), cursor.copy(command) as rows:
            while block := stream.read(1 << 20):
                rows.write(block)


def _restore_postgres(stage: Path, manifest: Manifest) -> None:
    from core.migrate import upgrade

    upgrade(to=manifest["heads"])
    with engine().begin() as connection:
        connection.exec_driver_sql(_NO_LIMITS)
        in_order = [name for name, _keys in sa.inspect(connection).get_sorted_table_and_fkc_names() if name]
        tables = [name for name in in_order if name != VERSIONS]
        if {*tables} != {*manifest["tables"]} - {VERSIONS}:
            raise Invalid(_("This backup has other tables than this release of Octant makes."))
        for name in reversed(tables):
            connection.execute(sa.delete(sa.table(name)))
        for name in tables:
            _copy_in(connection, name, stage / "tables" / f"{name}.csv")
        _demand_equal(connection, stage, manifest)


def _quoted(connection: sa.Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
