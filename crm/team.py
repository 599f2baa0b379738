"""Who of a team needs help: what is late, stalled or without a next step, by person, from the team's own records."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, and_, case, func, or_, select
from sqlmodel import col

from core import clock
from core.db import ActorSession
from core.people import User
from crm.accounts import Account
from crm.activities import Activity
from crm.deal_pace import nothing_next, stalled
from crm.opportunity_verbs import OPPORTUNITY
from crm.own_figures import month_of, was_won
from crm.targets import Target
from crm.units import UNIT
from crm.whose import MOST_PEOPLE, in_team

DEAL = OPPORTUNITY.table
QUIET_DAYS = 14
LOOKS_BACK_DAYS = 120


@dataclass(frozen=True)
class Mate:
    """One person's work. Money in fen; `target` is None where none is set; `last_on` of the last `LOOKS_BACK_DAYS`."""

    id: int
    name: str
    unit: str
    accounts: int = 0
    overdue: int = 0
    open: int = 0
    stalled: int = 0
    stalled_amount: int = 0
    aimless: int = 0
    won: int = 0
    won_amount: int = 0
    target: int | None = None
    visits: int = 0
    visits_done: int = 0
    last_on: date | None = None

    @property
    def quiet_days(self) -> int | None:
        """How long nothing was logged, where something was."""
        return (clock.today() - self.last_on).days if self.last_on else None

    @property
    def is_quiet(self) -> bool:
        return self.open > 0 and self.quiet_days is not None and self.quiet_days > QUIET_DAYS

    @property
    def need(self) -> tuple[int, int, int, int, bool]:
        """Stalled deals weigh most, then what is overdue, then deals without a next step, then silence."""
        return self.stalled, self.stalled_amount, self.overdue, self.aimless, self.is_quiet

    @property
    def holds_something(self) -> bool:
        return bool(self.accounts or self.open or self.overdue or self.won or self.target)


def week_of(day: date) -> tuple[date, date]:
    """Monday, and the Monday after."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=7)


def team(session: ActorSession) -> list[Mate]:
    """Who needs help most comes first. Six statements, whatever the number of people and records."""
    people = _people(session)
    found: dict[int, dict[str, Any]] = {person.id: {} for person in people}
    for part in (_accounts(session), _activities(session), _deals(session), _won(session), _targets(session)):
        for owner, values in part.items():
            if owner in found:
                found[owner].update(values)
    mates = [Mate(person.id, person.name, str(person.unit or ""), **found[person.id]) for person in people]
    held = [mate for mate in mates if mate.holds_something]
    return sorted(held, key=lambda mate: (tuple(-int(part) for part in mate.need), mate.name))


def _people(session: ActorSession) -> list[Any]:
    unit = UNIT.table.alias()
    statement = (
        select(col(User.id), col(User.name), UNIT.title_in(unit).label("unit"))
        .outerjoin(unit, unit.c.id == col(User.unit_id))
        .where(in_team(session.actor), col(User.archived_at).is_(None))
        .order_by(col(User.name), col(User.id))
        .limit(MOST_PEOPLE)
    )
    return list(session.execute(statement))


Parts = dict[int, dict[str, Any]]


def _accounts(session: ActorSession) -> Parts:
    owner = col(Account.owner_id)
    statement = (
        select(owner, func.count()).where(col(Account.archived_at).is_(None), owner.is_not(None)).group_by(owner)
    )
    return {row[0]: {"accounts": row[1]} for row in session.execute(statement)}


def _activities(session: ActorSession) -> Parts:
    today = clock.today()
    monday, sunday = week_of(today)
    this_week = and_(col(Activity.kind) == "visit", col(Activity.due_on) >= monday, col(Activity.due_on) < sunday)
    is_planned, is_done = col(Activity.state) == "planned", col(Activity.state) == "done"
    lately = and_(is_done, col(Activity.done_at) >= clock.now() - timedelta(days=LOOKS_BACK_DAYS))
    statement = (
        select(
            col(Activity.owner_id),
            func.count(case((and_(is_planned, col(Activity.due_on) < today), 1))).label("overdue"),
            func.count(case((this_week, 1))).label("visits"),
            func.count(case((and_(this_week, is_done), 1))).label("visits_done"),
            func.max(case((is_done, col(Activity.done_at)))).label("last"),
        )
        .where(
            col(Activity.archived_at).is_(None), col(Activity.owner_id).is_not(None), or_(is_planned, lately),
        )
        .group_by(col(Activity.owner_id))
    )  # fmt: skip
    return {row.owner_id: _done_of(row) for row in session.execute(statement)}


def _done_of(row: Row[Any]) -> dict[str, Any]:
    last = clock.local(row.last).date() if row.last else None
    return {"overdue": row.overdue, "visits": row.visits, "visits_done": row.visits_done, "last_on": last}


def _deals(session: ActorSession) -> Parts:
    flagged = select(
        DEAL.c.owner_id,
        DEAL.c.amount,
        case((stalled(), 1)).label("stalled"),
        case((nothing_next(), 1)).label("aimless"),
    ).where(DEAL.c.state == "open", DEAL.c.archived_at.is_(None), DEAL.c.owner_id.is_not(None))
    flags = flagged.subquery().c
    statement = select(
        flags.owner_id,
        func.count(),
        func.count(flags.stalled),
        func.count(flags.aimless),
        func.sum(case((flags.stalled == 1, flags.amount))),
    ).group_by(flags.owner_id)
    return {
        owner: {"open": n, "stalled": still, "aimless": aimless, "stalled_amount": int(amount or 0)}
        for owner, n, still, aimless, amount in session.execute(statement)
    }


def _won(session: ActorSession) -> Parts:
    first, after = month_of(clock.today())
    statement = (
        select(DEAL.c.owner_id, func.count(), func.sum(DEAL.c.amount))
        .where(was_won(first, after), DEAL.c.owner_id.is_not(None))
        .group_by(DEAL.c.owner_id)
    )
    return {owner: {"won": n, "won_amount": int(amount or 0)} for owner, n, amount in session.execute(statement)}


def _targets(session: ActorSession) -> Parts:
    user = col(Target.for_user_id)
    statement = (
        select(user, func.sum(col(Target.amount)))
        .where(
            col(Target.measure) == "won_amount", col(Target.month) == month_of(clock.today())[0], user.is_not(None),
            col(Target.archived_at).is_(None),
        )
        .group_by(user)
    )  # fmt: skip
    return {owner: {"target": int(amount) if amount else None} for owner, amount in session.execute(statement)}


@dataclass(frozen=True)
class Sums:
    """A team in figures."""

    people: int = 0
    overdue: int = 0
    stalled: int = 0
    stalled_amount: int = 0
    aimless: int = 0
    quiet: tuple[str, ...] = field(default_factory=tuple)


def sums_of(mates: list[Mate]) -> Sums:
    return Sums(
        len(mates), sum(m.overdue for m in mates), sum(m.stalled for m in mates),
        sum(m.stalled_amount for m in mates), sum(m.aimless for m in mates), tuple(m.name for m in mates if m.is_quiet),
    )  # fmt: skip
