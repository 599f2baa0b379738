"""What a suggestion is worth where chance decided it, and what the plain comparison would have said."""

import numpy as np
import pandas as pd

from core.errors import Invalid
from core.i18n import _
from reports.evidence.comparing import Estimate, estimated
from reports.evidence.deals import Floats, first_use, require
from reports.evidence.effect import judged
from reports.evidence.findings import Effect


def randomised_effect(weapon: str, suggestions: pd.DataFrame) -> Effect:
    """How much more often deals were won for which chance drew this weapon as the suggestion.

    `suggestions` has one row per suggestion in which the weapon was a candidate: `drawn` (bool: this weapon, not
    another), `probability` (the stored chance that it would be, 0 to 1), `won` (bool), `account`, `seller`. Rows that
    left nothing to chance (0 or 1) do not count. It is the effect of suggesting, whether or not it was followed.
    Method: inverse probability weighting with weights that sum to one (Hájek 1971, in Godambe & Sprott; Imbens & Rubin
    2015, Causal Inference, ch. 6), errors clustered by account and seller. Raises Invalid where a column lacks or a
    probability lies outside 0 to 1.
    """
    require(suggestions, ("drawn", "probability", "won", "account", "seller"))
    probability = suggestions["probability"].to_numpy(float)
    if not ((probability >= 0) & (probability <= 1)).all():
        raise Invalid(_("A probability lies between 0 and 1."))
    by_chance = suggestions[(probability > 0) & (probability < 1)]
    return judged(weapon, _weighted(by_chance, by_chance["drawn"].to_numpy(float)))


def naive_difference(weapon: str, deals: pd.DataFrame) -> Estimate:
    """The difference that a plain table shows: all deals that ever used the weapon against all others.

    Shown beside the adjusted one to say why it misleads. `deals` as in `deals.py`. The interval is that of two
    independent shares (Wald). Raises Invalid where a column lacks.
    """
    require(deals, ("won", first_use(weapon)))
    used = deals[first_use(weapon)].notna().to_numpy()
    won = deals["won"].to_numpy(float)
    sides = [won[used], won[~used]]
    if not all(len(side) for side in sides):
        return _nothing(int(used.sum()), int((~used).sum()))
    difference = float(sides[0].mean() - sides[1].mean())
    error = float(np.sqrt(sum(side.mean() * (1 - side.mean()) / len(side) for side in sides)))
    low, high = difference - 1.96 * error, difference + 1.96 * error
    return Estimate(difference, error, low, high, len(sides[0]), len(sides[1]), overlap=1.0, clusters=len(deals))


def _weighted(rows: pd.DataFrame, drawn: Floats) -> Estimate:
    if not 0 < drawn.sum() < len(drawn):
        return _nothing(int(drawn.sum()), int(len(drawn) - drawn.sum()))
    probability, won = rows["probability"].to_numpy(float), rows["won"].to_numpy(float)
    with_it, scores_with = _side(won, drawn / probability)
    without, scores_without = _side(won, (1 - drawn) / (1 - probability))
    scores = with_it - without + scores_with - scores_without
    accounts, sellers = (pd.factorize(rows[name])[0] for name in ("account", "seller"))
    return estimated(scores, drawn, accounts, sellers, overlap=1.0)


def _side(won: Floats, weights: Floats) -> tuple[float, Floats]:
    """The weighted win rate, and what each row adds to it around its mean."""
    mean = float(np.average(won, weights=weights))
    return mean, weights * (won - mean) / weights.mean()


def _nothing(used: int, unused: int) -> Estimate:
    nan = float("nan")
    return Estimate(nan, nan, nan, nan, used, unused, overlap=1.0, clusters=0)
