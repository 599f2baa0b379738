"""Signing in and out, the language and colours of the screen, and the one-time link to a new password."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core import entry
from core.errors import DomainError, Invalid
from core.i18n import LANGUAGES, PSEUDO, _
from core.passwords import SHORTEST, redeem_reset, reset_user
from core.settings import settings
from core.signin import sign_in, sign_out, sign_out_everywhere
from web.errors import STATUS
from web.kit.rendering import render
from web.kit.requests import PUBLIC, SIGNED_IN, Ask, Routes, html, local_path, see_other
from web.kit.shell import KEYS, LANG, THEME, shell_of
from web.kit.views import Field, FormPage, FormSection, SignInPage, field
from web.policy import cookie_name, visitor

YEAR = 365 * 24 * 3600
CLEAR = '"cache", "storage"'


def routes() -> Routes:
    made = Routes()
    made.get("/signin", PUBLIC, show)
    made.post("/signin", PUBLIC, enter)
    made.post("/signout", PUBLIC, leave)
    made.post("/signout-everywhere", SIGNED_IN, leave_everywhere)
    made.post("/preferences", PUBLIC, prefer)
    made.get("/reset/{token}", PUBLIC, show_reset)
    made.post("/reset/{token}", PUBLIC, save_reset)
    made.get("/enter/{token}", PUBLIC, show_entry)
    made.post("/enter/{token}", PUBLIC, save_entry)
    return made


# --- in and out -----------------------------------------------------------------------------------------------


def show(ask: Ask) -> Response:
    goal = local_path(ask.query.get("next", ""))
    return RedirectResponse(goal, 303) if visitor(ask.request) else gate(ask, goal)


def gate(ask: Ask, goal: str, *, error: str = "", status: int = 200) -> Response:
    notice = _("Your password is set. Please sign in with it.") if ask.query.get("new") == "1" else ""
    view = SignInPage(
        action="/signin",
        name=(ask.typed("name") or ask.query.get("name", ""))[:60],
        next="" if goal == "/" else goal,
        error=error,
        notice=notice,
    )
    return html(render("signin.html", shell=shell_of(ask.request, None, path="/signin"), page=view), status)


def enter(ask: Ask) -> Response:
    goal = local_path(ask.typed("next"))
    browser = ask.request.headers.get("user-agent", "")
    try:
        token = sign_in(ask.typed("name"), ask.typed("password"), client_address(ask.request), browser)
    except DomainError as error:
        refused = gate(ask, goal, error=str(error), status=STATUS[type(error)])
        refused.headers["retry-after"] = str(getattr(error, "seconds", 0))
        return refused
    return entered(ask, token, goal)


def entered(ask: Ask, token: str, goal: str) -> Response:
    end_cookie_session(ask.request)
    response = see_other(goal)
    response.set_cookie(cookie_name(), token, httponly=True, samesite="lax", path="/", secure=settings().secure_cookies)
    return response


def client_address(request: Request) -> str:
    return request.client.host if request.client else ""


def end_cookie_session(request: Request) -> None:
    """The session that the browser held before ends: nobody can have planted the one that follows."""
    if token := request.cookies.get(cookie_name(), ""):
        sign_out(token)


def leave(ask: Ask) -> Response:
    end_cookie_session(ask.request)
    return left()


def leave_everywhere(ask: Ask) -> Response:
    sign_out_everywhere(ask.actor.user_id or 0)
    return left()


def left() -> Response:
    """The browser forgets the session and whatever it kept of the pages."""
    response = see_other("/signin")
    response.delete_cookie(cookie_name(), path="/", httponly=True, samesite="lax", secure=settings().secure_cookies)
    response.headers["clear-site-data"] = CLEAR
    return response


def prefer(ask: Ask) -> Response:
    """Language, colours and keys are the browser's own affair: they are kept in its cookies."""
    response = see_other(local_path(ask.typed("next")))
    allowed = {LANG: (*LANGUAGES, PSEUDO), THEME: ("light", "dark", "auto"), KEYS: ("on", "off")}
    for (name, choices), typed in zip(allowed.items(), ("lang", "theme", "keys"), strict=True):
        if ask.typed(typed) in choices:
            response.set_cookie(
                name, ask.typed(typed), max_age=YEAR, httponly=True, samesite="lax", secure=settings().secure_cookies
            )
    return response


# --- the one-time link into a session -------------------------------------------------------------------------


def show_entry(ask: Ask) -> Response:
    """A page with one button: a messenger that looks at the address does not use it up."""
    token = str(ask.request.path_params["token"])
    view = {"title": _("Sign in"), "action": f"/enter/{token}", "name": entry.entering(token)}
    return html(render("enter.html", shell=shell_of(ask.request, None, path="/signin"), page=view))


def save_entry(ask: Ask) -> Response:
    browser = ask.request.headers.get("user-agent", "")
    token = entry.enter(str(ask.request.path_params["token"]), address=client_address(ask.request), browser=browser)
    return entered(ask, token, "/")


# --- the one-time link to a new password ----------------------------------------------------------------------


def show_reset(ask: Ask) -> Response:
    return reset_form(ask)


def reset_form(ask: Ask, error: str = "", status: int = 200) -> Response:
    token = str(ask.request.path_params["token"])
    _user_id, username = reset_user(token)
    view = FormPage(
        title=_("Set your password"),
        action=f"/reset/{token}",
        error=error,
        submit=_("Set the password"),
        cancel="/signin",
        subtitle=_("For the user {name}.", name=username),
        sections=(FormSection(fields=new_password_fields()),),
    )
    return html(render("entity/form.html", shell=shell_of(ask.request, None, path="/signin"), page=view), status)


def save_reset(ask: Ask) -> Response:
    try:
        demand_equal(ask)
        _user_id, username = reset_user(str(ask.request.path_params["token"]))
        redeem_reset(str(ask.request.path_params["token"]), ask.typed("new"))
    except Invalid as error:
        return reset_form(ask, str(error), 422)
    return see_other(f"/signin?new=1&name={quote(username)}")


def demand_equal(ask: Ask) -> None:
    if ask.typed("new") != ask.typed("again"):
        raise Invalid(_("The two new passwords differ."))


def new_password_fields() -> tuple[Field, ...]:
    rule = _("At least {n} characters, and no name, place or common word with a few digits.", n=SHORTEST)
    new = field("new", _("New password"), "password", autocomplete="new-password", required=True, help=rule)
    again = field("again", _("New password, once more"), "password", autocomplete="new-password", required=True)
    return new, again
