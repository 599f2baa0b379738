"""Categories of products. Revenue of the voice categories is not informatization revenue."""

from core.fields import flag
from core.i18n import N_
from core.record import Reference
from crm.references import reference_entity
from crm.tables import live_unique


class Category(Reference, table=True):
    __tablename__ = "crm_category"
    __table_args__ = (live_unique("uq_crm_category_code", "code"),)
    is_voice: bool = flag(label="Counts as voice")


CATEGORY = reference_entity(
    Category,
    "crm.category",
    N_("Product category"),
    N_("Product categories"),
    outside=True,
    fields=(Category.is_voice,),
    listed=(Category.is_voice,),
)
