"""Many made provinces, one after the other: how often the intervals hold the truth, and how often the naive ones do."""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np

from core.errors import Invalid
from core.i18n import _
from reports.evidence.chance import naive_difference
from reports.evidence.comparing import Estimate
from reports.evidence.deals import cut_at
from reports.evidence.effect import estimates, judged
from reports.evidence.findings import LANDMARK, SEEN, Effect
from reports.evidence.province import DEALS, EFFECTS, NULL, TEN_POINTS, province


@dataclass(frozen=True)
class Run:
    """One province: by weapon whether the interval held the truth, and the naive one; what was said of two weapons."""

    covered: dict[str, bool]
    naive_covered: dict[str, bool]
    null_called_null: bool
    found_10_points: bool


@dataclass(frozen=True)
class Result:
    """Shares of all runs, from 0 to 1; coverage by weapon and `overall`."""

    runs: int
    coverage: dict[str, float]
    null_called_null: float
    found_10_points: float
    naive_coverage: dict[str, float]


def simulate(runs: int, seed: int, *, deals: int = DEALS, jobs: int = 1) -> Result:
    """Judge `effects_of` by `runs` made provinces of `deals` deals each, the same for a seed whatever `jobs` is.

    The truth is the average difference in the chance of winning among the deals still open at the landmark that could
    have got the weapon; in the made province it is the same for every deal (`province.EFFECTS`), so whichever deals
    are compared. Coverage counts the interval of every run, shown or not. Raises Invalid for fewer than one run or job.
    """
    if min(runs, jobs) < 1:
        raise Invalid(_("At least one run and one job."))
    one = partial(one_run, seed, deals)
    if jobs == 1:
        return _summed([one(number) for number in range(runs)])
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        return _summed(list(pool.map(one, range(runs), chunksize=10)))


def one_run(seed: int, deals: int, number: int) -> Run:
    """Draw one province and estimate every weapon in it."""
    frame = province(np.random.default_rng([seed, number]), deals=deals)
    found = estimates(cut_at(frame), tuple(EFFECTS))
    return Run(
        covered={weapon: _holds(each, weapon) for weapon, each in found.items()},
        naive_covered={weapon: _holds(naive_difference(weapon, frame), weapon) for weapon in EFFECTS},
        null_called_null=_said(NULL, found).state != SEEN,
        found_10_points=_is_gain(_said(TEN_POINTS, found)),
    )


def _holds(estimate: Estimate, weapon: str) -> bool:
    return estimate.low <= EFFECTS[weapon] <= estimate.high


def _said(weapon: str, found: dict[str, Estimate]) -> Effect:
    return judged(weapon, found[weapon], landmark=LANDMARK)


def _is_gain(effect: Effect) -> bool:
    return effect.state == SEEN and (effect.points or 0) > 0


def _summed(runs: list[Run]) -> Result:
    return Result(
        len(runs),
        coverage=_shares(run.covered for run in runs),
        null_called_null=_share(run.null_called_null for run in runs),
        found_10_points=_share(run.found_10_points for run in runs),
        naive_coverage=_shares(run.naive_covered for run in runs),
    )


def _shares(runs: Iterable[dict[str, bool]]) -> dict[str, float]:
    held = list(runs)
    each = {weapon: _share(run[weapon] for run in held) for weapon in EFFECTS}
    return {**each, "overall": _share(covered for run in held for covered in run.values())}


def _share(values: Iterable[bool]) -> float:
    return round(float(np.mean(list(values))), 4)
