"""Legal nature of a client, and whose posts count as public officials there by default."""

from core.i18n import N_
from core.record import Reference
from crm.references import reference_entity
from crm.tables import codes, live_unique

LEVELS = ("operating", "management", "decision")
FUNCTIONS = ("user", "technical", "purchasing", "finance", "legal")
LEVEL_LABELS = {"operating": "Operating level", "management": "Management level", "decision": "Decision level"}
FUNCTION_LABELS = {
    "user": "User department",
    "technical": "Technical department",
    "purchasing": "Purchasing department",
    "finance": "Finance department",
    "legal": "Legal department",
}


class Nature(Reference, table=True):
    """`official_levels`: every post of these levels; `official_functions`: every post of these departments."""

    __tablename__ = "crm_nature"
    __table_args__ = (live_unique("uq_crm_nature_code", "code"),)
    official_levels: list[str] = codes(*LEVELS, labels=LEVEL_LABELS)
    official_functions: list[str] = codes(*FUNCTIONS, labels=FUNCTION_LABELS)

    def makes_official(self, *, level: str | None, function: str | None) -> bool:
        return level in self.official_levels or function in self.official_functions


NATURE = reference_entity(
    Nature,
    "crm.nature",
    N_("Client nature"),
    N_("Client natures"),
    fields=(Nature.official_levels, Nature.official_functions),
)
