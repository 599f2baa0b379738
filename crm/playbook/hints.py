"""The next weapon: ranked by strength in the step, levels not yet met, cost and evidence, with its reason in a line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from core.i18n import N_
from crm.natures import LEVELS
from crm.playbook.findings import Finding, Refusal
from crm.playbook.locks import named
from crm.playbook.strengths import Strengths, Worth
from crm.weapon_worths import factor
from crm.weapons import Weapon

# Each a whole sentence, since languages order its parts in their own way.
UNMET = {
    "operating": N_("{weapon}: strength {step} of 3 in this step; reaches the operating level, which nobody has met."),
    "management": N_("{weapon}: strength {step} of 3 in this step; reaches the management, whom nobody has met."),
    "decision": N_("{weapon}: strength {step} of 3 in this step; reaches those who decide, whom nobody has met."),
}
ALL_MET = N_("{weapon}: strength {step} of 3 in this step; every level has been met, it deepens what is there.")


@dataclass(frozen=True)
class Hint:
    """One candidate. `score` compares candidates of one question and means nothing beside another."""

    weapon: Weapon
    score: Fraction
    step_strength: int
    level: str
    level_strength: int
    why: Finding
    worth: Worth | None = None


@dataclass(frozen=True)
class Ranking:
    """The candidates, the best first; beside them what is blocked, with the rule."""

    hints: tuple[Hint, ...]
    blocked: tuple[tuple[Weapon, Refusal], ...]

    def hint(self, weapon_id: int) -> Hint | None:
        return next((hint for hint in self.hints if hint.weapon.id == weapon_id), None)

    def refusal(self, weapon_id: int) -> Refusal | None:
        return next((refusal for weapon, refusal in self.blocked if weapon.id == weapon_id), None)


def next_weapons(
    weapons: Sequence[Weapon],
    strengths: Strengths,
    *,
    step_id: int | None,
    levels_unmet: Sequence[str],
    cost_ranks: Mapping[int, int],
    refusal: Callable[[Weapon], Refusal | None],
    worth: Callable[[int], Worth | None] = lambda _weapon_id: None,
) -> Ranking:
    """Rank by `stage strength x greatest level strength of levels not yet met / (cost class number + 1)`.

    The divisor is the rank of the cost class (1 for the cheapest), and 1 for a weapon without a class. Once all levels
    are met, every level counts. Where the deals that were closed show a difference, the score is multiplied by it
    within bounds (`weapon_worths.factor`). What has no strength in the step or at these levels is no candidate. Equals
    stand in the weapons' own order. `refusal` answers whether a weapon is blocked; the method is the trade's own rule
    of thumb.
    """
    hints, held = [], []
    for weapon in weapons:
        if (against := refusal(weapon)) is not None:
            held.append((weapon, against))
        elif (hint := _hint(weapon, strengths, step_id, levels_unmet, cost_ranks, worth(weapon.id))).score > 0:
            hints.append(hint)
    return Ranking(tuple(sorted(hints, key=lambda hint: -hint.score)), tuple(held))


def _hint(
    weapon: Weapon, strengths: Strengths, step_id: int | None, levels_unmet: Sequence[str],
    cost_ranks: Mapping[int, int], worth: Worth | None,
) -> Hint:  # fmt: skip
    in_step = strengths.in_step(weapon.id, step_id)
    at_level, level = strengths.best_level(weapon.id, levels_unmet or tuple(reversed(LEVELS)))
    plain = Fraction(in_step * at_level, max(1, cost_ranks.get(weapon.cost_class_id or 0, 1)))
    score = plain * (factor(worth.state, worth.points) if worth else 1)
    message = UNMET[level] if levels_unmet else ALL_MET
    why = Finding("next_weapon", message, (("weapon", named(weapon)), ("step", in_step)))
    return Hint(weapon, score, in_step, level, at_level, why, worth)
