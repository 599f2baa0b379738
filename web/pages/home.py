"""The start page: a greeting, the panels of the modules, and the reports that may be made."""

from starlette.responses import Response

from core import clock
from core.access import Actor
from core.i18n import _
from core.module import registry
from web.kit import format as texts
from web.kit.requests import SIGNED_IN, Ask, Routes
from web.kit.shell import page, target_of
from web.kit.views import HomePage, Todo
from web.pages.panels import home_panels

MOST_TODOS = 6


def routes() -> Routes:
    made = Routes()
    made.get("/", SIGNED_IN, show)
    return made


def show(ask: Ask) -> Response:
    with ask.reading() as session:
        panels = home_panels(session)
    view = HomePage(
        greeting=greeting(ask.actor.name), summary=_("It is {day}.", day=texts.day_in_words(clock.today())),
        todos=ways(ask.actor), panels=panels,
    )  # fmt: skip
    return page(ask, "home.html", view)


def greeting(name: str) -> str:
    hour = clock.local(clock.now()).hour
    if hour < 12:
        return _("Good morning, {name}", name=name)
    return _("Good afternoon, {name}", name=name) if hour < 18 else _("Good evening, {name}", name=name)


def ways(actor: Actor) -> tuple[Todo, ...]:
    """Where to begin: the first lists of the menu that the actor may open."""
    lines = [(line, *target_of(line)) for line in registry().menus()]
    allowed = [(line, href) for line, href, permission in lines if not permission or actor.may(permission)]
    return tuple(Todo(text=_(line.label), href=href, icon=line.icon) for line, href in allowed[:MOST_TODOS])
