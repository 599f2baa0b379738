"""Deals at risk, each with its reasons: what the records say, and nothing that they do not hold."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, or_, select
from sqlmodel import col

from core import clock
from core.access import Me
from core.clauses import lists_code
from core.db import ActorSession
from core.i18n import N_
from core.module import Case, Condition
from crm.accounts import ACCOUNT
from crm.activities import Activity
from crm.activity_links import ActivityAccount
from crm.deal_pace import next_is_overdue, nothing_next, stalled
from crm.departures import Departure, is_open
from crm.key_persons import KeyPerson
from crm.opportunity_verbs import OPPORTUNITY
from crm.stages import STAGE
from crm.whose import Whose

DEAL = OPPORTUNITY.table
SILENT_DAYS = 30
SHOWN = 6
CONTACTS = ("visit", "call", "meeting", "message")
REASONS = ("key_left", "stalled", "next_over", "late_close", "silent", "opposed", "no_next")


@dataclass(frozen=True)
class Risk:
    """One deal and its reasons, the weightiest first. `silent_days` since the last contact, where that is a reason."""

    id: int
    code: str
    name: str
    account_id: int | None
    account: str
    owner_id: int | None
    amount: int | None
    stage: str
    limit: int | None
    since: date | None
    expected_close_on: date | None
    next_step_on: date | None
    reasons: tuple[str, ...]
    silent_days: int | None = None


@dataclass(frozen=True)
class Risks:
    """The largest deals at risk; `count` and `amount` (fen) are of all of them."""

    deals: tuple[Risk, ...] = ()
    count: int = 0
    amount: int = 0


def deals_at_risk(session: ActorSession, whose: Whose, *, limit: int = SHOWN) -> Risks:
    """Two statements. The largest first; where no amount is known, those that stand longest."""
    flagged = _flagged(whose).subquery()
    is_risky = or_(*(flagged.c[reason] == 1 for reason in REASONS))
    account, stage = ACCOUNT.table.alias(), STAGE.table.alias()
    statement = (
        select(
            flagged,
            account.c.name.label("account"),
            STAGE.title_in(stage).label("stage"),
            stage.c.limit_days,
            func.count().over().label("n"),
            func.sum(flagged.c.amount).over().label("total"),
        )
        .outerjoin(account, account.c.id == flagged.c.account_id)
        .outerjoin(stage, stage.c.id == flagged.c.stage_id)
        .where(is_risky)
        .order_by(flagged.c.amount.desc().nulls_last(), flagged.c.stage_since, flagged.c.id)
        .limit(limit)
    )
    rows = session.execute(statement).all()
    if not rows:
        return Risks()
    contacts = last_contacts(session, {row.account_id for row in rows if row.silent} - {None})
    return Risks(tuple(_risk(row, contacts) for row in rows), rows[0].n, int(rows[0].total or 0))


def _flagged(whose: Whose) -> Any:
    names = ("id", "code", "name", "account_id", "owner_id", "amount", "stage_id", "stage_since", "expected_close_on")
    flags = [case((where(), 1), else_=0).label(reason) for reason, where in zip(REASONS, WHERE, strict=True)]
    open_deals = and_(DEAL.c.state == "open", DEAL.c.archived_at.is_(None), whose.has(DEAL.c.owner_id))
    return select(*(DEAL.c[name] for name in names), DEAL.c.next_step_on, *flags).where(open_deals)


def _risk(row: Any, contacts: dict[int, date]) -> Risk:
    last = contacts.get(row.account_id or 0)
    return Risk(
        row.id, row.code, row.name, row.account_id, row.account or "", row.owner_id, row.amount, row.stage or "",
        row.limit_days, row.stage_since, row.expected_close_on, row.next_step_on,
        tuple(reason for reason in REASONS if getattr(row, reason)),
        (clock.today() - last).days if last else None,
    )  # fmt: skip


def last_contacts(session: ActorSession, accounts: set[Any]) -> dict[int, date]:
    """The day of the last contact with each of these clients."""
    if not accounts:
        return {}
    statement = (
        select(col(Activity.account_id), func.max(col(Activity.done_at)))
        .where(col(Activity.account_id).in_(accounts), *_was_contact())
        .group_by(col(Activity.account_id))
    )
    return {account: clock.local(last).date() for account, last in session.execute(statement) if account and last}


# --- the reasons that the pace of a deal does not tell, over the table of deals --------------------------------


def late_close() -> ColumnElement[bool]:
    return and_(DEAL.c.state == "open", DEAL.c.expected_close_on < Me.today)


def silent() -> ColumnElement[bool]:
    """There was contact with the client once, but none of late. Where none was ever noted, nothing is claimed."""
    since = clock.start_of(clock.today() - timedelta(days=SILENT_DAYS))
    ever, late = _contact(), _contact(col(Activity.done_at) >= since)
    return and_(DEAL.c.state == "open", or_(*ever), *(not_(each) for each in late))


def _contact(*narrower: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Contact over the deal itself, or with its client as the first or as a further one.

    Asked deal by deal, in indices that begin with the deal or the client: a page of a long list stops when it is full.
    """
    done = (*_was_contact(), *narrower)
    deal = select(col(Activity.id)).where(col(Activity.opportunity_id) == DEAL.c.id, *done)
    first = select(col(Activity.id)).where(col(Activity.account_id) == DEAL.c.account_id, *done)
    tied = select(col(Activity.id)).where(col(Activity.id) == col(ActivityAccount.activity_id), *done)
    further = select(col(ActivityAccount.id)).where(
        col(ActivityAccount.account_id) == DEAL.c.account_id, col(ActivityAccount.archived_at).is_(None),
        exists(tied.correlate(ActivityAccount)),
    )  # fmt: skip
    return [exists(each.correlate(DEAL)) for each in (deal, first, further)]


