"""What the evidence says of a weapon: the words and figures that are kept and shown. No library is needed for them."""

from dataclasses import dataclass

from core.i18n import N_

# Of fewer closed deals than this nothing is published: not even how many used what.
FEWEST_PUBLISHED = 30
ALL = "all"
# Months back from the day of the calculation.
PERIODS = (ALL, "24", "12")
COMPARED, NAIVE, DRAWN = "compared", "naive", "drawn"
# The deal age in days before which uses count.
LANDMARK = 60
SEEN, UNSEEN, UNTOLD = N_("effect"), N_("no effect seen"), N_("not enough deals to tell")
# Why it cannot be told.
TOO_FEW, ONE_SIDED, TOO_DIFFERENT, FEW_CLUSTERS = "too_few", "one_sided", "too_different", "few_clusters"

# Below these no number is given: deals on each side, comparable share of deals, accounts or sellers.
FEWEST_DEALS, LEAST_OVERLAP, FEWEST_CLUSTERS = 50, 0.5, 10
# The difference that must not be overlooked: it is found four times in five at 1.96 + 0.84 standard errors.
WORTH_SEEING, ERRORS_TO_SEE = 0.10, 2.8


@dataclass(frozen=True)
class Effect:
    """What a weapon is worth in percentage points, with a 95 % interval.

    `state` is SEEN (the interval leaves out zero), UNSEEN (it holds zero, and 10 points would have shown) or UNTOLD:
    then `points`, `low`, `high` are None, `reason` says why, and `needed` is about how many deals it would take, None
    where more of the same deals would not help. `used` and `unused` count the deals compared, `overlap` is their share
    of all. `landmark` is the deal age in days before which uses count, None for suggestions drawn by chance.
    """

    weapon: str
    state: str
    points: float | None
    low: float | None
    high: float | None
    used: int
    unused: int
    overlap: float
    reason: str = ""
    needed: int | None = None
    landmark: int | None = None
