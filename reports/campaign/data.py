"""What the results of campaigns are made of. Amounts are whole fen."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Won:
    """Deals that were won since, and what their known amounts come to."""

    count: int = 0
    amount: int = 0


@dataclass(frozen=True)
class Result:
    """Of one campaign, weapon, channel, firm or city. `counts` go by the outcomes of the whole; `good` are those of
    whom something can come. `won` is None for a reader who sees no deals."""

    name: str
    tasks: int
    reported: int
    good: int
    counts: tuple[int, ...]
    cost: int
    won: Won | None

    @property
    def open(self) -> int:
        return self.tasks - self.reported


@dataclass(frozen=True)
class OneCampaign:
    """A campaign's own line; `days_left` is below zero once its last day is over."""

    result: Result
    weapon: str
    starts_on: date
    ends_on: date
    state: str
    days_left: int


@dataclass(frozen=True)
class Group:
    """The results by one way of telling them apart: `weapon`, `channel`, `firm` or `city`."""

    key: str
    title: str
    results: tuple[Result, ...]


@dataclass(frozen=True)
class CampaignData:
    """`state` is that of the campaigns that were asked for, empty for all; `outcomes` those that occur, as codes."""

    state: str
    on: date
    made_at: datetime
    currency: str
    reader: str
    outcomes: tuple[str, ...]
    total: Result
    campaigns: tuple[OneCampaign, ...]
    groups: tuple[Group, ...]

    @property
    def rows(self) -> int:
        """The tasks that were counted."""
        return self.total.tasks

    def amounts(self) -> list[int | None]:
        found = [self.total, *(each.result for each in self.campaigns)]
        return [amount for each in found for amount in (each.cost, each.won.amount if each.won else None)]

    def group(self, key: str) -> tuple[Result, ...]:
        return next((group.results for group in self.groups if group.key == key), ())
