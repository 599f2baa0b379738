"""Division codes of the state: provinces, cities and counties, which clients lie in and units cover."""

from core.fields import choice, ref
from core.i18n import N_
from core.record import Reference
from crm.references import reference_entity
from crm.tables import live_unique


class Division(Reference, table=True):
    __tablename__ = "crm_division"
    __table_args__ = (live_unique("uq_crm_division_code", "code"),)
    level: str = choice("province", "city", "county", required=True, label="Division level")
    parent_id: int | None = ref("crm_division.id")


DIVISION = reference_entity(
    Division,
    "crm.division",
    N_("Division"),
    N_("Divisions"),
    outside=True,
    fields=(Division.level, Division.parent_id),
    listed=(Division.level, Division.parent_id),
    facets=(Division.level,),
)
