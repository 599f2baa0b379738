"""The adoption page: for leads, by person, team or city, of a period; each number opens its rows."""

from dataclasses import dataclass
from typing import cast, get_args

from starlette.responses import Response

from core import clock
from core.access import Actor, Level
from core.db import reading
from core.errors import Invalid
from core.i18n import _
from reports.adoption.data import By, Scope
from reports.adoption.gather import gather
from reports.adoption.rows import MOST, Move, moved
from reports.adoption.view import PATH, AdoptionPage, view_of
from reports.executive.period import read_period
from web.kit.requests import Ask as Request
from web.kit.requests import Routes, address
from web.kit.shell import page
from web.kit.views import Crumb, Tab

PERMISSION = "reports.adoption.read"


@dataclass(frozen=True, kw_only=True)
class MovesPage:
    title: str
    back: str
    moves: tuple[Move, ...]
    most: int
    is_override: bool


def routes(made: Routes) -> Routes:
    made.get(PATH, PERMISSION, show)
    made.get(f"{PATH}/moves", PERMISSION, show_moves)
    return made


def show(request: Request) -> Response:
    with reading(request.actor, snapshot=True) as session:
        view: AdoptionPage = view_of(gather(session, asked(request)), _periods(request))
    return page(request, "reports/adoption.html", view, (Crumb(text=view.title),))


def show_moves(request: Request) -> Response:
    scope, is_override = asked(request), request.query.get("override") == "1"
    part = request.query.get("part", "")
    with request.reading() as session:
        found = moved(session, scope, part=_part(part), is_override=is_override)
    title = _("Stages passed by override") if is_override else _("Moves to a later stage")
    view = MovesPage(
        title=title, back=address(PATH, scope.pairs()), moves=tuple(found), most=MOST, is_override=is_override
    )
    crumbs = (Crumb(text=_("Playbook in use"), href=PATH), Crumb(text=title))
    return page(request, "reports/adoption_moves.html", view, crumbs)


def _part(typed: str) -> str:
    return typed if typed == "-" or (typed.isdecimal() and len(typed) < 19) else ""


def asked(request: Request) -> Scope:
    """Raises Invalid for a period or a way of telling apart that there is not."""
    by = request.query.get("by") or usual(request.actor)
    if by not in get_args(By):
        raise Invalid(_("“{text}” is not one of the choices.", text=by))
    within = tuple((name, request.query[name]) for name in ("city", "team") if request.query.get(name, "").isdecimal())
    return Scope(read_period(request.query.get("period") or "quarter", clock.today()), cast(By, by), within)


def usual(actor: Actor) -> By:
    """Cities for whoever leads a province or all, teams for a city, people for a team."""
    if actor.level(PERMISSION) is Level.ALL:
        return "city"
    kinds: dict[str | None, By] = {"province": "city", "city": "team"}
    return kinds.get(actor.profile.unit_kind, "person")


def _periods(request: Request) -> tuple[Tab, ...]:
    scope = asked(request)
    known = (("month", _("This month")), ("quarter", _("This quarter")), ("year", _("This year")))
    return tuple(
        Tab(text=text, href=address(PATH, scope.pairs(period=code)), current=scope.period.code == code)
        for code, text in known
    )
