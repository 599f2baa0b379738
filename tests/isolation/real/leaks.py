"""Leaks of papers that must be seen: a rule that is gone, a report that reads past the wall, one that looks around."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import event, true

from core.access import ACCESS, OPERATOR
from core.db import engine, reading
from core.registry import registry
from core.wall import forget_profiles


def silence_drawing() -> None:
    """What is drawn comes of the figures alone: a drawing that asks the database fails."""
    asking: list[bool] = []

    def refuse(*_statement: Any) -> None:
        assert not asking, "a drawing asks the database"

    def silent(draw: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
        def drawn(data: Any) -> bytes:
            asking.append(True)
            try:
                return draw(data)
            finally:
                asking.clear()

        return drawn

    event.listen(engine(), "before_cursor_execute", refuse)
    for report in registry().reports():
        object.__setattr__(report, "draw", silent(report.draw))
        object.__setattr__(report, "forms", {form: silent(draw) for form, draw in report.forms.items()})


def _open(table: str) -> Callable[[], AbstractContextManager[None]]:
    @contextmanager
    def opened() -> Iterator[None]:
        with patch.dict(ACCESS, {table: replace(ACCESS[table], rule=lambda _ask, _table: true())}):
            forget_profiles()
            yield
        forget_profiles()

    return opened


@contextmanager
def _past_the_wall() -> Iterator[None]:
    """One number of the paper is everybody's."""
    report = registry().report("meeting")
    assert report is not None
    gather = report.gather

    def leaky(session: Any, **asked: Any) -> Any:
        with reading(OPERATOR) as everybody:
            others = gather(everybody, **asked).others
        return replace(gather(session, **asked), others=others + 1)

    object.__setattr__(report, "gather", leaky)
    try:
        yield
    finally:
        object.__setattr__(report, "gather", gather)


LEAKS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "crm_opportunity": _open("crm_opportunity"),
    "crm_contract": _open("crm_contract"),
    "past the wall": _past_the_wall,
}
