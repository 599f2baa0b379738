"""How good a forecast of winning is, measured on deals it was not made from."""

import numpy as np

from reports.evidence.clusters import standard_error
from reports.evidence.deals import Codes, Floats
from reports.evidence.skill import BINS, Bin, Skill


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
