"""Cost classes of weapons; the rank divides a weapon's strength in the hint for the next one."""

from core.fields import number
from core.i18n import N_
from core.record import Reference
from crm.references import reference_entity
from crm.tables import live_unique


class CostClass(Reference, table=True):
    __tablename__ = "crm_cost_class"
    __table_args__ = (live_unique("uq_crm_cost_class_code", "code"),)
    rank: int | None = number()


COST_CLASS = reference_entity(
    CostClass,
    "crm.cost_class",
    N_("Cost class"),
    N_("Cost classes"),
    fields=(CostClass.rank,),
    listed=(CostClass.rank,),
)
