"""What the forecast is asked for: a period by expected close, a unit, and the day as of which it is told."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core import clock
from core.access import Level
from core.db import ActorSession
from core.errors import Invalid
from core.fields import read_date
from core.i18n import _
from core.lists import Query
from core.papers import EARLIEST
from core.spans import end_of
from crm.opportunity_verbs import OPPORTUNITY
from reports.executive.period import Period, distance, read_period
from reports.executive.reach import Reach, reach
from reports.forecast.figures import STAGED, WAYS
from reports.past.ask import Ask as Past
from reports.past.compare import Window

PATH = "/reports/forecast"
NAMES = ("period", "unit", "on", "way")
LENGTHS = (1, 3)
# The frozen figures of all units together, of which nobody's unit is: whoever reads all deals reads them.
EVERYTHING = 0


@dataclass(frozen=True)
class Ask:
    """As the session's actor sees it at the end of the day `on`. `way` is the one whose accuracy units are told by."""

    session: ActorSession
    on: date
    period: Period
    reach: Reach
    way: str = STAGED

    @property
    def window(self) -> Window:
        return Window(self.period.first, self.period.after)

    @property
    def months(self) -> int:
        return distance(self.period.first, self.period.after)

    @property
    def age(self) -> int:
        """How many months of the period had begun before that of the day; negative before the period."""
        return distance(self.period.first, self.on.replace(day=1))

    @property
    def is_over(self) -> bool:
        return self.period.after <= self.on

    @property
    def is_now(self) -> bool:
        """The model's chances are known of today only."""
        return self.on >= clock.today()

    @property
    def units(self) -> tuple[int, ...]:
        """The units whose frozen figures are those of this question; none for whoever sees deals of no unit."""
        if self.reach.chosen:
            return (self.reach.chosen.id,)
        if self.session.actor.level(OPPORTUNITY.permission("read")) is Level.ALL:
            return (EVERYTHING,)
        return tuple(unit.id for unit in self.reach.tops)

    @property
    def past(self) -> Past:
        """The same question to the pipeline on a day."""
        return Past(self.session, self.on, self.on, self.reach, self.period, self.reach.level, 3)

    def pairs(self, **changes: str) -> list[tuple[str, str]]:
        """The address's query of this, with some of it changed."""
        said = {
            "period": self.period.code,
            "unit": str(self.reach.chosen.id) if self.reach.chosen else "",
            "on": self.on.isoformat(), "way": self.way if self.way != STAGED else "", **changes,
        }  # fmt: skip
        return [(name, value) for name, value in said.items() if value]


def asked(session: ActorSession, query: Query, on: date | None = None) -> Ask:
    """Raises Invalid for a filter, a day or a period that these figures do not have, NotFound for a strange unit."""
    strange = next((name for name in query.filters if name not in NAMES), "search" if query.words.strip() else "")
    if strange:
        raise Invalid(_("The list cannot be filtered by “{field}”.", field=strange))
    values = {name: found[0].strip() for name, found in query.filters.items() if found and found[0].strip()}
    today = clock.today()
    day = on or (read_date(values["on"]) if "on" in values else today)
    if not day.year >= EARLIEST or day > today:
        raise Invalid(_("Choose a day between {first} and today.", first=EARLIEST))
    period = read_period(values.get("period", "quarter"), day)
    months = distance(period.first, period.after)
    if months not in LENGTHS or (period.first.month - 1) % months:
        raise Invalid(_("A forecast is of one month or one quarter."))
    way = values.get("way", STAGED)
    if way not in WAYS:
        raise Invalid(_("“{text}” is not one of the choices.", text=way))
    return Ask(session, day, named(period), reach(session, values.get("unit", "")), way)


def named(period: Period) -> Period:
    """By its own name, whatever it was called, so that an address means the same tomorrow."""
    first = period.first
    is_month = distance(first, period.after) == 1
    return Period(f"{first:%Y-%m}" if is_month else f"{first.year}-Q{(first.month + 2) // 3}", first, period.after)


def eve(first: date) -> datetime:
    """The moment at which a month begins: the figures of that moment are those of its first day."""
    return end_of(first - timedelta(days=1))
