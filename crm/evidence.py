"""What a file may prove of a weapon's use. A weapon names the kinds that it asks for; a rule may ask for one, too."""

from collections.abc import Iterable

EVIDENCE = (
    "invitation", "attendance", "agenda", "slides", "photo", "call_log", "trial_agreement", "pass_marks",
    "test_report", "approval", "receipt", "cost_sheet", "result_note", "written_request", "unit_consent",
    "requirement_list", "shortlist", "tender_receipt", "contract", "acceptance_form",
)  # fmt: skip
EVIDENCE_LABELS = {
    "invitation": "Invitation list",
    "attendance": "List of those who took part",
    "agenda": "Agenda or plan",
    "photo": "Photo of the site",
    "trial_agreement": "Trial agreement",
    "pass_marks": "Pass marks",
    "test_report": "Test report signed by the client",
    "approval": "Approval form",
    "receipt": "Bill or receipt list",
    "result_note": "Note of the result",
    "written_request": "Written request of the tender side",
    "unit_consent": "Consent of the official’s unit",
    "requirement_list": "Requirement list confirmed by the client",
    "shortlist": "Shortlist of the tender side",
    "tender_receipt": "Receipt of the tender",
    "contract": "Signed contract",
    "acceptance_form": "Signed acceptance form",
}


def missing_evidence(asked: Iterable[str], there: Iterable[str | None]) -> tuple[str, ...]:
    """The kinds that are asked for and that no file proves yet, in their usual order."""
    lacking = set(asked) - set(there)
    return tuple(kind for kind in EVIDENCE if kind in lacking)
