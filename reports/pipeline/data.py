"""What the report on open deals is made of. Amounts are whole fen of one currency; an unknown amount is None."""

from dataclasses import dataclass
from datetime import date, datetime

from reports.engine.shares import Share


@dataclass(frozen=True)
class Totals:
    """All open deals. `unknown` of the `count` deals have no amount and are in neither sum."""

    count: int = 0
    amount: int = 0
    weighted: int = 0
    unknown: int = 0

    @property
    def has_amount(self) -> bool:
        return self.count > self.unknown


@dataclass(frozen=True)
class Deal:
    """One open deal. `probability`, in basis points, is the one that its weighted amount uses."""

    name: str
    account: str | None
    stage: str
    amount: int | None
    probability: int | None
    owner: str | None
    close_on: date | None
    next_step: str | None


@dataclass(frozen=True)
class Stalled:
    """A deal that has been in its stage for longer than the stage's limit of days."""

    deal: Deal
    days: int
    limit: int


@dataclass(frozen=True)
class Problem:
    """How many deals have it, and what their known amounts come to."""

    count: int = 0
    amount: int = 0


@dataclass(frozen=True)
class Missing:
    """How many open deals lack what."""

    account: int = 0
    amount: int = 0
    close_on: int = 0


@dataclass(frozen=True)
class PipelineData:
    """Everything on the paper. Lists of deals may be the first of many: `stalled` and `overdue` count them all.

    by_stage keeps the order of the pipeline, by_owner and by_city go by amount; each of them adds up to the totals.
    by_month holds twelve months from `on`; what is due later is in `later`, what was due before is overdue.
    """

    on: date
    made_at: datetime
    currency: str
    reader: str
    filters: tuple[tuple[str, str], ...]
    totals: Totals
    by_stage: tuple[Share, ...] = ()
    by_owner: tuple[Share, ...] = ()
    by_city: tuple[Share, ...] = ()
    by_month: tuple[Share, ...] = ()
    later: Share | None = None
    top: tuple[Deal, ...] = ()
    stalled: Problem = Problem()
    stalled_deals: tuple[Stalled, ...] = ()
    overdue: Problem = Problem()
    overdue_deals: tuple[Deal, ...] = ()
    missing: Missing = Missing()

    @property
    def rows(self) -> int:
        """The deals that were counted."""
        return self.totals.count

    def amounts(self) -> list[int | None]:
        """Every amount that is printed: they decide whether decimals are."""
        shares = [*self.by_stage, *self.by_owner, *self.by_city, *self.by_month]
        deals = [*self.top, *self.overdue_deals, *(stalled.deal for stalled in self.stalled_deals)]
        sums = [sum_ for share in shares for sum_ in (share.amount, share.weighted)]
        return [self.totals.amount, self.totals.weighted, *sums, *(deal.amount for deal in deals)]
