"""The weapons of key-account selling, as data: a carrier renames, adds and retires them."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core.fields import choice, flag, long_text, number, ref, text
from core.i18n import N_
from core.record import Reference
from crm.evidence import EVIDENCE, EVIDENCE_LABELS
from crm.references import reference_entity
from crm.tables import codes, live_unique

COMPLIANCE = ("NONE", "LEAD_DATA", "SECRET", "CONSENT", "TRIAL", "GIFT", "HOSPITALITY", "TRAVEL")


class Weapon(Reference, table=True):
    """`tender_lock` holds while a tender is open, `official_lock` towards public officials.

    `repeat_days`: the same person does not get the same thing again within these days without a warning.
    """

    __tablename__ = "crm_weapon"
    __table_args__ = (live_unique("uq_crm_weapon_code", "code"),)
    icon: str | None = text(40)
    description_zh: str | None = long_text(1000)
    description_en: str | None = long_text(1000)
    tip_zh: str | None = text(200)
    tip_en: str | None = text(200)
    cost_class_id: int | None = ref("crm_cost_class.id")
    guide_cost_zh: str | None = text(200)
    guide_cost_en: str | None = text(200)
    compliance: str = choice(
        *COMPLIANCE,
        default="NONE",
        labels={
            "NONE": "No special duty",
            "LEAD_DATA": "Lead data",
            "SECRET": "Trade secrets",
            "CONSENT": "Consent duty",
            "TRIAL": "Trial agreement",
            "GIFT": "Gift register",
            "HOSPITALITY": "Hospitality",
            "TRAVEL": "Travel",
        },
    )
    rule_zh: str | None = long_text(500)
    rule_en: str | None = long_text(500)
    needs_approval: bool = flag()
    tender_lock: str = choice("free", "on_request", "locked", default="free")
    official_lock: str = choice(
        "free", "consent", "locked", default="free", labels={"consent": "With their unit’s consent"}
    )
    evidence_zh: str | None = long_text(500)
    evidence_en: str | None = long_text(500)
    evidence_kinds: list[str] = codes(*EVIDENCE, label="Files that prove it", labels=EVIDENCE_LABELS)
    success_zh: str | None = long_text(500)
    success_en: str | None = long_text(500)
    repeat_days: int | None = number()


def weapons(session: Any) -> tuple[Weapon, ...]:
    """All weapons that are in use, in their order."""
    return tuple(weapon for weapon in ever(session) if weapon.archived_at is None)


def ever(session: Any) -> tuple[Weapon, ...]:
    """With those that were retired; read once per session: a page asks for them in several places."""
    kept: tuple[Weapon, ...] | None = session.info.get("crm.weapons")
    if kept is None:
        kept = tuple(session.scalars(select(Weapon).order_by(col(Weapon.position), col(Weapon.code))))
        session.info["crm.weapons"] = kept
    return kept


def weapon_by_code(session: Any, code: str | None) -> Weapon | None:
    return next((weapon for weapon in weapons(session) if weapon.code == code), None)


WEAPON = reference_entity(
    Weapon,
    "crm.weapon",
    N_("Weapon"),
    N_("Weapons"),
    outside=True,
    fields=(
        Weapon.icon,
        Weapon.description_zh,
        Weapon.description_en,
        Weapon.tip_zh,
        Weapon.tip_en,
        Weapon.cost_class_id,
        Weapon.guide_cost_zh,
        Weapon.guide_cost_en,
        Weapon.compliance,
        Weapon.rule_zh,
        Weapon.rule_en,
        Weapon.needs_approval,
        Weapon.tender_lock,
        Weapon.official_lock,
        Weapon.evidence_zh,
        Weapon.evidence_en,
        Weapon.evidence_kinds,
        Weapon.success_zh,
        Weapon.success_en,
        Weapon.repeat_days,
    ),
    listed=(Weapon.cost_class_id, Weapon.compliance, Weapon.needs_approval),
    facets=(Weapon.cost_class_id, Weapon.compliance),
)
