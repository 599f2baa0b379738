"""How firmly a stage speaks for a deal: commit, best case, pipeline, or a lead, which is in no forecast."""

from dataclasses import dataclass

from core.db import ActorSession
from crm.exit_tests import ExitTest
from crm.playbook.strengths import Strengths, strengths
from crm.stages import Stage, exit_tests, stages

COMMIT, BEST, PIPELINE, LEAD = "commit", "best", "pipeline", "lead"
# By the client's step of purchase: solution and evaluation may still be lost to a rival, the commitment is given.
BY_STEP = {"S1": PIPELINE, "S2": PIPELINE, "S3": BEST, "S4": BEST, "S5": COMMIT, "S6": COMMIT}


@dataclass(frozen=True)
class Categories:
    """Which category each stage is of, and what leaving the stages of commit demands."""

    by_stage: dict[int, str]
    commit: tuple[Stage, ...]
    tests: dict[int, tuple[ExitTest, ...]]
    strengths: Strengths

    def of(self, stage_id: int | None) -> str:
        return self.by_stage.get(stage_id or 0, PIPELINE)

    def ids(self, category: str) -> list[int]:
        return [stage for stage, found in self.by_stage.items() if found == category]


def categories(session: ActorSession) -> Categories:
    """Three statements, read once per session."""
    held, known = strengths(session), stages(session)
    by_stage = {key: _category(stage, held) for key, stage in known.items()}
    commit = tuple(stage for key, stage in known.items() if by_stage[key] == COMMIT)
    return Categories(by_stage, commit, _of_the_client(exit_tests(session)), held)


def _of_the_client(tests: dict[int, tuple[ExitTest, ...]]) -> dict[int, tuple[ExitTest, ...]]:
    """That a weapon was used is a deed of ours: it proves nothing of the client."""
    return {stage: tuple(test for test in found if test.proof != "weapon") for stage, found in tests.items()}


def _category(stage: Stage, held: Strengths) -> str:
    """A stage outside the client's steps is a lead while it has no chance."""
    step = held.steps.get(stage.step_id or 0)
    if step is not None:
        return BY_STEP.get(step.code, PIPELINE)
    return PIPELINE if stage.probability else LEAD
