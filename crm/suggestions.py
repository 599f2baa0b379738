"""The log of suggestions: what was drawn as the next weapon of a deal, by which chance, and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field

from core import clock
from core.fields import choice, instant, number, ref, text
from core.record import Record

# A probability is stored in millionths, as whole numbers that sum up to this.
WHOLE = 1_000_000
ANSWERS = ("planned", "used", "another", "unsuitable", "overtaken")
REASONS = ("person", "time", "cost", "tried", "client", "other")
REASON_LABELS = {
    "person": "The person will not have it",
    "time": "Not the time for it",
    "cost": "Too dear for this deal",
    "tried": "Tried before",
    "client": "The client’s own rules",
    "other": "Another reason",
}


class Suggestion(Record, table=True):
    """One draw. `candidates` are all weapons that could have been: `weapon_id`, `score`, `probability` in millionths.

    `weapon_id` is the one drawn, `probability` its own, `ticket` the number drawn from 0 to 999,999: laid end to end in
    the order of the candidates, the probabilities hold the ticket at the weapon drawn. `band` is how near, in basis
    points, a score had to be to the best. `turn` counts the draws in this deal and step. `seller_id` owned the deal
    then; `shown_to_id` was shown it first. `answer` is empty while it is open; `slot` is taken for that time, so that
    there is at most one open suggestion for a deal and step. None of the facts of the draw ever changes.
    """

    __tablename__ = "crm_suggestion"
    __table_args__ = (
        Index("ix_crm_suggestion_deal", "opportunity_id", "id"),
        CheckConstraint("probability BETWEEN 1 AND 1000000", name="probability"),
        CheckConstraint("ticket BETWEEN 0 AND 999999", name="ticket"),
    )
    opportunity_id: int = ref("crm_opportunity.id", required=True, index=False, fixed=True)
    step_id: int = ref("crm_step.id", required=True, index=False, fixed=True, label="Purchase step")
    weapon_id: int = ref("crm_weapon.id", required=True, fixed=True)
    turn: int = number(required=True, fixed=True)
    candidates: list[dict[str, Any]] = Field(
        default_factory=list, sa_type=JSON, sa_column_kwargs={"info": {"fixed": True}}
    )
    probability: int = number(required=True, fixed=True)
    ticket: int = number(required=True, fixed=True)
    band: int = number(required=True, fixed=True)
    level: str | None = text(24, fixed=True)
    person_id: int | None = ref("crm_key_person.id", index=False, fixed=True, label="Key person")
    seller_id: int | None = ref("core_user.id", index=False, fixed=True)
    shown_to_id: int | None = ref("core_user.id", index=False, fixed=True)
    drawn_at: datetime = Field(default_factory=clock.now, sa_column_kwargs={"info": {"fixed": True}})
    answer: str | None = choice(*ANSWERS)
    reason: str | None = choice(*REASONS, labels=REASON_LABELS)
    reason_text: str | None = text(200)
    answered_at: datetime | None = instant()
    answered_by_id: int | None = ref("core_user.id", index=False)
    activity_id: int | None = ref("crm_activity.id")
    slot: str | None = Field(default=None, max_length=60, unique=True)


def slot_of(deal_id: int, step_id: int) -> str:
    return f"{deal_id}/{step_id}"
