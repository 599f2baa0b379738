"""The one door between the database and pandas, so that the access wall stands before reports too."""

from typing import Any

from sqlalchemy import Select

from core.db import ActorSession


def frame(session: ActorSession, statement: Select[Any]) -> Any:
    """The statement's rows as a pandas DataFrame, columns named as in the statement. Reads as the session's actor.

    pandas is loaded here, at first use: it costs most of a second, which no page should pay for.
    """
    import pandas

    result = session.execute(statement)
    return pandas.DataFrame(result.all(), columns=list(result.keys()))
