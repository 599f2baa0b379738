"""The shapes of the reference data: frozen rows, each text in Chinese and English."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic.dataclasses import dataclass

STRICT = ConfigDict(extra="forbid")

Line = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=32)]
Strength = Annotated[int, Field(ge=0, le=3)]
Strengths = Annotated[Mapping[str, Strength], AfterValidator(MappingProxyType)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000)]


@dataclass(frozen=True, config=STRICT)
class Text:
    """One text in both languages."""

    zh: Line
    en: Line


@dataclass(frozen=True, config=STRICT)
class Named:
    """A code and its name: all that a level, a function, a role, a trade or a reason is."""

    code: Code
    name: Text


@dataclass(frozen=True, config=STRICT)
class CostClass(Named):
    rank: int


@dataclass(frozen=True, config=STRICT)
class Step(Named):
    phase: Literal["leading", "contest"]
    key_role: str
    what: Text
    aim: Text
    proof: Text


@dataclass(frozen=True, config=STRICT)
class Weapon(Named):
    icon: Line
    description: Text
    tip: Text
    stage: Strengths
    level: Strengths
    function: Strengths
    cost_class: str
    guide_cost: Text
    compliance: Literal["NONE", "LEAD_DATA", "SECRET", "CONSENT", "TRIAL", "GIFT", "HOSPITALITY", "TRAVEL"]
    rule: Text
    needs_approval: bool
    tender_lock: Literal["free", "on_request", "locked"]
    official_lock: Literal["free", "consent", "locked"]
    evidence: Text
    evidence_kinds: tuple[str, ...]
    success: Text
    repeat_days: int | None = None
    """The same person is not given the same thing again within these days without a warning."""


@dataclass(frozen=True, config=STRICT)
class Ceiling(Named):
    """Amounts in fen; one left out is not limited by this row."""

    compliance: Literal["GIFT", "HOSPITALITY", "TRAVEL"]
    client_class: Literal["any", "official"]
    valid_from: date
    per_occasion: int | None = None
    per_person_year: int | None = None
    per_client_year: int | None = None
    per_deal: int | None = None
    second_from: int | None = None
    third_from: int | None = None


@dataclass(frozen=True, config=STRICT)
class Clause(Named):
    text: Text
    is_default: bool = False


@dataclass(frozen=True, config=STRICT)
class DiscountLimit(Named):
    """Depths in basis points; `floor_steps` superiors agree to a price below its floor."""

    valid_from: date
    own_limit: BasisPoints
    floor_steps: int
    second_from: BasisPoints | None = None
    third_from: BasisPoints | None = None


@dataclass(frozen=True, config=STRICT)
class Relation(Named):
    meaning: Text


@dataclass(frozen=True, config=STRICT)
class Support(Named):
    attitude: Literal["for", "neutral", "unknown", "against"]


@dataclass(frozen=True, config=STRICT)
class Channel(Named):
    note: Text | None = None


@dataclass(frozen=True, config=STRICT)
class Nature(Named):
    official_levels: tuple[str, ...]
    official_functions: tuple[str, ...]


@dataclass(frozen=True, config=STRICT)
class Grade(Named):
    size: Text
    score_rule: Text
    touch_rule: Text
    served_by: Text
    score_from: int | None = None
    touch_days: int | None = None


@dataclass(frozen=True, config=STRICT)
class Rate:
    """A rate in basis points from a day on, until the next row's day."""

    since: date
    bp: BasisPoints


@dataclass(frozen=True, config=STRICT)
class VatClass(Named):
    rates: Annotated[tuple[Rate, ...], Field(min_length=1)]
    note: Text | None = None


@dataclass(frozen=True, config=STRICT)
class Category(Named):
    is_voice: bool


@dataclass(frozen=True, config=STRICT)
class Product(Named):
    category: str
    unit: Text
    pricing: Text
    vat_classes: Annotated[tuple[str, ...], Field(min_length=1)]
    needs_vat_check: bool
    agent_may_sell: bool
    is_tangible: bool
    needs_risk_check: bool
    era: Literal["current", "legacy", "revived"]


@dataclass(frozen=True, config=STRICT)
class ExitTest(Named):
    mode: Literal["block", "warn", "off"]
    proof: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, config=STRICT)
class Stage(Named):
    probability_bp: BasisPoints
    tests: tuple[ExitTest, ...]
    weapons: tuple[str, ...]
    step: str | None = None
    limit_days: int | None = None
    outcome: Literal["won"] | None = None


@dataclass(frozen=True, config=STRICT)
class Pipeline(Named):
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    followed_by: str | None = None


@dataclass(frozen=True, config=STRICT)
class State(Named):
    needs: Text


@dataclass(frozen=True, config=STRICT)
class Reason(Named):
    outcome: Literal["won", "lost"] | None = None


@dataclass(frozen=True, config=STRICT)
class Question(Named):
    question: Text


@dataclass(frozen=True, config=STRICT)
class Band(Named):
    score_from: int
    cap_bp: BasisPoints
