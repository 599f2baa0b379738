"""Who asks, and how far their roles reach: from rows, without SQL and without the product's own functions."""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from tests.isolation.real.rows import Values, World

NONE, SHARED, OWN, TEAM, SUBTREE, ALL = range(6)
NAMES = {"none": NONE, "shared": SHARED, "own": OWN, "team": TEAM, "subtree": SUBTREE, "all": ALL}


@dataclass
class Person:
    """A user with what the rules look at."""

    world: World
    id: int
    _levels: dict[str, int] = field(default_factory=dict)
    verdicts: dict[tuple[str, str], list[bool]] = field(default_factory=dict)  # by table and verb, of the stored rows

    @cached_property
    def user(self) -> Values:
        return self.world.rows["core_user"][self.id]

    @cached_property
    def unit(self) -> Values | None:
        return self.world.rows["core_unit"].get(self.user["unit_id"] or 0)

    @cached_property
    def selves(self) -> set[int]:
        """Oneself, and those whom one stands in for today. A deputy's deputy gets no more than the deputy's own."""
        today = self.world.today
        rows = (row for row in self.world.all("core_deputy") if row["deputy_id"] == self.id and not row["archived_at"])
        return {self.id} | {row["absent_id"] for row in rows if row["starts_on"] <= today <= row["ends_on"]}

    @property
    def is_outside(self) -> bool:
        return self.user["firm_id"] is not None

    @cached_property
    def firm(self) -> int | None:
        """The firm, while its agreement runs and one is on its staff."""
        row = self.world.rows["agents_firm"].get(self.user["firm_id"] or 0)
        staff = [s for s in self.world.all("agents_staff") if s["user_id"] == self.id and not s["archived_at"]]
        if row is None or row["archived_at"] or row["id"] not in {s["firm_id"] for s in staff}:
            return None
        return None if row["ends_on"] and row["ends_on"] < self.world.today else int(row["id"])

    @cached_property
    def grants(self) -> list[tuple[str, int]]:
        held = {row["role_id"] for row in self.world.all("core_user_role") if row["user_id"] == self.id}
        roles = [row for key, row in self.world.rows["core_role"].items() if key in held and not row["archived_at"]]
        return [(pattern, NAMES[level]) for role in roles for pattern, level in role["grants"].items()]

    def level(self, permission: str) -> int:
        if permission not in self._levels:
            reach = (level for pattern, level in self.grants if fnmatchcase(permission, pattern))
            # Nobody outside reaches beyond what is shared, whatever roles were given to them.
            self._levels[permission] = min(max(reach, default=NONE), SHARED if self.is_outside else ALL)
        return self._levels[permission]


@dataclass(frozen=True)
class Ask:
    """May this person, at this level, do the verb?"""

    me: Person
    verb: str
    level: int

    @property
    def world(self) -> World:
        return self.me.world

    @property
    def writes(self) -> bool:
        return self.verb in ("create", "update", "delete")

    def is_mine(self, user_id: int | None) -> bool:
        return self.level >= OWN and user_id in self.me.selves

    def is_handed(self, handover: Values) -> bool:
        """In force today, for the firm of whoever asks."""
        is_live = not (handover["revoked_at"] or handover["archived_at"]) and handover["until"] >= self.world.today
        return is_live and self.me.is_outside and handover["firm_id"] == self.me.firm

    def handovers(self) -> list[Any]:
        return [row for row in self.world.all("agents_handover") if self.is_handed(row)]

    def tasks(self) -> list[Any]:
        """Live tasks of the asker's firm."""
        tasks = self.world.all("campaigns_task")
        return [row for row in tasks if self.me.firm and row["firm_id"] == self.me.firm and not row["archived_at"]]
