"""The standard error of a mean whose rows are not independent: deals share an account, and they share a seller."""

import numpy as np

from reports.evidence.deals import Codes, Floats


def standard_error(scores: Floats, accounts: Codes, sellers: Codes) -> float:
    """The standard error of `mean(scores)`, clustered by account and by seller at once.

    `scores` are n influences around their mean, in the unit of the estimate. The variance by account plus that by
    seller less that by both, each with its factor G/(G-1); where the difference falls below the larger of the two,
    which happens by chance with few clusters, the larger stands (Cameron, Gelbach & Miller 2011, JBES 29:238).
    """
    by_account = _variance(scores, accounts)
    by_seller = _variance(scores, sellers)
    both = _variance(scores, accounts * (int(sellers.max(initial=0)) + 1) + sellers)
    return float(np.sqrt(max(by_account + by_seller - both, by_account, by_seller)))


def groups(codes: Codes) -> int:
    return len(np.unique(codes))


def _variance(scores: Floats, codes: Codes) -> float:
    _names, places = np.unique(codes, return_inverse=True)
    sums = np.bincount(places, weights=scores)
    return float(np.sum(sums**2)) / len(scores) ** 2 * len(sums) / max(len(sums) - 1, 1)
