"""Outside firms that sell and plan for the carrier in a city, and their staff."""

from datetime import date
from typing import Any

from sqlalchemy import Index

from core.access import owned, via
from core.db import get
from core.entity import Entity, Section
from core.errors import Invalid
from core.fields import choice, day, long_text, phone, ref, text
from core.i18n import N_, _
from core.people import User
from core.record import Owned, Record
from crm.accounts import checked_uscc
from crm.tables import base36, derived_text, live_unique


class Firm(Owned, table=True):
    """The owner is the carrier's channel manager. All access of its staff ends with `ends_on`."""

    __tablename__ = "agents_firm"
    __table_args__ = (
        live_unique("uq_agents_firm_code", "code"),
        Index("ix_agents_firm_city_name", "city_id", "name", "id"),
    )
    code: str = derived_text(40)
    name: str = text(200, required=True)
    name_en: str | None = text(200)
    uscc: str | None = text(18, label="Unified social credit code")
    home_unit_id: int | None = ref("core_unit.id", label="Admitted for")
    grade: str | None = choice(
        "S",
        "A",
        "B",
        "C",
        "D",
        label="Star grade",
        labels={
            "S": "Five stars",
            "A": "Four stars",
            "B": "Three stars",
            "C": "Two stars",
            "D": "One star",
        },
    )
    contact_name: str | None = text(80, label="Contact")
    contact_phone: str | None = phone(guard="phone")
    admitted_on: date | None = day()
    ends_on: date | None = day(label="Agreement ends on")
    note: str | None = long_text()


class Staff(Record, table=True):
    """Puts a user into a firm: from then on the user is an outside user."""

    __tablename__ = "agents_staff"
    __table_args__ = (live_unique("uq_agents_staff_user", "user_id"),)
    firm_id: int = ref("agents_firm.id", required=True)
    user_id: int = ref("core_user.id", required=True)
    post: str = derived_text(80)


def complete_firm(_session: Any, firm: Firm) -> None:
    firm.code = firm.code or f"F{base36(firm.id)}"
    if firm.uscc:
        firm.uscc = checked_uscc(firm.uscc)
    if firm.ends_on and firm.admitted_on and firm.ends_on < firm.admitted_on:
        sentence = _("The end is before the start.")
        raise Invalid(sentence, {"ends_on": sentence})


def complete_staff(session: Any, staff: Staff) -> None:
    """The mark on the user is what the access rules read. Who once was outside is never taken in by this door."""
    user = get(session, User, staff.user_id)
    if user.firm_id not in (None, staff.firm_id):
        sentence = _("This user belongs to another firm.")
        raise Invalid(sentence, {"user_id": sentence})
    user.firm_id, user.unit_id = staff.firm_id, None
    staff.post = staff.post or _("Member of staff")


FIRM = Entity(
    stem="agents.firm",
    model=Firm,
    label=N_("Firm"),
    plural=N_("Firms"),
    rule=owned(),
    key=(Firm.code, Firm.name, Firm.name_en),
    columns=(Firm.name, Firm.code, Firm.home_unit_id, Firm.grade, Firm.admitted_on, Firm.ends_on, Firm.owner_id),
    form=(
        Section(N_("Firm"), (Firm.name, Firm.name_en, Firm.code, Firm.uscc, Firm.grade)),
        Section(N_("Agreement"), (Firm.home_unit_id, Firm.owner_id, Firm.admitted_on, Firm.ends_on)),
        Section(N_("Contact"), (Firm.contact_name, Firm.contact_phone, Firm.note)),
    ),
    search=(Firm.name, Firm.name_en, Firm.code),
    facets=(Firm.home_unit_id, Firm.grade, Firm.owner_id),
    order=Firm.name,
    complete=complete_firm,
)

STAFF = Entity(
    stem="agents.staff",
    model=Staff,
    label=N_("Member of staff"),
    plural=N_("Staff of firms"),
    rule=via("firm_id", "agents_firm"),
    key=(Staff.user_id,),
    title=Staff.post,
    columns=(Staff.post, Staff.user_id, Staff.firm_id),
    form=(Section(N_("Member of staff"), (Staff.firm_id, Staff.user_id, Staff.post)),),
    search=(Staff.user_id, Staff.firm_id),
    facets=(Staff.firm_id,),
    complete=complete_staff,
)
