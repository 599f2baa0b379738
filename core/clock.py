"""The only place that reads the time. Instants are aware UTC; days are days of the business's time zone."""

import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from core.settings import settings


def zone() -> ZoneInfo:
    return ZoneInfo(settings().time_zone)


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return now().astimezone(zone()).date()


def local(instant: datetime) -> datetime:
    return instant.astimezone(zone())


def start_of(day: date) -> datetime:
    return datetime.combine(day, clock_time(), zone()).astimezone(UTC)


def ago(**span: float) -> datetime:
    return now() - timedelta(**span)


def monotonic() -> float:
    return time.monotonic()
