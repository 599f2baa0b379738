"""Runs migrations on the database that `core.migrate` names, each in one transaction."""

from typing import Any, Literal

from alembic import context

from core.dialects import engine_for
from core.migrate import METADATA

OPTIONS = {"compare_type": True, "render_as_batch": True, "transaction_per_migration": True, "transactional_ddl": True}


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """SQLModel's own types are written as what they are in the database."""
    name = type(item).__name__
    if kind == "type" and name == "AutoString":
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    if kind == "type" and name == "UTCDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    engine = engine_for(context.config.attributes["url"])
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            # A batch rebuilds the table, and its DROP would delete all child rows while foreign keys are on. Inside a
            # transaction the pragma does nothing, so it goes to the driver before any transaction begins.
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA foreign_keys=OFF")
        context.configure(connection=connection, target_metadata=METADATA, render_item=render_item, **OPTIONS)
        with context.begin_transaction():
            if not is_sqlite:
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            context.run_migrations()
            if is_sqlite and (dangling := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
                raise RuntimeError(f"the migration leaves references to nothing: {dangling[:5]}")
        connection.commit()
    engine.dispose()


run()
