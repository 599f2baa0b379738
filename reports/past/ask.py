"""What the pipeline on a day is asked for: the day, the day to compare with, a unit, a window, the parts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, inspect, true

from core import clock
from core.db import ActorSession
from core.errors import Invalid
from core.fields import read_date
from core.i18n import _
from core.lists import Query
from core.papers import EARLIEST
from core.record import PLACES
from core.spans import end_of, stood_at
from crm.standings import DealStanding
from reports.executive.period import Period, moved, read_period
from reports.executive.reach import OWNER, Reach, reach
from reports.past.compare import Window

PATH = "/reports/past"
NAMES = ("on", "against", "unit", "closing", "by", "months")
MONTHS = (3, 6, 12, 24)
PRODUCT = "product"
SPAN: Any = inspect(DealStanding).local_table
ROW = SPAN.c


@dataclass(frozen=True)
class Ask:
    """`on` is the day that is shown, `against` the one that it is compared with; `months` of stages and decisions."""

    session: ActorSession
    on: date
    against: date
    reach: Reach
    closing: Period | None
    by: str
    months: int

    @property
    def earlier(self) -> date:
        return min(self.on, self.against)

    @property
    def later(self) -> date:
        return max(self.on, self.against)

    @property
    def window(self) -> Window | None:
        return Window(self.closing.first, self.closing.after) if self.closing else None

    @property
    def place(self) -> str:
        """The column that says whether a deal stood within the unit; empty for all units."""
        return f"{self.reach.chosen.kind}_id" if self.reach.chosen else ""

    @property
    def since(self) -> date:
        """The first day of the months whose stages and decisions are looked at."""
        first = moved(self.on.replace(day=1), -self.months)
        return first + timedelta(days=min(self.on.day, 28))

    def pairs(self, **changes: str) -> list[tuple[str, str]]:
        """The address's query of this, with some of it changed."""
        said = {
            "on": self.on.isoformat(), "against": self.against.isoformat(),
            "unit": str(self.reach.chosen.id) if self.reach.chosen else "",
            "closing": self.closing.code if self.closing else "", "by": self.by, "months": str(self.months), **changes,
        }  # fmt: skip
        return [(name, value) for name, value in said.items() if value]

    # --- as SQL -----------------------------------------------------------------------------------------------

    @property
    def in_unit(self) -> ColumnElement[bool]:
        return ROW[self.place] == self.reach.chosen.id if self.reach.chosen else true()

    @property
    def in_window(self) -> ColumnElement[bool]:
        if self.closing is None:
            return true()
        return and_(ROW.expected_close_on >= self.closing.first, ROW.expected_close_on < self.closing.after)

    @property
    def key(self) -> Any:
        """The column by which the figures are told apart."""
        return ROW[f"{self.by}_id"]

    def stood(self, day: date | None = None) -> ColumnElement[bool]:
        """How deals of the unit stood at the end of the day."""
        return and_(stood_at(ROW, end_of(day or self.on)), self.in_unit)


def asked(session: ActorSession, query: Query, on: date | None = None) -> Ask:
    """Raises Invalid for a filter or a day that these figures do not have, NotFound for a unit that there is not."""
    strange = next((name for name in query.filters if name not in NAMES), "search" if query.words.strip() else "")
    if strange:
        raise Invalid(_("The list cannot be filtered by “{field}”.", field=strange))
    values = {name: found[0].strip() for name, found in query.filters.items() if found and found[0].strip()}
    today, about = clock.today(), reach(session, values.get("unit", ""))
    day = on or _day(values.get("on")) or last_month(today)
    against = _day(values.get("against")) or today
    for each in (day, against):
        _demand_past(each, today)
    by = values.get("by") or about.level
    if by not in (*PLACES, OWNER, PRODUCT):
        raise Invalid(_("“{text}” is not one of the choices.", text=by))
    closing = read_period(values["closing"], day) if values.get("closing") else None
    return Ask(session, day, against, about, closing, by, _months(values.get("months")))


def last_month(today: date) -> date:
    """The end of the last month."""
    return today.replace(day=1) - timedelta(days=1)


def _day(typed: str | None) -> date | None:
    return read_date(typed) if typed else None


def _demand_past(day: date, today: date) -> None:
    if not day.year >= EARLIEST or day > today:
        raise Invalid(_("Choose a day between {first} and today.", first=EARLIEST))


def _months(typed: str | None) -> int:
    if typed and typed not in map(str, MONTHS):
        raise Invalid(_("“{text}” is not one of the choices.", text=typed))
    return int(typed) if typed else MONTHS[0]


def made_at(day: date) -> datetime:
    """When the figures of a day are of: its last second, or now while it is not over. So a past day is made once."""
    return clock.now() if day >= clock.today() else end_of(day) - timedelta(seconds=1)
