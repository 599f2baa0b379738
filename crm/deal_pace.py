"""Whether a deal still moves: its days in the stage against the limit, what is planned next, and when it stalls.

A deal stalls when it stands in its stage for longer than the stage's limit and no planned activity is due within
that limit from today: a meeting in the calendar pauses it, one that is overdue or far away does not. The next step
is the first of the planned activities and of the deal's own next step.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select

from core.access import Me
from core.dialects import days_between
from core.i18n import N_
from core.module import Case, Condition
from crm.activities import ACTIVITY
from crm.opportunities import OPPORTUNITY
from crm.stages import STAGE

DEAL, PLAN, STAGE_TABLE = OPPORTUNITY.table, ACTIVITY.table, STAGE.table

Due = Literal["over", "today", "plan", "none"]


@dataclass(frozen=True)
class Pace:
    """How one deal moves. `limit` is missing where its stage has none; `next_on` where nothing is planned."""

    days: int | None
    limit: int | None
    is_stalled: bool
    next_on: date | None
    next_text: str


def days_in_stage(since: date | None, today: date) -> int | None:
    return None if since is None else max((today - since).days, 0)


def is_stalled(*, state: str, since: date | None, limit: int | None, plans: list[date], today: date) -> bool:
    """The same as the condition `stalled()`, for one deal. `plans` are the days of its planned activities."""
    if state != "open" or limit is None or since is None or (today - since).days <= limit:
        return False
    return not any(0 <= (day - today).days <= limit for day in plans)


# --- in SQL, over the table of deals ---------------------------------------------------------------------------


def stalled() -> ColumnElement[bool]:
    stage = STAGE_TABLE.alias()
    paused = _plans(days_between(Me.today, PLAN_ALIAS.c.due_on).between(0, stage.c.limit_days)).correlate(DEAL, stage)
    late = days_between(DEAL.c.stage_since, Me.today) > stage.c.limit_days
    rotten = select(stage.c.id).where(stage.c.id == DEAL.c.stage_id, late, not_(exists(paused))).correlate(DEAL)
    return and_(DEAL.c.state == "open", exists(rotten))


PLAN_ALIAS = PLAN.alias()


def _plans(*narrower: ColumnElement[bool]) -> Select[Any]:
    """The deal's planned activities."""
    own = PLAN_ALIAS.c.opportunity_id == DEAL.c.id
    live = and_(PLAN_ALIAS.c.state == "planned", PLAN_ALIAS.c.archived_at.is_(None))
    return select(PLAN_ALIAS.c.id).where(own, live, *narrower).correlate(DEAL)


def next_is_overdue() -> ColumnElement[bool]:
    return _is_open(or_(DEAL.c.next_step_on < Me.today, exists(_plans(PLAN_ALIAS.c.due_on < Me.today))))


def next_is_today() -> ColumnElement[bool]:
    today = or_(DEAL.c.next_step_on == Me.today, exists(_plans(PLAN_ALIAS.c.due_on == Me.today)))
    return and_(_is_open(today), not_(func.coalesce(next_is_overdue(), False)))


def next_is_planned() -> ColumnElement[bool]:
    soon = or_(DEAL.c.next_step_on <= Me.today, exists(_plans(PLAN_ALIAS.c.due_on <= Me.today)))
    planned = or_(DEAL.c.next_step_on.is_not(None), exists(_plans()))
    return and_(_is_open(planned), not_(func.coalesce(soon, False)))


def nothing_next() -> ColumnElement[bool]:
    return _is_open(and_(DEAL.c.next_step_on.is_(None), not_(exists(_plans()))))


def _is_open(clause: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(DEAL.c.state == "open", clause)


PACE = Condition(OPPORTUNITY.stem, "pace", N_("Pace"), (Case("stalled", N_("Stalled"), stalled),))
NEXT = Condition(
    OPPORTUNITY.stem,
    "next",
    N_("Next action"),
    (
        Case("over", N_("Overdue"), next_is_overdue),
        Case("today", N_("Due today"), next_is_today),
        Case("plan", N_("Planned"), next_is_planned),
        Case("none", N_("No next step"), nothing_next),
    ),
)
