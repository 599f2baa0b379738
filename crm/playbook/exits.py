"""Leaving a stage takes a use of a weapon that is strong in its step."""

from collections.abc import Iterable

from core.i18n import N_
from crm.playbook.findings import Both, Refusal
from crm.playbook.strengths import ENOUGH, Strengths
from crm.playbook.uses import Use, done
from crm.steps import Step


def exit_refusal(step: Step | None, uses: Iterable[Use], strengths: Strengths) -> Refusal | None:
    """None where a use of strength 2 or 3 was carried out in the step, or the stage belongs to no step.

    `uses` are those of the deal; a step given up and entered again keeps what was done in it before.
    """
    if step is None or any(
        use.step_id == step.id and strengths.in_step(use.weapon_id, step.id) >= ENOUGH for use in done(uses)
    ):
        return None
    message = N_("Stage exit: no weapon that is strong in the step “{step}” has been used in it yet.")
    return Refusal("stage_exit", message, (("step", Both(step.name_zh, step.name_en)),))
