"""How many rows each choice over a list would leave: facets, the conditions that modules name, tabs. One statement."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, func, literal, select, union_all

from core.clauses import worked_out_once
from core.db import ActorSession
from core.entity import Entity
from core.lists import COUNT_CAP, EMPTY, Query, conditions
from core.module import Condition
from core.registry import registry

TAB = "~tab"
# What asks more of each row is counted only where the actor sees fewer rows than this.
SHORT = 5_000


@dataclass(frozen=True)
class Tab:
    """Another list whose rows are counted beside the facets, no further than the cap."""

    key: str
    query: Query
    is_costly: bool = False


def facet_counts(
    session: ActorSession, entity: Entity, query: Query, tabs: tuple[Tab, ...] = ()
) -> dict[str, dict[Any, int]]:
    """For each facet, how many rows each value has: one statement. Ask only below the cap, or it scans.

    What asks more of each row, conditions and costly tabs, is counted only where all that the actor sees is short:
    the fifteen conditions of the deals cost a page of 8,000 rows half a second.
    """
    columns = (entity.table.c[column.key] for column in entity.facets)
    rows = select(entity.table.c.id, *columns).where(*conditions(entity, query))
    chosen, short, known = worked_out_once(rows, "chosen"), _short(entity), registry().conditions(entity.stem)
    parts = [_facet_count(entity, query, column.key, chosen) for column in entity.facets]
    # Where one of them narrows the list already, counting the others would ask it of all rows once for each.
    if not any(named.name in query.filters for named in known):
        parts += _case_counts(entity, query, known, short)
    parts += [_tab_count(entity, tab, short) for tab in tabs]
    names = [TAB, *(column.key for column in entity.facets), *(named.name for named in known)]
    found: dict[str, dict[Any, int]] = {name: {} for name in names}
    for facet, value, n in session.execute(union_all(*parts)) if parts else ():
        if n is not None:
            found[facet][value] = n
    return found


def _facet_count(entity: Entity, query: Query, key: str, chosen: Any) -> Any:
    """The rows of the list by value. These are asked for once for all facets that narrow nothing themselves."""
    others = {name: v for name, v in query.filters.items() if name not in (key, key.removesuffix("_id"))}
    column = (chosen if others == query.filters else entity.table).c[key]
    value = func.coalesce(_as_text(column), EMPTY).label("value")
    counted = select(literal(key).label("facet"), value, func.count().label("n")).group_by(column)
    return counted if others == query.filters else counted.where(*conditions(entity, replace(query, filters=others)))


def _tab_count(entity: Entity, tab: Tab, short: Any) -> Any:
    inner = select(entity.table.c.id).where(*conditions(entity, tab.query)).limit(COUNT_CAP).subquery()
    counted = select(func.count()).select_from(inner)
    if tab.is_costly:
        return select(literal(TAB), literal(tab.key), _if_short(short, counted))
    return counted.with_only_columns(literal(TAB), literal(tab.key), func.count())


def _case_counts(entity: Entity, query: Query, known: list[Condition], short: Any) -> list[Any]:
    """All cases are asked of each row in one reading of the rows. They may overlap, so that each has its own count."""
    cases = [(named, each) for named in known for each in named.cases]
    flags = [case((each.clause(), 1)).label(f"is_{index}") for index, (_named, each) in enumerate(cases)]
    if not flags:
        return []
    rows = select(*flags).select_from(entity.table).where(*conditions(entity, query))
    tested = worked_out_once(rows, "tested")
    return [
        select(literal(named.name), literal(each.code), _if_short(short, select(func.count(tested.c[f"is_{index}"]))))
        for index, (named, each) in enumerate(cases)
    ]


def _short(entity: Entity) -> Any:
    """How many rows the actor sees of the entity, no further than what is short."""
    seen = select(entity.table.c.id).where(entity.table.c.archived_at.is_(None)).limit(SHORT).subquery()
    return worked_out_once(select(func.count().label("n")).select_from(seen), "short")


def _if_short(short: Any, counted: Select[Any]) -> ColumnElement[Any]:
    """Empty where there are too many rows: SQL then asks for nothing else."""
    return case((select(short.c.n).scalar_subquery() < SHORT, counted.scalar_subquery()))


def _as_text(column: Any) -> Any:
    return cast(column, String)
