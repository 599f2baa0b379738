"""The start: the page where the user's day begins; for whoever has none, how much there is of what one works with."""

from sqlalchemy import func, literal, select, union_all
from starlette.responses import Response

from core import clock
from core.db import ActorSession
from core.entity import Entity
from core.i18n import _
from core.lists import COUNT_CAP, Query, conditions
from core.module import Menu
from core.record import Reference
from core.registry import registry
from web.kit import format as texts
from web.kit.requests import SIGNED_IN, Ask, Routes, see_other
from web.kit.shell import page, starts_of, target_of
from web.kit.views import HomePage, Todo
from web.pages.panels import home_panels

MOST_WAYS = 8


def routes() -> Routes:
    made = Routes()
    made.get("/", SIGNED_IN, show)
    return made


def show(ask: Ask) -> Response:
    starts = starts_of(ask.actor)
    return see_other(target_of(starts[0])[0]) if starts else overview(ask)


def overview(ask: Ask) -> Response:
    with ask.reading() as session:
        panels = home_panels(session)
        todos = ways(session)
    view = HomePage(
        greeting=texts.greeting(ask.actor.name), summary=_("It is {day}.", day=texts.day_in_words(clock.today())),
        heading=_("What there is"), todos=todos, panels=panels,
    )  # fmt: skip
    return page(ask, "home.html", view)


def ways(session: ActorSession) -> tuple[Todo, ...]:
    """Where to begin: the lists of the menu that are work and not configuration, each with its number of records."""
    lines = [(line, entity) for line in registry().menus() if (entity := work_of(session, line))][:MOST_WAYS]
    numbers = counts(session, [entity for _line, entity in lines])
    return tuple(
        Todo(text=_(line.label), href=entity.path, icon=line.icon, count=texts.capped(numbers[entity.stem]))
        for line, entity in lines
    )


def work_of(session: ActorSession, line: Menu) -> Entity | None:
    entity = registry().entity(line.target)
    if entity is None or issubclass(entity.model, Reference):
        return None
    return entity if session.actor.may(target_of(line)[1]) else None


def counts(session: ActorSession, entities: list[Entity]) -> dict[str, int]:
    """One statement; no list is counted further than the cap."""
    parts = []
    for entity in entities:
        inner = select(entity.table.c.id).where(*conditions(entity, Query())).limit(COUNT_CAP).subquery()
        parts.append(select(literal(entity.stem), func.count()).select_from(inner))
    return {row[0]: row[1] for row in session.execute(union_all(*parts))} if parts else {}
