"""Value added tax within prices. Prices are with tax, in whole fen; rates are basis points (900 = 9 %).

Source: 不含税价 = 含税价 ÷ (1 + 税率), rounded half up to the fen; the tax is what remains, so that both always add up.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.money import round_half_up


@dataclass(frozen=True)
class TaxPart:
    """All that is taxed at one rate: in fen, `net` + `tax` = `gross`."""

    rate: int
    net: int
    tax: int

    @property
    def gross(self) -> int:
        return self.net + self.tax


def split_gross(fen: int, rate: int) -> tuple[int, int]:
    """Net and tax of a price with tax, both in fen: 100.00 at 900 is 91.74 and 8.26."""
    net = round_half_up(Decimal(fen) * 10_000 / (10_000 + rate))
    return net, fen - net


def by_rate(lines: Iterable[tuple[int, int]]) -> tuple[TaxPart, ...]:
    """Lines (price with tax in fen, rate) by rate, the highest first. Each line is split, then summed, so that a
    paper's lines add up to its totals."""
    nets: dict[int, int] = defaultdict(int)
    taxes: dict[int, int] = defaultdict(int)
    for fen, rate in lines:
        net, tax = split_gross(fen, rate)
        nets[rate] += net
        taxes[rate] += tax
    return tuple(TaxPart(rate, nets[rate], taxes[rate]) for rate in sorted(nets, reverse=True))
