"""Classes of supplies for VAT. Their dated rates are rows of `crm.vat_rate`."""

from core.fields import text
from core.i18n import N_
from core.record import Reference
from crm.references import reference_entity
from crm.tables import live_unique


class VatClass(Reference, table=True):
    __tablename__ = "crm_vat_class"
    __table_args__ = (live_unique("uq_crm_vat_class_code", "code"),)
    note_zh: str | None = text(200)
    note_en: str | None = text(200)


VAT_CLASS = reference_entity(
    VatClass, "crm.vat_class", N_("VAT class"), N_("VAT classes"), fields=(VatClass.note_zh, VatClass.note_en)
)
