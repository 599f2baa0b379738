"""The period of the executive's figures: whole months, as an address says it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import Invalid
from core.i18n import _

THIS = ("month", "quarter", "year")
LONGEST = 36
_FORMS = re.compile(r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>\d{2}))?")


@dataclass(frozen=True)
class Period:
    """Half open, from the first day of a month to the first day of another. `code` is how its address says it."""

    code: str
    first: date
    after: date

    @property
    def months(self) -> tuple[date, ...]:
        return tuple(moved(self.first, i) for i in range(distance(self.first, self.after)))

    @property
    def last_months(self) -> tuple[date, ...]:
        """The twelve months that end with the period's last one."""
        return tuple(moved(self.after, i) for i in range(-12, 0))

    def begun(self, on: date) -> tuple[date, ...]:
        """Those of its months that have begun on the day."""
        return tuple(month for month in self.months if month <= on)

    def year_before(self, on: date) -> tuple[date, date]:
        """The same days a year earlier, of those up to the day; half open. Empty where none has begun."""
        first, after = moved(self.first, -12), _a_year_earlier(min(self.after, on + timedelta(days=1)))
        return first, max(first, after)

    def written(self, low: date, high: date) -> str:
        return f"{low.isoformat()}..{high.isoformat()}"

    @property
    def days(self) -> str:
        """As a list's range of days."""
        return self.written(self.first, self.after)


def read_period(code: str, on: date) -> Period:
    """`month`, `quarter`, `year` (this one), `2026`, `2026-Q3`, `2026-07`, `2026-03..2026-09`. Raises Invalid."""
    if code in THIS:
        length = {"month": 1, "quarter": 3, "year": 12}[code]
        return _of(code, date(on.year, (on.month - 1) // length * length + 1, 1), length)
    first, dots, last = code.partition("..")
    low, high = _whole(first), _whole(last) if dots else None
    made = Period(code, low.first, (high or low).after)
    if not 0 < distance(made.first, made.after) <= LONGEST:
        raise Invalid(_("A period has between 1 and {n} months.", n=LONGEST))
    return made


def _whole(code: str) -> Period:
    found = _FORMS.fullmatch(code)
    if not found or not 1990 <= int(found["year"]) <= 2199 or not 1 <= int(found["month"] or 1) <= 12:
        raise Invalid(_("“{text}” is not a period. Write it as 2026, 2026-Q3 or 2026-07.", text=code))
    year = int(found["year"])
    if found["quarter"]:
        return _of(code, date(year, int(found["quarter"]) * 3 - 2, 1), 3)
    return _of(code, date(year, int(found["month"]), 1), 1) if found["month"] else _of(code, date(year, 1, 1), 12)


def _of(code: str, first: date, length: int) -> Period:
    return Period(code, first, moved(first, length))


def _a_year_earlier(day: date) -> date:
    """Of 29 February it is 1 March: as the end of a range it still holds the 28th."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return date(day.year - 1, 3, 1) if is_leap_day else day.replace(year=day.year - 1)


def moved(month: date, number: int) -> date:
    """The first day of the month that lies so many months later."""
    counted = month.year * 12 + month.month - 1 + number
    return date(counted // 12, counted % 12 + 1, 1)


def distance(first: date, after: date) -> int:
    return (after.year - first.year) * 12 + after.month - first.month


def in_words(period: Period) -> str:
    """The year, the quarter, the month, or the months from and to."""
    first, length, last = period.first, distance(period.first, period.after), moved(period.after, -1)
    if length == 1:
        return _month(first)
    if length == 12 and first.month == 1:
        return _("the year {year}", year=first.year)
    if length == 3 and first.month % 3 == 1:
        return _("quarter {quarter} of {year}", quarter=(first.month + 2) // 3, year=first.year)
    return _("{first} to {last}", first=_month(first), last=_month(last))


def _month(first: date) -> str:
    return f"{first:%Y-%m}"


def moving_periods() -> tuple[tuple[str, str], ...]:
    """Those that go on with the days."""
    return (("month", _("This month")), ("quarter", _("This quarter")), ("year", _("This year")))
