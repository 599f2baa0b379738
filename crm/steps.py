"""The six steps in which a client buys."""

from core.fields import choice, text
from core.i18n import N_
from core.record import Reference
from crm.references import reference_entity
from crm.tables import live_unique


class Step(Reference, table=True):
    __tablename__ = "crm_step"
    __table_args__ = (live_unique("uq_crm_step_code", "code"),)
    phase: str | None = choice("leading", "contest", labels={"leading": "Leading phase", "contest": "Contest phase"})
    key_role: str | None = choice(
        "initiator",
        "decider",
        "designer",
        "evaluator",
        "user",
        "coach",
        labels={"decider": "Decision maker", "user": "End user"},
    )
    what_zh: str | None = text(300)
    what_en: str | None = text(300)
    aim_zh: str | None = text(300)
    aim_en: str | None = text(300)
    proof_zh: str | None = text(300)
    proof_en: str | None = text(300)


STEP = reference_entity(
    Step,
    "crm.step",
    N_("Purchase step"),
    N_("Purchase steps"),
    outside=True,
    fields=(
        Step.phase,
        Step.key_role,
        Step.what_zh,
        Step.what_en,
        Step.aim_zh,
        Step.aim_en,
        Step.proof_zh,
        Step.proof_en,
    ),
    listed=(Step.phase, Step.key_role),
)
