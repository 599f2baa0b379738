"""What a page of the list of accounts shows beside their own columns: one statement for all its rows."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Date, String, cast, func, literal, null, select, union_all
from sqlmodel import col

from core import clock
from core.db import ActorSession
from crm.account_months import AccountMonth
from crm.activities import Activity
from crm.activity_links import ActivityAccount
from crm.client_signals import months_back
from crm.opportunities import Opportunity
from crm.timeline_rows import MOMENT
from crm.weapons import WEAPON

YEAR = timedelta(days=365)
SHOWN_MONTHS = 12


@dataclass(frozen=True)
class Arm:
    """A weapon, in the order of the strip."""

    id: int
    name: str


@dataclass
class Standing:
    """How one account stands. `arms` are its weapons by id: done within the year, or planned."""

    revenue: list[tuple[date, int]] = field(default_factory=list)
    arms: dict[int, str] = field(default_factory=dict)
    last_met: datetime | None = None
    next_on: date | None = None
    has_plan: bool = False
    deals: int = 0
    amount: int | None = None


@dataclass(frozen=True)
class Standings:
    arms: tuple[Arm, ...]
    by_account: dict[int, Standing]


def standings(session: ActorSession, ids: list[int]) -> Standings:
    """Read once for all columns of the page."""
    kept: dict[tuple[int, ...], Standings] = session.info.setdefault("crm.standings", {})
    key = tuple(ids)
    if key not in kept:
        kept[key] = _read(session, ids)
    return kept[key]


def _read(session: ActorSession, ids: list[int]) -> Standings:
    found: dict[int, Standing] = defaultdict(Standing)
    arms: list[tuple[int, Arm]] = []
    for row in session.execute(union_all(*_parts(ids))):
        if row.what == "weapon":
            arms.append((row.number, Arm(row.key, row.name)))
        else:
            _PUT[row.what](found[row.account_id], row)
    for standing in found.values():
        standing.revenue.sort()
    return Standings(tuple(arm for _place, arm in sorted(arms, key=lambda pair: pair[0])), dict(found))


def _put_month(standing: Standing, row: Any) -> None:
    standing.revenue.append((row.day, row.amount or 0))


def _put_touch(standing: Standing, row: Any) -> None:
    """`name` is the state."""
    if row.name == "planned":
        standing.has_plan = True
        standing.next_on = min(filter(None, (standing.next_on, row.day)), default=None)
    elif row.at is not None:
        standing.last_met = max(filter(None, (standing.last_met, row.at)))
    is_recent = row.at is not None and row.at >= clock.now() - YEAR
    if row.key and (row.name == "planned" or is_recent) and standing.arms.get(row.key) != "done":
        standing.arms[row.key] = row.name


def _put_deals(standing: Standing, row: Any) -> None:
    standing.deals, standing.amount = row.number, row.amount


_PUT = {"month": _put_month, "touch": _put_touch, "deal": _put_deals}


def _parts(ids: list[int]) -> list[Any]:
    return [*_touches(ids), _months(ids), _deals(ids), _weapons()]


def _columns(what: str, **given: Any) -> list[Any]:
    """The same columns in every part, so that the parts make one statement. The first part says their types."""
    empty = {
        "account_id": cast(null(), BigInteger), "key": cast(null(), BigInteger), "name": cast(null(), String),
        "number": cast(null(), BigInteger), "amount": cast(null(), BigInteger), "day": cast(null(), Date),
        "at": cast(null(), MOMENT),
    }  # fmt: skip
    return [column.label(name) for name, column in {"what": literal(what), **empty, **given}.items()]


def _touches(ids: list[int]) -> list[Any]:
    """Activities with the account as the first, and as a further one."""
    values = {
        "key": col(Activity.weapon_id), "name": cast(col(Activity.state), String),
        "day": func.min(col(Activity.due_on)), "at": func.max(col(Activity.done_at)),
    }  # fmt: skip
    live = (col(Activity.archived_at).is_(None), col(Activity.state).in_(("done", "planned")))
    groups = (col(Activity.weapon_id), col(Activity.state))
    first = (
        select(*_columns("touch", account_id=col(Activity.account_id), **values))
        .where(col(Activity.account_id).in_(ids), *live)
        .group_by(col(Activity.account_id), *groups)
    )
    further = (
        select(*_columns("touch", account_id=col(ActivityAccount.account_id), **values))
        .join(Activity, col(Activity.id) == col(ActivityAccount.activity_id))
        .where(col(ActivityAccount.account_id).in_(ids), col(ActivityAccount.archived_at).is_(None), *live)
        .group_by(col(ActivityAccount.account_id), *groups)
    )
    return [first, further]


def _months(ids: list[int]) -> Any:
    since = months_back(clock.today().replace(day=1), SHOWN_MONTHS)
    facts = AccountMonth
    return select(
        *_columns("month", account_id=col(facts.account_id), amount=col(facts.revenue), day=col(facts.month))
    ).where(
        col(AccountMonth.account_id).in_(ids), col(AccountMonth.month) >= since,
        col(AccountMonth.archived_at).is_(None), col(AccountMonth.revenue).is_not(None),
    )  # fmt: skip


def _deals(ids: list[int]) -> Any:
    total = cast(func.sum(col(Opportunity.amount)), BigInteger)
    return (
        select(*_columns("deal", account_id=col(Opportunity.account_id), number=func.count(), amount=total))
        .where(
            col(Opportunity.account_id).in_(ids), col(Opportunity.state) == "open",
            col(Opportunity.archived_at).is_(None),
        )
        .group_by(col(Opportunity.account_id))
    )  # fmt: skip


def _weapons() -> Any:
    table = WEAPON.table
    named = {
        "key": table.c.id,
        "name": cast(WEAPON.title_in(table), String),
        "number": cast(table.c.position, BigInteger),
    }
    return select(*_columns("weapon", **named)).where(table.c.archived_at.is_(None))
