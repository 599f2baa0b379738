"""The papers of the catalogue: those that are made of a list or a period, and so can come by themselves."""

from dataclasses import dataclass

from core.access import Actor
from core.i18n import N_
from core.module import Report
from core.registry import registry


@dataclass(frozen=True)
class Kind:
    """What a paper tells, in one sentence, and the page on screen that holds the same figures."""

    name: str
    label: str
    about: str
    page: str
    icon: str
    takes_day: bool = True


KINDS = (
    Kind(
        "pipeline", N_("Open pipeline"),
        N_("Open deals by stage, owner, city and month, the largest, the stalled and the late."),
        "/crm/opportunity?state=open", "kanban",
    ),
    Kind(
        "executive", N_("Business overview"),
        N_("Signing against target, by month and unit, win rate, open deals and ending contracts."),
        "/reports/executive", "chart-no-axes-combined", takes_day=False,
    ),
    Kind(
        "meeting", N_("Weekly meeting"),
        N_("Of each person the open deals that changed, slipped, stalled or lack a next step."),
        "/reports/meeting", "messages-square", takes_day=False,
    ),
    Kind(
        "past", N_("Pipeline on a day"),
        N_("What was open at the end of a day, by stage and unit, with the amounts and weights of that day."),
        "/reports/past", "history",
    ),
    Kind(
        "change", N_("Pipeline change"),
        N_("From a day until today: new, grown, shrunk, slipped, won and lost, with parts that add up."),
        "/reports/past", "git-compare",
    ),
    Kind(
        "forecast", N_("Forecast"),
        N_("A period in four ways, each with its range, and how frozen forecasts came out."),
        "/reports/forecast", "telescope",
    ),
    Kind(
        "evidence", N_("What weapons are worth"),
        N_("The effect of each weapon with its interval and numbers of deals, and what cannot be told."),
        "/reports/evidence", "flask-conical", takes_day=False,
    ),
    Kind(
        "campaign", N_("Results of campaigns"),
        N_("By weapon, channel, firm and city: tasks, results, cost, and deals won since."),
        "/campaigns/watch", "radar", takes_day=False,
    ),
)  # fmt: skip
LABELS = {kind.name: kind.label for kind in KINDS}


def offered(actor: Actor) -> tuple[Kind, ...]:
    """The papers that the actor may have made."""
    return tuple(kind for kind in KINDS if (report := _report(kind)) and actor.may(report.permission))


def _report(kind: Kind) -> Report | None:
    return registry().report(kind.name)


def named(name: str) -> Kind | None:
    return next((kind for kind in KINDS if kind.name == name), None)


@dataclass(frozen=True)
class OfRecord:
    """A paper that is made on the page of its record: where those are found."""

    report: str
    label: str
    about: str
    page: str
    icon: str


OF_RECORDS = (
    OfRecord(
        "client", N_("The client on a page"), N_("Before a visit: on the page of a client."), "/crm/account",
        "building-2",
    ),
    OfRecord("quote", N_("Quote"), N_("Prices for the client: on the page of a quote."), "/crm/quote", "receipt-text"),
    OfRecord(
        "proposal", N_("Proposal"), N_("Need, solution, prices and promise: on the page of a quote."), "/crm/quote",
        "file-text",
    ),
)  # fmt: skip


def of_records(actor: Actor) -> tuple[OfRecord, ...]:
    reports = ((one, registry().report(one.report)) for one in OF_RECORDS)
    return tuple(one for one, report in reports if report and actor.may(report.permission))
