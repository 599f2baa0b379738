"""Every move of a deal: from where to where, when, by whom, and why; past which exit tests, and what it decided."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ColumnElement, Index
from sqlmodel import Field, col

from core import clock
from core.fields import choice, day, flag, ref, text
from core.record import Row
from crm.tables import codes

# Whose grant reaches the deal as a lead's does may pass a block with a reason.
OVERRIDE = "crm.stage_override.create"


class StageMove(Row, table=True):
    """`missing` are the codes of the exit tests that were not met. With `is_override` one of them blocked the move, and
    whoever leads the deal's people passed it, for `override_reason`.

    A move that decides the deal keeps the day, the reason and the winner; one that opens a decided deal again keeps
    those of the life that ended: the lives before the present one are the moves `from_state` won or lost with a day.
    """

    __tablename__ = "crm_stage_move"
    __table_args__ = (Index("ix_crm_stage_move_deal_at", "opportunity_id", "at"),)
    opportunity_id: int = ref("crm_opportunity.id", required=True)
    from_stage_id: int | None = Field(default=None, foreign_key="crm_stage.id", sa_type=BigInteger)
    to_stage_id: int = Field(foreign_key="crm_stage.id", sa_type=BigInteger, index=True)
    from_state: str | None = Field(default=None, max_length=24)
    to_state: str = choice("open", "on_hold", "won", "lost", required=True)
    at: datetime = Field(default_factory=clock.now)
    by_id: int | None = Field(default=None, foreign_key="core_user.id", sa_type=BigInteger)
    why: str | None = text(200)
    missing: list[str] = codes(label="Exit tests not met")
    is_override: bool = flag(label="Passed by override")
    override_reason: str | None = text(200, label="Reason for passing")
    closed_on: date | None = day(label="Closed on")
    reason_id: int | None = ref("crm_reason.id", index=False)
    won_by_id: int | None = ref("crm_rival.id", index=False)


def overrides() -> ColumnElement[bool]:
    """The moves that passed a block: for counting by person, team and city, and for the deals that had one."""
    return col(StageMove.is_override).is_(True)
