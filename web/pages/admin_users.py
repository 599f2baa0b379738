"""Who there is: every user with roles, unit and last visit; and a new one with unit and roles in one form."""

import secrets
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlmodel import col
from starlette.responses import Response

from core.access import demand
from core.db import ActorSession
from core.errors import DomainError, Invalid
from core.i18n import _, pick
from core.once import once
from core.oversight import Figures, Presence, figures, presence_of
from core.people import Role, Unit, User
from core.roles import all_roles, roles_of, set_roles
from core.search import own_condition
from core.titles import titles
from web.errors import STATUS
from web.kit import format as texts
from web.kit.requests import Ask, address, number_of, see_other
from web.kit.shell import page
from web.kit.views import Badge, Crumb, Figure, FormPage, FormSection, Option, Tab, field
from web.pages import admin
from web.pages.admin_first import Step, first_steps

SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Line:
    name: str
    username: str
    href: str
    unit: str
    roles: tuple[str, ...]
    seen: str
    devices: int
    state: Badge | None


@dataclass(frozen=True, kw_only=True)
class UsersPage:
    frame: admin.Frame
    title: str
    figures: tuple[Figure, ...]
    query: str
    kept: tuple[tuple[str, str], ...]
    states: tuple[Tab, ...]
    lines: tuple[Line, ...]
    next: str
    may_create: bool
    steps: tuple[Step, ...]


def show(ask: Ask) -> Response:
    words, state, after, unit = admin.typed(ask, "q", "state", "after", "unit")
    with ask.reading() as session:
        found = people(session, words, state, after, unit)
        ids = [user.id for user in found[:SHOWN]]
        roles, units = roles_of(session, ids), _units(session, found)
        steps = first_steps(session)
    seen = presence_of(ask.actor, ids)
    lines = tuple(_line(user, units, roles[user.id], seen.get(user.id, Presence())) for user in found[:SHOWN])
    title = _("Users")
    pairs = [(name, value) for name in ("q", "state", "unit") if (value := ask.query.get(name, ""))]
    view = UsersPage(
        frame=admin.frame(title, "/admin"), title=title, figures=_figures(figures(ask.actor)), query=words,
        kept=tuple(pair for pair in pairs if pair[0] != "q"), states=_states(state, words), lines=lines,
        next=address("/admin", [*pairs, ("after", found[SHOWN - 1].username)]) if len(found) > SHOWN else "",
        may_create=ask.actor.may(admin.users().permission("create")), steps=steps,
    )  # fmt: skip
    return page(ask, "admin/users.html", view, (Crumb(text=_("Administration")),))


def people(session: ActorSession, words: str, state: str, after: str, unit: str) -> list[User]:
    statement = select(User).where(col(User.archived_at).is_(None)).order_by(col(User.username)).limit(SHOWN + 1)
    if words:
        is_name = col(User.username).like(f"{words.lower().replace('%', '')}%")
        statement = statement.where(or_(own_condition(admin.users(), words), is_name))
    if state in ("active", "closed"):
        statement = statement.where(col(User.is_active).is_(state == "active"))
    if unit.isdecimal() and len(unit) < 19:
        statement = statement.where(col(User.unit_id) == int(unit))
    return list(session.scalars(statement.where(col(User.username) > after) if after else statement))


def _units(session: ActorSession, found: list[User]) -> dict[int | None, str]:
    named = titles(session, {"core_unit": {user.unit_id for user in found if user.unit_id}})
    return {key[1]: title for key, title in named.items()}


def _line(user: User, units: dict[int | None, str], roles: list[Role], seen: Presence) -> Line:
    return Line(
        name=user.name, username=user.username, href=f"/admin/users/{user.id}", unit=units.get(user.unit_id, ""),
        roles=tuple(pick(role.name_zh, role.name_en) for role in roles),
        seen=texts.when(seen.seen_at) if seen.seen_at else _("never"), devices=seen.devices, state=state_of(user),
    )  # fmt: skip


def state_of(user: User) -> Badge | None:
    if not user.is_active:
        return Badge(text=_("closed"), tone="bad", icon="lock")
    return Badge(text=_("outside firm"), tone="warn", icon="briefcase") if user.firm_id else None


