"""What the adoption page is made of. Amounts are whole fen."""

from dataclasses import dataclass
from typing import Literal

from reports.executive.period import Period
from reports.executive.scope import Filters

# Below so many a rate says nothing: the numbers alone are shown.
FEWEST = 10
By = Literal["person", "team", "city"]
COLUMN: dict[By, str] = {"person": "owner_id", "team": "team_id", "city": "city_id"}
FILTER: dict[By, str] = {"person": "owner", "team": "team", "city": "city"}


@dataclass(frozen=True)
class Scope:
    """A period, by whom the figures are told apart, and perhaps one city or team (`within`)."""

    period: Period
    by: By
    within: tuple[tuple[str, str], ...] = ()

    @property
    def everywhere(self) -> Filters:
        return {name: (value,) for name, value in self.within}

    @property
    def open(self) -> Filters:
        return {**self.everywhere, "state": ("open",)}

    @property
    def uses(self) -> Filters:
        return {**self.everywhere, "state": ("done",), "use": ("yes",), "done_at": (self.period.days,)}

    def of(self, filters: Filters, part_id: int | None) -> Filters:
        """The same rows of one part; those that stand nowhere have an empty one."""
        return {**filters, FILTER[self.by]: (str(part_id) if part_id else "-",)}

    def pairs(self, **changes: str) -> list[tuple[str, str]]:
        said = {"period": self.period.code, "by": self.by, **dict(self.within), **changes}
        return [(name, value) for name, value in said.items() if value]


@dataclass(frozen=True)
class Counts:
    """Of open deals how many have met the decision level; uses in the period, with what those cost whose cost is known;
    moves to a later stage, and moves past a block."""

    deals: int = 0
    met: int = 0
    uses: int = 0
    costed: int = 0
    cost: int = 0
    advances: int = 0
    overrides: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(a + b for a, b in zip(self.values(), other.values(), strict=True)))

    def values(self) -> tuple[int, ...]:
        return self.deals, self.met, self.uses, self.costed, self.cost, self.advances, self.overrides

    @property
    def covered(self) -> int | None:
        """The share of open deals that have met the decision level, in basis points; None of too few."""
        return (self.met * 20_000 + self.deals) // (2 * self.deals) if self.deals >= FEWEST else None

    @property
    def cost_an_advance(self) -> int | None:
        """The cost of all uses by the moves to a later stage, rounded half up; None where too few moved."""
        enough = self.advances >= FEWEST and self.costed > 0
        return (2 * self.cost + self.advances) // (2 * self.advances) if enough else None


@dataclass(frozen=True)
class Part:
    """One person, team or city; `id` is None for what stands nowhere."""

    id: int | None
    name: str
    counts: Counts


@dataclass(frozen=True)
class Adoption:
    """`grid` counts uses by step and weapon; a use that knows no step stands under None."""

    scope: Scope
    total: Counts
    parts: tuple[Part, ...]
    steps: tuple[tuple[int | None, str], ...]
    weapons: tuple[tuple[int, str, str], ...]
    grid: dict[tuple[int | None, int], int]

    @property
    def is_empty(self) -> bool:
        return self.total == Counts()
