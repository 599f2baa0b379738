"""A probe of the database: does a rule that spans rows hold when two sessions write at once?"""

import threading
from collections.abc import Callable

import sqlalchemy as sa

from core.dialects import lock_row
from core.ids import new_id

WAIT_SECONDS = 0.3


def survivors(engine: sa.Engine, *, is_locked: bool) -> int:
    """How many of two leaders stay, when both leave at once under the rule that one must stay."""
    table = sa.Table(f"octant_probe_{new_id()}", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True))
    table.create(engine)
    second_counted, failures = threading.Event(), []
    try:
        with engine.begin() as connection:
            connection.execute(sa.insert(table), [{"id": 0}, {"id": 1}, {"id": 2}])

        def leave(person: int, between: Callable[[], object]) -> None:
            with engine.begin() as connection:
                if is_locked:
                    connection.execute(lock_row(sa.select(table).where(table.c.id == 0)))
                count = connection.scalar(sa.select(sa.func.count()).where(table.c.id > 0)) or 0
                between()
                if count > 1:
                    connection.execute(sa.delete(table).where(table.c.id == person))

        def leave_second() -> None:
            try:
                leave(2, second_counted.set)
            except sa.exc.SQLAlchemyError as error:
                failures.append(error)

        second = threading.Thread(target=leave_second)

        def overlap() -> None:
            """Where the lock holds, the second cannot count before the first has left, and this wait runs out."""
            second.start()
            second_counted.wait(WAIT_SECONDS)

        leave(1, overlap)
        second.join()
        if failures:
            raise failures[0]
        with engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).where(table.c.id > 0)) or 0
    finally:
        table.drop(engine)
