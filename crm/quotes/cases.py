"""Reference clients: who agreed to be named to others, as what, and until when; proposals choose from them."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import col

from core import clock
from core.access import via
from core.entity import Entity, Section
from core.errors import Invalid
from core.fields import day, long_text, ref, text
from core.i18n import N_, _
from core.record import Record
from crm.accounts import Account
from crm.tables import base36, derived_text, live_unique

MOST = 60


class ReferenceClient(Record, table=True):
    """Whoever sees the client may name it, from the day of its consent to the last day that it agreed to.

    `name` is what it wants to be called in public; without one it goes by its own.
    """

    __tablename__ = "crm_reference_client"
    __table_args__ = (live_unique("uq_crm_reference_client_code", "code"),)
    account_id: int = ref("crm_account.id", required=True)
    code: str = derived_text(40, label="Number")
    name: str = derived_text(120, label="Named as")
    name_en: str | None = text(120, label="Named as (English)")
    story: str = long_text(600, required=True, label="What we did for it")
    story_en: str | None = long_text(600, label="What we did for it (English)")
    agreed_on: date = day(required=True, label="It agreed on")
    agreed_until: date | None = day(label="Agreed until")
    agreed_how: str = text(200, required=True, label="Who agreed, and how")

    @property
    def is_agreed(self) -> bool:
        return self.agreed_on <= clock.today() and (self.agreed_until is None or clock.today() <= self.agreed_until)


def complete(session: Any, case: ReferenceClient) -> None:
    case.code = case.code or f"R{base36(case.id)}"
    if not case.name:
        account = session.get(Account, case.account_id)
        case.name, case.name_en = (account.name[:120], case.name_en or account.name_en) if account else ("—", None)
    if case.agreed_on > clock.today():
        sentence = _("That day is still to come.")
        raise Invalid(sentence, {"agreed_on": sentence})
    if case.agreed_until and case.agreed_until < case.agreed_on:
        sentence = _("It cannot end before it begins.")
        raise Invalid(sentence, {"agreed_until": sentence})


def may_be_named(on: date) -> ColumnElement[bool]:
    until = col(ReferenceClient.agreed_until)
    agreed = and_(col(ReferenceClient.agreed_on) <= on, or_(until.is_(None), until >= on))
    return and_(agreed, col(ReferenceClient.archived_at).is_(None))


def cases(session: Any) -> tuple[ReferenceClient, ...]:
    """All that the actor may name today, by name; read once per session."""
    kept: tuple[ReferenceClient, ...] | None = session.info.get("crm.cases")
    if kept is None or session.info["writes"]:
        found = select(ReferenceClient).where(may_be_named(clock.today()))
        rows = session.scalars(found.order_by(col(ReferenceClient.name), col(ReferenceClient.id)).limit(MOST))
        session.info["crm.cases"] = kept = tuple(rows)
    return kept


REFERENCE_CLIENT = Entity(
    stem="crm.reference_client",
    model=ReferenceClient,
    label=N_("Reference client"),
    plural=N_("Reference clients"),
    rule=via("account_id", "crm_account"),
    key=(ReferenceClient.code, ReferenceClient.name),
    columns=(
        ReferenceClient.name,
        ReferenceClient.account_id,
        ReferenceClient.agreed_on,
        ReferenceClient.agreed_until,
        ReferenceClient.agreed_how,
    ),
    form=(
        Section(
            N_("Consent"),
            (
                ReferenceClient.account_id,
                ReferenceClient.agreed_how,
                ReferenceClient.agreed_on,
                ReferenceClient.agreed_until,
            ),
        ),
        Section(
            N_("How it is named"),
            (ReferenceClient.name, ReferenceClient.name_en, ReferenceClient.story, ReferenceClient.story_en),
        ),
    ),
    search=(ReferenceClient.name, ReferenceClient.account_id),
    facets=(ReferenceClient.account_id,),
    order=ReferenceClient.name,
    complete=complete,
)
