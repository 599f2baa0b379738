"""One user as the administrator sees them: roles by ticks, what these let them do, sessions, the way to a password."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import HTMLResponse, Response

from core.access import demand
from core.db import get
from core.errors import Forbidden
from core.i18n import N_, _, pick
from core.oversight import (
    Entry,
    Presence,
    Search,
    demand_keys,
    demand_oversight,
    entries,
    has_password,
    new_link,
    open_link_until,
    presence_of,
    sign_out_of,
)
from core.people import User
from core.roles import all_roles, roles_of, set_roles, undo_roles
from core.signin import end_visit, visits
from core.titles import titles
from web.kit import format as texts
from web.kit.devices import device_name
from web.kit.requests import Ask, number_of, see_other, site_of
from web.kit.shell import FLASHES, UNDOS, page
from web.kit.views import Badge, Crumb, Option, Post
from web.pages import admin
from web.pages.admin_audit import AuditLine, audit_line
from web.pages.admin_roles import Right, rights_of
from web.pages.admin_users import state_of

FLASHES["roles-set"] = N_("The roles are changed. They are in force at the next click.")
FLASHES["user-closed"] = N_("The user can no longer sign in, and is signed out.")
FLASHES["user-opened"] = N_("The user can sign in again.")
FLASHES["user-out"] = N_("The user is signed out on all devices.")
UNDOS["roles-set"] = "/admin/users/{id}/roles/undo"
UNDOS["user-closed"] = "/admin/users/{id}/open"
UNDOS["user-opened"] = "/admin/users/{id}/close"


@dataclass(frozen=True, kw_only=True)
class Device:
    name: str
    address: str
    when: str
    since: str
    end: Post


@dataclass(frozen=True, kw_only=True)
class UserPage:
    frame: admin.Frame
    title: str
    username: str
    path: str
    state: Badge | None
    facts: tuple[tuple[str, str], ...]
    roles: tuple[Option, ...]
    rights: tuple[Right, ...]
    devices: tuple[Device, ...]
    entries: tuple[AuditLine, ...]
    password: str
    reset: Post
    sign_out: Post
    door: Post
    edit: str
    link: str = ""


def show(ask: Ask) -> Response:
    return _page(ask)


def _page(ask: Ask, link: str = "") -> HTMLResponse:
    demand_oversight(ask.actor)
    with ask.reading() as session:
        user = get(session, User, ask.id)
        held, known = roles_of(session, [user.id])[user.id], all_roles(session)
        unit = titles(session, {"core_unit": {user.unit_id} if user.unit_id else set()})
        changed = entries(session, Search(entity=admin.users().stem, record_id=user.id), limit=8)
    seen = presence_of(ask.actor, [user.id]).get(user.id, Presence())
    path = f"/admin/users/{user.id}"
    facts = (
        (_("User name"), user.username), (_("Unit"), next(iter(unit.values()), "—")), (_("E-mail"), user.email or "—"),
        (_("Last seen"), texts.when(seen.seen_at) if seen.seen_at else _("never")),
        (_("Signed-in devices"), texts.number(seen.devices)),
    )  # fmt: skip
    view = UserPage(
        frame=admin.frame(user.name, "/admin"), title=user.name, username=user.username, path=path,
        state=state_of(user), facts=facts,
        roles=tuple(
            Option(value=str(role.id), text=pick(role.name_zh, role.name_en), selected=role in held) for role in known
        ),
        rights=rights_of([role.grants for role in held], is_outside=user.firm_id is not None),
        devices=_devices(user), entries=tuple(_line(entry) for entry in changed), password=_password(ask, user),
        link=link, edit=f"{admin.users().path}/{user.id}/edit", door=_door(user, path),
        reset=Post(text=_("Make a one-time link"), action=f"{path}/reset", icon="key-round", tone="pri"),
        sign_out=Post(text=_("Sign out everywhere"), action=f"{path}/signout", icon="log-out"),
    )  # fmt: skip
    return page(ask, "admin/user.html", view, admin.crumbs(Crumb(text=user.name)))


def _line(entry: Entry) -> AuditLine:
    return audit_line(entry, {})


def _devices(user: User) -> tuple[Device, ...]:
    return tuple(
        Device(
            name=device_name(visit.browser), address=visit.address, when=texts.when(visit.seen_at),
            since=texts.instant(visit.created_at),
            end=Post(
                text=_("Sign out this device"), action=f"/admin/users/{user.id}/end",
                fields=(("visit", str(visit.id)),),
            ),
        )
        for visit in visits(user.id)
    )  # fmt: skip


def _password(ask: Ask, user: User) -> str:
    until = open_link_until(ask.actor, user.id)
    if until is not None:
        return _("A link that was made before is good until {time}. A new one ends it.", time=texts.instant(until))
    if has_password(ask.actor, user.id):
        return _("The user has a password. A new one, set by a link, signs out all devices.")
    return _("The user has no password yet. Make a link and hand it over: it works once, for a day.")


def _door(user: User, path: str) -> Post:
    if user.is_active:
        return Post(text=_("Close the account"), action=f"{path}/close", icon="lock", tone="danger")
    return Post(text=_("Open the account again"), action=f"{path}/open", icon="lock-open")


# --- acts -----------------------------------------------------------------------------------------------------


def give(ask: Ask) -> Response:
    """The ticks as they stand are the user's roles."""
    demand(ask.actor, admin.role_change())
    ticked = {number_of(role) or 0 for role in ask.form.getlist("role") if isinstance(role, str) and role}
    with ask.writing() as session:
        entry = set_roles(session, ask.id, ticked, may_change=admin.role_change())
    path = f"/admin/users/{ask.id}"
    return see_other(path, flash=f"roles-set:{ask.id}:{entry}" if entry else "saved")


