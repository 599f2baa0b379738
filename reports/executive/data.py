"""What the executive's page and paper are made of. Amounts are whole fen of one currency; unknown is None."""

from dataclasses import dataclass
from datetime import date, datetime

from reports.executive.scope import Scope

# Of fewer decided deals a rate says nothing: they are counted, and no rate is drawn.
FEWEST = 20
# Below this share of its target, in percent, a unit is marked.
LOW = 80


@dataclass(frozen=True)
class Sum:
    """Deals or contracts: how many, what they come to, and how many of them have no amount."""

    count: int = 0
    amount: int = 0
    unknown: int = 0

    @property
    def has_amount(self) -> bool:
        return self.count > self.unknown


@dataclass(frozen=True)
class Month:
    """What was signed in a month, and its target if there is one."""

    first: date
    signed: Sum
    target: int | None = None


@dataclass(frozen=True)
class Part:
    """What was signed by one unit or person, in one trade or for one product. `id` is None where it is not stated.

    `target` counts the period's months that have begun; `before` is of the same days of the year before, if compared.
    """

    id: int | None
    name: str
    signed: Sum
    target: int | None = None
    before: Sum | None = None

    @property
    def has_signed(self) -> bool:
        """In the period or a year before."""
        return bool(self.signed.count or (self.before and self.before.count))

    @property
    def gap(self) -> int:
        """What is missing to the target; nothing where there is none."""
        return max((self.target or 0) - self.signed.amount, 0)

    @property
    def is_low(self) -> bool:
        return bool(self.target) and self.signed.amount * 100 < (self.target or 0) * LOW


@dataclass(frozen=True)
class Stage:
    """The open deals of one stage; the stalled among them are longer in it than its limit, with nothing planned."""

    id: int | None
    name: str
    open: Sum
    weighted: int
    stalled: Sum


@dataclass(frozen=True)
class Rate:
    """How many of the deals decided in the period were won."""

    won: int = 0
    lost: int = 0

    @property
    def n(self) -> int:
        return self.won + self.lost

    @property
    def is_enough(self) -> bool:
        return self.n >= FEWEST


@dataclass(frozen=True)
class Before:
    """What was signed and decided in the same days of the year before."""

    signed: Sum = Sum()
    rate: Rate = Rate()


@dataclass(frozen=True)
class Days:
    """The median of days from engaged to won, over the `n` won deals that have both days."""

    median: int | None = None
    n: int = 0


@dataclass(frozen=True)
class Deal:
    """An open deal. `probability`, in basis points, is the one that its weighted amount uses."""

    id: int
    name: str
    account: str | None
    place: str | None
    stage: str
    amount: int | None
    probability: int | None
    owner: str | None
    close_on: date | None
    days: int | None
    limit: int | None
    is_stalled: bool


@dataclass(frozen=True)
class Contract:
    """A contract of ours that ends soon."""

    id: int
    name: str
    account: str | None
    monthly: int | None
    ends_on: date
    owner: str | None


@dataclass(frozen=True)
class Target:
    """The whole period's target, and that of its months that have begun. `is_summed`: it adds up those of the parts."""

    whole: int
    begun: int
    is_summed: bool = False


@dataclass(frozen=True)
class WeaponWorth:
    """What a weapon is worth to the province, in percentage points of win rate; None where nothing can be told."""

    code: str
    name: str
    state: str
    points: float | None
    low: float | None
    high: float | None
    used: int
    unused: int
    since: date | None
    until: date | None


@dataclass(frozen=True)
class ExecutiveData:
    """Everything on the page and on the paper. `level` says what `parts` are: a kind of unit, or `owner`.

    `parts`, `groups` and `months` within the period add up to `signed`; `stages` add up to `open`. Lists are the
    first of what `open`, `stalled` and `ending` count. `before` is None where the records do not reach back so far.
    `is_placed` is whether the reader's own unit bounds what is seen, or nothing does.
    """

    scope: Scope
    made_at: datetime
    currency: str
    reader: str
    level: str
    signed: Sum = Sum()
    target: Target | None = None
    months: tuple[Month, ...] = ()
    parts: tuple[Part, ...] = ()
    grouped_by: str = "trade"
    groups: tuple[Part, ...] = ()
    rate: Rate = Rate()
    before: Before | None = None
    days: Days = Days()
    open: Sum = Sum()
    weighted: int = 0
    stages: tuple[Stage, ...] = ()
    has_limits: bool = True
    stalled: Sum = Sum()
    top: tuple[Deal, ...] = ()
    stalled_deals: tuple[Deal, ...] = ()
    unprovisioned: Sum = Sum()
    ending: Sum = Sum()
    contracts: tuple[Contract, ...] = ()
    weapons: tuple[WeaponWorth, ...] = ()
    is_placed: bool = True

    @property
    def rows(self) -> int:
        """The deals and contracts that were counted."""
        return self.open.count + max(self.rate.n, self.signed.count) + self.ending.count

    @property
    def is_empty(self) -> bool:
        return not (self.signed.count or self.rate.n or self.open.count or self.ending.count)

    @property
    def is_signed(self) -> bool:
        """Whether anything was signed in the months that are drawn, or is to be."""
        return bool(self.target) or any(month.signed.count or month.target for month in self.months)

    def amounts(self) -> list[int | None]:
        """Every amount that is printed: they decide whether decimals are."""
        sums = [self.signed, self.open, self.stalled, self.unprovisioned, self.ending]
        sums += [part.before for part in self.parts if part.before] + ([self.before.signed] if self.before else [])
        sums += [part.signed for part in (*self.parts, *self.groups)] + [stage.open for stage in self.stages]
        deals = [deal.amount for deal in (*self.top, *self.stalled_deals)]
        return [
            *(each.amount for each in sums), *(month.signed.amount for month in self.months), *deals,
            *(contract.monthly for contract in self.contracts), self.weighted, *(s.weighted for s in self.stages),
        ]  # fmt: skip
