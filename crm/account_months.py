"""What the billing system says of an account in a month. Imported; its totals reconcile with the file."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Index

from core.access import via
from core.entity import Entity, Section
from core.fields import money, month, number, ref
from core.i18n import N_
from core.record import Record
from crm.limits import COUNT, keep_within
from crm.tables import live_unique


class AccountMonth(Record, table=True):
    """Who left the group still uses our network; who left the network is gone: two figures, two actions."""

    __tablename__ = "crm_account_month"
    __table_args__ = (
        live_unique("uq_crm_account_month", "account_id", "month"),
        Index("ix_crm_account_month_month", "month", "id"),
        # Holds all that the condition "revenue falls" reads, account by account.
        Index("ix_crm_account_month_account", "account_id", "month", "archived_at", "revenue"),
        CheckConstraint("product_count >= 0", name="product_count"),
        CheckConstraint("member_count >= 0", name="member_count"),
    )
    account_id: int = ref("crm_account.id", required=True, index=False)
    month: date = month(required=True)
    revenue: int | None = money(label="Net revenue")
    product_count: int | None = number(label="Products held")
    member_count: int | None = number(label="Members")
    left_group: int | None = number(label="Left the group")
    left_network: int | None = number(label="Left the network")
    arrears: int | None = money()


def complete(_session: Any, facts: AccountMonth) -> None:
    keep_within(facts, product_count=COUNT, member_count=COUNT)


ACCOUNT_MONTH = Entity(
    stem="crm.account_month",
    model=AccountMonth,
    label=N_("Account month"),
    plural=N_("Account months"),
    rule=via("account_id", "crm_account"),
    key=(AccountMonth.account_id, AccountMonth.month),
    title=AccountMonth.month,
    columns=(
        AccountMonth.month,
        AccountMonth.account_id,
        AccountMonth.revenue,
        AccountMonth.product_count,
        AccountMonth.member_count,
        AccountMonth.left_group,
        AccountMonth.left_network,
        AccountMonth.arrears,
    ),
    form=(
        Section(N_("Month"), (AccountMonth.account_id, AccountMonth.month)),
        Section(
            N_("Figures"),
            (
                AccountMonth.revenue,
                AccountMonth.product_count,
                AccountMonth.member_count,
                AccountMonth.left_group,
                AccountMonth.left_network,
                AccountMonth.arrears,
            ),
        ),
    ),
    search=(AccountMonth.account_id,),
    facets=(),
    sums=(AccountMonth.revenue, AccountMonth.left_group, AccountMonth.left_network, AccountMonth.arrears),
    order=AccountMonth.month,
    complete=complete,
)
