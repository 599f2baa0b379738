"""Comparing deals that used a weapon with deals that could have: adjusted for every recorded fact, doubly robust.

Two models are fitted, each a logistic regression with a light ridge: how likely a deal gets the weapon (propensity),
and how likely it is won with and without it. The estimate is right where either of them is (augmented inverse
probability weighting: Robins, Rotnitzky & Zhao 1994, JASA 89:846). Deals whose propensity lies outside the bounds had
no real choice and are left out (Crump, Hotz, Imbens & Mitnik 2009, Biometrika 96:187).
"""

from dataclasses import dataclass

import numpy as np

from reports.evidence.clusters import groups, standard_error
from reports.evidence.deals import Codes, Cut, Floats

# A deal could have got the weapon, and could have done without, between these propensities.
LOWEST, HIGHEST = 0.05, 0.95
# The weight of the ridge as the inverse of its strength: one unit of log odds is a usual difference.
RIDGE = 1.0


@dataclass(frozen=True)
class Estimate:
    """A difference of win rates as shares (0.1 is 10 points), with its 95 % interval and the deals it rests on.

    `used` and `unused` count the deals compared, `overlap` is their share of all deals at the landmark, `clusters` the
    smaller number of accounts or sellers. All figures are NaN where nothing could be compared.
    """

    difference: float
    error: float
    low: float
    high: float
    used: int
    unused: int
    overlap: float
    clusters: int


@dataclass(frozen=True)
class WinChances:
    """A fitted model of winning: log odds of each deal as it was, and what each weapon adds to them."""

    log_odds: Floats
    added: dict[str, float]

    def with_and_without(self, weapon: str, used: Floats) -> tuple[Floats, Floats]:
        added = self.added[weapon]
        without = self.log_odds - added * used
        return share(without + added), share(without)


def win_chances(cut: Cut) -> WinChances:
    """Fit winning on the facts, the seller and every weapon used before the landmark, for all weapons at once."""
    model = logistic(np.hstack([cut.uses, cut.facts]), cut.won)
    if model is None:
        return WinChances(np.full(len(cut.won), log_odds_of(cut.won)), dict.fromkeys(cut.weapons, 0.0))
    log_odds, weights = model
    return WinChances(log_odds, dict(zip(cut.weapons, weights.tolist(), strict=False)))


def compare(cut: Cut, weapon: str, chances: WinChances) -> Estimate:
    """The average difference in the chance of winning among the deals of the cut that could have got the weapon."""
    used = cut.used(weapon)
    propensity = propensity_of(cut, weapon)
    kept = (propensity >= LOWEST) & (propensity <= HIGHEST)
    if not _both_sides(used[kept]):
        return nothing_compared(cut, used)
    scores = _scores(used, cut.won, propensity, chances.with_and_without(weapon, used))[kept]
    fitted = cut.facts.shape[1] + cut.uses.shape[1]
    return estimated(
        scores, used[kept], cut.accounts[kept], cut.sellers[kept], overlap=float(kept.mean()), fitted=fitted
    )


def propensity_of(cut: Cut, weapon: str) -> Floats:
    """The chance of each deal to get the weapon before the landmark, given its facts, its seller, the other weapons."""
    used = cut.used(weapon)
    others = np.delete(cut.uses, cut.weapons.index(weapon), axis=1)
    model = logistic(np.hstack([others, cut.facts]), used)
    return used if model is None else share(model[0])


def estimated(
    scores: Floats, used: Floats, accounts: Codes, sellers: Codes, *, overlap: float, fitted: int = 0
) -> Estimate:
    """The mean of the scores (one share per deal) with an interval by Student's t over the smaller kind of cluster.

    The models behind the scores have seen the same deals, which makes their errors look small: n / (n - `fitted`
    columns) sets that right (MacKinnon & White 1985, J Econometrics 29:305). With no deals to spare nothing is known.
    """
    from scipy.stats import t

    difference = float(scores.mean())
    spare = len(scores) - fitted
    widened = np.sqrt(len(scores) / spare) if spare > 0 else np.inf
    error = float(widened * standard_error(scores - difference, accounts, sellers))
    clusters = min(groups(accounts), groups(sellers))
    reach = float(t.ppf(0.975, max(clusters - 1, 1))) * error
    taken = int(used.sum())
    low, high = difference - reach, difference + reach
    return Estimate(difference, error, low, high, taken, len(used) - taken, overlap, clusters)


def nothing_compared(cut: Cut, used: Floats) -> Estimate:
    taken, nan = int(used.sum()), float("nan")
    return Estimate(nan, nan, nan, nan, taken, len(used) - taken, 0.0, min(groups(cut.accounts), groups(cut.sellers)))


def logistic(design: Floats, outcome: Floats) -> tuple[Floats, Floats] | None:
    """Fit a logistic regression with ridge; log odds per row and weight per column. None where all outcomes agree."""
    from sklearn.linear_model import LogisticRegression

    if not _both_sides(outcome):
        return None
    solver = "newton-cholesky" if design.shape[1] <= 400 else "lbfgs"
    model = LogisticRegression(C=RIDGE, solver=solver, max_iter=200).fit(design, outcome)
    return model.decision_function(design), model.coef_[0]


def share(log_odds: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-log_odds))


def log_odds_of(outcome: Floats) -> float:
    mean = (float(outcome.sum()) + 0.5) / (len(outcome) + 1)
    return float(np.log(mean / (1 - mean)))


def _scores(used: Floats, won: Floats, propensity: Floats, expected: tuple[Floats, Floats]) -> Floats:
    with_it, without = expected
    surprise_with = used * (won - with_it) / propensity
    surprise_without = (1 - used) * (won - without) / (1 - propensity)
    return with_it - without + surprise_with - surprise_without


def _both_sides(values: Floats) -> bool:
    return len(values) > 0 and 0 < values.sum() < len(values)
