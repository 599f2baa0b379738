"""An effect as one plain sentence, in the reader's language."""

from core.i18n import _
from reports.engine.numbers import count
from reports.evidence.findings import FEW_CLUSTERS, FEWEST_CLUSTERS, ONE_SIDED, SEEN, TOO_DIFFERENT, UNTOLD, Effect
from web.kit.format import tenths


def sentence(effect: Effect, name: str) -> str:
    """What the evidence says of the weapon, by the name that the reader knows it under."""
    if effect.state == UNTOLD:
        return _untold(effect, name)
    return _drawn(effect, name) if effect.landmark is None else _compared(effect, name)


def _compared(effect: Effect, name: str) -> str:
    slots = {**_figures(effect), "weapon": name, "days": effect.landmark}
    if effect.state != SEEN:
        return _(
            "No effect of {weapon} seen: comparable deals that used it in their first {days} days differ by {points} "
            "points, and the 95 % interval from {low} to {high} holds zero ({used} deals with it, {unused} without).",
            **slots,
        )
    if _is_more(effect):
        return _(
            "Comparable deals that used {weapon} in their first {days} days were won {points} points more often "
            "(95 % interval {low} to {high}; {used} deals with it, {unused} without).",
            **slots,
        )
    return _(
        "Comparable deals that used {weapon} in their first {days} days were won {points} points less often "
        "(95 % interval {low} to {high}; {used} deals with it, {unused} without).",
        **slots,
    )


def _drawn(effect: Effect, name: str) -> str:
    slots = {**_figures(effect), "weapon": name}
    if effect.state != SEEN:
        return _(
            "No effect of suggesting {weapon} seen: where chance drew it, the win rate differs by {points} points, and "
            "the 95 % interval from {low} to {high} holds zero ({used} drawn, {unused} not).",
            **slots,
        )
    if _is_more(effect):
        return _(
            "Where chance drew {weapon} as the suggestion, deals were won {points} points more often "
            "(95 % interval {low} to {high}; {used} drawn, {unused} not).",
            **slots,
        )
    return _(
        "Where chance drew {weapon} as the suggestion, deals were won {points} points less often "
        "(95 % interval {low} to {high}; {used} drawn, {unused} not).",
        **slots,
    )


def _untold(effect: Effect, name: str) -> str:
    slots = {
        "weapon": name, "used": count(effect.used), "unused": count(effect.unused), "least": count(FEWEST_CLUSTERS),
        "overlap": f"{100 * effect.overlap:.0f}", "needed": count(effect.needed or 0),
    }  # fmt: skip
    if effect.reason == ONE_SIDED:
        return _("Not enough deals to tell what {weapon} is worth: {used} deals with it, {unused} without.", **slots)
    if effect.reason == TOO_DIFFERENT:
        return _(
            "Not enough deals to tell what {weapon} is worth: only {overlap} % of the deals could have gone either "
            "way, the others always or never got it. More of the same deals would not help.",
            **slots,
        )
    if effect.reason == FEW_CLUSTERS:
        return _(
            "Not enough deals to tell what {weapon} is worth: they come from fewer than {least} accounts or sellers.",
            **slots,
        )
    return _(
        "Not enough deals to tell what {weapon} is worth: {used} with it and {unused} without can be compared. "
        "It would take about {needed} deals.",
        **slots,
    )


def _is_more(effect: Effect) -> bool:
    return (effect.points or 0) > 0


def _figures(effect: Effect) -> dict[str, str]:
    """Points with one decimal; the difference without its sign where the sentence says more or less."""
    points, low, high = effect.points or 0, effect.low or 0, effect.high or 0
    shown = abs(points) if effect.state == SEEN else points
    if effect.state == SEEN and points < 0:
        low, high = -high, -low
    return {
        "points": tenths(shown), "low": tenths(low), "high": tenths(high),
        "used": count(effect.used), "unused": count(effect.unused),
    }  # fmt: skip
