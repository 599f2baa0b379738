"""How strong each weapon is in a purchase step, at a level, with a function."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, String, case, cast, literal, null, select, union_all
from sqlmodel import col

from core import clock
from crm.cost_classes import CostClass
from crm.steps import Step
from crm.trades import Trade
from crm.weapon_fits import WeaponFit
from crm.weapon_worths import WeaponWorth

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
    return rules_of(session).strengths


@dataclass(frozen=True)
class Worth:
    """What the evidence says of a weapon in a segment; points are hundredths of a percentage point."""

    state: str
    points: int | None
    low: int | None
    high: int | None
    deals: int


@dataclass(frozen=True)
class Rules:
    """What the carrier has set and found out: strengths, the rank of each cost class, the worth by weapon, segment.

    `trades` are codes by id, by which segments are named.
    """

    strengths: Strengths
    cost_ranks: Mapping[int, int]
    worths: Mapping[tuple[int, str], Worth]
    trades: Mapping[int, str]

    def worth(self, weapon_id: int, segments: Iterable[str]) -> Worth | None:
        """That of the first segment for which something can be told."""
        found = (self.worths.get((weapon_id, segment)) for segment in segments)
        return next((worth for worth in found if worth and worth.state != "few"), None)


def rules_of(session: Any) -> Rules:
    """Read once per session, by one statement."""
    kept: Rules | None = session.info.get("crm.rules")
    if kept is None:
        rows: dict[str, list[Any]] = {"step": [], "fit": [], "rank": [], "worth": [], "trade": []}
        for kind, *values in session.execute(union_all(*_parts())):
            rows[kind].append(values)
        kept = session.info["crm.rules"] = Rules(
            Strengths(
                {(weapon, dimension, code): number for weapon, dimension, code, _en, number, *_rest in rows["fit"]},
                {step: _step(step, *names) for step, *names in sorted(rows["step"], key=lambda row: row[4])},
            ),
            {key: rank for key, _code, _zh, _en, rank, *_rest in rows["rank"] if rank},
            {(weapon, segment): Worth(state, *points) for weapon, segment, state, _en, *points in rows["worth"]},
            {key: code for key, code, *_rest in rows["trade"]},
        )
    return kept


def _step(key: int, code: str, name_zh: str, name_en: str | None, position: int, retired: int, *_rest: Any) -> Step:
    """A step apart from the session: what the rules look at, and no more."""
    gone = clock.now() if retired else None
    return Step(id=key, code=code, name_zh=name_zh, name_en=name_en, position=position, archived_at=gone)


def _parts() -> Iterable[Any]:
    """Columns: kind, id, three texts, four numbers."""
    retired = case((col(Step.archived_at).is_(None), 0), else_=1)
    yield _part("step", Step.id, Step.code, Step.name_zh, Step.name_en, Step.position, retired)
    fit = _part("fit", WeaponFit.weapon_id, WeaponFit.dimension, WeaponFit.code, null(), WeaponFit.strength)
    yield fit.where(col(WeaponFit.archived_at).is_(None))
    yield _part("trade", Trade.id, Trade.code, null(), null(), null())
    yield _part("rank", CostClass.id, CostClass.code, null(), null(), CostClass.rank)
    worth, deals = WeaponWorth, col(WeaponWorth.deals_with) + col(WeaponWorth.deals_without)
    points = worth.points, worth.low, worth.high, deals
    yield _part("worth", worth.weapon_id, worth.segment, worth.state, null(), *points)


def _part(kind: str, key: Any, *values: Any) -> Any:
    texts = (cast(value, String) for value in values[:3])
    numbers = (cast(value, BigInteger) for value in (*values[3:], *[null()] * (7 - len(values))))
    return select(literal(kind), key, *texts, *numbers)
