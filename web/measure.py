"""How long a request took, and how many statements it cost: shown in the Server-Timing header, and held by tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine, event

from core import clock


class Measure:
    """One request's figures. The object is shared with the thread that answers; it is only ever added to."""

    def __init__(self) -> None:
        self.started = clock.monotonic()
        self.statements = 0
        self.seconds = 0.0

    def header(self) -> str:
        total = (clock.monotonic() - self.started) * 1000
        return f'total;dur={total:.1f}, sql;dur={self.seconds * 1000:.1f};desc="{self.statements}"'


_current: ContextVar[Measure | None] = ContextVar("measure", default=None)


@contextmanager
def measuring(measure: Measure) -> Iterator[None]:
    token = _current.set(measure)
    try:
        yield
    finally:
        _current.reset(token)


@event.listens_for(Engine, "before_cursor_execute")
def _starts(conn: Any, _cursor: Any, _sql: str, _parameters: Any, context: Any, _many: bool) -> None:
    if _current.get() is not None and context is not None:
        context.octant_started = clock.monotonic()


@event.listens_for(Engine, "after_cursor_execute")
def _ends(conn: Any, _cursor: Any, _sql: str, _parameters: Any, context: Any, _many: bool) -> None:
    measure = _current.get()
    started = getattr(context, "octant_started", None)
    if measure is not None and started is not None:
        measure.statements += 1
        measure.seconds += clock.monotonic() - started
