"""What a client's page on paper is made of. Amounts are whole fen; unknown is None. Of every list there are the
worthiest, and beside it how many there are."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Month:
    first: date
    revenue: int | None


@dataclass(frozen=True)
class Person:
    """How somebody stands as the reader's records say; no way to reach them is on the paper. `stance` is the code of
    `support`. Whether they decide goes by their level or their part in the purchase."""

    name: str
    post: str
    level: str
    parts: tuple[str, ...]
    stance: str
    support: str
    interests: str
    last_met: date | None
    decides: bool


@dataclass(frozen=True)
class Deal:
    """`risks` are the codes of what the records say against it."""

    name: str
    stage: str
    amount: int | None
    chance: int | None
    close_on: date | None
    next_step: str
    next_on: date | None
    risks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Held:
    """A contract: ours, or a rival's by name."""

    name: str
    product: str
    rival: str
    is_ours: bool
    monthly: int | None
    ends_on: date | None


@dataclass(frozen=True)
class Promise:
    """What was promised of a product, and what was measured; not kept, kept, or not measured yet."""

    product: str
    promised: str
    measured: str
    on: date | None
    is_kept: bool | None


@dataclass(frozen=True)
class ClientData:
    """All of the paper. `open_sales` are products in an open deal, `unsold` those that peers hold and it lacks."""

    name: str
    code: str
    facts: tuple[tuple[str, str], ...]
    owner: str
    made_at: datetime
    currency: str
    reader: str
    members: int | None
    months: tuple[Month, ...] = ()
    people: tuple[Person, ...] = ()
    people_count: int = 0
    unmet: int = 0
    deals: tuple[Deal, ...] = ()
    deals_count: int = 0
    risky: int = 0
    open_amount: int = 0
    weighted: int = 0
    contracts: tuple[Held, ...] = ()
    contracts_count: int = 0
    ours_count: int = 0
    promises: tuple[Promise, ...] = ()
    promises_count: int = 0
    missed: int = 0
    open_sales: tuple[str, ...] = ()
    unsold: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return len(self.months) + self.people_count + self.deals_count + self.contracts_count + self.promises_count

    def amounts(self) -> list[int | None]:
        """Every amount that is printed: they decide whether decimals are."""
        own = [deal.amount for deal in self.deals] + [each.monthly for each in self.contracts]
        return [*own, *(month.revenue for month in self.months)]
