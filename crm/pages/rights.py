"""What a role may do: its grants as text, one a line, on a page of their own."""

import secrets
from fnmatch import fnmatchcase
from typing import Any

from starlette.responses import Response

from core.access import Level
from core.checks import permissions
from core.db import ActorSession, get
from core.errors import Conflict, Invalid
from core.i18n import N_, _
from core.module import Action
from core.once import once
from core.people import Role
from core.registry import registry
from crm.roles import ROLE
from web.kit.requests import Ask, Routes, see_other
from web.kit.shell import page
from web.kit.views import Crumb

LEVELS = tuple(level.name.lower() for level in Level)


def add_routes(made: Routes) -> None:
    made.get("/crm/role/{id:int}/rights", ROLE.permission("read"), show)
    made.post("/crm/role/{id:int}/rights", ROLE.permission("update"), save)


def action() -> Action:
    return Action(
        ROLE.stem, N_("Rights"), lambda role: f"{ROLE.path}/{role.id}/rights", ROLE.permission("read"), "key-round"
    )


def show(ask: Ask) -> Response:
    with ask.reading() as session:
        role = get(session, Role, ask.id)
    return _page(ask, role, written(role.grants))


def save(ask: Ask) -> Response:
    """The whole set is replaced; a line that matches no right of the product is refused with its number."""
    typed = ask.typed("grants")
    try:
        path = once(ask.actor, ask.typed("key"), ask.pairs(), lambda session: _save(session, ask, typed))
    except Invalid as error:
        with ask.reading() as session:
            role = get(session, Role, ask.id)
        return _page(ask, role, typed, error=str(error), status=422)
    return see_other(path, flash="saved")


def _save(session: ActorSession, ask: Ask, typed: str) -> str:
    role = get(session, Role, ask.id)
    if str(role.version) != ask.typed("version"):
        raise Conflict(_("Somebody else saved this record while you were working on it."))
    session.info["verb"] = "grant"
    role.grants = read(typed)
    return f"{ROLE.path}/{role.id}/rights"


def written(grants: dict[str, str]) -> str:
    return "\n".join(f"{pattern} = {level}" for pattern, level in sorted(grants.items()))


def read(typed: str) -> dict[str, str]:
    """Raises Invalid with the number of the first line that is wrong."""
    known, found = permissions(registry()), {}
    for number, line in enumerate(typed.splitlines(), start=1):
        if not line.strip():
            continue
        pattern, _sign, level = (part.strip() for part in line.partition("="))
        if level not in LEVELS:
            raise Invalid(_("Line {n}: write a right, “=” and one of {levels}.", n=number, levels=", ".join(LEVELS)))
        if not any(fnmatchcase(name, pattern) for name in known):
            raise Invalid(_("Line {n}: there is no right “{name}”.", n=number, name=pattern))
        found[pattern] = level
    return found


def _page(ask: Ask, role: Role, typed: str, *, error: str = "", status: int = 200) -> Response:
    view: dict[str, Any] = {
        "title": ROLE.title_of(role),
        "path": f"{ROLE.path}/{role.id}",
        "typed": typed,
        "version": role.version,
        "key": secrets.token_urlsafe(12),
        "error": error,
        "levels": LEVELS,
        "may_change": ask.actor.may(ROLE.permission("update")),
    }
    up = Crumb(text=_(ROLE.plural), href=ROLE.path)
    crumbs = (up, Crumb(text=view["title"], href=view["path"]), Crumb(text=_("Rights")))
    return page(ask, "crm/rights.html", view, crumbs, status)
