"""How strong a weapon is in a purchase step, at a level, with a function: 0 for no use, 3 for best."""

from typing import Any

from sqlalchemy import CheckConstraint

from core.access import reference
from core.entity import Entity, Section
from core.fields import choice, number, ref, text
from core.i18n import N_
from core.record import Record
from crm.limits import keep_within
from crm.tables import live_unique


class WeaponFit(Record, table=True):
    __tablename__ = "crm_weapon_fit"
    __table_args__ = (
        live_unique("uq_crm_weapon_fit", "weapon_id", "dimension", "code"),
        CheckConstraint("strength BETWEEN 0 AND 3", name="strength"),
    )
    weapon_id: int = ref("crm_weapon.id", required=True)
    dimension: str = choice(
        "step", "level", "function", required=True, labels={"step": "Purchase step", "level": "Post level"}
    )
    code: str = text(40, required=True)
    strength: int = number(required=True)


def complete(_session: Any, fit: WeaponFit) -> None:
    keep_within(fit, strength=(0, 3))


WEAPON_FIT = Entity(
    stem="crm.weapon_fit",
    model=WeaponFit,
    label=N_("Weapon strength"),
    plural=N_("Weapon strengths"),
    rule=reference(outside=True),
    key=(WeaponFit.weapon_id, WeaponFit.dimension, WeaponFit.code),
    title=WeaponFit.code,
    columns=(WeaponFit.weapon_id, WeaponFit.dimension, WeaponFit.code, WeaponFit.strength),
    form=(Section(N_("Strength"), (WeaponFit.weapon_id, WeaponFit.dimension, WeaponFit.code, WeaponFit.strength)),),
    search=(WeaponFit.code,),
    facets=(WeaponFit.weapon_id, WeaponFit.dimension),
    order=WeaponFit.code,
    complete=complete,
)
