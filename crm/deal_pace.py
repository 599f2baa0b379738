"""Whether a deal still moves: its days in the stage against the limit, what is planned next, and when it stalls.

A deal stalls when it stands in its stage for longer than the stage's limit and no planned activity is due within
that limit from today: a meeting in the calendar pauses it, one that is overdue or far away does not. The next step
is the first of the planned activities and of the deal's own next step.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case, exists, func, literal, not_, or_, select

from core import clock
from core.access import Me, table_of
from core.clauses import days_between
from core.entity import Stand
from core.i18n import N_, _
from core.module import Case, Condition
from crm.activities import Activity
from crm.opportunities import Opportunity
from crm.stages import STAGE

DEALS, PLAN = table_of(str(Opportunity.__tablename__)), table_of(str(Activity.__tablename__))
STAGES = STAGE.table
MINE = PLAN.alias()
NOWHERE = Stand()


def days_in_stage(since: date | None, today: date) -> int | None:
    return None if since is None else max((today - since).days, 0)


def is_stalled(*, state: str, since: date | None, limit: int | None, plans: list[date], today: date) -> bool:
    """The same as the condition `stalled()`, for one deal. `plans` are the days of its planned activities."""
    if state != "open" or limit is None or since is None or (today - since).days <= limit:
        return False
    return not any(0 <= (day - today).days <= limit for day in plans)


# --- in SQL, over the table of deals ---------------------------------------------------------------------------


def stalled(on: date | None = None) -> ColumnElement[bool]:
    """On a day; today, if none is given."""
    today = Me.today if on is None else literal(on)
    stage = STAGES.alias()
    late = days_between(DEALS.c.stage_since, today) > stage.c.limit_days
    rotten = select(stage.c.id).where(stage.c.id == DEALS.c.stage_id, late).correlate(DEALS)
    return and_(DEALS.c.state == "open", exists(rotten), not_(_paused(today)))


def _paused(today: ColumnElement[Any]) -> ColumnElement[bool]:
    """An activity is planned within the limit of the stage."""
    stage = STAGES.alias()
    limit = select(stage.c.limit_days).where(stage.c.id == DEALS.c.stage_id).correlate(DEALS).scalar_subquery()
    return _has_plan(days_between(today, MINE.c.due_on).between(0, limit))


def _has_plan(*narrower: ColumnElement[bool]) -> ColumnElement[bool]:
    """Asked deal by deal, in an index that begins with the deal: a page of a long list stops when it is full."""
    plans = select(MINE.c.id).where(
        MINE.c.opportunity_id == DEALS.c.id, MINE.c.state == "planned", MINE.c.archived_at.is_(None), *narrower
    )
    return exists(plans.correlate(DEALS))


def _days_ago() -> ColumnElement[int]:
    """Since a plan was due. Said so, and not as a range of days, by which a database would read everybody's plans."""
    return days_between(MINE.c.due_on, Me.today)


def next_is_overdue() -> ColumnElement[bool]:
    return _is_open(or_(DEALS.c.next_step_on < Me.today, _has_plan(_days_ago() > 0)))


def next_is_today() -> ColumnElement[bool]:
    today = or_(DEALS.c.next_step_on == Me.today, _has_plan(_days_ago() == 0))
    return and_(_is_open(today), not_(func.coalesce(next_is_overdue(), False)))


def next_is_planned() -> ColumnElement[bool]:
    soon = or_(DEALS.c.next_step_on <= Me.today, _has_plan(_days_ago() >= 0))
    planned = or_(DEALS.c.next_step_on.is_not(None), _has_plan())
    return and_(_is_open(planned), not_(func.coalesce(soon, False)))


def nothing_next() -> ColumnElement[bool]:
    return _is_open(and_(DEALS.c.next_step_on.is_(None), not_(_has_plan())))


def _is_open(clause: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(DEALS.c.state == "open", clause)


# --- for the board ---------------------------------------------------------------------------------------------


def planned() -> tuple[FromClause, ColumnElement[str]]:
    """Deals beside the first day planned for each, and what it says: overdue, today, planned, or nothing at all."""
    live = and_(PLAN.c.state == "planned", PLAN.c.archived_at.is_(None), PLAN.c.opportunity_id.is_not(None))
    grouped = select(PLAN.c.opportunity_id, func.min(PLAN.c.due_on).label("due_on")).where(live)
    first = grouped.group_by(PLAN.c.opportunity_id).subquery()
    own, due = DEALS.c.next_step_on, first.c.due_on
    state = case(
        (or_(own < Me.today, due < Me.today), "over"),
        (or_(own == Me.today, due == Me.today), "today"),
        (or_(own.is_not(None), first.c.opportunity_id.is_not(None)), "plan"),
        else_="none",
    )
    return DEALS.outerjoin(first, first.c.opportunity_id == DEALS.c.id), state


def stands(session: Any, ids: list[int]) -> dict[int, Stand]:
    """How some deals stand: one statement, with a row for each planned activity."""
    live = and_(PLAN.c.opportunity_id == DEALS.c.id, PLAN.c.state == "planned", PLAN.c.archived_at.is_(None))
    columns = (DEALS.c.id, DEALS.c.state, DEALS.c.stage_since, DEALS.c.next_step, DEALS.c.next_step_on)
    statement = (
        select(*columns, STAGES.c.limit_days, PLAN.c.id.label("plan"), PLAN.c.subject, PLAN.c.due_on)
        .select_from(DEALS.outerjoin(STAGES, STAGES.c.id == DEALS.c.stage_id).outerjoin(PLAN, live))
        .where(DEALS.c.id.in_(ids))
        .order_by(DEALS.c.id, PLAN.c.due_on, PLAN.c.id)
    )
    rows: dict[int, list[Any]] = {}
    for row in session.execute(statement):
        rows.setdefault(row.id, []).append(row)
    return {deal_id: _stand(found, clock.today()) for deal_id, found in rows.items()}


def _stand(rows: list[Any], today: date) -> Stand:
    deal = rows[0]
    plans = [row.due_on for row in rows if row.due_on is not None]
    stalled_now = is_stalled(state=deal.state, since=deal.stage_since, limit=deal.limit_days, plans=plans, today=today)
    text, day, plan = first_step(deal, rows)
    return Stand(
        days_in_stage(deal.stage_since, today), deal.limit_days, stalled_now, day, text, plan, deal.state == "open"
    )


def first_step(deal: Any, rows: list[Any]) -> tuple[str, date | None, int | None]:
    """What comes first: a planned activity or the deal's own next step. One without a day comes last."""
    steps = [(str(row.subject), row.due_on, row.plan) for row in rows if row.plan is not None]
    if deal.next_step_on or deal.next_step:
        steps.append((deal.next_step or _("Next step"), deal.next_step_on, None))
    if not steps:
        return "", None, None
    return min(steps, key=lambda step: (step[1] is None, step[1] or date.max))


PACE = Condition(
    "crm.opportunity",
    "pace",
    N_("Pace"),
    (Case("stalled", N_("Stalled"), stalled), Case("idle", N_("No next step"), nothing_next)),
    is_quick=True,
)
NEXT = Condition(
    "crm.opportunity",
    "next",
    N_("Next action"),
    (
        Case("over", N_("Overdue"), next_is_overdue),
        Case("today", N_("Due today"), next_is_today),
        Case("plan", N_("Planned"), next_is_planned),
        Case("none", N_("No next step"), nothing_next),
    ),
)
