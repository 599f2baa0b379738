"""Help: what one can do here, by the roles that one has, and the keys."""

from dataclasses import dataclass

from starlette.responses import Response

from core.i18n import _
from core.registry import registry
from web.kit.requests import SIGNED_IN, Ask, Routes
from web.kit.shell import menus_of, page
from web.kit.views import Crumb


@dataclass(frozen=True, kw_only=True)
class Topic:
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HelpPage:
    """`goes` are the letters that, after `g`, lead to a line of the menu."""

    title: str
    topics: tuple[Topic, ...]
    goes: tuple[tuple[str, str], ...]


def routes() -> Routes:
    made = Routes()
    made.get("/help", SIGNED_IN, show)
    return made


def show(ask: Ask) -> Response:
    topics = tuple(
        Topic(title=_(each.title), lines=tuple(_(line) for line in each.lines))
        for each in registry().helps() if ask.actor.may(each.permission)
    )  # fmt: skip
    lines = [item for group in menus_of(ask.actor, "") for item in group.items if item.go]
    goes = tuple((item.go.upper(), item.text) for item in lines)
    view = HelpPage(title=_("What can I do here?"), topics=topics, goes=goes)
    return page(ask, "help.html", view, (Crumb(text=view.title),))