def _was_contact() -> tuple[ColumnElement[bool], ...]:
    is_done = and_(col(Activity.state) == "done", col(Activity.done_at).is_not(None))
    return is_done, col(Activity.kind).in_(CONTACTS), col(Activity.archived_at).is_(None)


def opposed() -> ColumnElement[bool]:
    """A decision maker is against us, and none is for us."""
    against, friends = _deciders("opposed", "with_rival"), _deciders("supportive", "exclusive")
    return and_(DEAL.c.state == "open", DEAL.c.account_id.in_(against), not_(DEAL.c.account_id.in_(friends)))


def _deciders(*support: str) -> Any:
    """The clients at which a decision maker stands so."""
    here = or_(col(KeyPerson.left_on).is_(None), col(KeyPerson.left_on) > Me.today)
    return select(col(KeyPerson.account_id)).where(
        lists_code(col(KeyPerson.roles), "decider"),
        col(KeyPerson.support).in_(support),
        col(KeyPerson.archived_at).is_(None),
        here,
    )


def key_left() -> ColumnElement[bool]:
    """Somebody who counted in the deal has gone, and nobody has taken the seat yet.

    Departures are few, and read once: asked deal by deal, who may see each would be worked out again for every deal.
    """
    return and_(DEAL.c.state == "open", DEAL.c.id.in_(select(col(Departure.opportunity_id)).where(is_open())))


WHERE = (key_left, stalled, next_is_overdue, late_close, silent, opposed, nothing_next)


def at_risk() -> ColumnElement[bool]:
    return or_(*(where() for where in WHERE))


RISK = Condition(
    "crm.opportunity",
    "risk",
    N_("Risk"),
    (
        Case("any", N_("At risk"), at_risk),
        Case("late_close", N_("Expected close passed"), late_close),
        Case("silent", N_("No contact of late"), silent),
        Case("key_left", N_("A key person has gone"), key_left),
        Case("opposed", N_("Decision makers against us"), opposed),
    ),
)
