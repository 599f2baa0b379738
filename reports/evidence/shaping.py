"""The gathered rows as the frames that the calculation takes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from reports.evidence.deals import first_use
from reports.evidence.found import DECIDED, Found

SIZES = (50, 300, 1000)
FOURTHS = (0.25, 0.5, 0.75)


def frame_of(found: Found) -> pd.DataFrame:
    """A row for each deal, open ones too, with the columns of `deals.py` and those that segments are cut by.

    Weapons are named by their ids, the values of facts by their codes. Sizes are classes of staff; amounts are fourths
    of all that are known.
    """
    deals = pd.DataFrame([_coded(found, row) for row in found.deals])
    opened, closed = (pd.to_datetime(deals[name]) for name in ("opened", "closed"))
    shaped = deals.assign(
        won=deals["state"] == "won",
        days_open=(closed - opened).dt.days.clip(lower=0),
        opened=opened,
        closed=closed,
        size=_classes(deals["staff"], SIZES),
        amount_class=_classes(deals["amount"], _fourths(deals)),
        amount=pd.to_numeric(deals["amount"]).astype(float),
        competitor_known=np.where(deals["rival"], "yes", "no"),
    )
    return pd.concat([shaped, first_uses(found, shaped["id"])], axis=1)


def _coded(found: Found, row: dict[str, Any]) -> dict[str, Any]:
    """Ids as texts: where some are missing they would become floats, which cannot tell two such ids apart."""
    codes = {fact: names[row[fact]].code if row[fact] in names else "" for fact, names in found.names.items()}
    return {**row, **codes, "seller": str(row["seller"] or "")}


def first_uses(found: Found, deals: "pd.Series[int]") -> pd.DataFrame:
    """A column for each weapon that is in use, empty where nobody used it."""
    uses = pd.DataFrame([(use.deal, use.weapon, use.day) for use in found.uses], columns=["deal", "weapon", "day"])
    wide = uses.pivot(index="deal", columns="weapon", values="day").reindex(index=deals, columns=found.weapons)
    return wide.set_axis([first_use(str(weapon)) for weapon in found.weapons], axis=1).reset_index(drop=True)


def decided(deals: pd.DataFrame) -> pd.DataFrame:
    return deals[deals["state"].isin(DECIDED) & deals["closed"].notna()]


def draws_of(found: Found, deals: pd.DataFrame) -> dict[int, pd.DataFrame]:
    """By weapon, the suggestions in which it could have been drawn, as `randomised_effect` takes them."""
    known = deals.set_index("id")[["won", "account"]]
    rows = [
        (weapon, draw.deal, draw.drawn == weapon, chance, draw.seller or 0)
        for draw in found.draws
        for weapon, chance in draw.chances.items()
    ]
    drawn = pd.DataFrame(rows, columns=["weapon", "deal", "drawn", "probability", "seller"])
    whole = drawn.astype({"drawn": bool, "probability": float}).join(known, on="deal", how="inner")
    return {int(weapon): part for weapon, part in whole.groupby("weapon")}


def _fourths(deals: pd.DataFrame) -> Sequence[float]:
    known = pd.to_numeric(deals["amount"]).dropna()
    return sorted({*known.quantile(list(FOURTHS))}) if len(known) else ()


def _classes(values: "pd.Series[float]", bounds: Sequence[float]) -> "pd.Series[str]":
    """0, 1, 2 … by how many of the bounds are reached; empty where the value is."""
    numbers = pd.to_numeric(values).astype(float)
    found = pd.Series(np.searchsorted(np.array(bounds), numbers.fillna(0.0), side="right"), index=values.index)
    return found.astype(str).where(numbers.notna(), "")
