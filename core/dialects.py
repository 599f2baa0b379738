"""What differs between the databases, as named capabilities. Raw engine features live here and nowhere else."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler

from core.errors import Unscoped

# The first SQLite release of each branch without the WAL-reset race, which can lose committed data.
_SOUND_SQLITE = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
_PRAGMAS = (
    "foreign_keys=ON", "busy_timeout=30000", "synchronous=FULL", "trusted_schema=OFF", "cell_size_check=ON",
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


class PreparedOnce(SQLiteCompiler):
    """LIMIT is written as a number. SQLite plans by a bound one, and would prepare the statement anew at each use.

    To prepare one that counts fifteen conditions takes 45 ms, and to run it 3.
    """

    def limit_clause(self, select: sa.Select[Any], **kw: Any) -> str:
        text: str = super().limit_clause(select, **{**kw, "literal_execute": True})  # type: ignore[no-untyped-call]
        return text


def _sqlite_engine(url: str) -> sa.Engine:
    made = sa.create_engine(
        url,
        module=sqlite_module(),
        connect_args={"check_same_thread": False, "timeout": 30, "cached_statements": 512},
        pool_size=20,
        max_overflow=20,
        pool_use_lifo=True,  # a connection keeps its prepared statements: the one last used has them
        query_cache_size=4000,
    )
    made.dialect.statement_compiler = PreparedOnce

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


def one_moment(bind: Any) -> dict[str, Any]:
    """Options of a connection whose reads all see the data of one moment. A transaction of SQLite does so anyway."""
    return {} if is_sqlite(bind) else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def lock_row(statement: Any) -> Any:
    """Lock the parent row of a rule that spans rows. SQLite's writers are one at a time already."""
    return statement.with_for_update()


def take_free(statement: Any) -> Any:
    """Lock rows that nobody else holds. SQLite ignores it, and its single writer needs nothing more."""
    return statement.with_for_update(skip_locked=True)


def bulk_insert(session: Any, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows of equal keys by the driver's own means: SQLite's `executemany`, PostgreSQL's COPY.

    What SQLAlchemy does for each row of a long list costs more than the database itself. The wall's question, whether
    the connection may write now, is asked here, since its events do not see the driver.
    """
    if not rows:
        return
    connection = session.connection()
    if "octant_actor" in connection.get_execution_options() and not connection.info.get("may_write"):
        raise Unscoped("a write outside the unit of work and the bulk door")
    names, values = list(rows[0]), _driver_rows(connection.dialect, table, rows)
    cursor = connection.connection.cursor()
    try:
        if is_sqlite(connection):
            cursor.executemany(_insert_text(connection.dialect, table, names), values)
        else:
            with cursor.copy(_copy_text(connection.dialect, table, names)) as copy:
                for row in values:
                    copy.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:
        kinds = connection.dialect.loaded_dbapi.Error
        raise sa.exc.DBAPIError.instance(table.name, None, error, kinds, dialect=connection.dialect) from error
    finally:
        cursor.close()


def plain_rows(result: Any, size: int) -> Iterator[list[Any]]:
    """What an executed statement found, so many rows at a time, as the driver gives them: no values are converted.

    A day or an instant is text on SQLite. For long columns of numbers (`core.frames.columns`).
    """
    while rows := result.cursor.fetchmany(size):
        yield rows


def _driver_rows(dialect: sa.Dialect, table: sa.Table, rows: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """The rows as tuples of what the driver takes, made column by column."""
    columns = []
    for name in rows[0]:
        convert = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        values = [row[name] for row in rows]
        columns.append(values if convert is None else [None if v is None else convert(v) for v in values])
    return zip(*columns, strict=True)


def _insert_text(dialect: sa.Dialect, table: sa.Table, names: list[str]) -> str:
    signs = ", ".join("?" * len(names))
    return f"INSERT INTO {_quoted(dialect, table.name)} ({_names(dialect, names)}) VALUES ({signs})"


def _copy_text(dialect: sa.Dialect, table: sa.Table, names: list[str]) -> str:
    return f"COPY {_quoted(dialect, table.name)} ({_names(dialect, names)}) FROM STDIN"


def _names(dialect: sa.Dialect, names: list[str]) -> str:
    return ", ".join(_quoted(dialect, name) for name in names)


def _quoted(dialect: sa.Dialect, name: str) -> str:
    return dialect.identifier_preparer.quote(name)


def id_slices(ids: list[int], size: int = 900) -> list[list[int]]:
    """SQLite takes a bounded number of bound values; longer lists go in slices."""
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def analyze(bind: sa.Engine, *tables: str) -> None:
    """Tell the database how the rows of these tables are spread, by which it plans; of all, if none is named.

    SQLite never looks by itself. Of a sample it would take the few units, states and teams for as many values as it
    looked at, and read a whole province to find a team; so it reads all, and lets others write between two tables.
    With a limit, however high, it keeps no single values: by these it would plan for what is bound, and prepare each
    statement anew at each use. A database too busy for it now is asked again another day.
    """
    try:
        with bind.connect() as conn:
            if is_sqlite(conn):
                conn.exec_driver_sql(f"PRAGMA analysis_limit={2**31 - 1}")
            named = tables or (sa.inspect(conn).get_table_names() if is_sqlite(conn) else ("",))
            for table in named:
                conn.exec_driver_sql(f"ANALYZE {table}")
                conn.commit()
    except sa.exc.OperationalError:
        return
