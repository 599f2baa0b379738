"""How good a forecast of winning is: what is kept of it and said of it, without the library that measured it."""

from dataclasses import dataclass

from core.i18n import _
from reports.engine.numbers import count

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Of the `deals` given a chance from `low` to under `high`: the mean chance said, and the share won."""

    low: float
    high: float
    deals: int
    said: float
    won: float


@dataclass(frozen=True)
class Skill:
    """Measures on `deals` held back. Shares and chances run from 0 to 1.

    `auc` is the chance that a won deal is ranked over a lost one (0.5 is tossing a coin). `brier` is the mean squared
    error, `brier_of_base` that of saying the known win rate of every deal; `gain` is their difference, above
    `gain_low` with 97.5 % confidence. The forecast has skill where that is above zero.
    """

    deals: int
    base_rate: float
    auc: float
    brier: float
    brier_of_base: float
    gain: float
    gain_low: float
    calibration: tuple[Bin, ...]

    @property
    def is_there(self) -> bool:
        return self.gain_low > 0 and self.auc > 0.5


def statement(skill: Skill) -> str:
    """What the screen says of the forecast, in one sentence."""
    slots = {
        "deals": count(skill.deals), "auc": f"{skill.auc:.2f}", "brier": f"{skill.brier:.3f}",
        "base": f"{skill.brier_of_base:.3f}", "rate": f"{100 * skill.base_rate:.0f}",
    }  # fmt: skip
    if skill.is_there:
        return _(
            "On {deals} deals held back, a won deal was ranked over a lost one in {auc} of all pairs; the squared "
            "error is {brier}, against {base} by the win rate alone.",
            **slots,
        )
    return _(
        "No better than the base rate: what is known when a deal is opened does not tell who wins "
        "({deals} deals held back). Take the win rate of {rate} % for every deal.",
        **slots,
    )
