"""What the page of the evidence explains: what is known at a glance, the traps, and how it is calculated."""

from collections.abc import Iterable

from core.i18n import _
from reports.engine.numbers import count
from reports.evidence.findings import (
    ALL,
    FEWEST_DEALS,
    FEWEST_PUBLISHED,
    LANDMARK,
    LEAST_OVERLAP,
    SEEN,
    UNSEEN,
    WORTH_SEEING,
    Effect,
)
from web.kit.format import listed, tenths


def conclusion(told: Iterable[tuple[str, Effect]]) -> tuple[str, ...]:
    """At most three sentences on weapons by name: what is worth something, what is not, what cannot be told."""
    all_ = list(told)
    seen = sorted(((name, each) for name, each in all_ if each.state == SEEN), key=lambda one: -(one[1].points or 0))
    rest = [name for name, each in all_ if each.state == UNSEEN]
    few = [name for name, each in all_ if each.state not in (SEEN, UNSEEN)]
    found = []
    if seen:
        weapon, best = seen[0]
        slots = {"weapon": weapon, "points": signed(best.points or 0)}
        found.append(_("Of all weapons {weapon} moves the win rate most: {points} points.", **slots))
    if rest:
        found.append(_("No effect was seen of: {names}.", names=listed(rest)))
    if few:
        found.append(_("Not enough deals to tell: {names}.", names=listed(few)))
    return tuple(found)


def signed(points: float) -> str:
    return tenths(points, sign="+")


def period_names() -> dict[str, str]:
    return {ALL: _("All time"), "24": _("24 months"), "12": _("12 months")}


def gap_in_words(compared: float | None, plain: float | None) -> str:
    """Why the plain table says something else."""
    if compared is None or plain is None:
        return ""
    gap = plain - compared
    slots = {"gap": f"{abs(gap):.1f}"}
    if abs(gap) < 1:
        return _("Here the plain table and comparable deals agree.")
    if gap > 0:
        return _(
            "{gap} points too many in the plain table: it was used more in deals that would have gone better anyway.",
            **slots,
        )
    return _("{gap} points too few in the plain table: it was used more in deals that were harder to win.", **slots)


def traps() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Deals that live long collect more weapons"),
            _(
                "Only deals that were still open after {days} days are compared, and only uses before that day count: "
                "each deal has had the same time.", days=LANDMARK,
            ),
        ),
        (
            _("Good sellers pick good deals"),
            _(
                "Deals are compared that were alike when they were opened (grade, size, trade, product, city, amount, "
                "source, known rival) and sold by the same people. The interval knows that the deals of one client or "
                "seller go together."
            ),
        ),
        (
            _("Several weapons come at once"),
            _("What one weapon adds is told with all others as they were in the deal."),
        ),
    )  # fmt: skip


def definitions() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Percentage points"),
            _("Percentage points of the win rate: at +10 points, of 100 such deals 10 more are won."),
        ),
        (
            _("95 % interval"),
            _("The truth lies in such an interval in 95 of 100 calculations. Where it holds zero, no effect is seen."),
        ),
        (
            _("Overlap"),
            _(
                "The share of deals that could have gone either way, with the weapon or without. Under {least} % "
                "nothing is told.", least=f"{100 * LEAST_OVERLAP:.0f}",
            ),
        ),
        (
            _("Not enough deals to tell"),
            _(
                "Under {deals} deals on a side, or so few that a difference of {points} points would not show.",
                deals=count(FEWEST_DEALS), points=f"{100 * WORTH_SEEING:.0f}",
            ),
        ),
        (
            _("Plain table"),
            _("The win rate of all deals that ever used the weapon, less that of all others. It falls into the traps."),
        ),
        (
            _("Drawn by chance"),
            _(
                "Where two suggestions were nearly equal, one was drawn. There nobody picked: what is shown is the "
                "worth of the suggestion, followed or not."
            ),
        ),
        (
            _("Method"),
            _(
                "Each deal is weighted by how likely it was to get the weapon, and its winning is adjusted for what "
                "was known; the interval is clustered by client and seller. Where either model is right, so is the "
                "estimate."
            ),
        ),
        (
            _("Whose deals"),
            _(
                "The figures are of all deals of the province, read by the system and the same for everybody. A list "
                "behind a figure shows those that you may see. Under {n} deals nothing is published.",
                n=FEWEST_PUBLISHED,
            ),
        ),
    )  # fmt: skip
