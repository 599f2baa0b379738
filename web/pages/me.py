"""One's own password, and the devices on which one is signed in."""

from starlette.responses import Response

from core.errors import DomainError
from core.i18n import _
from core.signin import change_password, end_visit, visits
from web.errors import STATUS
from web.kit import format as texts
from web.kit.devices import device_name
from web.kit.requests import SIGNED_IN, Ask, Routes, see_other
from web.kit.shell import page
from web.kit.views import Crumb, Entry, FormPage, FormSection, HistoryPage, Link, Post, field
from web.signin import client_address, demand_equal, new_password_fields


def routes() -> Routes:
    made = Routes()
    made.get("/me/password", SIGNED_IN, show_password)
    made.post("/me/password", SIGNED_IN, save_password)
    made.get("/me/devices", SIGNED_IN, devices)
    made.post("/me/devices/{id:int}/end", SIGNED_IN, end_device)
    return made


def show_password(ask: Ask) -> Response:
    return password_form(ask)


def password_form(ask: Ask, error: str = "", status: int = 200) -> Response:
    old = field("current", _("Current password"), "password", autocomplete="current-password", required=True)
    view = FormPage(
        title=_("Change the password"), action="/me/password", error=error, submit=_("Change the password"),
        sections=(FormSection(fields=(old, *new_password_fields())),), cancel="/",
        subtitle=_("All devices are signed out afterwards."),
    )  # fmt: skip
    return page(ask, "entity/form.html", view, (Crumb(text=view.title),), status)


def save_password(ask: Ask) -> Response:
    address = client_address(ask.request)
    try:
        demand_equal(ask)
        change_password(ask.actor.user_id or 0, ask.typed("current"), ask.typed("new"), address=address, by=ask.actor)
    except DomainError as error:
        return password_form(ask, str(error), STATUS[type(error)])
    return see_other("/signin?new=1")


def devices(ask: Ask) -> Response:
    entries = tuple(
        Entry(
            who=device_name(visit.browser), when=texts.when(visit.seen_at), at=texts.instant(visit.seen_at),
            verb=_("signed in at {time}", time=texts.instant(visit.created_at)), via=visit.address, icon="monitor",
            note=_("This device") if visit.id == ask.visit_id else "", undo=_end(visit.id),
        ) for visit in visits(ask.actor.user_id or 0)
    )  # fmt: skip
    view = HistoryPage(title=_("Signed-in devices"), back=Link(text=_("Home"), href="/"), entries=entries)
    return page(ask, "devices.html", view, (Crumb(text=view.title),))


def _end(visit_id: int) -> Post:
    return Post(text=_("Sign out this device"), action=f"/me/devices/{visit_id}/end", icon="log-out")


def end_device(ask: Ask) -> Response:
    end_visit(ask.actor.user_id or 0, ask.id)
    return see_other("/me/devices", flash="done")
