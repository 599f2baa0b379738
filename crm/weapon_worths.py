"""What each weapon is worth by the deals that were closed: rows that the job of the evidence writes, read on a deal."""

from datetime import datetime
from fractions import Fraction

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from core import clock
from core.fields import choice, number, ref, text
from core.record import Row

STATES = ("seen", "none", "few")
# The segment of all deals. Others are named `trade:CODE`, by the client's trade.
EVERYBODY = "all"
# How far a score moves with what was seen: 10 points more are a quarter more, and never beyond these bounds.
POINTS_TO_DOUBLE, LEAST, MOST = 4000, Fraction(1, 2), Fraction(3, 2)


class WeaponWorth(Row, table=True):
    """`points` with its 95 % interval, `low` to `high`: hundredths of a percentage point of the win rate.

    `state` says whether a difference was seen, none was, or the deals are too few to tell: then the three are empty.
    `deals_with` and `deals_without` are the deals compared. There is one row for a weapon in a segment.
    """

    __tablename__ = "crm_weapon_worth"
    __table_args__ = (UniqueConstraint("weapon_id", "segment", name="uq_crm_weapon_worth"),)
    weapon_id: int = ref("crm_weapon.id", required=True, index=False)
    segment: str = text(60, required=True)
    state: str = choice(*STATES, required=True)
    points: int | None = number()
    low: int | None = number()
    high: int | None = number()
    deals_with: int = number(required=True)
    deals_without: int = number(required=True)
    at: datetime = Field(default_factory=clock.now)


def factor(state: str, points: int | None) -> Fraction:
    """What the evidence multiplies a score with: 1 where no difference was seen or nothing can be told."""
    if state != "seen" or points is None:
        return Fraction(1)
    return min(MOST, max(LEAST, 1 + Fraction(points, POINTS_TO_DOUBLE)))
