"""What makes an account worth a look: a contract that ends, no contact for long, revenue that falls. In SQL."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, or_, select
from sqlmodel import col

from core import clock
from core.i18n import N_
from core.module import Case, Condition, View
from crm.account_months import ACCOUNT_MONTH
from crm.accounts import ACCOUNT
from crm.activities import Activity
from crm.activity_links import ActivityAccount
from crm.client_signals import ENDING_DAYS, FALL_PERCENT, MONTHS_BEFORE, OLDEST_FACTS, months_back
from crm.contracts import Contract

SILENT_DAYS = 21
KEY_GRADES = ("A1", "A2")
HERE: Any = ACCOUNT.table.c.id


def ending() -> ColumnElement[bool]:
    """A contract, ours or a rival's, ends within ninety days."""
    today = clock.today()
    own = select(col(Contract.id)).where(
        col(Contract.account_id) == HERE, col(Contract.archived_at).is_(None), col(Contract.ends_on) >= today,
        col(Contract.ends_on) <= today + timedelta(days=ENDING_DAYS),
    )  # fmt: skip
    return exists(own.correlate(ACCOUNT.table))


def silent() -> ColumnElement[bool]:
    """Nothing was done with it for three weeks, as its first or as a further account."""
    since = clock.ago(days=SILENT_DAYS)
    done = (col(Activity.done_at) >= since, col(Activity.state) == "done", col(Activity.archived_at).is_(None))
    first = select(col(Activity.id)).where(col(Activity.account_id) == HERE, *done)
    further = (
        select(col(ActivityAccount.id))
        .join(Activity, col(Activity.id) == col(ActivityAccount.activity_id))
        .where(col(ActivityAccount.account_id) == HERE, col(ActivityAccount.archived_at).is_(None), *done)
    )
    return and_(not_(exists(first.correlate(ACCOUNT.table))), not_(exists(further.correlate(ACCOUNT.table))))


def falling() -> ColumnElement[bool]:
    """The newest month's revenue lies so far below the mean of the three before. Facts may be some months old.

    One pass over the months of the accounts within reach, account by account: by way of the index of months, or with
    a look-up for each account, it takes many times as long.
    """
    facts = ACCOUNT_MONTH.table.alias()
    this = clock.today().replace(day=1)
    month = func.coalesce(facts.c.month, this)  # an expression, so that no index of months is taken
    newest = func.max(facts.c.month)
    ways = [and_(newest == each, _has_fallen(facts, each)) for each in _recent(this)]
    known = (
        select(facts.c.account_id)
        .where(
            month >= months_back(this, OLDEST_FACTS + MONTHS_BEFORE), month <= this,
            facts.c.archived_at.is_(None), facts.c.revenue.is_not(None),
        )
        .group_by(facts.c.account_id)
        .having(or_(*ways))
    )  # fmt: skip
    return HERE.in_(known)  # type: ignore[no-any-return]


def _recent(this: date) -> list[date]:
    return [months_back(this, back) for back in range(OLDEST_FACTS)]


def _has_fallen(facts: Any, month: date) -> ColumnElement[bool]:
    last = func.sum(case((facts.c.month == month, facts.c.revenue)))
    is_before = and_(facts.c.month < month, facts.c.month >= months_back(month, MONTHS_BEFORE))
    mean = func.avg(case((is_before, facts.c.revenue)))
    return and_(mean > 0, last * 100 <= mean * (100 - FALL_PERCENT))


CARE = Condition(
    "crm.account",
    "care",
    N_("Needs care"),
    (
        Case("ending", N_("Contract ends within 90 days"), ending),
        Case("silent", N_("No contact for 21 days"), silent),
        Case("falling", N_("Revenue falls"), falling),
    ),
)
VIEWS = (
    View("crm.account", N_("All accounts"), lambda _actor: ()),
    View("crm.account", N_("My accounts"), lambda actor: (("owner", str(actor.user_id or 0)),)),
    View("crm.account", N_("Key grades"), lambda _actor: tuple(("grade", code) for code in KEY_GRADES)),
    View("crm.account", N_("Contract ends"), lambda _actor: (("care", "ending"),), is_costly=True),
    View("crm.account", N_("No contact"), lambda _actor: (("care", "silent"),), is_costly=True),
    View("crm.account", N_("Revenue falls"), lambda _actor: (("care", "falling"),), is_costly=True),
)
