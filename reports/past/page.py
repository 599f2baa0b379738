"""The pipeline on a day: sums and what changed, the board, the list, stages and wins."""

from starlette.responses import Response

from core.db import ActorSession, reading
from core.i18n import _
from core.lists import Query
from reports.past.ask import NAMES, PATH, Ask, asked
from reports.past.board import board
from reports.past.change import between
from reports.past.course import course
from reports.past.course_view import course_view
from reports.past.gather import of_day
from reports.past.rows import found
from reports.past.view import board_view, list_view, past_page
from web.kit.requests import Ask as Request
from web.kit.requests import Routes
from web.kit.shell import page
from web.kit.views import Crumb

PERMISSION = "reports.past.read"
SAID = ("state", "stage", "part", "days", "change", "course", "decided", "page")


def routes(made: Routes) -> Routes:
    made.get(PATH, PERMISSION, show)
    made.get(f"{PATH}/board", PERMISSION, show_board)
    made.get(f"{PATH}/list", PERMISSION, show_list)
    made.get(f"{PATH}/course", PERMISSION, show_course)
    return made


def show(request: Request) -> Response:
    """One snapshot of the data: all figures are of the same moment."""
    with reading(request.actor, snapshot=True) as session:
        ask = _asked(request, session)
        view = past_page(ask, of_day(ask, named=False), between(ask, named=False))
    return page(request, "reports/past.html", view, (Crumb(text=view.top.title),))


def show_board(request: Request) -> Response:
    with reading(request.actor, snapshot=True) as session:
        ask = _asked(request, session)
        view = board_view(ask, board(ask))
    return page(request, "reports/past_board.html", view, _crumbs(_("Board")))


def show_list(request: Request) -> Response:
    said = {name: request.query.get(name, "") for name in SAID}
    with reading(request.actor, snapshot=True) as session:
        ask = _asked(request, session)
        view = list_view(ask, found(ask, said), said)
    return page(request, "reports/past_list.html", view, _crumbs(_("List")))


def show_course(request: Request) -> Response:
    with reading(request.actor, snapshot=True) as session:
        ask = _asked(request, session)
        view = course_view(ask, course(ask))
    return page(request, "reports/past_course.html", view, _crumbs(_("Stages and wins")))


def _asked(request: Request, session: ActorSession) -> Ask:
    return asked(session, Query(filters={name: (request.query[name],) for name in NAMES if request.query.get(name)}))


def _crumbs(text: str) -> tuple[Crumb, ...]:
    return (Crumb(text=_("Pipeline on a day"), href=PATH), Crumb(text=text))
