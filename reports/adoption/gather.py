"""Read the adoption figures as the session's actor sees them: seven statements, however many records."""

from datetime import datetime, time
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from core import clock
from core.db import ActorSession
from core.i18n import _, pick
from core.lists import Query, conditions
from core.titles import titles
from crm.activity_verbs import ACTIVITY
from crm.deal_reach import decision_met
from crm.opportunity_verbs import OPPORTUNITY
from crm.stage_moves import StageMove
from crm.stages import Stage
from crm.steps import Step
from crm.weapons import weapons
from reports.adoption.data import COLUMN, Adoption, Counts, Part, Scope
from reports.executive.scope import Filters

DEAL, PLAN = OPPORTUNITY.table, ACTIVITY.table
Found = dict[int | None, Counts]
Grid = dict[tuple[int | None, int], int]


def gather(session: ActorSession, scope: Scope) -> Adoption:
    found: Found = {}
    uses, grid = _uses(session, scope)
    for part in (_deals(session, scope), uses, _moves(session, scope)):
        for key, counts in part.items():
            found[key] = found.get(key, Counts()) + counts
    steps = [(step.id, pick(step.name_zh, step.name_en)) for step in _steps(session)]
    without = [(None, _("No step"))] if any(step is None for step, _weapon in grid) else []
    return Adoption(
        scope=scope, total=sum(found.values(), Counts()), parts=_parts(session, scope, found),
        steps=(*steps, *without), grid=grid,
        weapons=tuple((w.id, pick(w.name_zh, w.name_en), w.icon or "circle-dot") for w in weapons(session)),
    )  # fmt: skip


def _parts(session: ActorSession, scope: Scope, found: Found) -> tuple[Part, ...]:
    """Who has the most open deals first, then the most uses."""
    table = "core_user" if scope.by == "person" else "core_unit"
    names = titles(session, {table: {key for key in found if key}})
    parts = [
        Part(key, names.get((table, key), _("(not visible to you)")) if key else _("No owner"), counts)
        for key, counts in found.items()
    ]
    return tuple(sorted(parts, key=lambda part: (-part.counts.deals, -part.counts.uses, part.name)))


def _where(entity: Any, filters: Filters) -> Any:
    """The same rows as the list with these filters."""
    return and_(*conditions(entity, Query(filters=filters)))


def _deals(session: ActorSession, scope: Scope) -> Found:
    key = DEAL.c[COLUMN[scope.by]]
    met = func.sum(case((decision_met(), 1), else_=0))
    statement = select(key, func.count(), met).where(_where(OPPORTUNITY, scope.open)).group_by(key)
    return {row[0]: Counts(deals=row[1], met=int(row[2] or 0)) for row in session.execute(statement)}


def _uses(session: ActorSession, scope: Scope) -> tuple[Found, Grid]:
    """By part, and by step and weapon: the uses of a period are many, and are gone through once for both."""
    keys, cost = (PLAN.c[COLUMN[scope.by]], PLAN.c.step_id, PLAN.c.weapon_id), PLAN.c.cost
    sums = (func.count(), func.count(cost), func.coalesce(func.sum(cost), 0))
    statement = select(*keys, *sums).where(_where(ACTIVITY, scope.uses)).group_by(*keys)
    found: Found = {}
    grid: Grid = {}
    for part, step, weapon, uses, costed, spent in session.execute(statement):
        found[part] = found.get(part, Counts()) + Counts(uses=uses, costed=costed, cost=int(spent))
        grid[step, weapon] = grid.get((step, weapon), 0) + uses
    return found, grid


def _steps(session: ActorSession) -> list[Step]:
    live = select(Step).where(col(Step.archived_at).is_(None))
    return list(session.scalars(live.order_by(col(Step.position), col(Step.code))))


# --- moves ----------------------------------------------------------------------------------------------------


def _moves(session: ActorSession, scope: Scope) -> Found:
    key = DEAL.c[COLUMN[scope.by]]
    before, after = aliased(Stage), aliased(Stage)
    ahead = func.sum(case((is_advance(before, after), 1), else_=0))
    past = func.sum(case((col(StageMove.is_override), 1), else_=0))
    statement = moves(select(key, ahead, past), before, after, scope).group_by(key)
    return {row[0]: Counts(advances=int(row[1] or 0), overrides=int(row[2] or 0)) for row in session.execute(statement)}


def is_advance(before: Any, after: Any) -> Any:
    """To a later stage of the same pipeline, by its order."""
    return and_(
        before.pipeline_id == after.pipeline_id,
        after.position > before.position,
        func.coalesce(after.outcome, "") != "lost",
    )


def moves(statement: Any, before: Any, after: Any, scope: Scope) -> Any:
    """The moves of the period, of deals that the list would show with this scope."""
    first, last = (_start(day) for day in (scope.period.first, scope.period.after))
    return (
        statement.select_from(StageMove)
        .join(DEAL, DEAL.c.id == col(StageMove.opportunity_id))
        .join(before, col(before.id) == col(StageMove.from_stage_id))
        .join(after, col(after.id) == col(StageMove.to_stage_id))
        .where(
            col(StageMove.at) >= first, col(StageMove.at) < last, _where(OPPORTUNITY, scope.everywhere),
        )
    )  # fmt: skip


def _start(day: Any) -> datetime:
    return datetime.combine(day, time(), clock.zone())
