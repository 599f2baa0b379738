"""What surrounds a page, filled from the registry and the request, and the response that carries a whole page."""

from collections.abc import Callable, Iterable
from typing import Literal

from starlette.requests import Request
from starlette.responses import HTMLResponse

from core.access import Actor
from core.db import ActorSession
from core.i18n import LANGUAGES, N_, PSEUDO, _, language
from core.messages import Told
from core.module import Menu as MenuLine
from core.record import Reference
from core.registry import registry
from web.kit.rendering import render
from web.kit.requests import FLASH, Ask, html
from web.kit.views import Crumb, Flash, Link, Me, Menu, MenuGroup, Post, Shell

# A group of menus that is seldom needed stands last, whichever module brings it.
CONFIGURATION = ("Configuration",)
LANG, THEME, KEYS = "octant_lang", "octant_theme", "octant_keys"

# Messages that are shown once after a post, by the code that its response carries. A module adds its own.
FLASHES: dict[str, str] = {
    "created": N_("Created."),
    "saved": N_("Saved."),
    "archived": N_("Archived. It is out of the lists, and can be restored."),
    "restored": N_("Restored."),
    "undone": N_("Taken back."),
    "done": N_("Done."),
    "moved": N_("Moved."),
    "started": N_("Started. You can leave this page; the work goes on."),
    "signed-out": N_("You are signed out on all devices."),
    "preferences": N_("Your settings are saved."),
}

# How some of them are taken back: a post to the module's own address for the record that the message names.
UNDOS: dict[str, str] = {}

# Where people of outside firms find what a notice is about: a module says it by the entity's stem, as the reader, with
# the record's id, or None for several records.
OUTSIDE_WAYS: dict[str, Callable[[ActorSession, int | None], str]] = {}


def way_to(session: ActorSession, found: Told) -> str:
    """The record's address; for people of outside firms, to whom general pages are not there, the one made for them."""
    if not session.actor.profile.is_outside or not found.path:
        return found.path
    way = OUTSIDE_WAYS.get(found.notice.entity)
    return way(session, found.notice.record_id) if way else "/"


def page(
    ask: Ask, names: str | tuple[str, ...], view: object, crumbs: Iterable[Crumb] = (), status: int = 200
) -> HTMLResponse:
    """A whole page: the view in its template, in the shell of whoever asks."""
    shell = shell_of(ask.request, ask.actor, crumbs=tuple(crumbs))
    response = html(render(names, shell=shell, page=view), status)
    if FLASH in ask.request.cookies:
        response.delete_cookie(FLASH, httponly=True, samesite="lax")
    return response


def fragment(names: str | tuple[str, ...], view: object, status: int = 200, **headers: str) -> HTMLResponse:
    return html(render(names, page=view), status, **headers)


def shell_of(
    request: Request, actor: Actor | None, *, crumbs: tuple[Crumb, ...] = (), path: str | None = None
) -> Shell:
    query = request.url.query
    here = f"{request.url.path}?{query}" if query and request.method == "GET" else request.url.path
    inside = actor if actor and not actor.profile.is_outside else None
    return Shell(
        path=here if path is None else path,
        lang=language(),
        theme=theme_of(request),
        me=me_of(actor) if actor else None,
        menus=menus_of(actor, request.url.path) if actor else (),
        crumbs=crumbs,
        create=creatable(inside) if inside else (),
        search="/search" if inside else "",
        flash=flash_of(request) if actor else (),
        has_keys=request.cookies.get(KEYS) != "off",
        unread=actor.unread if actor else 0,
    )


