"""What was gathered for the evidence, as plain rows: a process of its own reads them, and loads nothing else for it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

DECIDED = ("won", "lost")


@dataclass(frozen=True)
class Use:
    """A weapon's first use in a deal, at the deal's age in days."""

    deal: int
    weapon: int
    day: int


@dataclass(frozen=True)
class Draw:
    """A suggestion: among these weapons, by these chances (0 to 1), this one was drawn."""

    deal: int
    seller: int | None
    drawn: int
    chances: dict[int, float]


@dataclass(frozen=True)
class Name:
    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Found:
    """Plain rows that another process can be given. `names` are those of the facts' values, by fact and id."""

    on: date
    deals: list[dict[str, Any]] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    weapons: list[int] = field(default_factory=list)
    draws: list[Draw] = field(default_factory=list)
    names: dict[str, dict[int, Name]] = field(default_factory=dict)
