"""Rivals: other carriers and providers that clients may choose."""

from core.fields import long_text
from core.i18n import N_
from core.record import Reference
from crm.references import reference_entity
from crm.tables import live_unique


class Rival(Reference, table=True):
    __tablename__ = "crm_rival"
    __table_args__ = (live_unique("uq_crm_rival_code", "code"),)
    note: str | None = long_text()


RIVAL = reference_entity(Rival, "crm.rival", N_("Rival"), N_("Rivals"), fields=(Rival.note,))
