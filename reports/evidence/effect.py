"""What a weapon is worth: a difference of win rates with its interval, or the plain word that it cannot be told."""

from collections.abc import Sequence
from math import ceil, isfinite

import pandas as pd

from core.errors import Invalid
from core.i18n import _
from reports.evidence.comparing import Estimate, compare, win_chances
from reports.evidence.cores import one_core
from reports.evidence.deals import FACTS, Cut, cut_at
from reports.evidence.findings import (
    ERRORS_TO_SEE,
    FEW_CLUSTERS,
    FEWEST_CLUSTERS,
    FEWEST_DEALS,
    LANDMARK,
    LEAST_OVERLAP,
    ONE_SIDED,
    SEEN,
    TOO_DIFFERENT,
    TOO_FEW,
    UNSEEN,
    UNTOLD,
    WORTH_SEEING,
    Effect,
)


def effect_of(weapon: str, deals: pd.DataFrame, *, landmark: int = LANDMARK, facts: Sequence[str] = FACTS) -> Effect:
    """How much more often comparable deals are won that used the weapon before the landmark.

    `deals` has the shape told in `deals.py`; narrow it to the segment and the period beforehand. The estimand is the
    average difference in the chance of winning among the deals still open at the landmark that could have got the
    weapon, all else as it was: adjusted for the facts, the seller and the other weapons used before the landmark.
    Method: augmented inverse probability weighting with trimming (`comparing.py`), errors clustered by account and by
    seller (`clusters.py`). Raises Invalid where a column lacks or the weapon is not among the columns.
    """
    return effects_of(deals, (weapon,), landmark=landmark, facts=facts)[0]


def effects_of(
    deals: pd.DataFrame,
    weapons: Sequence[str] = (),
    *,
    landmark: int = LANDMARK,
    facts: Sequence[str] = FACTS,
) -> list[Effect]:
    """`effect_of` for several weapons, or all that have a column: what does not depend on the weapon is fitted once."""
    cut = cut_at(deals, landmark=landmark, facts=facts)
    chosen = tuple(weapons) or cut.weapons
    return [judged(weapon, each, landmark=landmark) for weapon, each in estimates(cut, chosen).items()]


def estimates(cut: Cut, weapons: Sequence[str]) -> dict[str, Estimate]:
    """The plain estimates behind `effects_of`, by weapon, before it is judged whether they may be shown."""
    unknown = [weapon for weapon in weapons if weapon not in cut.weapons]
    if unknown:
        raise Invalid(_("The table of deals knows no use of: {names}.", names=", ".join(unknown)))
    with one_core():
        chances = win_chances(cut)
        return {weapon: compare(cut, weapon, chances) for weapon in weapons}


def judged(weapon: str, found: Estimate, *, landmark: int | None = None) -> Effect:
    """The effect that an estimate allows to state."""
    reason = _why_untold(found)
    if reason:
        needed = _needed(found) if reason == TOO_FEW else None
        return Effect(
            weapon, UNTOLD, None, None, None, found.used, found.unused, found.overlap, reason, needed, landmark
        )
    state = SEEN if found.low > 0 or found.high < 0 else UNSEEN
    points, low, high = (100 * share for share in (found.difference, found.low, found.high))
    return Effect(weapon, state, points, low, high, found.used, found.unused, found.overlap, landmark=landmark)


def _why_untold(found: Estimate) -> str:
    checks = (
        (ONE_SIDED, min(found.used, found.unused) == 0),
        (TOO_DIFFERENT, found.overlap < LEAST_OVERLAP),
        (TOO_FEW, min(found.used, found.unused) < FEWEST_DEALS),
        (FEW_CLUSTERS, found.clusters < FEWEST_CLUSTERS),
        (TOO_FEW, not _is_seen(found) and found.error * ERRORS_TO_SEE > WORTH_SEEING),
    )
    return next((reason for reason, is_so in checks if is_so), "")


def _is_seen(found: Estimate) -> bool:
    return found.low > 0 or found.high < 0


def _needed(found: Estimate) -> int:
    """Deals at the landmark for 50 on the smaller side, and for an error at which 10 points would show.

    The error falls with the root of the number of deals. Where a side is too small for its error to be believed, that
    of two shares near one half stands for it, which is the largest.
    """
    compared = found.used + found.unused
    for_sides = FEWEST_DEALS * compared / min(found.used, found.unused)
    spread = found.error**2 * compared
    if min(found.used, found.unused) < FEWEST_DEALS or not isfinite(spread):
        spread = 0.25 * compared * (1 / found.used + 1 / found.unused)
    for_error = spread * (ERRORS_TO_SEE / WORTH_SEEING) ** 2
    return ceil(max(for_sides, for_error) / found.overlap / 50) * 50
