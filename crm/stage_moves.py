"""Every move of a deal: from where to where, when, by whom, and why."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from core import clock
from core.fields import choice, ref, text
from core.record import Row


class StageMove(Row, table=True):
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
