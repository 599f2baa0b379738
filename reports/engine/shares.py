"""A share of deals with its sums: what most tables of the reports are made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """Deals of one stage, owner, city or month (`2026-11`) of expected close; no name, or no id: it is not stated.

    `unknown` of the `count` deals have no amount and are in no sum.
    """

    name: str = ""
    count: int = 0
    amount: int = 0
    weighted: int = 0
    unknown: int = 0
    id: int | None = None

    @property
    def has_amount(self) -> bool:
        return self.count > self.unknown
