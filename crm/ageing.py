"""How fast what is known of somebody grows old without contact: the days after which it is worth half, by level."""

from typing import Any

from sqlalchemy import CheckConstraint, select
from sqlmodel import col

from core.fields import number
from core.i18n import N_
from core.record import Reference
from crm.limits import COUNT, keep_within
from crm.references import reference_entity
from crm.tables import live_unique

# Where the level is not known, or no row says otherwise.
USUAL_DAYS = 90
HALF_LIVES: tuple[dict[str, Any], ...] = (
    {"code": "operating", "name_zh": "操作层", "name_en": "Operating level", "position": 1, "half_life_days": 120},
    {"code": "management", "name_zh": "管理层", "name_en": "Management level", "position": 2, "half_life_days": 90},
    {"code": "decision", "name_zh": "决策层", "name_en": "Decision level", "position": 3, "half_life_days": 60},
)


class Ageing(Reference, table=True):
    """`code` is a level of key persons."""

    __tablename__ = "crm_ageing"
    __table_args__ = (
        live_unique("uq_crm_ageing_code", "code"),
        CheckConstraint("half_life_days > 0", name="half_life_days"),
    )
    half_life_days: int = number(required=True, label="Worth half after days")


def half_lives(session: Any) -> dict[str, int]:
    """Days by level, read once per session."""
    kept: dict[str, int] | None = session.info.get("crm.half_lives")
    if kept is None:
        rows = select(col(Ageing.code), col(Ageing.half_life_days)).where(col(Ageing.archived_at).is_(None))
        kept = {row[0]: row[1] for row in session.execute(rows)}
        session.info["crm.half_lives"] = kept
    return kept


def complete(_session: Any, ageing: Ageing) -> None:
    keep_within(ageing, half_life_days=(1, COUNT[1]))


AGEING = reference_entity(
    Ageing,
    "crm.ageing",
    N_("Ageing of judgements"),
    N_("Ageing of judgements"),
    fields=(Ageing.half_life_days,),
    listed=(Ageing.half_life_days,),
    complete=complete,
)
