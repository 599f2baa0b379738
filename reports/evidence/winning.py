"""The chance to win of the deals that are open, where what was known when they were opened tells something."""

from dataclasses import asdict, replace
from typing import Any

import pandas as pd

from core.errors import Invalid
from reports.evidence.found import Found
from reports.evidence.results import Forecast
from reports.evidence.shaping import decided
from reports.evidence.win_model import Known, Model, train
from reports.evidence.win_reasons import Reason, reasons

# Whoever sells is left out: a chance is about the deal, and nobody's standing.
VALUES = ("grade", "size", "trade", "product", "category", "city", "source", "competitor_known")
# What fewer deals than this share have told at their opening is not looked at.
LEAST_TOLD = 0.5
UNDECIDED = ("open", "on_hold")
REASONS_KEPT, LEAST_POINTS = 3, 0.5


def forecast(found: Found, deals: pd.DataFrame) -> Forecast:
    closed = decided(deals)
    known = known_of(closed)
    try:
        model = train(_ordered(closed, known), known)
    except Invalid:
        won = float(closed["won"].mean()) if len(closed) else 0.0
        return Forecast({"deals": len(closed), "base_rate": won})
    return Forecast(_skill(model), _chances(found, model, deals, closed) if model.skill.is_there else [])


def known_of(closed: pd.DataFrame) -> Known:
    """What is known of most deals when they are opened. Those decided last are held back, as the future would be.

    By the day of the opening the newest would be those that were decided soonest, which are not like the others.
    """
    amounts = ("amount",) if len(closed) and closed["amount"].notna().mean() >= LEAST_TOLD else ()
    values = tuple(name for name in VALUES if closed[name].nunique(dropna=False) > 1)
    return Known(values=values, amounts=amounts, group="account", opened="closed")


def _ordered(closed: pd.DataFrame, known: Known) -> pd.DataFrame:
    """By the day of the decision, then by id: the same deals are held back every time."""
    if not known.columns:
        raise Invalid("")
    return closed.sort_values(["closed", "id"])


def _skill(model: Model) -> dict[str, Any]:
    measured = asdict(replace(model.skill, calibration=()))
    del measured["calibration"]
    bins = [
        [each.low, each.high, each.deals, round(each.said, 4), round(each.won, 4)] for each in model.skill.calibration
    ]
    held = measured.pop("deals")
    return {
        **{name: round(value, 5) for name, value in measured.items()},
        "model": model.kind, "deals": model.deals, "held": held, "calibration": bins,
    }  # fmt: skip


def _chances(found: Found, model: Model, deals: pd.DataFrame, closed: pd.DataFrame) -> list[dict[str, Any]]:
    waiting = deals[deals["state"].isin(UNDECIDED)]
    if waiting.empty:
        return []
    said, why = model.chances(waiting), reasons(model, waiting, closed, most=REASONS_KEPT)
    return [
        {"opportunity_id": int(deal), "chance": round(10000 * float(chance)), "reasons": _told(found, moved)}
        for deal, chance, moved in zip(waiting["id"], said, why, strict=True)
    ]


def _told(found: Found, moved: tuple[Reason, ...]) -> list[dict[str, Any]]:
    rows = []
    for reason in moved:
        if abs(reason.points) >= LEAST_POINTS:
            rows.append({"fact": reason.fact, "points": round(reason.points, 1), **_value(found, reason)})
    return rows


def _value(found: Found, reason: Reason) -> dict[str, Any]:
    """A record's name in both languages, else the plain code or number."""
    names = found.names.get(reason.fact)
    if names is None:
        return {"value": reason.value}
    name = next((each for each in names.values() if each.code == reason.value), None)
    return {"zh": name.zh, "en": name.en} if name else {"value": ""}
