"""The page of what weapons are worth, its filters, and the button that has it calculated again."""

from starlette.responses import Response

from core.i18n import N_
from core.queue import enqueue_later
from reports.evidence.findings import ALL
from reports.evidence.job import NAME, is_at_work
from reports.evidence.rows import PATH, READ, REFRESH
from reports.evidence.showing import shown
from reports.evidence.view import EvidencePage, view_of
from web.kit.requests import Ask, Routes, see_other
from web.kit.shell import FLASHES, fragment, page
from web.kit.views import Crumb

FLASHES["evidence-runs"] = N_("It is being calculated already.")


def routes(made: Routes) -> Routes:
    made.get(PATH, READ, show)
    made.get(f"{PATH}/part", READ, part)
    made.post(f"{PATH}/refresh", REFRESH, refresh)
    return made


def show(ask: Ask) -> Response:
    view = _view(ask)
    return page(ask, "reports/evidence.html", view, (Crumb(text=view.title),))


def part(ask: Ask) -> Response:
    view = _view(ask)
    return fragment("reports/evidence_part.html", view, HX_Push_Url=view.href)


def refresh(ask: Ask) -> Response:
    """One at a time, whoever asks."""
    if is_at_work():
        return see_other(PATH, flash="evidence-runs")
    with ask.writing() as session:
        enqueue_later(session, NAME)
    return see_other(PATH, flash="started")


def _view(ask: Ask) -> EvidencePage:
    segment, period = ask.query.get("segment") or ALL, ask.query.get("period") or ALL
    with ask.reading() as session:
        return view_of(shown(session, segment, period), ask.actor)
