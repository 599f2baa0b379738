"""All that a refresh calculates from what was gathered, in a process of its own: it knows no database."""

from collections.abc import Iterator
from datetime import date

import pandas as pd

from reports.evidence.chance import naive_difference, randomised_effect
from reports.evidence.comparing import Estimate
from reports.evidence.deals import first_use
from reports.evidence.effect import effects_of
from reports.evidence.findings import (
    ALL,
    COMPARED,
    DRAWN,
    FEWEST_DEALS,
    FEWEST_PUBLISHED,
    LANDMARK,
    NAIVE,
    ONE_SIDED,
    PERIODS,
    TOO_FEW,
    UNTOLD,
    Effect,
)
from reports.evidence.found import Found
from reports.evidence.results import Results, Values
from reports.evidence.shaping import decided, draws_of, frame_of
from reports.evidence.winning import forecast

SEGMENTS = ("trade", "grade", "category")
# A plain share of fewer deals than this is chance and nothing else.
FEWEST_PLAIN = 10
# Of fewer suggestions than this nothing is shown: they are still being gathered.
FEWEST_DRAWN = 20


def calculated(found: Found) -> Results:
    """Every weapon in every segment and period, and the chance to win."""
    if not found.deals:
        return Results()
    deals = frame_of(found)
    made = Results(forecast=forecast(found, deals))
    closed = decided(deals)
    draws = draws_of(found, closed)
    for segment, period, part in parts(found, closed):
        made.basis.append(_basis(found, part) | {"segment": segment, "period": period})
        rows = _worth(found, part, draws)
        made.worth.extend(row | {"segment": segment, "period": period} for row in rows)
    return made


def parts(found: Found, closed: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """All deals, and those of each value of what segments are cut by, in each period, unless they are too few."""
    for period in PERIODS:
        recent = closed if period == ALL else closed[closed["closed"] >= _since(found.on, int(period))]
        if len(recent) >= FEWEST_PUBLISHED:
            yield ALL, period, recent
        for name in SEGMENTS:
            for code, part in recent.groupby(name):
                if code and len(part) >= FEWEST_PUBLISHED:
                    yield f"{name}:{code}", period, part


def _since(on: date, months: int) -> pd.Timestamp:
    return pd.Timestamp(on) - pd.DateOffset(months=months)


def _basis(found: Found, part: pd.DataFrame) -> Values:
    ids = {*part["id"]}
    return {
        "deals": len(part), "won": int(part["won"].sum()),
        "landmark_deals": int((part["days_open"] >= LANDMARK).sum()),
        "suggestions": sum(1 for draw in found.draws if draw.deal in ids),
        "first_on": part["closed"].min().date(), "last_on": part["closed"].max().date(),
    }  # fmt: skip


def _worth(found: Found, part: pd.DataFrame, draws: dict[int, pd.DataFrame]) -> Iterator[Values]:
    compared = {effect.weapon: effect for effect in _compared(found, part)}
    for weapon in found.weapons:
        name = str(weapon)
        yield _row(weapon, COMPARED, compared[name])
        yield _row(weapon, NAIVE, _plain(name, naive_difference(name, part)))
        if weapon in draws:
            drawn = draws[weapon][draws[weapon]["deal"].isin(part["id"])]
            if len(drawn) >= FEWEST_DRAWN:
                yield _row(weapon, DRAWN, randomised_effect(name, drawn))


def _compared(found: Found, part: pd.DataFrame) -> Iterator[Effect]:
    """Only weapons with enough deals on both sides are calculated; the others are counted."""
    at_landmark = part[part["days_open"] >= LANDMARK]
    used = {weapon: int((at_landmark[first_use(str(weapon))] < LANDMARK).sum()) for weapon in found.weapons}
    enough = [str(weapon) for weapon, number in used.items() if min(number, len(at_landmark) - number) >= FEWEST_DEALS]
    if enough:
        yield from effects_of(part, enough)
    for weapon, number in used.items():
        if str(weapon) not in enough:
            yield _too_few(str(weapon), number, len(at_landmark) - number)


def _too_few(weapon: str, used: int, unused: int) -> Effect:
    """About so many deals bring the smaller side to where it can be told, if uses go on as they do."""
    fewer = min(used, unused)
    needed = -(-FEWEST_DEALS * (used + unused) // fewer // 50) * 50 if fewer else None
    reason = TOO_FEW if fewer else ONE_SIDED
    return Effect(weapon, UNTOLD, None, None, None, used, unused, 1.0, reason, needed, LANDMARK)


def _plain(weapon: str, found: Estimate) -> Effect:
    """The naive difference is a number without a judgement."""
    if min(found.used, found.unused) < FEWEST_PLAIN:
        return Effect(weapon, UNTOLD, None, None, None, found.used, found.unused, 1.0, TOO_FEW)
    points, low, high = (100 * share for share in (found.difference, found.low, found.high))
    return Effect(weapon, "", points, low, high, found.used, found.unused, 1.0)


def _row(weapon: int, kind: str, effect: Effect) -> Values:
    return {
        "weapon_id": weapon, "kind": kind, "state": effect.state, "reason": effect.reason,
        "points": _rounded(effect.points), "low": _rounded(effect.low), "high": _rounded(effect.high),
        "used": effect.used, "unused": effect.unused, "overlap": round(float(effect.overlap), 4),
        "needed": effect.needed, "landmark": effect.landmark,
    }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)
