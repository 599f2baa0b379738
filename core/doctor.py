"""Whether this machine and this database are sound: each check says ok, warn or bad, in one sentence."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa

from core import clock
from core.db import engine
from core.dialects import is_sound, is_sqlite, journal_mode, sqlite_module
from core.i18n import _
from core.keys import head_file, keys_dir
from core.probe import survivors
from core.queue import JobRecord
from core.seal import examine
from core.settings import settings
from core.spans import strays

Finding = tuple[str, str, str]
Verdict = tuple[str, str]
Check = Callable[[], Verdict]

OK, WARN, BAD = "ok", "warn", "bad"
LITTLE_SPACE, NO_SPACE = 2 * 2**30, 200 * 2**20
SOON = timedelta(minutes=10)
ASSETS = {
    "web": ("static/vendor/htmx.min.js",),
    "reports": ("fonts/NotoSansSC-Regular.ttf", "fonts/NotoSansSC-Bold.ttf"),
}


def diagnose() -> list[Finding]:
    """Name, state (ok, warn or bad) and sentence of every check that applies here."""
    found = [_asked(name, check) for name, check in MACHINE.items()]
    reached = _asked("database", _database)
    found.append(reached)
    if reached[1] == BAD:
        return found
    of_engine = SQLITE if is_sqlite(engine()) else POSTGRES
    return found + [_asked(name, check) for name, check in {**of_engine, **DATABASE}.items()]


def _asked(name: str, check: Check) -> Finding:
    try:
        return (name, *check())
    except Exception as error:
        # A check that cannot even be made is a finding too, and must not hide the others.
        return (name, BAD, _("This could not be looked at: {error}.", error=f"{type(error).__name__}: {error}"[:300]))


# --- the machine ----------------------------------------------------------------------------------------------


def _time_zone() -> Verdict:
    return OK, _("The time zone is {zone}; today is {day}.", zone=clock.zone(), day=clock.today())


def _space() -> Verdict:
    free = shutil.disk_usage(_nearest(settings().data_dir)).free
    state = BAD if free < NO_SPACE else WARN if free < LITTLE_SPACE else OK
    return state, _("{n} MB are free where the data lies.", n=free // 2**20)


def _nearest(path: Path) -> Path:
    return next(place for place in (path.absolute(), *path.absolute().parents) if place.exists())


def _private() -> Verdict:
    """The data folder is its owner's alone; a key that others can read proves nothing any more."""
    keys = [path for path in (keys_dir(), *keys_dir().glob("*")) if path.exists() and _is_open(path)]
    if keys:
        return BAD, _("Others on this machine can read {names}: make them 0600.", names=_names(keys))
    files = [*settings().data_dir.glob("*.db*"), head_file(), settings().files_dir]
    readable = [path for path in files if path.exists() and _is_open(path)]
    if readable and _is_open(settings().data_dir):
        return WARN, _("Others on this machine can read {names}: make the data folder 0700.", names=_names(readable))
    return OK, _("Only their owner can read the data and the keys.")


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


def _names(paths: list[Path]) -> str:
    return ", ".join(sorted(path.name for path in paths)[:5])


def _assets() -> Verdict:
    missing = [file for package, files in ASSETS.items() for file in files if not (_folder(package) / file).exists()]
    if missing:
        return BAD, _("Missing: {names}. Run `make assets`.", names=", ".join(missing))
    return OK, _("Scripts and fonts are in place.")


def _folder(package: str) -> Path:
    spec = find_spec(package)
    return Path(spec.origin or "").parent if spec else Path("missing")


# --- the database ---------------------------------------------------------------------------------------------


def _database() -> Verdict:
    with engine().connect() as connection:
        connection.execute(sa.select(1))
    return OK, _("The database answers: {address}.", address=engine().url.render_as_string(hide_password=True))


def _schema() -> Verdict:
    from core.migrate import is_current

    if is_current():
        return OK, _("The tables are those of this release.")
    return BAD, _("The tables are not those of this release: run `octant migrate`.")