def take_back(ask: Ask) -> Response:
    demand(ask.actor, admin.role_change())
    typed = ask.typed("next")
    with ask.writing() as session:
        undo_roles(
            session, ask.id, int(typed) if typed.isdecimal() and len(typed) < 20 else 0, may_change=admin.role_change()
        )
    return see_other(f"/admin/users/{ask.id}", flash="undone")


def reset(ask: Ask) -> Response:
    """The link stands on this page and nowhere else, and no browser keeps it."""
    with ask.reading() as session:
        get(session, User, ask.id)
        token = new_link(session, admin.users(), ask.id)
    response = _page(ask, f"{site_of(ask)}/reset/{token}")
    response.headers["cache-control"] = "no-store"
    return response


def sign_out(ask: Ask) -> Response:
    _demand_keys(ask)
    sign_out_of(ask.actor, ask.id)
    return see_other(f"/admin/users/{ask.id}", flash="user-out")


def end(ask: Ask) -> Response:
    _demand_keys(ask)
    typed = ask.typed("visit")
    end_visit(ask.id, int(typed) if typed.isdecimal() and len(typed) < 19 else 0)
    return see_other(f"/admin/users/{ask.id}", flash="done")


def _demand_keys(ask: Ask) -> None:
    with ask.reading() as session:
        get(session, User, ask.id)
        demand_keys(session, admin.users(), ask.id)


def close(ask: Ask) -> Response:
    return _turn(ask, "close", f"user-closed:{ask.id}")


def reopen(ask: Ask) -> Response:
    return _turn(ask, "open", f"user-opened:{ask.id}")


def _turn(ask: Ask, name: str, flash: str) -> Response:
    """By the entity's own verb. Whoever would close their own door is told so."""
    verb = admin.users().verb(name)
    assert verb is not None
    with ask.writing() as session:
        user = get(session, User, ask.id)
        demand_keys(session, admin.users(), ask.id)
        if name == "close":
            demand_other(ask)
        session.info["verb"] = name
        verb.run(session, user)
    if name == "close":
        sign_out_of(ask.actor, ask.id)
    return see_other(f"/admin/users/{ask.id}", flash=flash)


def demand_other(ask: Ask) -> None:
    if ask.id == ask.actor.user_id:
        raise Forbidden(_("You would lock yourself out. Let another administrator do this."))


ACTS: dict[str, Callable[[Ask], Response]] = {
    "roles": give, "roles/undo": take_back, "reset": reset, "signout": sign_out, "end": end, "close": close,
    "open": reopen,
}  # fmt: skip
