"""What a proposal is made of: parts that are ticked, in one order, so that every proposal of the house reads alike."""

from core.i18n import N_

TEXTS = ("need", "solution", "plan")
PARTS = (*TEXTS, "prices", "promises", "references", "clauses", "signature")
PART_LABELS = {
    "need": N_("The client’s need"), "solution": N_("Solution"), "plan": N_("Plan"), "prices": N_("Prices"),
    "promises": N_("Service promise"), "references": N_("References"), "clauses": N_("Clauses"),
    "signature": N_("Signature"),
}  # fmt: skip


def in_order(chosen: list[str]) -> list[str]:
    return [part for part in PARTS if part in chosen]
