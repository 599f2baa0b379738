"""Exit tests that no record proves: what the client said or wrote, in a sentence, with its source."""

from datetime import date
from typing import Any

from sqlalchemy import Index

from core import clock
from core.access import via
from core.entity import Entity, Section
from core.errors import Invalid
from core.fields import choice, day, ref, text
from core.i18n import N_, _
from core.record import Record
from crm.exit_tests import SENTENCES, ExitTest
from crm.tables import live_unique

SOURCES = ("visit", "call", "message", "letter", "document", "inside")
SOURCE_LABELS = {
    "visit": "Said in a visit",
    "call": "Said on the phone",
    "message": "Written in a message",
    "letter": "Written in a letter or an e-mail",
    "document": "Stands in a document",
    "inside": "Known inside the house",
}


class ExitProof(Record, table=True):
    """The standing proof of one test of a deal, by whoever noted it; taken back it is archived, and stays on record."""

    __tablename__ = "crm_exit_proof"
    __table_args__ = (
        live_unique("uq_crm_exit_proof", "opportunity_id", "test_id"),
        Index("ix_crm_exit_proof_deal", "opportunity_id", "archived_at"),
    )
    opportunity_id: int = ref("crm_opportunity.id", required=True, index=False)
    test_id: int = ref("crm_exit_test.id", required=True, label="Exit test")
    said: str = text(300, required=True, label="What proves it")
    source: str = choice(*SOURCES, required=True, label="Where it is from", labels=SOURCE_LABELS)
    proved_on: date | None = day(label="Proved on")
    by_id: int | None = ref("core_user.id", label="Noted by")


def complete(session: Any, proof: ExitProof) -> None:
    test = session.get(ExitTest, proof.test_id)
    if test is None or test.proof not in SENTENCES:
        sentence = _("This test is proved by records, not by a sentence.")
        raise Invalid(sentence, {"test_id": sentence})
    proof.proved_on = proof.proved_on or clock.today()
    proof.by_id = proof.by_id or session.actor.user_id


EXIT_PROOF = Entity(
    stem="crm.exit_proof",
    model=ExitProof,
    label=N_("Proof of an exit test"),
    plural=N_("Proofs of exit tests"),
    rule=via("opportunity_id", "crm_opportunity"),
    key=(ExitProof.opportunity_id, ExitProof.test_id),
    title=ExitProof.said,
    columns=(
        ExitProof.opportunity_id,
        ExitProof.test_id,
        ExitProof.said,
        ExitProof.source,
        ExitProof.proved_on,
        ExitProof.by_id,
    ),
    form=(
        Section(
            N_("Proof"),
            (ExitProof.opportunity_id, ExitProof.test_id, ExitProof.said, ExitProof.source, ExitProof.proved_on),
        ),
    ),
    search=(ExitProof.opportunity_id, ExitProof.said),
    facets=(ExitProof.test_id, ExitProof.source),
    complete=complete,
)
