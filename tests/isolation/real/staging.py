"""The world with its marks, its search index, and the panels watched: what the walk over all pages goes through."""

from typing import Any

from sqlalchemy import insert, select

from core.db import engine, kernel_session
from core.module import Panel
from core.record import METADATA
from core.registry import registry
from core.search import token_rows
from tests.isolation.real import database, marks
from tests.isolation.real.rows import World


def prepared() -> World:
    registry()
    world = database.make(dress=marks.dress)
    with engine().begin() as connection:
        for entity in registry().entities():
            rows = database.stored(connection, entity.table.name)
            if entity.search and (tokens := token_rows(entity, rows)):
                connection.execute(insert(METADATA.tables["core_token"]), tokens)
    return world


def watch_panels(drawn: set[str]) -> list[str]:
    """Note which panels and columns are asked to draw something. Returns the names of all."""
    names = []
    for module in registry().modules:
        for number, each in enumerate((*module.panels, *module.columns)):
            name = f"{module.name}: {type(each).__name__.lower()} {number} of {each.entity or 'the start page'}"
            names.append(name)
            object.__setattr__(each, "draw", _noted(each.draw, name, drawn))
    return names


def _noted(draw: Any, name: str, drawn: set[str]) -> Any:
    def noted(*arguments: Any) -> Any:
        drawn.add(name)
        return draw(*arguments)

    return noted


def plant_leak() -> None:
    """A panel that reads past the wall: the names of all accounts stand on each account's page."""

    def leaky(_session: Any, _record: Any) -> str:
        with kernel_session(writes=False) as session:
            return ", ".join(session.scalars(select(METADATA.tables["crm_account"].c.name)))

    panel = Panel("crm.account", leaky, "crm.account.read", order=99)
    module = registry().modules[-1]
    object.__setattr__(module, "panels", (*module.panels, panel))
