"""Everything that the report counts comes from one statement, so that all its sums agree.

The database groups: what is loaded grows with stages, owners and cities, not with deals.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from core.db import ActorSession
from core.entity import Entity
from crm.chance import weighted_in
from crm.pipelines import PIPELINE
from crm.stages import STAGE, stages
from reports.engine.shares import Share
from reports.pipeline.ask import DEAL, Ask


@dataclass(frozen=True, slots=True)
class Group:
    """The open deals of one stage, owner, city and time of expected close."""

    stage_id: int | None
    owner_id: int | None
    city_id: int | None
    due: int | None
    count: int
    known: int
    amount: int
    weighted: int
    stalled: int
    stalled_amount: int
    accounts: int


def groups(ask: Ask) -> list[Group]:
    deals = _deals(ask)
    keys = (deals.stage_id, deals.owner_id, deals.city_id, deals.due)
    statement = select(
        *keys,
        func.count(),
        func.count(deals.amount),
        _sum(deals.amount),
        _sum(deals.weighted),
        func.count(deals.is_stalled),
        _sum(case((deals.is_stalled == 1, deals.amount))),
        func.count(deals.account_id),
    ).group_by(*keys)
    return [Group(*row[:4], *map(int, row[4:])) for row in ask.session.execute(statement)]


def _deals(ask: Ask) -> Any:
    """One row a deal. A sub-select, because PostgreSQL would take the same CASE with other parameters for another."""
    found = select(
        DEAL.stage_id,
        DEAL.owner_id,
        DEAL.city_id,
        DEAL.account_id,
        DEAL.amount,
        ask.due.label("due"),
        weighted_in(DEAL.amount, ask.chance).label("weighted"),
        case((ask.is_stalled, 1)).label("is_stalled"),
    )
    return found.select_from(ask.deals).where(ask.is_wanted).subquery().c


def _sum(column: Any) -> Any:
    return func.coalesce(func.sum(column), 0)


def total(found: Iterable[Group], field: str) -> int:
    return sum(getattr(group, field) for group in found)


def share(name: str, found: list[Group]) -> Share:
    count, known = total(found, "count"), total(found, "known")
    return Share(name, count, total(found, "amount"), total(found, "weighted"), count - known)


def due(found: list[Group], number: int | None) -> list[Group]:
    return [group for group in found if group.due == number]


def by_size(session: ActorSession, found: list[Group], key: str, entity: Entity) -> tuple[Share, ...]:
    """The groups of each owner or city, the largest amount first."""
    apart = _apart(found, key)
    names = _names(session, entity, set(apart))
    shares = [share(names.get(row_id, ""), its) for row_id, its in apart.items()]
    return tuple(sorted(shares, key=lambda each: (-each.amount, -each.count, each.name)))


def by_stage(session: ActorSession, found: list[Group]) -> tuple[Share, ...]:
    """In the order of the pipelines; with several of them each stage says which is its own."""
    apart, known = _apart(found, "stage_id"), stages(session)
    names = _names(session, STAGE, set(apart))
    pipelines = {row_id: known[row_id].pipeline_id for row_id in apart if row_id in known}
    if len(set(pipelines.values())) > 1:
        titles = _names(session, PIPELINE, set(pipelines.values()))
        names |= {row_id: f"{titles.get(above, '')} · {names[row_id]}" for row_id, above in pipelines.items()}
    order = {row_id: place for place, row_id in enumerate(known)}
    return tuple(
        share(names.get(row_id, ""), apart[row_id]) for row_id in sorted(apart, key=lambda i: order.get(i, -1))
    )


def _apart(found: list[Group], key: str) -> dict[Any, list[Group]]:
    apart: dict[Any, list[Group]] = {}
    for group in found:
        apart.setdefault(getattr(group, key), []).append(group)
    return apart


def _names(session: ActorSession, entity: Entity, ids: set[Any]) -> dict[Any, str]:
    table = entity.table
    rows = session.execute(select(table.c.id, entity.title_in(table)).where(table.c.id.in_(ids - {None})))
    return {row[0]: str(row[1]) for row in rows}
