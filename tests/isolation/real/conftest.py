"""The world in a database that the tests of one file share, and a clock that they set."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from core import clock
from core.wall import forget_profiles
from tests import engines
from tests.isolation.real import database
from tests.isolation.real.rows import World

SetClock = Callable[[datetime], None]


@pytest.fixture(scope="module")
def world(module_engine_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with engines.in_use(module_engine_url, tmp_path_factory.mktemp("data")):
        yield database.make()


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def changed_rules() -> Iterator[None]:
    """Statements that were compiled under a test's own rules are forgotten again."""
    forget_profiles()
    yield
    forget_profiles()


def last_second(day: date) -> datetime:
    """Of the day as the business counts it."""
    return datetime.combine(day, time(23, 59, 59), clock.zone()).astimezone(UTC)


def first_second(day: date) -> datetime:
    return datetime.combine(day, time(0, 0, 0), clock.zone()).astimezone(UTC)
