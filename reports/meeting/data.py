"""What the weekly meeting is made of. Amounts are whole fen."""

from dataclasses import dataclass
from datetime import date, datetime

# Why a deal is talked about. A change may be a good one; the others are red flags.
RED = ("slipped", "stalled", "idle")
REASONS = ("changed", *RED)


@dataclass(frozen=True)
class Before:
    """How the deal stood at the beginning of the week; `is_new` says that it was begun since."""

    amount: int | None
    stage: str
    close_on: date | None
    is_new: bool = False


@dataclass(frozen=True)
class Line:
    """An open deal with the reasons to talk about it. `last_on` is when something was last done about it."""

    id: int
    name: str
    account: str
    owner_id: int | None
    stage: str
    amount: int | None
    close_on: date | None
    before: Before
    reasons: tuple[str, ...]
    days: int | None
    limit: int | None
    last_on: date | None
    next_text: str
    next_on: date | None


@dataclass(frozen=True)
class Person:
    """`id` is 0 for the deals that nobody owns. `flagged` deals have some reason; the others count each reason."""

    id: int
    name: str
    open: int = 0
    amount: int = 0
    flagged: int = 0
    flagged_amount: int = 0
    changed: int = 0
    slipped: int = 0
    stalled: int = 0
    idle: int = 0
    lines: tuple[Line, ...] = ()

    @property
    def red(self) -> int:
        return self.slipped + self.stalled + self.idle


@dataclass(frozen=True)
class Planned:
    """What was planned today for an open deal: it may be no deal to talk about any more."""

    deal: str
    account: str
    owner: str
    text: str
    due_on: date | None


@dataclass(frozen=True)
class MeetingData:
    """`people` come in the order of their red flags; `others` are those that are in the totals only."""

    since: date
    until: date
    unit: str
    made_at: datetime
    currency: str
    reader: str
    totals: Person
    people: tuple[Person, ...]
    others: int
    planned: tuple[Planned, ...] = ()

    @property
    def rows(self) -> int:
        """The deals that were looked at."""
        return self.totals.open

    def amounts(self) -> list[int | None]:
        return [line.amount for person in self.people for line in person.lines]
