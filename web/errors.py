"""The one place where errors become HTTP: a full page, or a fragment for htmx, in the language of the request."""

import logging
from dataclasses import dataclass

from fastapi import FastAPI
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.access import Actor
from core.dialects import is_out_of_reach
from core.errors import Conflict, DomainError, Forbidden, Invalid, Lacking, NotFound
from core.i18n import N_, _
from core.signin import Throttled, WrongPassword
from web.kit.rendering import render
from web.kit.requests import address, html
from web.kit.shell import shell_of
from web.kit.views import ErrorPage, Link
from web.policy import SignInNeeded, TooLarge, visitor

log = logging.getLogger("octant.web")

STATUS: dict[type[DomainError], int] = {
    NotFound: 404, Forbidden: 403, Conflict: 409, Invalid: 422, SignInNeeded: 401, TooLarge: 413, Throttled: 429,
    WrongPassword: 422,
}  # fmt: skip
TITLES = {
    400: N_("This cannot be read"),
    401: N_("Please sign in"),
    403: N_("You may not do this"),
    404: N_("Not found"),
    405: N_("Not found"),
    409: N_("Somebody was quicker"),
    413: N_("Too large"),
    422: N_("Something is not right"),
    429: N_("Too many tries"),
    500: N_("Something went wrong here"),
    503: N_("Out of reach for the moment"),
}
RETRY_SECONDS = 5


@dataclass(frozen=True)
class Trouble:
    status: int
    text: str
    detail: str = ""
    retry: int = 0
    at: str = ""


def add_handlers(app: FastAPI) -> None:
    app.add_exception_handler(DomainError, domain)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(IntegrityError, broken_rule)
    app.add_exception_handler(StaleDataError, lost_race)
    app.add_exception_handler(SQLAlchemyError, database)
    for beyond in (OverflowError, DataError):
        app.add_exception_handler(beyond, out_of_range)


def domain(request: Request, error: Exception) -> Response:
    """Handlers are plain functions, so that they run in a thread: the page may have to ask the database who asks."""
    if isinstance(error, SignInNeeded) and request.method == "GET" and "hx-request" not in request.headers:
        return RedirectResponse(sign_in_address(request), 303)
    if isinstance(error, Lacking) and not _is_part(request):
        return RedirectResponse(error.at, 303)
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 409)
    problems = " ".join(getattr(error, "problems", {}).values())
    text = str(error) if not problems or problems == str(error) else f"{error} {problems}"
    return answer(request, Trouble(status, text, retry=getattr(error, "seconds", 0), at=getattr(error, "at", "")))


def http(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    is_address = status in (404, 405)
    text = (
        _("There is nothing at this address.") if is_address else _("The request could not be read. Nothing was saved.")
    )
    response = answer(request, Trouble(status, text))
    response.headers.update(getattr(error, "headers", None) or {})
    return response


def broken_rule(request: Request, _error: Exception) -> Response:
    text = _(
        "This does not fit with what is stored already, perhaps a value that may occur only once. Nothing was saved."
    )
    return answer(request, Trouble(409, text))


def lost_race(request: Request, _error: Exception) -> Response:
    return answer(request, Trouble(409, _("Somebody else saved this record while you were working on it.")))


def out_of_range(request: Request, error: Exception) -> Response:
    """A number or a day that no database and no calendar holds comes from outside; the log keeps where it got to."""
    log.warning("request %s sent a value out of range", getattr(request.state, "request_id", ""), exc_info=error)
    return answer(request, Trouble(422, _("The request could not be read. Nothing was saved.")))


def database(request: Request, error: Exception) -> Response:
    if isinstance(getattr(error, "orig", None), OverflowError):
        return out_of_range(request, error)
    if not is_out_of_reach(error):
        return defect(request, error)
    text = _("The database is busy or out of reach. Nothing was saved. Please try again in a moment.")
    return answer(request, Trouble(503, text, retry=RETRY_SECONDS))


def defect(request: Request, error: Exception) -> Response:
    code = getattr(request.state, "request_id", "")
    log.error("request %s failed", code, exc_info=error)
    text = _("This is our fault, not yours. Nothing was saved. Please try again.")
    return answer(request, Trouble(500, text, detail=code))


class LastResort:
    """Innermost of the middlewares, so that even a defect's answer passes those that add headers and the language."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_started = False

        async def watched(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if has_started or scope["type"] != "http":
                raise
            response = await run_in_threadpool(defect, Request(scope), error)
            await response(scope, receive, send)


def answer(request: Request, trouble: Trouble) -> Response:
    response = html(_part(request, trouble) if _is_part(request) else _page(request, trouble), trouble.status)
    if trouble.retry:
        response.headers["retry-after"] = str(trouble.retry)
    return response


def _is_part(request: Request) -> bool:
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-request-type") != "full"


def _page(request: Request, trouble: Trouble) -> str:
    """The address is left out of the page: what is hidden and what is missing look the same to the last byte."""
    who = known_visitor(request)
    shell = shell_of(request, who, path="/")
    return render("error.html", shell=shell, page=_view(request, trouble, who))


def _part(request: Request, trouble: Trouble) -> str:
    return render("error_part.html", page=_view(request, trouble, None))


def _view(request: Request, trouble: Trouble, who: Actor | None) -> ErrorPage:
    home = Link(text=_("To the start page"), href="/", icon="house")
    sign_in = Link(text=_("Sign in"), href=sign_in_address(request), icon="log-in")
    links = (sign_in,) if trouble.status == 401 else (home,)
    title = _(TITLES.get(trouble.status, TITLES[400]))
    return ErrorPage(
        status=trouble.status, title=title, text=trouble.text, detail=trouble.detail, links=links, at=trouble.at
    )  # fmt: skip


def known_visitor(request: Request) -> Actor | None:
    """Whoever is signed in, if the database can still say so."""
    try:
        found = visitor(request)
    except SQLAlchemyError:
        return None
    return found[0] if found else None


def sign_in_address(request: Request) -> str:
    """Sign in, and come back: for a post, to the page it was made from."""
    if request.method != "GET" or request.url.path in ("/", "/signin"):
        return "/signin"
    query = request.url.query
    return address("/signin", [("next", f"{request.url.path}?{query}" if query else request.url.path)])
