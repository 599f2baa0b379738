"""What the evidence job writes and the pages read: rows of sums, and one row for each open deal.

The rows of sums are the province's, whoever reads them; a segment of fewer than `FEWEST_PUBLISHED` deals has none.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, UniqueConstraint
from sqlmodel import Field

from core import clock
from core.access import Asker, reference, via
from core.fields import ref
from core.record import Row

PATH = "/reports/evidence"
READ, REFRESH = "reports.evidence.read", "reports.evidence.refresh"


class Basis(Row, table=True):
    """A segment and a period that was calculated: from how many deals, decided between which days, and when.

    `landmark_deals` were still open at the deal age before which uses count.
    """

    __tablename__ = "reports_evidence_basis"
    __table_args__ = (UniqueConstraint("segment", "period"),)
    segment: str = Field(max_length=40)
    period: str = Field(max_length=8)
    deals: int
    won: int
    landmark_deals: int
    suggestions: int = 0
    first_on: date | None = None
    last_on: date | None = None
    at: datetime = Field(default_factory=clock.now)


class Worth(Row, table=True):
    """What a weapon is worth by one way of telling (`kind`), in percentage points. The words are those of `Effect`."""

    __tablename__ = "reports_evidence_worth"
    __table_args__ = (UniqueConstraint("segment", "period", "weapon_id", "kind"),)
    weapon_id: int = ref("crm_weapon.id", required=True)
    segment: str = Field(max_length=40)
    period: str = Field(max_length=8)
    kind: str = Field(max_length=12)
    state: str = Field(max_length=40)
    reason: str = Field(default="", max_length=20)
    points: float | None = None
    low: float | None = None
    high: float | None = None
    used: int = 0
    unused: int = 0
    overlap: float = 0.0
    needed: int | None = None
    landmark: int | None = None


class WinSkill(Row, table=True):
    """How good the forecast of winning is: one row. Without skill, or with too few deals, no deal has a chance.

    `model` is the kind that did better, `deals` all it was made from, `held` those it was measured on.
    """

    __tablename__ = "reports_win_skill"
    at: datetime = Field(default_factory=clock.now)
    model: str = Field(default="", max_length=12)
    deals: int = 0
    held: int = 0
    base_rate: float = 0.0
    auc: float = 0.5
    brier: float = 0.0
    brier_of_base: float = 0.0
    gain: float = 0.0
    gain_low: float = 0.0
    calibration: list[list[float]] = Field(default_factory=list, sa_type=JSON)


class WinChance(Row, table=True):
    """The chance of an open deal in basis points, and what moves it most: fact, its value in each language, points."""

    __tablename__ = "reports_win_chance"
    __table_args__ = (CheckConstraint("chance BETWEEN 0 AND 10000", name="chance"),)
    opportunity_id: int = Field(foreign_key="crm_opportunity.id", sa_type=BigInteger, unique=True)
    chance: int
    reasons: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)


def chances(ask: Asker, table: Any) -> Any:
    """Read with the deal; written by the job alone, which may do everything."""
    return via("opportunity_id", "crm_opportunity")(ask, table) if ask.verb == "read" else reference()(ask, table)


TABLES = (
    (Basis, "reports.finding", reference()),
    (Worth, "reports.finding", reference()),
    (WinSkill, "reports.finding", reference()),
    (WinChance, "reports.win_chance", chances),
)
