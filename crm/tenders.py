"""Tenders of an account. From the notice to the award some weapons are locked."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint

from core.access import via
from core.entity import Entity, Section
from core.errors import Invalid
from core.fields import day, flag, long_text, money, ref, text
from core.i18n import N_, _
from core.record import Record
from crm.tables import base36, derived_text, live_unique


class Tender(Record, table=True):
    __tablename__ = "crm_tender"
    __table_args__ = (
        live_unique("uq_crm_tender_code", "code"),
        CheckConstraint("awarded_on IS NULL OR awarded_on >= noticed_on", name="days"),
    )
    code: str = derived_text(60)
    name: str = text(200, required=True)
    account_id: int = ref("crm_account.id", required=True)
    opportunity_id: int | None = ref("crm_opportunity.id")
    noticed_on: date = day(required=True, label="Notice on")
    deadline_on: date | None = day(label="Bids due on")
    awarded_on: date | None = day(label="Awarded on")
    is_cancelled: bool = flag(label="Cancelled")
    is_ours: bool = flag(label="Awarded to us")
    winner_id: int | None = ref("crm_rival.id", label="Awarded to")
    budget: int | None = money()
    agency: str | None = text(120)
    note: str | None = long_text()

    def is_open(self, on: date) -> bool:
        """Whether the lock on gifts and hospitality holds on that day."""
        return not self.is_cancelled and self.noticed_on <= on and (self.awarded_on is None or self.awarded_on > on)


def complete(_session: Any, tender: Tender) -> None:
    tender.code = tender.code or f"T{base36(tender.id)}"
    problems = {}
    if tender.deadline_on and tender.deadline_on < tender.noticed_on:
        problems["deadline_on"] = _("Bids cannot be due before the notice.")
    if tender.awarded_on and tender.awarded_on < tender.noticed_on:
        problems["awarded_on"] = _("The award cannot come before the notice.")
    if tender.is_ours and tender.winner_id:
        problems["winner_id"] = _("Either we or a rival got the award.")
    if problems:
        raise Invalid(next(iter(problems.values())), problems)


TENDER = Entity(
    stem="crm.tender",
    model=Tender,
    label=N_("Tender"),
    plural=N_("Tenders"),
    rule=via("account_id", "crm_account"),
    key=(Tender.code, Tender.name),
    columns=(Tender.name, Tender.account_id, Tender.noticed_on, Tender.deadline_on, Tender.awarded_on, Tender.budget),
    form=(
        Section(
            N_("Tender"),
            (
                Tender.name,
                Tender.code,
                Tender.account_id,
                Tender.opportunity_id,
                Tender.budget,
                Tender.agency,
            ),
        ),
        Section(
            N_("Course"),
            (
                Tender.noticed_on,
                Tender.deadline_on,
                Tender.awarded_on,
                Tender.is_ours,
                Tender.winner_id,
                Tender.is_cancelled,
                Tender.note,
            ),
        ),
    ),
    search=(Tender.name, Tender.code, Tender.account_id),
    facets=(Tender.is_ours, Tender.is_cancelled),
    order=Tender.deadline_on,
    complete=complete,
)