def _figures(now: Figures) -> tuple[Figure, ...]:
    return (
        Figure(label=_("Active users"), text=texts.number(now.active), href="/admin?state=active"),
        Figure(label=_("Signed in now"), text=texts.number(now.signed_in), note=_("used within twelve hours")),
        Figure(
            label=_("Failed jobs"), text=texts.number(now.failed_jobs), note=_("in seven days"),
            href="/admin/jobs?state=failed", tone="bad" if now.failed_jobs else "",
        ),
        Figure(
            label=_("Notices not sent"), text=texts.number(now.unsent), note=_("in seven days"),
            tone="bad" if now.unsent else "",
        ),
    )  # fmt: skip


def _states(state: str, words: str) -> tuple[Tab, ...]:
    kept = [("q", words)] if words else []
    choices = (("", _("All")), ("active", _("Active")), ("closed", _("Closed")))
    return tuple(
        Tab(text=text, href=address("/admin", [*kept, *([("state", code)] if code else [])]), current=code == state)
        for code, text in choices
    )


# --- a new user -----------------------------------------------------------------------------------------------


def ask_new(ask: Ask) -> Response:
    return _form(ask)


def create(ask: Ask) -> Response:
    """User, unit and roles at once; the next page offers the link to the first password."""
    try:
        path = once(ask.actor, ask.typed("key"), ask.pairs(), lambda session: _create(session, ask))
    except DomainError as error:
        return _form(ask, error, STATUS[type(error)])
    return see_other(path, flash="created")


def _create(session: ActorSession, ask: Ask) -> str:
    users = admin.users()
    demand(session.actor, users.permission("create"))
    user = User(
        username=ask.typed("username"), name=ask.typed("name").strip(), email=ask.typed("email").strip() or None,
        unit_id=_chosen_unit(session, ask.typed("unit")),
    )  # fmt: skip
    _demand_filled(session, ask)
    users.complete(session, user)
    session.add(user)
    session.flush()
    roles = {number_of(role) or 0 for role in ask.form.getlist("role") if isinstance(role, str) and role}
    set_roles(session, user.id, roles, may_change=admin.role_change())
    return f"/admin/users/{user.id}"


def _demand_filled(session: ActorSession, ask: Ask) -> None:
    problems = {name: _("This is required.") for name in ("username", "name") if not ask.typed(name).strip()}
    taken = select(User.id).where(col(User.username) == ask.typed("username").strip().lower())  # type: ignore[call-overload]
    if "username" not in problems and session.scalar(taken) is not None:
        problems["username"] = _("There is a user of this name already.")
    if problems:
        raise Invalid(" ".join(problems.values()), problems)


def _chosen_unit(session: ActorSession, typed: str) -> int | None:
    unit = session.get(Unit, int(typed)) if typed.isdecimal() and len(typed) < 19 else None
    return unit.id if unit else None


def _form(ask: Ask, error: DomainError | None = None, status: int = 200) -> Response:
    wrong = getattr(error, "problems", {})
    with ask.reading() as session:
        roles, units = all_roles(session), _unit_options(session, ask.typed("unit"))
    held = set(ask.form.getlist("role"))
    choices = tuple(
        Option(value=str(r.id), text=pick(r.name_zh, r.name_en), selected=str(r.id) in held) for r in roles
    )  # fmt: skip
    fields = (
        field("username", _("User name"), value=ask.typed("username"), required=True, max_length=60,
              error=wrong.get("username", ""), help=_("What the person types to sign in.")),
        field("name", _("Full name"), value=ask.typed("name"), required=True, max_length=80,
              error=wrong.get("name", "")),
        field("email", _("E-mail"), "email", ask.typed("email"), max_length=200),
        field("unit", _("Unit"), "choice", ask.typed("unit"), options=units),
        field("role", _("Roles"), "multi", options=choices, is_wide=True),
    )  # fmt: skip
    view = FormPage(
        title=_("New user"), action="/admin/users/new", submit=_("Create the user"), cancel="/admin",
        key=ask.typed("key") or secrets.token_urlsafe(12), sections=(FormSection(fields=fields),),
        error=str(error) if error and not wrong else "",
        subtitle=_("Afterwards you get a one-time link with which the person sets a password."),
    )  # fmt: skip
    return page(ask, "entity/form.html", view, admin.crumbs(Crumb(text=view.title)), status)


def _unit_options(session: ActorSession, chosen: str) -> tuple[Option, ...]:
    live = select(Unit).where(col(Unit.archived_at).is_(None)).order_by(col(Unit.position), col(Unit.code)).limit(1000)
    return tuple(
        Option(value=str(unit.id), text=pick(unit.name_zh, unit.name_en), selected=str(unit.id) == chosen)
        for unit in session.scalars(live)
    )
