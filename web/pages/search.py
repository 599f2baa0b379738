"""Search over everything that the actor may see, for the box at the head of every page."""

from typing import Any

from sqlalchemy import Select, String, cast, literal, select, union_all
from starlette.responses import Response

from core.access import Actor
from core.db import ActorSession
from core.entity import Entity
from core.i18n import _
from core.lists import Query, conditions
from core.record import Reference
from core.registry import registry
from core.search import kinds_of, own_condition
from web.kit.requests import SIGNED_IN, Ask, Routes, address
from web.kit.shell import fragment, page
from web.kit.views import Crumb
from web.kit.views.totals import Hit, HitGroup, SearchPage
from web.pages.commands import palette_of

HITS = 5


def routes() -> Routes:
    made = Routes()
    made.get("/search", SIGNED_IN, show, outside=False)
    made.get("/search/hits", SIGNED_IN, palette, outside=False)
    return made


def show(ask: Ask) -> Response:
    words = ask.query.get("q", "").strip()[:100]
    view = SearchPage(
        title=_("Search: {words}", words=words) if words else _("Search"), query=words, groups=found_by(ask, words),
        hint="" if words else _("Type a name, a code, initials in pinyin or the last four digits of a number."),
    )  # fmt: skip
    if ask.is_fragment:
        return fragment("search_hits.html", view)
    return page(ask, "search.html", view, (Crumb(text=_("Search")),))


def palette(ask: Ask) -> Response:
    """What the palette shows for the words so far: two statements, however many kinds of records there are."""
    words = ask.query.get("q", "").strip()[:100]
    return fragment("palette_hits.html", palette_of(ask.actor, words, found_by(ask, words)))


def found_by(ask: Ask, words: str) -> tuple[HitGroup, ...]:
    if not words:
        return ()
    with ask.reading() as session:
        hits = hits_by_entity(session, words)
    return tuple(group(entity, hits[entity.stem], words) for entity in searched(ask.actor) if entity.stem in hits)


def searched(actor: Actor) -> list[Entity]:
    """Clients and deals before configuration."""
    readable = [e for e in registry().entities() if e.search and actor.may(e.permission("read"))]
    return sorted(readable, key=lambda entity: issubclass(entity.model, Reference))


def hits_by_entity(session: ActorSession, words: str) -> dict[str, list[Hit]]:
    """A few records of each kind: one statement finds the kinds in which a word stands, one the records."""
    parts = [hits_of(entity, words) for entity in kinds_of(session, searched(session.actor), words)]
    found: dict[str, list[Hit]] = {}
    for stem, row_id, title, key in session.execute(union_all(*parts)) if parts else ():
        entity = registry().entity(stem)
        assert entity is not None
        sub = str(key) if key and key != title else ""
        found.setdefault(stem, []).append(Hit(text=str(title), href=f"{entity.path}/{row_id}", sub=sub))
    return found


def hits_of(entity: Entity, words: str) -> Select[Any]:
    """By its own texts: what merely belongs to a record of that name is found in the lists."""
    table = entity.table
    key = table.c[entity.key[0].key] if entity.fields[entity.key[0].key].kind == "text" else literal("")
    title, key = cast(entity.title_in(table), String).label("title"), cast(key, String).label("key")
    mine = (own_condition(entity, words), *conditions(entity, Query()))
    chosen = select(literal(entity.stem).label("stem"), table.c.id, title, key).where(*mine)
    inner = chosen.order_by(table.c.id.desc()).limit(HITS).subquery()
    return select(inner.c.stem, inner.c.id, inner.c.title, inner.c.key)


def group(entity: Entity, hits: list[Hit], words: str) -> HitGroup:
    icon = next((line.icon for line in registry().menus() if line.target == entity.stem), "file")
    more = address(entity.path, [("q", words)]) if len(hits) == HITS else ""
    return HitGroup(title=_(entity.plural), icon=icon, hits=tuple(hits), more=more)
