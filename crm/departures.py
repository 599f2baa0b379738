"""Key persons who left a deal's client, or their post there: what the deal lost, and until when it counts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from core.fields import choice, day, flag, ref, text
from core.record import Record
from crm.activities import Activity
from crm.activity_links import ActivityPerson
from crm.natures import FUNCTION_LABELS, FUNCTIONS, LEVEL_LABELS, LEVELS
from crm.tables import live_unique

KINDS = ("left", "moved", "post")
# What it leaves of the stage’s own probability, in basis points: half for somebody who decides, three quarters else.
DECIDES, OTHER = 5000, 7500


class Departure(Record, table=True):
    """One person and one deal. Name, post, level and function are those that the person had there.

    `to_account_id` and `post_after` say where they went, as far as it is known. One row of a person and a deal is in
    force at a time, so that its task is opened once.
    """

    __tablename__ = "crm_departure"
    __table_args__ = (live_unique("uq_crm_departure", "person_id", "opportunity_id"),)
    opportunity_id: int = ref("crm_opportunity.id", required=True)
    person_id: int = ref("crm_key_person.id", required=True, label="Key person")
    account_id: int | None = ref("crm_account.id")
    activity_id: int | None = ref("crm_activity.id", label="Task")
    kind: str = choice(*KINDS, default="left", labels={"moved": "Went to another client", "post": "New post"})
    gone_on: date = day(required=True, label="Left on")
    name: str = text(80, required=True)
    level: str | None = choice(*LEVELS, label="Post level", labels=LEVEL_LABELS)
    function: str | None = choice(*FUNCTIONS, labels=FUNCTION_LABELS)
    is_decider: bool = flag()
    post_before: str | None = text(80)
    post_after: str | None = text(80)
    to_account_id: int | None = ref("crm_account.id", index=False)

    @property
    def decides(self) -> bool:
        return self.is_decider or self.level == "decision"


@dataclass(frozen=True)
class Gap:
    """A departure that still counts, with its task as far as it is to be seen."""

    departure: Departure
    task_id: int | None
    due_on: date | None
    owner_id: int | None


def gaps_of(session: Any, deal_id: int) -> tuple[Gap, ...]:
    """The seats of a deal that nobody has taken yet, read once per session; the weightiest first."""
    kept: dict[int, tuple[Gap, ...]] = session.info.setdefault("crm.gaps", {})
    if deal_id not in kept:
        task = aliased(Activity)
        statement = (
            select(Departure, col(task.id), col(task.due_on), col(task.owner_id))
            .outerjoin(task, and_(col(task.id) == col(Departure.activity_id), col(task.archived_at).is_(None)))
            .where(col(Departure.opportunity_id) == deal_id, is_open())
            .order_by(col(Departure.id))
        )
        found = [Gap(*row) for row in session.execute(statement)]
        kept[deal_id] = tuple(sorted(found, key=lambda gap: not gap.departure.decides))
    return kept[deal_id]


def is_open() -> ColumnElement[bool]:
    """Over the table of departures: the task is not done, and no successor has been met since.

    A successor is another person of the same level and function who was met with that client after the departure.
    """
    live = (col(Departure.archived_at).is_(None), col(Departure.account_id).is_not(None))
    return and_(*live, not_(_is_done()), not_(_successor_is_met()))


def _is_done() -> ColumnElement[bool]:
    task = aliased(Activity)
    done = select(col(task.id)).where(col(task.id) == col(Departure.activity_id), col(task.state) == "done")
    return exists(done.correlate(Departure))


def _successor_is_met() -> ColumnElement[bool]:
    meeting, tie = aliased(Activity), aliased(ActivityPerson)
    met = (
        select(col(tie.id))
        .join(meeting, col(meeting.id) == col(tie.activity_id))
        .where(
            col(meeting.account_id) == col(Departure.account_id), col(meeting.state) == "done",
            col(meeting.archived_at).is_(None), col(meeting.done_at) > col(Departure.created_at),
            col(tie.archived_at).is_(None), col(tie.person_id) != col(Departure.person_id),
            col(tie.level) == col(Departure.level),
            or_(col(Departure.function).is_(None), col(tie.function) == col(Departure.function)),
        )
    )  # fmt: skip
    return exists(met.correlate(Departure))
