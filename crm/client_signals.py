"""What clients tell by their contracts and their bills: what ends soon, whose revenue falls, whose members leave."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlmodel import col

from core import clock
from core.db import ActorSession
from crm.account_months import AccountMonth
from crm.accounts import Account
from crm.contracts import Contract
from crm.whose import Whose

ENDING_DAYS = 90
SHOWN = 5
FALL_PERCENT = 15
MONTHS_BEFORE = 3
OLDEST_FACTS = 4  # months: what the billing system said longer ago is no news


@dataclass(frozen=True)
class Ending:
    id: int
    name: str
    account_id: int
    account: str
    is_ours: bool
    monthly: int | None
    days: int


@dataclass(frozen=True)
class Endings:
    """The contracts that end first. The figures, money in fen, are of all that end within `ENDING_DAYS`."""

    contracts: tuple[Ending, ...] = ()
    ours: int = 0
    ours_monthly: int = 0
    rivals: int = 0


@dataclass(frozen=True)
class Fall:
    """Revenue of the last month against the mean of the months before, in fen; `months` of them have a figure."""

    account_id: int
    account: str
    last: int
    before: int
    months: int

    @property
    def percent(self) -> int:
        return round((self.before - self.last) * 100 / self.before)


@dataclass(frozen=True)
class Leaving:
    account_id: int
    account: str
    left_group: int
    left_network: int
    members: int | None


@dataclass(frozen=True)
class Bills:
    """`month` is the last one with facts; None where there are none."""

    month: date | None = None
    falls: tuple[Fall, ...] = ()
    leaving: tuple[Leaving, ...] = ()


def window() -> tuple[date, date]:
    """From today on, half open."""
    today = clock.today()
    return today, today + timedelta(days=ENDING_DAYS + 1)


def endings(session: ActorSession, whose: Whose) -> Endings:
    """One statement."""
    first, after = window()
    is_ours = col(Contract.supplier) == "ours"
    statement: Any = (
        select(
            col(Contract.id), col(Contract.name), col(Contract.account_id), col(Account.name).label("account"),
            is_ours.label("is_ours"), col(Contract.monthly), col(Contract.ends_on),
            func.count(case((is_ours, 1))).over().label("ours"),
            func.sum(case((is_ours, col(Contract.monthly)))).over().label("ours_monthly"),
            func.count().over().label("n"),
        )
        .outerjoin(Account, col(Account.id) == col(Contract.account_id))
        .where(
            col(Contract.ends_on) >= first, col(Contract.ends_on) < after, col(Contract.archived_at).is_(None),
            whose.has(col(Contract.owner_id)),
        )
        .order_by(col(Contract.ends_on), col(Contract.id))
        .limit(SHOWN)
    )  # fmt: skip
    rows = session.execute(statement).all()
    if not rows:
        return Endings()
    found = tuple(
        Ending(r.id, r.name, r.account_id, r.account or "", bool(r.is_ours), r.monthly, (r.ends_on - first).days)
        for r in rows
    )
    return Endings(found, rows[0].ours, int(rows[0].ours_monthly or 0), rows[0].n - rows[0].ours)


def bills(session: ActorSession, whose: Whose) -> Bills:
    """Three statements; one where there are no facts."""
    month = _last_month(session, whose)
    if month is None:
        return Bills()
    return Bills(month, _falls(session, whose, month), _leaving(session, whose, month))


def months_back(month: date, count: int) -> date:
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def _last_month(session: ActorSession, whose: Whose) -> date | None:
    this = clock.today().replace(day=1)
    statement = (
        _facts(select(col(AccountMonth.month)), whose)
        .where(col(AccountMonth.month) >= months_back(this, OLDEST_FACTS), col(AccountMonth.month) <= this)
        .order_by(col(AccountMonth.month).desc())
        .limit(1)
    )
    return session.scalar(statement)  # type: ignore[no-any-return]


def _falls(session: ActorSession, whose: Whose, month: date) -> tuple[Fall, ...]:
    is_last = col(AccountMonth.month) == month
    last = func.sum(case((is_last, col(AccountMonth.revenue))))
    before = func.avg(case((~is_last, col(AccountMonth.revenue))))
    statement = (
        _facts(
            select(
                col(Account.id), col(Account.name), last.label("last"), before.label("before"),
                func.count(case((~is_last, col(AccountMonth.revenue)))).label("months"),
            ),
            whose,
        )
        .where(col(AccountMonth.month) >= months_back(month, MONTHS_BEFORE), col(AccountMonth.month) <= month)
        .group_by(col(Account.id), col(Account.name))
        .having(before > 0, last * 100 <= before * (100 - FALL_PERCENT))
        .order_by((before - last).desc(), col(Account.id))
        .limit(SHOWN)
    )  # fmt: skip
    return tuple(Fall(r.id, r.name, int(r.last), round(r.before), r.months) for r in session.execute(statement))


def _leaving(session: ActorSession, whose: Whose, month: date) -> tuple[Leaving, ...]:
    group, network = (func.coalesce(col(c), 0) for c in (AccountMonth.left_group, AccountMonth.left_network))
    statement = (
        _facts(select(col(Account.id), col(Account.name), group, network, col(AccountMonth.member_count)), whose)
        .where(col(AccountMonth.month) == month, group + network > 0)
        .order_by((group + network).desc(), col(Account.id))
        .limit(SHOWN)
    )
    return tuple(Leaving(*row) for row in session.execute(statement))


def _facts(statement: Any, whose: Whose) -> Any:
    """Facts of live accounts of these people."""
    return (
        statement.select_from(AccountMonth)
        .join(Account, col(Account.id) == col(AccountMonth.account_id))
        .where(
            col(AccountMonth.archived_at).is_(None),
            col(Account.archived_at).is_(None),
            whose.has(col(Account.owner_id)),
        )
    )
