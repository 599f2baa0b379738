"""The forecast on screen, and the rows behind its numbers."""

from starlette.responses import Response

from core.db import ActorSession, reading
from core.i18n import _
from core.lists import Query
from reports.forecast.ask import NAMES, PATH, Ask, asked
from reports.forecast.gather import of
from reports.forecast.rows import found
from reports.forecast.view import forecast_page, list_view
from web.kit.requests import Ask as Request
from web.kit.requests import Routes
from web.kit.shell import page
from web.kit.views import Crumb

PERMISSION = "reports.forecast.read"
SAID = ("what", "bin", "of", "page")


def routes(made: Routes) -> Routes:
    made.get(PATH, PERMISSION, show)
    made.get(f"{PATH}/list", PERMISSION, show_list)
    return made


def show(request: Request) -> Response:
    """One snapshot of the data: all figures are of the same moment."""
    with reading(request.actor, snapshot=True) as session:
        ask = _asked(request, session)
        view = forecast_page(ask, of(ask))
    return page(request, "reports/forecast.html", view, (Crumb(text=view.top.title),))


def show_list(request: Request) -> Response:
    said = {name: request.query.get(name, "") for name in SAID}
    with reading(request.actor, snapshot=True) as session:
        ask = _asked(request, session)
        view = list_view(ask, found(ask, said), said)
    return page(
        request, "reports/forecast_list.html", view, (Crumb(text=_("Forecast"), href=PATH), Crumb(text=view.what))
    )


def _asked(request: Request, session: ActorSession) -> Ask:
    return asked(session, Query(filters={name: (request.query[name],) for name in NAMES if request.query.get(name)}))
