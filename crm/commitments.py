"""What is committed to a client's person in gifts, hospitality and trips, as rows."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, select
from sqlmodel import Field, col

from core.fields import choice, day, money, ref, text
from core.record import Owned
from crm.ceilings import BOUND
from crm.files import files_of
from crm.tables import derived_text, live_unique

STATES = ("requested", "approved", "spent", "closed", "released")


class Commitment(Owned, table=True):
    """One person's share of one use. Its owner asks for it. `client_class` is the strict one until it is known.

    `asked` is the amount that superiors answer; what is spent may be less.
    """

    __tablename__ = "crm_commitment"
    takes_files: ClassVar[bool] = False
    __table_args__ = (
        live_unique("uq_crm_commitment_code", "code"),
        CheckConstraint("amount > 0", name="amount"),
    )
    code: str = derived_text(40)
    activity_id: int = ref("crm_activity.id", required=True)
    person_id: int = ref("crm_key_person.id", required=True, label="For whom")
    account_id: int | None = ref("crm_account.id")
    opportunity_id: int | None = ref("crm_opportunity.id")
    compliance: str = choice(*BOUND, default="GIFT", labels={"GIFT": "Gift register"})
    client_class: str = Field(default="official", max_length=24)
    occurs_on: date = day(required=True, label="Takes place on")
    amount: int = money(required=True)
    asked: int | None = money(label="Asked for", status=True)
    supplier: str | None = text(120, label="Place or supplier")
    purpose: str | None = text(200)
    state: str = choice(*STATES, default="requested", status=True, labels={"closed": "Closed with receipt"})


def commitments_of(session: Any, activity_id: int) -> list[Commitment]:
    live = select(Commitment).where(col(Commitment.activity_id) == activity_id, col(Commitment.archived_at).is_(None))
    return list(session.scalars(live.order_by(col(Commitment.id))))


def has_receipt(session: Any, commitment: Commitment) -> bool:
    return any(file.evidence == "receipt" for file in files_of(session, "crm.activity", [commitment.activity_id]))
