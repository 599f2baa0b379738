"""The one door between the database and pandas or numpy, so that the access wall stands before reports too."""

from collections.abc import Sequence
from datetime import UTC
from operator import itemgetter
from typing import Any

from sqlalchemy import Date, DateTime, Select

from core.db import ActorSession

# So many rows at a time: what was just read is still at hand.
PART = 5_000


def frame(session: ActorSession, statement: Select[Any]) -> Any:
    """The statement's rows as a pandas DataFrame, columns named as in the statement. Reads as the session's actor.

    pandas is loaded here, at first use: it costs most of a second, which no page should pay for.
    """
    import pandas

    result = session.execute(statement)
    return pandas.DataFrame(result.all(), columns=list(result.keys()))


def columns(session: ActorSession, statement: Select[Any]) -> list[Any]:
    """The statement's columns as numpy arrays: whole numbers, days (`datetime64[D]`) and instants in UTC
    (`datetime64[us]`), of which an empty one is NaT. Reads as the session's actor.

    For hundreds of thousands of rows: to make a row and its values one by one costs three times what the driver does.
    """
    import numpy as np

    cursor = session.execute(statement).cursor
    kinds = [column.type for column in statement.selected_columns]
    parts: list[list[Any]] = [[_array(kind, ())] for kind in kinds]
    while rows := cursor.fetchmany(PART):
        for place, kind in enumerate(kinds):
            parts[place].append(_array(kind, list(map(itemgetter(place), rows))))
    return [np.concatenate(part) for part in parts]


def _array(kind: Any, values: Sequence[Any]) -> Any:
    import numpy as np

    of = getattr(kind, "impl", kind)
    if isinstance(of, Date):
        return np.array(values, dtype="datetime64[D]")
    if isinstance(of, DateTime):
        return np.array(values if _is_text(values) else list(map(_utc, values)), dtype="datetime64[us]")
    return np.array(values, dtype=np.int64)


def _is_text(values: Sequence[Any]) -> bool:
    """SQLite keeps an instant as text in UTC, PostgreSQL gives it in the zone of its session."""
    return any(isinstance(value, str) for value in values)


def _utc(value: Any) -> Any:
    return value and value.astimezone(UTC).replace(tzinfo=None)
