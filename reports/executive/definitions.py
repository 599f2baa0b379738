"""What the figures mean, and what is not drawn because the records hold nothing of it."""

from core.i18n import _
from reports.executive.data import FEWEST, LOW, ExecutiveData
from reports.executive.scope import SOON
from reports.executive.words import days_before


def definitions(data: ExecutiveData) -> list[tuple[str, str]]:
    """What the figures mean."""
    found = [
        (_("Signing"), _("Deals won whose day of signing lies in the period, by their amount without VAT.")),
        (_("Target"), _("Of the period's months that have begun. Marked is what is below {low}% of it.", low=LOW)),
        (_("Open"), _("Open deals of today, whatever the period. Without an amount a deal is counted and in no sum.")),
        (_("Weighted"), _("Amount times the chance: the stage's, no more than the deal check and departures leave.")),
        (_("Stalled"), _("Longer in its stage than the stage's limit, and nothing planned within that limit.")),
        (_("Win rate"), _("Won deals of those won or lost in the period; from {n} deals on.", n=FEWEST)),
        (_("Days to signing"), _("The median from the day engaged to the day signed, of the deals that say both.")),
        (_("Signed, not provisioned"), _("Won deals of today whose delivery has not begun or is not finished.")),
        (
            _("Ending contracts"),
            _("Contracts of ours that end within {days} days, by their monthly amount.", days=SOON),
        ),
    ]
    found.append((_("Year before"), _year_before(data)))
    if data.target and data.target.is_summed:
        found.insert(2, (_("Whole target"), _("The unit itself has no target: those of its parts are added up.")))
    if data.scope.trade:
        found.insert(2, (_("No target"), _("Targets are not set by trade.")))
    return found


def _year_before(data: ExecutiveData) -> str:
    if data.before:
        return _("The same days a year earlier, {days}. A change is in percent of them.", days=days_before(data))
    return _("Not compared: the records do not reach back to the same days a year earlier.")


def missing(data: ExecutiveData) -> tuple[str, ...]:
    """In a sentence each."""
    found = (
        "" if data.is_signed else _("Nothing was signed in this period."),
        "" if data.open.count else _("No deal is open."),
        _missing_stalled(data),
        "" if data.ending.count else _("No contract of ours ends within {days} days.", days=SOON),
    )
    return tuple(sentence for sentence in found if sentence)


def _missing_stalled(data: ExecutiveData) -> str:
    if data.stalled.count or not data.open.count:
        return ""
    if data.has_limits:
        return _("No deal is stalled.")
    return _("No stage has a limit of days, so no deal counts as stalled. An administrator can set limits.")
