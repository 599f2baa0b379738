"""Whom the figures are about: the units within the reader's reach, the one that was chosen, and its parts."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.access import Actor, Level
from core.db import ActorSession
from core.errors import NotFound
from core.i18n import _
from core.record import PLACE_COLUMNS, PLACES
from crm.opportunity_verbs import OPPORTUNITY
from crm.units import UNIT

OWNER = "owner"
MOST_UNITS = 2000


@dataclass(frozen=True)
class Unit:
    """A unit with its ancestors, itself included, by kind."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    above: tuple[int | None, ...]

    def is_within(self, other: "Unit") -> bool:
        return self.above[PLACES.index(other.kind)] == other.id


@dataclass(frozen=True)
class Reach:
    """`tops` are whose targets count, `offered` what may be chosen, `parts` the units of `level` below the tops."""

    tops: tuple[Unit, ...]
    offered: tuple[Unit, ...]
    chosen: Unit | None
    level: str
    parts: tuple[Unit, ...]

    def is_placed(self, actor: Actor) -> bool:
        """Whether the reader, who sees a unit's part of the data, has such a unit at all."""
        return bool(self.tops) or actor.level(OPPORTUNITY.permission("read")) is not Level.SUBTREE


def reach(session: ActorSession, wanted: str) -> Reach:
    """`wanted` is the id or the code of a unit, or empty. Raises NotFound for a unit beyond the reader's reach."""
    found = _all(session)
    tops = _own(session.actor, found)
    offered = tuple(unit for unit in found if any(unit.is_within(top) for top in tops))
    chosen = _chosen(offered, wanted) if wanted else None
    tops = (chosen,) if chosen else tops
    below = tuple(unit for unit in found if any(unit.is_within(top) for top in tops))
    level = _level(tops, below)
    return Reach(tops, offered, chosen, level, tuple(unit for unit in below if unit.kind == level))


def _all(session: ActorSession) -> list[Unit]:
    table = UNIT.table
    columns = (table.c.id, table.c.code, UNIT.title_in(table), table.c.kind, table.c.parent_id)
    statement = (
        select(*columns, *(table.c[name] for name in PLACE_COLUMNS))
        .where(table.c.archived_at.is_(None))
        .order_by(table.c.position, table.c.code)
        .limit(MOST_UNITS)
    )
    return [Unit(row[0], row[1], str(row[2]), row[3], row[4], tuple(row[5:])) for row in session.execute(statement)]


def _own(actor: Actor, found: list[Unit]) -> tuple[Unit, ...]:
    """The tops of what the reader may see. Who sees only own deals, or a team's, stands under no unit here."""
    level = actor.level(OPPORTUNITY.permission("read"))
    if level is Level.ALL:
        ids = {unit.id for unit in found}
        return tuple(unit for unit in found if unit.parent_id not in ids)
    own = actor.place.get(f"{actor.profile.unit_kind}_id") if level is Level.SUBTREE else None
    return tuple(unit for unit in found if own and unit.id == own)


def _chosen(offered: tuple[Unit, ...], wanted: str) -> Unit:
    for unit in offered:
        if wanted in (str(unit.id), unit.code):
            return unit
    raise NotFound(_("There is no such record, or it is not yours to see."))


def _level(tops: tuple[Unit, ...], below: tuple[Unit, ...]) -> str:
    """The highest kind of which there are several: cities of a province, branches of a city; else the people."""
    inside: list[Any] = list(below) if len(tops) > 1 else [unit for unit in below if unit not in tops]
    kinds = [unit.kind for unit in inside]
    return next((kind for kind in PLACES if kinds.count(kind) > 1), OWNER)
