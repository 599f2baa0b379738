"""How strong each weapon is in a purchase step, at a level, with a function."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from crm.steps import Step
from crm.weapon_fits import WeaponFit

ENOUGH = 2


@dataclass(frozen=True)
class Strengths:
    """By weapon, dimension (step, level, function) and code; what no row says is 0. `steps` are by id."""

    rows: Mapping[tuple[int, str, str], int]
    steps: Mapping[int, Step]

    def in_step(self, weapon_id: int | None, step_id: int | None) -> int:
        """0 to 3; 0 where either is unknown."""
        step = self.steps.get(step_id or 0)
        return self._of(weapon_id, "step", step.code if step else "")

    def at_level(self, weapon_id: int | None, level: str | None) -> int:
        return self._of(weapon_id, "level", level or "")

    def with_function(self, weapon_id: int | None, function: str | None) -> int:
        return self._of(weapon_id, "function", function or "")

    def best_level(self, weapon_id: int, levels: Iterable[str]) -> tuple[int, str]:
        """The greatest strength at any of the levels, and at which; of equals the one named first."""
        return max(((self.at_level(weapon_id, level), level) for level in levels), key=lambda pair: pair[0])

    def _of(self, weapon_id: int | None, dimension: str, code: str) -> int:
        return self.rows.get((weapon_id or 0, dimension, code), 0)


def strengths(session: Any) -> Strengths:
    """Read once per session, by two statements."""
    kept: Strengths | None = session.info.get("crm.strengths")
    if kept is None:
        columns: tuple[Any, ...] = (WeaponFit.weapon_id, WeaponFit.dimension, WeaponFit.code, WeaponFit.strength)
        fits = session.execute(select(*columns).where(col(WeaponFit.archived_at).is_(None)))
        steps = {step.id: step for step in session.scalars(select(Step))}
        kept = Strengths({(w, d, c): n for w, d, c, n in fits}, steps)
        session.info["crm.strengths"] = kept
    return kept
