"""The deal check: eight questions to a deal, each answered from 0 to 5, with a note and the day."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, select
from sqlmodel import col

from core import clock
from core.access import via
from core.entity import Entity, Section
from core.fields import choice, day, long_text, number, ref
from core.i18n import N_
from core.record import Record
from crm.limits import keep_within
from crm.tables import live_unique

QUESTIONS = ("M", "E", "D1", "D2", "P", "I", "C1", "C2")
QUESTION_LABELS = {
    "M": "Metrics",
    "E": "Economic buyer",
    "D1": "Decision criteria",
    "D2": "Decision process",
    "P": "Paper process",
    "I": "Identify pain",
    "C1": "Champion / coach",
    "C2": "Competition",
}
MOST = 5


class DealCheck(Record, table=True):
    """The standing answer to one question; the journal holds those before it."""

    __tablename__ = "crm_deal_check"
    __table_args__ = (
        live_unique("uq_crm_deal_check", "opportunity_id", "question"),
        CheckConstraint("score BETWEEN 0 AND 5", name="score"),
    )
    opportunity_id: int = ref("crm_opportunity.id", required=True)
    question: str = choice(*QUESTIONS, required=True, labels=QUESTION_LABELS)
    score: int = number(required=True)
    note: str | None = long_text(1000)
    checked_on: date | None = day(label="Checked on")


def complete(_session: Any, check: DealCheck) -> None:
    keep_within(check, score=(0, MOST))
    check.checked_on = check.checked_on or clock.today()


def answers_of(session: Any, deal_id: int) -> dict[str, DealCheck]:
    """The standing answers to a deal's questions."""
    live = select(DealCheck).where(col(DealCheck.opportunity_id) == deal_id, col(DealCheck.archived_at).is_(None))
    found = session.scalars(live.order_by(col(DealCheck.id)).limit(len(QUESTIONS)))
    return {check.question: check for check in found}


def answer(session: Any, deal_id: int, question: str, score: int, note: str | None = None) -> DealCheck:
    """Answer a question, or answer it anew today."""
    check = answers_of(session, deal_id).get(question) or DealCheck(
        opportunity_id=deal_id, question=question, score=score
    )
    check.score, check.note, check.checked_on = score, note, clock.today()
    complete(session, check)
    session.add(check)
    session.flush()
    return check


DEAL_CHECK = Entity(
    stem="crm.deal_check",
    model=DealCheck,
    label=N_("Answer of a deal check"),
    plural=N_("Deal checks"),
    rule=via("opportunity_id", "crm_opportunity"),
    key=(DealCheck.opportunity_id, DealCheck.question),
    title=DealCheck.question,
    columns=(DealCheck.opportunity_id, DealCheck.question, DealCheck.score, DealCheck.checked_on, DealCheck.note),
    form=(
        Section(
            N_("Answer"),
            (DealCheck.opportunity_id, DealCheck.question, DealCheck.score, DealCheck.note, DealCheck.checked_on),
        ),
    ),
    search=(DealCheck.opportunity_id, DealCheck.note),
    facets=(DealCheck.question,),
    complete=complete,
)
