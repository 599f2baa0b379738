"""Red flags of a deal: what a leader asks about first."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.i18n import N_
from crm.playbook.findings import Finding

# An answer of 3 and more says that the matter is in hand.
IN_HAND = 3

ONE_CONTACT = Finding("one_contact", N_("One contact only: whoever leaves takes the deal along."))
NO_BUYER = Finding("no_economic_buyer", N_("Nobody has met the person who can release the money."))
NO_RIVAL = Finding("no_rival", N_("No rival is named: somebody else is always in the race."))
NO_PAPERS = Finding("no_paper_process", N_("The way to a signature is not known: seal, legal and finance steps."))


@dataclass(frozen=True)
class DealFacts:
    """`met` counts the people of the client who were met; `has_met_decider` one who decides or stands at that level."""

    met: int
    has_met_decider: bool
    rivals: int
    answers: Mapping[str, int]


def red_flags(facts: DealFacts) -> tuple[Finding, ...]:
    """At most one contact; no economic buyer; no rival named; no paper process. An answer in hand lifts its flag."""

    def in_hand(question: str) -> bool:
        return facts.answers.get(question, 0) >= IN_HAND

    raised = (
        (ONE_CONTACT, facts.met <= 1),
        (NO_BUYER, not facts.has_met_decider and not in_hand("E")),
        (NO_RIVAL, not facts.rivals and not in_hand("C2")),
        (NO_PAPERS, not in_hand("P")),
    )
    return tuple(flag for flag, is_raised in raised if is_raised)
