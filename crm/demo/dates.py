"""From the offsets of the demo world to dates: everything moves with the day on which it is planted."""

from datetime import date, timedelta


def day(today: date, offset: int) -> date:
    """The date of an offset. Work falls on workdays: a weekend moves away from today, never past it."""
    step = 1 if offset > 0 else -1
    found = today + timedelta(days=offset)
    while offset and found.weekday() >= 5:
        found += timedelta(days=step)
    return found


def month(today: date, offset: int) -> date:
    """The first day of the month that lies `offset` months from today's."""
    count = today.year * 12 + today.month - 1 + offset
    return date(count // 12, count % 12 + 1, 1)
