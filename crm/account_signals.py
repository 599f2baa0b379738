"""What makes an account worth a look: a contract that ends, no contact for long, revenue that falls. In SQL."""

from datetime import timedelta
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
    since = clock.start_of(clock.today() - timedelta(days=SILENT_DAYS))
    done = (col(Activity.done_at) >= since, col(Activity.state) == "done", col(Activity.archived_at).is_(None))
    first = select(col(Activity.id)).where(col(Activity.account_id) == HERE, *done)
    further = (
        select(col(ActivityAccount.account_id))
        .join(Activity, col(Activity.id) == col(ActivityAccount.activity_id))
        .where(col(ActivityAccount.archived_at).is_(None), *done)
    )
    return and_(not_(exists(first.correlate(ACCOUNT.table))), HERE.not_in(further))


def falling() -> ColumnElement[bool]:
    """The newest month's revenue lies so far below the mean of the three before. Facts may be some months old.

    One pass over the months of the accounts within reach, account by account, in an index that holds all it reads.
    """
    facts = ACCOUNT_MONTH.table.alias()
    this = clock.today().replace(day=1)
    months = [months_back(this, back) for back in range(OLDEST_FACTS + MONTHS_BEFORE)]
    # Each sum is named once: the database would work out again what is written again.
    sums = [
        func.sum(case((facts.c.month == month, facts.c.revenue))).label(f"m{at}") for at, month in enumerate(months)
    ]
    known = (
        select(facts.c.account_id, *sums)
        .where(
            facts.c.month >= months[-1], facts.c.month <= this, facts.c.archived_at.is_(None),
            facts.c.revenue.is_not(None),
        )
        .group_by(facts.c.account_id)
        .subquery()
    )  # fmt: skip
    revenue = list(known.c)[1:]
    ways = (_has_fallen(revenue, newest) for newest in range(OLDEST_FACTS))
    return HERE.in_(select(known.c.account_id).where(or_(*ways)))  # type: ignore[no-any-return]


def _has_fallen(revenue: list[Any], newest: int) -> ColumnElement[bool]:
    """By the sums of the months, the latest first, of which `newest` is the first with a figure."""
    before = revenue[newest + 1 : newest + 1 + MONTHS_BEFORE]
    total: Any = sum(func.coalesce(each, 0) for each in before)
    number: Any = sum(case((each.is_not(None), 1), else_=0) for each in before)
    none_since = (each.is_(None) for each in revenue[:newest])
    return and_(*none_since, total > 0, revenue[newest] * 100 * number <= total * (100 - FALL_PERCENT))


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
