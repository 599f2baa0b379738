"""The list of an entity, its fragment, and suggestions for an input."""

from starlette.responses import Response

from core.entity import Entity
from core.i18n import _
from web.kit.inputs import suggestions
from web.kit.rendering import render
from web.kit.requests import Ask, html
from web.kit.shell import fragment, page
from web.kit.views import Crumb
from web.pages.addresses import read_state
from web.pages.listing import list_page
from web.pages.names import templates

MOST_SUGGESTIONS = 12


def show(ask: Ask, entity: Entity) -> Response:
    state = read_state(entity, ask.query)
    with ask.reading() as session:
        view = list_page(session, entity, state)
    return page(ask, templates(entity, "list"), view, (Crumb(text=_(entity.plural)),))


def rows(ask: Ask, entity: Entity) -> Response:
    """The part that changes. The browser's address follows, so that it can be shared and come back to."""
    state = read_state(entity, ask.query)
    with ask.reading() as session:
        view = list_page(session, entity, state)
    return fragment(templates(entity, "rows"), view, HX_Replace_Url=state.at(entity.path))


def suggest(ask: Ask, entity: Entity) -> Response:
    """Options for what was typed so far, from the rows that the actor may see."""
    words = ask.query.get("q") or ask.query.get(ask.query.get("field", ""), "")
    with ask.reading() as session:
        found = suggestions(session, entity, words[:100], MOST_SUGGESTIONS)
    return html(render("entity/options.html", options=found, words=words.strip()[:100]))
