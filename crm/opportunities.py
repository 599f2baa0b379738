"""Opportunities as rows: a deal on its way, its stage and state, what it may bring, and the next step."""

from datetime import date

from sqlalchemy import CheckConstraint

from core.fields import choice, day, long_text, money, rate, ref, text
from core.money import share
from core.record import Owned
from crm.tables import derived_text, live_index, live_unique

STATES = ("open", "on_hold", "won", "lost")


class Opportunity(Owned, table=True):
    """`amount` comes from the lines where there are any, else it is typed; empty means unknown."""

    __tablename__ = "crm_opportunity"
    __table_args__ = (
        live_unique("uq_crm_opportunity_code", "code"),
        live_index("ix_crm_opportunity_owner_amount", "owner_id", "amount", "id"),
        live_index("ix_crm_opportunity_team_amount", "team_id", "amount", "id"),
        live_index("ix_crm_opportunity_grid_amount", "grid_id", "amount", "id"),
        live_index("ix_crm_opportunity_county_amount", "county_id", "amount", "id"),
        live_index("ix_crm_opportunity_city_amount", "city_id", "amount", "id"),
        live_index("ix_crm_opportunity_province_amount", "province_id", "amount", "id"),
        live_index("ix_crm_opportunity_amount", "amount", "id"),
        live_index("ix_crm_opportunity_stage_amount", "stage_id", "amount", "id"),
        live_index("ix_crm_opportunity_state_stage_amount", "state", "stage_id", "amount", "id"),
        live_index("ix_crm_opportunity_city_stage_amount", "city_id", "stage_id", "amount", "id"),
        # Holds all that reports read of decided deals, so that a year's sums need no row.
        live_index(
            "ix_crm_opportunity_closed",
            "state",
            "closed_on",
            "province_id",
            "city_id",
            "account_id",
            "engaged_on",
            "amount",
        ),
        CheckConstraint("probability BETWEEN 0 AND 10000", name="probability"),
    )
    code: str = derived_text(40)
    name: str = derived_text(200)
    account_id: int | None = ref("crm_account.id")
    product_id: int | None = ref("crm_product.id", label="Main product")
    pipeline_id: int | None = ref("crm_pipeline.id")
    stage_id: int | None = ref("crm_stage.id", index=False, status=True, also=("阶段", "deal stage"))
    state: str = choice(*STATES, default="open", status=True)
    amount: int | None = money(also=("金额", "商机金额", "value", "close value", "expected revenue"))
    probability: int | None = rate(label="Own probability")
    engaged_on: date | None = day(label="Engaged on", also=("开始日期", "engage date"))
    expected_close_on: date | None = day(label="Expected close")
    closed_on: date | None = day(label="Closed on", status=True, also=("关闭日期", "close date"))
    stage_since: date | None = day(label="In this stage since", status=True)
    wake_on: date | None = day(label="Wake up on", status=True)
    source_id: int | None = ref("crm_channel.id", label="Source")
    reason_id: int | None = ref("crm_reason.id", label="Reason", status=True)
    won_by_id: int | None = ref("crm_rival.id", label="Won by", status=True)
    next_step: str | None = text(200)
    next_step_on: date | None = day(label="Next step on")
    note: str | None = long_text()


def weighted(amount: int | None, *probabilities: int | None) -> int | None:
    """The amount times the smallest probability given (basis points), in fen: 商机加权金额. Unknown stays unknown."""
    known = [points for points in probabilities if points is not None]
    return None if amount is None or not known else share(amount, min(known))
