"""What the four ways of a forecast, its groups of deals and its rows are called."""

from core.i18n import _
from reports.forecast.figures import EVIDENCE, MODEL, STAGED, TYPED


def way(code: str) -> str:
    return {
        TYPED: _("Typed"), STAGED: _("By stage"), EVIDENCE: _("By evidence"), MODEL: _("By model"),
    }[code]  # fmt: skip


def means(code: str) -> str:
    """In one sentence, what is added up."""
    return {
        TYPED: _("Each deal’s own probability, as its owner typed it, times its amount."),
        STAGED: _("The probability that the deal’s stage had on the day, times its amount."),
        EVIDENCE: _(
            "Deals in a stage of commitment (purchase step S5) whose exit tests are met, with their whole amount; a "
            "used weapon proves nothing. Without that evidence a deal counts as best case only."
        ),
        MODEL: _("The chance that the model of past deals gives to each deal, times its amount."),
    }[code]  # fmt: skip


def rows(what: str) -> str:
    """The rows behind a number."""
    return {
        "won": _("Won in the period"), "open": _("Open, expected to close in the period"),
        "staged": _("Open, expected to close in the period"),
        "typed": _("With a typed chance"), "untyped": _("Without a typed chance"),
        "commit": _("Commit, with its evidence"), "unproved": _("In a commit stage, without its evidence"),
        "best": _("Best case"), "pipeline": _("Pipeline (early stages)"),
        "lead": _("Leads, in no forecast by evidence"),
        "modelled": _("With a chance by the model"), "unmodelled": _("Without a chance by the model"),
        "unknown": _("Without amount"), "before": _("Expected before the period, still open"),
        "undated": _("Without expected close"), "called": _("Given such a chance"),
        "came": _("Given such a chance, and won in the quarter"),
    }[what]  # fmt: skip


def tenth(place: int) -> str:
    return _("{low} to {high} %", low=place * 10, high=place * 10 + 10)


def notes() -> list[tuple[str, str]]:
    """What holds for all four."""
    period = _("Each forecast is what is won in the period and the open deals that are expected to close in it.")
    ranged = _(
        "The open part times the 10 % and the 90 % point of what came in of past forecasts, frozen as long before "
        "their end; of fewer than ten the lowest and the highest. Fewer than six draw none."
    )
    frozen = _("On the first of each month, with the figures of the moment at which it began.")
    calibrated = _(
        "Deals that were in a quarter’s forecast on its first day, by the chance they had then, and the share of "
        "them won in that quarter, with its 95 % interval (Wilson)."
    )
    return [
        (_("Period"), period), (_("Range"), ranged), (_("Accuracy"), _("1 − |forecast frozen on day 1 − won| / won.")),
        (_("Frozen"), frozen), (_("Calibration"), calibrated),
    ]  # fmt: skip
