"""The weekly meeting on screen. People are folded; one is unfolded, and the others are fetched when they are."""

from starlette.responses import Response

from core.db import ActorSession, reading
from core.lists import Query
from reports.meeting.acts import add_routes
from reports.meeting.ask import NAMES, PATH, PERMISSION, Ask, asked
from reports.meeting.gather import people
from reports.meeting.shown import one, opened_of, whole
from reports.meeting.view import Open, Told, person_part
from web.kit.requests import Ask as Request
from web.kit.requests import Routes, number_of
from web.kit.shell import fragment, page
from web.kit.views import Crumb


def routes(made: Routes) -> Routes:
    made.get(PATH, PERMISSION, show)
    made.get(f"{PATH}/person/{{id:int}}", PERMISSION, show_person)
    add_routes(made)
    return made


def show(request: Request) -> Response:
    """`open` is whose deals are shown: whoever has most red flags, if nobody is named; `-` for nobody's."""
    with reading(request.actor, snapshot=True) as session:
        ask = of_query(request, session)
        view = whole(ask, request.query.get("open", ""), _skip(request), Told())
    return page(request, "reports/meeting.html", view, (Crumb(text=view.title),))


def show_person(request: Request) -> Response:
    with reading(request.actor, snapshot=True) as session:
        ask = of_query(request, session)
        person = one(people(ask), request.id)
        is_folded = request.query.get("folded") == "1"
        opened = Open(person=-1) if is_folded else opened_of(ask, person, _skip(request), Told())
        view = person_part(ask, person, opened)
    return fragment("reports/meeting_person.html", view)


def of_query(request: Request, session: ActorSession) -> Ask:
    return asked(session, Query(filters={name: (request.query[name],) for name in NAMES if request.query.get(name)}))


def _skip(request: Request) -> int:
    return min(number_of(request.query.get("skip", "")) or 0, 100_000)
