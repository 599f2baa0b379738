"""The frame of closed deals that evidence is calculated from, and its cut at a fixed deal age.

A frame has one row per closed deal: `won` (bool), `days_open` (days from opening to closing), `account` and `seller`
(any keys), a column per recorded fact (text or whole numbers of few values), and per weapon a column `WEAPON_on_day`:
the deal's age in days at its first use, NaN where it was never used.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import Invalid
from core.i18n import _
from reports.evidence.findings import LANDMARK

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

# What the carrier writes down when the deal is opened, before any weapon.
FACTS = ("grade", "size", "trade", "product", "city", "amount_class", "source", "competitor_known")
SUFFIX = "_on_day"
# Values and sellers with fewer deals than this are taken together: nothing can be told of them one by one.
RARE = 5


@dataclass(frozen=True)
class Cut:
    """The deals that were still open at the landmark, as arrays of n rows.

    `won` holds 0 and 1; `uses` (n × weapons) 1 where the weapon was used before the landmark; `facts` (n × columns)
    0 and 1 for each value of a fact or seller, and the seller's habit; `accounts` and `sellers` number the clusters.
    """

    weapons: tuple[str, ...]
    won: Floats
    uses: Floats
    facts: Floats
    accounts: Codes
    sellers: Codes

    def used(self, weapon: str) -> Floats:
        return self.uses[:, self.weapons.index(weapon)]


def first_use(weapon: str) -> str:
    """The name of the weapon's column."""
    return weapon + SUFFIX


def weapons_in(deals: pd.DataFrame) -> tuple[str, ...]:
    return tuple(str(name)[: -len(SUFFIX)] for name in deals.columns if str(name).endswith(SUFFIX))


def cut_at(deals: pd.DataFrame, *, landmark: float = LANDMARK, facts: Sequence[str] = FACTS) -> Cut:
    """Keep the deals that were open for `landmark` days or more, and of their uses only those before it.

    Whatever a deal's length, each has had the same time to collect weapons, and none that came after the landmark
    counts (landmark analysis: Anderson, Cain & Gelber 1983, J Clin Oncol 1:710). Raises Invalid where a column lacks.
    """
    weapons = weapons_in(deals)
    require(deals, ("won", "days_open", "account", "seller", *facts))
    kept = deals[deals["days_open"] >= landmark]
    first_days = kept[[first_use(weapon) for weapon in weapons]].to_numpy(float)
    uses = (first_days < landmark).astype(float)
    sellers = pd.factorize(kept["seller"])[0]
    return Cut(
        weapons,
        won=kept["won"].to_numpy(float),
        uses=uses,
        facts=np.hstack([indicators(kept, (*facts, "seller")), habit(uses, sellers)]),
        accounts=pd.factorize(kept["account"])[0],
        sellers=sellers,
    )


def require(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise Invalid(_("The table of deals lacks: {names}.", names=", ".join(missing)))


def indicators(frame: pd.DataFrame, columns: Sequence[str]) -> Floats:
    """A column of 0 and 1 for each value of each named column, one for all rare ones; an empty value is a value too."""
    return np.hstack([np.empty((len(frame), 0)), *(_indicator(frame[name]) for name in columns)])


def habit(uses: Floats, sellers: Codes) -> Floats:
    """One column: how many weapons a seller uses in a deal on average, in standard deviations around the mean.

    A seller's own column is held back by the ridge where the deals are few; this one carries over what sellers of the
    same habit have in common (Mundlak 1978, Econometrica 46:69). Sellers of few deals get the mean of all: in theirs it
    would give away the use itself.
    """
    totals = uses.sum(axis=1)
    deals = np.bincount(sellers)
    means = np.bincount(sellers, weights=totals) / np.maximum(deals, 1)
    known = deals[sellers] >= RARE
    found = np.where(known, means[sellers], totals[known].mean() if known.any() else 0.0)
    return ((found - found.mean()) / max(float(found.std()), 1e-9))[:, np.newaxis] if len(found) else np.empty((0, 1))


def _indicator(values: pd.Series) -> Floats:
    codes, names = pd.factorize(values, use_na_sentinel=False)
    found = np.zeros((len(values), len(names)))
    found[np.arange(len(values)), codes] = 1.0
    is_rare = found.sum(axis=0) < RARE
    return np.hstack([found[:, ~is_rare], found[:, is_rare].sum(axis=1, keepdims=True)]) if is_rare.any() else found
