"""Whether a stage may be left: each exit test with the evidence that proves it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from crm.exit_tests import INSIDE, SAID, ExitTest
from crm.playbook.strengths import ENOUGH, Strengths
from crm.stages import Stage

Kind = Literal["proof", "file", "activity", "person", "deal", "line", "rival", "contract", "quote"]


def is_strong(strengths: Strengths, weapon_id: int | None, step_id: int | None) -> bool:
    return strengths.in_step(weapon_id, step_id) >= ENOUGH


@dataclass(frozen=True)
class Evidence:
    """One thing that proves a test: `text` is what it is called, `id` where it is found. Day and person may be unknown.

    `code` is the kind of a file and the source of what was said; `ref` the test that a sentence is about, the weapon
    of a use; `step_id` where the client stood when it was used.
    """

    kind: Kind
    id: int
    text: str
    on: date | None = None
    by: str = ""
    code: str = ""
    ref: int | None = None
    step_id: int | None = None


@dataclass(frozen=True)
class Facts:
    """All that may prove an exit test of one deal. `deal` holds one piece where amount and expected close are known."""

    proofs: tuple[Evidence, ...] = ()
    files: tuple[Evidence, ...] = ()
    contracts: tuple[Evidence, ...] = ()
    renewals: tuple[Evidence, ...] = ()
    lines: tuple[Evidence, ...] = ()
    rivals: tuple[Evidence, ...] = ()
    quotes: tuple[Evidence, ...] = ()
    uses: tuple[Evidence, ...] = ()
    met_decision: tuple[Evidence, ...] = ()
    met_technical: tuple[Evidence, ...] = ()
    people: tuple[Evidence, ...] = ()
    deciders: tuple[Evidence, ...] = ()
    deal: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Checked:
    """A test of a stage, with what proves it: nothing while it is not met."""

    test: ExitTest
    stage: Stage
    evidence: tuple[Evidence, ...] = ()

    @property
    def is_met(self) -> bool:
        return bool(self.evidence)

    @property
    def blocks(self) -> bool:
        return not self.is_met and self.test.mode == "block"


Prove = Callable[[ExitTest, Stage, Facts], tuple[Evidence, ...]]


def checked(
    stage: Stage, tests: Iterable[ExitTest], facts: Facts, strengths: Callable[[], Strengths]
) -> tuple[Checked, ...]:
    """The stage's tests in their order. What is strong in a step is asked only where a test is about it."""
    return tuple(Checked(test, stage, _evidence(test, stage, facts, strengths)) for test in tests)


def _evidence(test: ExitTest, stage: Stage, facts: Facts, strengths: Callable[[], Strengths]) -> tuple[Evidence, ...]:
    if test.proof == "weapon":
        held = strengths()
        return tuple(
            use for use in facts.uses if use.step_id == stage.step_id and is_strong(held, use.ref, stage.step_id)
        )
    return PROVE[test.proof](test, stage, facts)


def _said(test: ExitTest, _stage: Stage, facts: Facts) -> tuple[Evidence, ...]:
    return tuple(proof for proof in facts.proofs if proof.ref == test.id)


def _files(test: ExitTest, _stage: Stage, facts: Facts) -> tuple[Evidence, ...]:
    return tuple(file for file in facts.files if file.code in (test.files or ()))


def _contract(_test: ExitTest, _stage: Stage, facts: Facts) -> tuple[Evidence, ...]:
    return (*facts.contracts, *(file for file in facts.files if file.code == "contract"))


PROVE: Mapping[str, Prove] = {
    SAID: _said,
    INSIDE: _said,
    "file": _files,
    "contract": _contract,
    "contact": lambda _test, _stage, facts: facts.people,
    "decider": lambda _test, _stage, facts: (*facts.met_decision, *facts.deciders),
    "decision_met": lambda _test, _stage, facts: facts.met_decision,
    "technical_met": lambda _test, _stage, facts: facts.met_technical,
    "amount_close": lambda _test, _stage, facts: facts.deal,
    "lines": lambda _test, _stage, facts: facts.lines,
    "rival": lambda _test, _stage, facts: facts.rivals,
    "price": lambda _test, _stage, facts: facts.quotes,
    "renewal": lambda _test, _stage, facts: facts.renewals,
}
