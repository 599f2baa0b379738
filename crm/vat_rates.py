"""VAT rates by class and day. A rate holds from its day until the next row's day."""

from datetime import date

from sqlalchemy import CheckConstraint, func, select
from sqlmodel import Session, col

from core.access import reference
from core.entity import Entity, Section
from core.errors import Invalid
from core.fields import day, rate, ref
from core.i18n import N_, _
from core.record import Record
from crm.limits import RATE, keep_within
from crm.tables import live_unique
from crm.vat_classes import VatClass


class VatRate(Record, table=True):
    __tablename__ = "crm_vat_rate"
    __table_args__ = (
        live_unique("uq_crm_vat_rate", "vat_class_id", "since_on"),
        CheckConstraint("rate BETWEEN 0 AND 10000", name="rate"),
    )
    vat_class_id: int = ref("crm_vat_class.id", required=True, label="VAT class")
    since_on: date = day(required=True)
    rate: int = rate(required=True)


def vat_rate(session: Session, classes: list[str], on: date) -> int:
    """The rate of an unsplit sale in basis points: the highest of its classes on that day, as the VAT law says."""
    since = (
        select(col(VatRate.vat_class_id), func.max(VatRate.since_on).label("since_on"))
        .where(col(VatRate.since_on) <= on, col(VatRate.archived_at).is_(None))
        .group_by(col(VatRate.vat_class_id))
        .subquery()
    )
    in_force = (
        select(func.max(VatRate.rate))
        .join(since, (since.c.vat_class_id == col(VatRate.vat_class_id)) & (since.c.since_on == col(VatRate.since_on)))
        .join(VatClass, col(VatClass.id) == col(VatRate.vat_class_id))
        .where(col(VatClass.code).in_(classes), col(VatRate.archived_at).is_(None))
    )
    found: int | None = session.scalar(in_force)
    if found is None:
        raise Invalid(_("There is no VAT rate for this product on {day}.", day=on))
    return found


def complete(_session: Session, rate: VatRate) -> None:
    keep_within(rate, rate=RATE)


VAT_RATE = Entity(
    stem="crm.vat_rate",
    model=VatRate,
    label=N_("VAT rate"),
    plural=N_("VAT rates"),
    rule=reference(),
    key=(VatRate.vat_class_id, VatRate.since_on),
    title=VatRate.since_on,
    columns=(VatRate.vat_class_id, VatRate.since_on, VatRate.rate),
    form=(Section(N_("VAT rate"), (VatRate.vat_class_id, VatRate.since_on, VatRate.rate)),),
    facets=(VatRate.vat_class_id,),
    order=VatRate.since_on,
    complete=complete,
)
