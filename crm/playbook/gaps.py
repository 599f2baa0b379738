"""A key person who has gone lowers what a deal may show, until the seat is filled: each with its sentence."""

from collections.abc import Iterable

from core.i18n import N_
from core.money import share
from crm.departures import DECIDES, OTHER, Departure, Gap
from crm.playbook.findings import Finding
from web.kit.format import day, percent

MESSAGES = {
    "left": N_(
        "{name} left the client on {day}. At most {share} of the stage’s probability is shown until the task is done or"
        " a successor is met."
    ),
    "moved": N_(
        "{name} went to another client on {day}. At most {share} of the stage’s probability is shown until the task is"
        " done or a successor is met."
    ),
    "post": N_(
        "{name} took another post on {day}. At most {share} of the stage’s probability is shown until the task is done"
        " or a successor is met."
    ),
}


def cap(stage_default: int | None, gaps: Iterable[Gap]) -> int | None:
    """The highest probability, in basis points, that a deal with these gaps may show; None where nothing caps it."""
    shares = [share_of(gap.departure) for gap in gaps]
    return share(stage_default, min(shares)) if shares and stage_default is not None else None


def share_of(departure: Departure) -> int:
    return DECIDES if departure.decides else OTHER


def finding(departure: Departure) -> Finding:
    slots = (("name", departure.name), ("day", day(departure.gone_on)), ("share", percent(share_of(departure))))
    return Finding("key_left", MESSAGES[departure.kind], slots)
