"""Uses of weapons as the rules see them: whoever made them, account manager, agent or campaign."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Reached:
    """A person whom a use reached, with level and function as they were on that day."""

    person_id: int
    level: str | None
    function: str | None


@dataclass(frozen=True)
class Use:
    """One activity with a weapon. `cost` is all-in, in fen; `deal_id` is empty for a use that belongs to no deal."""

    id: int
    weapon_id: int
    state: str
    deal_id: int | None
    step_id: int | None
    at: datetime | None
    cost: int | None
    due_on: date | None = None
    subject: str = ""
    reached: tuple[Reached, ...] = ()

    @property
    def is_done(self) -> bool:
        return self.state == "done"

    @property
    def cost_a_head(self) -> int | None:
        """All-in cost by distinct people reached, in fen, rounded half up; None where either is unknown."""
        heads = len({one.person_id for one in self.reached})
        return (2 * self.cost + heads) // (2 * heads) if self.cost is not None and heads else None


def done(uses: Iterable[Use]) -> tuple[Use, ...]:
    return tuple(use for use in uses if use.is_done)
