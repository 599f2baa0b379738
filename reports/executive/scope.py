"""What the figures are about, and the filters of the lists that show the rows behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from reports.executive.period import Period

# Contracts that end within so many days are said to end soon.
SOON = 90
Filters = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Named:
    """A record that the filter names; a unit with its kind."""

    id: int
    name: str
    kind: str = ""


@dataclass(frozen=True)
class Scope:
    """A period, and perhaps a unit and a trade, on a day. What it counts are the rows of a list with its filters.

    A won deal in one of the `waiting` stages is signed and not provisioned.
    """

    on: date
    period: Period
    unit: Named | None = None
    trade: Named | None = None
    waiting: tuple[int, ...] = ()

    @property
    def everywhere(self) -> Filters:
        """The filters that hold for every figure."""
        place: Filters = {self.unit.kind: (str(self.unit.id),)} if self.unit else {}
        return place | ({"account.trade": (str(self.trade.id),)} if self.trade else {})

    @property
    def won(self) -> Filters:
        return {**self.everywhere, "state": ("won",), "closed_on": (self.period.days,)}

    @property
    def decided(self) -> Filters:
        return {**self.won, "state": ("won", "lost")}

    @property
    def days_before(self) -> tuple[date, date]:
        return self.period.year_before(self.on)

    @property
    def won_before(self) -> Filters:
        """What was signed in the same days of the year before."""
        return {**self.won, "closed_on": (self.period.written(*self.days_before),)}

    @property
    def decided_before(self) -> Filters:
        return {**self.decided, "closed_on": (self.period.written(*self.days_before),)}

    @property
    def open(self) -> Filters:
        return {**self.everywhere, "state": ("open",)}

    @property
    def stalled(self) -> Filters:
        return {**self.open, "pace": ("stalled",)}

    @property
    def unprovisioned(self) -> Filters:
        return {**self.everywhere, "state": ("won",), "stage": tuple(map(str, self.waiting))}

    @property
    def ending(self) -> Filters:
        after = self.on + timedelta(days=SOON + 1)
        days = f"{self.on.isoformat()}..{after.isoformat()}"
        return {**self.everywhere, "supplier": ("ours",), "ends_on": (days,)}

    def pairs(self, **changes: str) -> list[tuple[str, str]]:
        """The address's query of this scope, with some of it changed."""
        said: Mapping[str, str] = {
            "period": self.period.code,
            "unit": str(self.unit.id) if self.unit else "",
            "trade": str(self.trade.id) if self.trade else "",
            **changes,
        }
        return [(name, value) for name, value in said.items() if value]
