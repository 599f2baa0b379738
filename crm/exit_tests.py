"""What must be true before a deal leaves a stage: facts at the client, each with what proves it, and how strictly."""

from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlmodel import col

from core.errors import Invalid
from core.fields import choice, ref
from core.i18n import N_, _, pick
from core.record import Reference
from crm.evidence import EVIDENCE, EVIDENCE_LABELS
from crm.references import reference_entity
from crm.tables import codes, live_unique

SAID, INSIDE, FILE = "said", "inside", "file"
# Proved by a sentence that somebody notes.
SENTENCES = (SAID, INSIDE)
PROOFS = (
    SAID, INSIDE, FILE, "weapon", "contact", "decider", "decision_met", "technical_met", "amount_close", "lines",
    "rival", "price", "contract", "renewal",
)  # fmt: skip
PROOF_LABELS = {
    SAID: "What the client said or wrote, noted by hand",
    INSIDE: "What proves it inside the house, noted by hand",
    FILE: "A file of one of the kinds below",
    "weapon": "A weapon that is strong in the stage’s purchase step was used",
    "contact": "A key person of the client",
    "decider": "The decision maker is met or named",
    "decision_met": "Somebody of the decision level was met",
    "technical_met": "Somebody of the technical function was met",
    "amount_close": "Amount and expected close of the deal",
    "lines": "Opportunity lines with a price",
    "rival": "A rival of the deal",
    "price": "A quote of the deal that is approved, or needs no approval",
    "contract": "A signed contract of the deal",
    "renewal": "A contract of the deal with its end",
}
MODES = ("block", "warn", "off")
MODE_LABELS = {"block": "Blocks the move", "warn": "Warns, and is noted", "off": "Is not asked"}


class ExitTest(Reference, table=True):
    """The name is the fact. A stage that wins is entered only with its own tests; the others are left with theirs."""

    __tablename__ = "crm_exit_test"
    __table_args__ = (live_unique("uq_crm_exit_test_code", "code"),)
    stage_id: int = ref("crm_stage.id", required=True)
    mode: str = choice(*MODES, default="warn", label="Strictness", labels=MODE_LABELS)
    proof: str = choice(*PROOFS, default=SAID, label="Proved by", labels=PROOF_LABELS)
    files: list[str] = codes(*EVIDENCE, label="Kinds of files", labels=EVIDENCE_LABELS)

    @property
    def text(self) -> str:
        return pick(self.name_zh, self.name_en or "")


def complete(_session: Any, test: ExitTest) -> None:
    problems = {}
    if strange := set(test.files or []) - {*EVIDENCE}:
        problems["files"] = _("There is no kind of file “{code}”.", code=sorted(strange)[0])
    elif test.proof == FILE and not test.files:
        problems["files"] = _("Say which kinds of files prove it.")
    if problems:
        raise Invalid(next(iter(problems.values())), problems)


def is_asked() -> ColumnElement[bool]:
    return and_(col(ExitTest.archived_at).is_(None), col(ExitTest.mode) != "off")


EXIT_TEST = reference_entity(
    ExitTest,
    "crm.exit_test",
    N_("Exit test"),
    N_("Exit tests"),
    fields=(ExitTest.stage_id, ExitTest.mode, ExitTest.proof, ExitTest.files),
    listed=(ExitTest.stage_id, ExitTest.mode, ExitTest.proof),
    facets=(ExitTest.stage_id, ExitTest.mode, ExitTest.proof),
    complete=complete,
)
