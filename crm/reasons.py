"""Why deals are won and lost."""

from core.fields import choice
from core.i18n import N_
from core.record import Reference
from crm.references import reference_entity
from crm.tables import live_unique

UNKNOWN = "unknown"


class Reason(Reference, table=True):
    """`outcome` says which end the reason explains; empty serves both."""

    __tablename__ = "crm_reason"
    __table_args__ = (live_unique("uq_crm_reason_code", "code"),)
    outcome: str | None = choice("won", "lost")


REASON = reference_entity(
    Reason,
    "crm.reason",
    N_("Win or loss reason"),
    N_("Win and loss reasons"),
    fields=(Reason.outcome,),
    listed=(Reason.outcome,),
    facets=(Reason.outcome,),
)
