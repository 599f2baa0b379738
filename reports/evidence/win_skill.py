"""How good a forecast of winning is, measured on deals it was not made from."""

from dataclasses import dataclass

import numpy as np

from core.i18n import _
from reports.engine.numbers import count
from reports.evidence.clusters import standard_error
from reports.evidence.deals import Codes, Floats

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


def measure(said: Floats, won: Floats, *, base_rate: float, groups: Codes) -> Skill:
    """Judge n chances by what became of the deals (n of 0 and 1); rows of one group are not independent.

    `base_rate` is the win rate known before. Brier 1950, Monthly Weather Review 78:1; its gain is tested as a mean of
    paired differences (Diebold & Mariano 1995, JBES 13:253), clustered by group.
    """
    from sklearn.metrics import roc_auc_score

    gains = (base_rate - won) ** 2 - (said - won) ** 2
    error = standard_error(gains - gains.mean(), groups, groups)
    auc = float(roc_auc_score(won, said)) if 0 < won.sum() < len(won) else 0.5
    brier, gain = float(np.mean((said - won) ** 2)), float(gains.mean())
    return Skill(len(won), base_rate, auc, brier, brier + gain, gain, gain - 1.96 * error, calibration(said, won))


def calibration(said: Floats, won: Floats) -> tuple[Bin, ...]:
    """The deals in ten equal ranges of chance, those without a deal left out."""
    places = np.minimum((said * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(place / BINS, (place + 1) / BINS, int(here.sum()), float(said[here].mean()), float(won[here].mean()))
        for place in range(BINS)
        if (here := places == place).any()
    )


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