def _journal() -> Verdict:
    with _reading() as connection:
        found = examine(connection)
    if found.problems:
        return BAD, _("The journal was changed ({n}). First: {text}", n=len(found.problems), text=found.problems[0])
    if found.seals and not head_file().exists():
        return WARN, _("The journal is whole, but the file of its seals is missing here, so a cut end would not show.")
    return OK, _("The journal is whole: {n} entries sealed, {m} waiting, the values of {k} erased.",
                 n=found.entries, m=found.waiting, k=found.erased)  # fmt: skip


def _sealing() -> Verdict:
    from core.seal import ENTRY

    with _reading() as connection:
        oldest = connection.scalar(sa.select(sa.func.min(ENTRY.c.at)).where(ENTRY.c.seal.is_(None)))
    if oldest is not None and clock.now() - oldest > SOON:
        return WARN, _("Entries wait for their seal since {at}: no worker runs, or it lacks the key.", at=oldest)
    return OK, _("Entries are sealed in time.")


def _jobs() -> Verdict:
    job, late = JobRecord.__table__, clock.now() - SOON  # type: ignore[attr-defined]
    waits = sa.and_(job.c.state == "queued", job.c.created_at < late)
    hangs = sa.and_(job.c.state == "running", job.c.lease_until < late)
    with _reading() as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(job).where(sa.or_(waits, hangs)))
    if count:
        return WARN, _("{n} jobs wait for a worker: start `octant work`, or serve with workers.", n=count)
    return OK, _("No job waits for long.")


def _history() -> Verdict:
    """Each record's open span says how it stands; where one does not, a past day would be told wrongly from now on."""
    found = sum(strays().values())
    if found:
        return WARN, _("{n} records stand otherwise than their history says: run `octant doctor --mend`.", n=found)
    return OK, _("The history of records goes on to how they stand now.")


def _write_skew() -> Verdict:
    if survivors(engine(), is_locked=True) == 1:
        return OK, _("A rule that spans rows holds when two people write at once.")
    return BAD, _("A rule that spans rows broke when two sessions wrote at once: this database must not be used.")


def _reading() -> sa.Connection:
    return engine().execution_options(sqlite_begin="DEFERRED").connect()


# --- SQLite ---------------------------------------------------------------------------------------------------


def _sqlite() -> Verdict:
    library, wanted = sqlite_module(), journal_mode()
    with _reading() as connection:
        mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar()).upper()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    if mode == "WAL" and not is_sound(library.sqlite_version_info):
        return BAD, _("SQLite {version} can lose rows in this journal mode. Update it.", version=library.sqlite_version)
    if mode != wanted or synchronous != 2:
        return BAD, _("SQLite runs with the journal {mode}, synchronous {level}.", mode=mode, level=synchronous)
    state = OK if mode == "WAL" else WARN
    return state, _("SQLite {version}, journal {mode}.", version=library.sqlite_version, mode=mode)


def _integrity() -> Verdict:
    with _reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if pages != ["ok"]:
        return BAD, _("The database file is damaged: {text}.", text=pages[0])
    if dangling:
        return BAD, _(
            "{n} rows refer to rows that do not exist, first in {table}.", n=len(dangling), table=dangling[0][0]
        )
    return OK, _("The database file and its references are whole.")


# --- PostgreSQL -----------------------------------------------------------------------------------------------


def _encoding() -> Verdict:
    with _reading() as connection:
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    state = OK if encoding == "UTF8" else BAD
    return state, _("The database keeps its texts in {encoding}.", encoding=encoding)


def _role() -> Verdict:
    with _reading() as connection:
        row = connection.exec_driver_sql(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).one()
    if row.rolsuper or row.rolbypassrls:
        return WARN, _(
            "The role {name} may do everything on this server: give Octant one of its own.", name=row.rolname
        )
    return OK, _("The role {name} has no rights beyond this database.", name=row.rolname)


MACHINE: dict[str, Check] = {"time zone": _time_zone, "space": _space, "privacy": _private, "assets": _assets}
SQLITE: dict[str, Check] = {"sqlite": _sqlite, "integrity": _integrity}
POSTGRES: dict[str, Check] = {"encoding": _encoding, "role": _role}
DATABASE: dict[str, Check] = {
    "schema": _schema, "journal": _journal, "sealing": _sealing, "jobs": _jobs, "history": _history,
    "write skew": _write_skew,
}  # fmt: skip
