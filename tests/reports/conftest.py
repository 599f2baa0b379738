"""The Chinese texts of the reports are read once, as at the application's start; the executive's province; a clock."""

from collections.abc import Iterator
from datetime import UTC, date, timedelta
from pathlib import Path

import pytest

import reports
from core import clock
from core.i18n import load_catalogue, use_language
from reports.executive.period import moved
from tests.reports import executive_world
from tests.reports.days import At
from tests.reports.forecasts import To
from tests.templates import Templates

load_catalogue(Path(reports.__file__).parent)


@pytest.fixture
def province(templates: Templates, tmp_path: Path) -> Iterator[str]:
    """The executive's world, in English, for this test alone, on each engine."""
    with templates.copy(tmp_path, executive_world.build) as url, use_language("en"):
        yield url


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, province: str) -> At:
    """Move the clock so many days on; the business's day."""
    first = clock.now().astimezone(clock.zone()).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)

    def go(days: int) -> date:
        monkeypatch.setattr(clock, "now", lambda: (first + timedelta(days=days)).astimezone(UTC))
        return clock.today()

    go(0)
    return go


@pytest.fixture
def to(at: At) -> To:
    """Move the clock to a day."""
    zero = at(0)
    return lambda day: at((day - zero).days)


@pytest.fixture
def quarter(to: To) -> date:
    """The first day of the next quarter; it is that day."""
    today = clock.today().replace(day=1)
    return to(moved(today, 3 - (today.month - 1) % 3))
