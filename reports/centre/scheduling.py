"""What comes by itself is chosen on the report's page; here it is said in words, and how often it comes."""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from core.db import ActorSession
from core.errors import NotFound
from core.i18n import N_, _, language
from core.lists import Query
from core.module import Panel, Report
from core.registry import registry
from reports.centre.kinds import Kind, named, offered
from reports.centre.schedules import (
    DAYS,
    LAST_DAY,
    OFTEN,
    SCHEDULE,
    WEEKDAYS,
    Schedule,
    ScheduleReader,
    complete,
    filters_of,
)  # fmt: skip
from web.kit.papers import MAY_SCHEDULE
from web.kit.papers import SCHEDULE as PATH
from web.kit.rendering import render
from web.kit.requests import Ask, Routes, number_of, see_other
from web.kit.shell import FLASHES, page
from web.kit.views import Crumb

CENTRE, LIST = "/reports/centre", "/reports/schedule"
# A paper that is made again and again has the day on which it is made, whatever day a page was opened for.
DAYS_OF_A_PAGE = ("on", "against", "since", "why", "months")
LONGEST = 400

FLASHES["report-coming"] = N_("It comes to your inbox. Add other readers here, or choose another day.")


@dataclass(frozen=True, kw_only=True)
class SchedulePage:
    title: str
    about: str
    report: str
    query: str
    words: str
    often: tuple[tuple[str, str], ...]
    weekdays: tuple[tuple[str, str], ...]
    last: int


def routes(made: Routes) -> Routes:
    made.get(PATH, MAY_SCHEDULE, show)
    made.post(f"{CENTRE}/subscribe", MAY_SCHEDULE, subscribe)
    return made


def show(ask: Ask) -> Response:
    """The filters are those of the page that led here."""
    kind, report = _wanted(ask)
    filters = _kept(ask)
    with ask.reading() as session:
        words = in_words(session, report, filters)
    view = SchedulePage(
        title=_("Have it come by itself: {report}", report=_(kind.label)),
        about=_(kind.about),
        report=kind.name,
        query=urlencode(filters, doseq=True),
        words=words,
        often=tuple((code, _(OFTEN[code])) for code in ("weekly", "daily", "monthly")),
        weekdays=tuple((code, _(DAYS[code])) for code in WEEKDAYS),
        last=LAST_DAY,
    )
    return page(
        ask, "reports/schedule.html", view, (Crumb(text=_("Report centre"), href=CENTRE), Crumb(text=view.title))
    )


def _wanted(ask: Ask) -> tuple[Kind, Report]:
    """The report that was named; without a name the first that the reader may have."""
    kinds = [kind for kind in offered(ask.actor) if ask.query.get("report", kind.name) == kind.name]
    report = registry().report(kinds[0].name) if kinds else None
    if report is None:
        raise NotFound(_("There is no such report, or it is not yours to read."))
    return kinds[0], report


def _kept(ask: Ask) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in ask.query.multi_items():
        if value and name != "report" and name not in DAYS_OF_A_PAGE:
            found.setdefault(name, []).append(value)
    return found


def in_words(session: ActorSession, report: Report, filters: dict[str, list[str]]) -> str:
    """What the reader would get by these filters. Raises Invalid for those that the report does not know."""
    known = {name: tuple(values) for name, values in filters.items()}
    words = " ".join(known.pop("q", ()))
    return report.words(session, Query(words=words, filters=known)) if report.words else ""


def subscribe(ask: Ask) -> Response:
    """A schedule with the actor as its first reader. Its page adds others, and another day."""
    with ask.writing() as session:
        schedule = Schedule(
            report=ask.typed("report"), often=ask.typed("often"), query=ask.typed("query")[:LONGEST] or None,
            weekday=ask.typed("weekday") or None, month_day=number_of(ask.typed("month_day")),
            owner_id=ask.actor.user_id, language=language(),
        )  # fmt: skip
        complete(session, schedule)
        session.add(schedule)
        session.flush()
        session.add(ScheduleReader(schedule_id=schedule.id, user_id=ask.actor.user_id or 0))
    return see_other(f"{LIST}/{schedule.id}", flash="report-coming")


def panels() -> tuple[Panel, ...]:
    return (Panel(SCHEDULE.stem, figures, "reports.schedule.read", place="side", order=10),)


def figures(session: ActorSession, schedule: Schedule) -> str:
    """On a schedule's page: which figures it is of, and the page on screen that holds them."""
    kind, report = named(schedule.report), registry().report(schedule.report)
    if kind is None or report is None or not session.actor.may(report.permission):
        return ""
    screen = f"{kind.page}{'&' if '?' in kind.page else '?'}{schedule.query}" if schedule.query else kind.page
    return render("reports/schedule_figures.html", words=in_words(session, report, filters_of(schedule)), href=screen)
