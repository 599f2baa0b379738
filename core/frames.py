"""The one door between the database and pandas or numpy, so that the access wall stands before reports too."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Date, DateTime, Select

from core.db import ActorSession
from core.dialects import plain_rows

# So many rows at a time: what was just read is still at hand.
PART = 5_000
EMPTY = -1e12


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

    kinds = [column.type for column in statement.selected_columns]
    parts: list[list[Any]] = [[_array(kind, ())] for kind in kinds]
    for rows in plain_rows(session.execute(statement), PART):
        for place, kind in enumerate(kinds):
            parts[place].append(_array(kind, list(map(itemgetter(place), rows))))
    return [np.concatenate(part) for part in parts]


def _array(kind: Any, values: Sequence[Any]) -> Any:
    import numpy as np

    of = getattr(kind, "impl", kind)
    if isinstance(of, Date):
        return np.array(values, dtype="datetime64[D]")
    if isinstance(of, DateTime):
        return np.array(values, dtype="datetime64[us]") if _is_text(values) else _moments(values)
    return np.array(values, dtype=np.int64)


def _is_text(values: Sequence[Any]) -> bool:
    """SQLite keeps an instant as text in UTC, PostgreSQL gives it with a zone."""
    return any(isinstance(value, str) for value in values)


def _moments(values: Sequence[Any]) -> Any:
    """By the seconds since 1970, which are exact to a millionth."""
    import numpy as np

    seconds = np.array([EMPTY if value is None else value.timestamp() for value in values])
    moments = np.rint(seconds * 1_000_000).astype(np.int64).astype("datetime64[us]")
    moments[seconds == EMPTY] = np.datetime64("NaT")
    return moments
