"""Why open deals are talked about, in SQL: how each stands today beside how it stood at the beginning of the week."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select

from core.spans import end_of, stood_at
from crm.deal_pace import nothing_next, stalled
from crm.standings import DealStanding
from reports.meeting.ask import DEAL, Ask
from reports.meeting.data import REASONS, RED

SHOWN = ("id", "name", "account_id", "owner_id", "stage_id", "amount", "expected_close_on")


def flagged(ask: Ask, *narrower: ColumnElement[bool]) -> Select[Any]:
    """The open deals with a 1 or a 0 for each reason, and how each stood then."""
    table: Any = DealStanding.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
    then = table.alias("stood")
    stood = and_(then.c.opportunity_id == DEAL.c.id, stood_at(then.c, end_of(ask.since)))
    is_new = and_(then.c.id.is_(None), func.coalesce(DEAL.c.engaged_on > ask.since, false()))
    flags = {
        "changed": or_(is_new, _has_changed(then.c)), "slipped": DEAL.c.expected_close_on > then.c.expected_close_on,
        "stalled": stalled(), "idle": nothing_next(),
    }  # fmt: skip
    return (
        select(
            *(DEAL.c[name] for name in SHOWN),
            then.c.amount.label("amount_then"),
            then.c.stage_id.label("stage_then"),
            then.c.expected_close_on.label("close_then"),
            _one(is_new).label("is_new"),
            *(_one(flags[reason]).label(reason) for reason in REASONS),
        )
        .select_from(DEAL.outerjoin(then, stood))
        .where(*ask.inside(), *narrower)
    )


def _has_changed(then: Any) -> ColumnElement[bool]:
    differs = or_(
        then.amount.is_distinct_from(DEAL.c.amount), then.stage_id.is_distinct_from(DEAL.c.stage_id)
    )  # fmt: skip
    return and_(then.id.is_not(None), differs)


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def red_of(flags: Any) -> ColumnElement[int]:
    """How many red flags a deal has."""
    return sum((flags[reason] for reason in RED[1:]), flags[RED[0]])  # type: ignore[no-any-return]


def is_told(flags: Any, why: str) -> ColumnElement[bool]:
    """Whether the deal is talked about: for the one reason, or for any."""
    return or_(*(flags[reason] == 1 for reason in ([why] if why else REASONS)))