def language_of(request: Request) -> str:
    """The language chosen before, else the browser's, else Chinese."""
    chosen = request.cookies.get(LANG, "")
    if chosen in (*LANGUAGES, PSEUDO):
        return chosen
    asked = [
        part.partition(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")
    ]
    return next((code for code in asked if code in LANGUAGES), LANGUAGES[0])


def theme_of(request: Request) -> Literal["", "light", "dark"]:
    chosen = request.cookies.get(THEME, "")
    return "light" if chosen == "light" else "dark" if chosen == "dark" else ""


def me_of(actor: Actor) -> Me:
    jobs = Link(text=_("Jobs and files"), href="/jobs", icon="list-checks")
    own = (action for action in registry().actions("me") if actor.may(action.permission))
    links = (
        *(Link(text=_(action.label), href=action.address(None), icon=action.icon) for action in own),
        Link(text=_("What is sent to me"), href="/me/notices", icon="bell-ring"),
        *(() if actor.profile.is_outside else (jobs,)),
        Link(text=_("Change the password"), href="/me/password", icon="key-round"),
        Link(text=_("Signed-in devices"), href="/me/devices", icon="monitor-smartphone"),
    )
    return Me(name=actor.name, post=actor.username, links=links)


def menus_of(actor: Actor, path: str) -> tuple[MenuGroup, ...]:
    """The lines that the actor may open, in the groups of the manifests; the first group has no title.

    It holds the pages where days begin, or the general start page for whoever has none of these.
    """
    starts = starts_of(actor)
    lines = [*starts, *(line for line in registry().menus() if line not in starts and _is_open_to(actor, line))]
    letters = go_letters(lines)
    home = Menu(text=_("Home"), href="/", icon="house", current=path == "/")
    groups: dict[str, list[Menu]] = {"": [] if starts else [home]}
    for line in lines:
        group = "" if line in starts else line.group
        groups.setdefault(group, []).append(_menu(actor, line, path, letters.get(line, "")))
    ordered = sorted(groups, key=lambda title: title in CONFIGURATION)
    return tuple(
        MenuGroup(title=_(title) if title else "", items=tuple(groups[title]), is_seldom=title in CONFIGURATION)
        for title in ordered
    )


def go_letters(lines: list[MenuLine]) -> dict[MenuLine, str]:
    """The letter that leads to each line after `g`: the first of its English name that is still free.

    Daily pages choose before those that are asked for now and then.
    """
    found: dict[MenuLine, str] = {}
    named = (line for line in lines if line.group not in CONFIGURATION)
    for line in sorted(named, key=lambda line: not is_daily(line)):
        letter = next((c for c in line.label.lower() if c.isalpha() and c not in found.values()), "")
        if letter:
            found[line] = letter
    return found


def starts_of(actor: Actor) -> list[MenuLine]:
    """Pages where the actor's day may begin, the one that does first."""
    found = [line for line in registry().menus() if line.start and _is_open_to(actor, line)]
    return sorted(found, key=lambda line: -line.start)


def _is_open_to(actor: Actor, line: MenuLine) -> bool:
    permission = target_of(line)[1]
    is_page = line.target.startswith("/")
    return (not permission or actor.may(permission)) and (is_page or not actor.profile.is_outside)


def _menu(actor: Actor, line: MenuLine, path: str, go: str) -> Menu:
    href = target_of(line)[0]
    is_here = path == href or path.startswith(f"{href}/")
    waiting = line.count(actor) if line.count else 0
    return Menu(
        text=_(line.label), href=href, icon=line.icon, current=is_here, go=go, count=str(waiting) if waiting else "",
        is_urgent=waiting > 0, is_daily=is_daily(line),
    )  # fmt: skip


def is_daily(line: MenuLine) -> bool:
    """A page where days begin, or one of a group; the others stand between them."""
    return bool(line.start or line.group)


def target_of(line: MenuLine) -> tuple[str, str]:
    entity = registry().entity(line.target)
    return (entity.path, line.permission or entity.permission("read")) if entity else (line.target, line.permission)


def creatable(actor: Actor) -> tuple[Link, ...]:
    """What the button "New" offers: the modules' own lines, then what the actor may create, but no configuration."""
    found = [registry().entity(line.target) for line in registry().menus()]
    actions = [action for action in registry().actions("") if actor.may(action.permission)]
    offered = [
        entity for entity in found
        if entity and not issubclass(entity.model, Reference) and actor.may(entity.permission("create"))
    ][:6]  # fmt: skip
    quick = [Link(text=_(action.label), href=action.address(None), icon=action.icon) for action in actions]
    said = {action.instead_of for action in actions}
    return (
        *quick,
        *(
            Link(text=_(entity.label), href=f"{entity.path}/new", icon="plus")
            for entity in offered
            if entity.stem not in said
        ),
    )


def flash_of(request: Request) -> tuple[Flash, ...]:
    """`code`, `code:entity:record:entry` where the journal's entry can be taken back, or `code:record[:next]`."""
    code, *rest = request.cookies.get(FLASH, "").split(":")
    if code not in FLASHES:
        return ()
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return (Flash(text=_(FLASHES[code]), undo=_undo(code, rest, here)),)


def _undo(code: str, parts: list[str], here: str) -> Post | None:
    if code in UNDOS and parts and all(part.isdecimal() for part in parts):
        return Post(
            text=_("Undo"), action=UNDOS[code].format(id=parts[0]), fields=tuple(("next", part) for part in parts[1:2])
        )
    entity = registry().entity(parts[0]) if len(parts) == 3 else None
    if entity is None or not all(part.isdecimal() for part in parts[1:]):
        return None
    back = (("next", here),) if code == "moved" else ()
    return Post(text=_("Undo"), action=f"{entity.path}/{parts[1]}/undo", fields=(("entry", parts[2]), *back))
