"""What differs between the databases, as named capabilities. Raw engine features live here and nowhere else."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

# The first SQLite release of each branch without the WAL-reset race, which can lose committed data.
_SOUND_SQLITE = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
_PRAGMAS = (
    "foreign_keys=ON", "busy_timeout=10000", "synchronous=FULL", "trusted_schema=OFF", "cell_size_check=ON",
    "cache_size=-65536", "mmap_size=268435456", "temp_store=MEMORY",
)  # fmt: skip


def engine_for(url: str) -> sa.Engine:
    backend = sa.make_url(url).get_backend_name()
    return _sqlite_engine(url) if backend == "sqlite" else _postgres_engine(url)


def is_sqlite(bind: Any) -> bool:
    return str(bind.dialect.name) == "sqlite"


def sqlite_module() -> Any:
    """The bundled SQLite of the wheel where there is one, else the system's."""
    try:
        import pysqlite3

        return pysqlite3.dbapi2
    except ImportError:
        import sqlite3

        return sqlite3


def is_sound(version: tuple[int, ...]) -> bool:
    """True when this SQLite may use a write-ahead log without the risk of losing committed rows."""
    return version >= _SOUND_SQLITE[0] or any(v[:2] == version[:2] and version >= v for v in _SOUND_SQLITE)


def journal_mode() -> str:
    return "WAL" if is_sound(sqlite_module().sqlite_version_info) else "DELETE"


def _sqlite_engine(url: str) -> sa.Engine:
    made = sa.create_engine(
        url,
        module=sqlite_module(),
        connect_args={"check_same_thread": False, "timeout": 10},
        pool_size=20,
        max_overflow=20,
        query_cache_size=4000,
    )

    @event.listens_for(made, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None  # pysqlite must not begin by itself: `_begin` does
        for pragma in (f"journal_mode={journal_mode()}", *_PRAGMAS):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def _begin(conn: sa.Connection) -> None:
        mode = conn.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        conn.connection.driver_connection.execute(f"BEGIN {mode}")  # type: ignore[union-attr]

    return made


def _postgres_engine(url: str) -> sa.Engine:
    options = "-c statement_timeout=30000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"
    return sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"),
        connect_args={"options": options, "application_name": "octant"},
        pool_size=10,
        max_overflow=10,
        pool_pre_ping=True,
        query_cache_size=4000,
    )


def is_out_of_reach(error: BaseException) -> bool:
    """The database cannot be asked now (locked, full, restarting): nothing was saved, and trying again may help."""
    return isinstance(error, (sa.exc.OperationalError, sa.exc.TimeoutError))


def lock_row(statement: Any) -> Any:
    """Lock the parent row of a rule that spans rows. SQLite's writers are one at a time already."""
    return statement.with_for_update()


def take_free(statement: Any) -> Any:
    """Lock rows that nobody else holds. SQLite ignores it, and its single writer needs nothing more."""
    return statement.with_for_update(skip_locked=True)


def bulk_insert(session: Any, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows of equal keys in one statement a thousand, on both engines."""
    for start in range(0, len(rows), 1000):
        session.connection().execute(sa.insert(table), rows[start : start + 1000])


def id_slices(ids: list[int], size: int = 900) -> list[list[int]]:
    """SQLite takes a bounded number of bound values; longer lists go in slices."""
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def analyze(bind: sa.Engine) -> None:
    with bind.connect() as conn:
        conn.exec_driver_sql("ANALYZE")
        conn.commit()

