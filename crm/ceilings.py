"""Ceilings on gifts, hospitality and trips: dated amounts, for a unit or everywhere, and for public officials."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, select
from sqlmodel import col

from core.errors import Invalid
from core.fields import choice, day, money, ref
from core.i18n import N_, _
from core.record import Reference
from crm.limits import COUNT, keep_within
from crm.references import reference_entity
from crm.tables import live_unique

BOUND = ("GIFT", "HOSPITALITY", "TRAVEL")
CLASS_LABELS = {"any": "Anybody", "official": "Public official"}
CEILINGS = ("per_occasion", "per_person_year", "per_client_year", "per_deal")
# From which amount of a whole request on the second and the third superior agree, too.
TIERS = ("second_from", "third_from")
AMOUNTS = (*CEILINGS, *TIERS)


class Ceiling(Reference, table=True):
    """An amount left out is not limited by this row. `unit_id` empty holds everywhere; `valid_to` is the last day.

    The next superior always agrees; `second_from` and `third_from` are the amounts of a whole request from which the
    one above, and the one above that, agree too.
    """

    __tablename__ = "crm_ceiling"
    __table_args__ = (
        live_unique("uq_crm_ceiling_code", "code"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="days"),
    )
    compliance: str = choice(*BOUND, required=True, labels={"GIFT": "Gift register"})
    client_class: str = choice("any", "official", default="any", labels=CLASS_LABELS)
    unit_id: int | None = ref("core_unit.id", label="Holds in the unit")
    valid_from: date = day(required=True, label="In force from")
    valid_to: date | None = day(label="In force until")
    per_occasion: int | None = money(label="A person on one occasion")
    per_person_year: int | None = money(label="A person in a year")
    per_client_year: int | None = money(label="A client in a year")
    per_deal: int | None = money(label="A deal")
    second_from: int | None = money(label="A second superior agrees from")
    third_from: int | None = money(label="A third superior agrees from")


def complete(_session: Any, ceiling: Ceiling) -> None:
    keep_within(ceiling, **dict.fromkeys(AMOUNTS, COUNT))
    if ceiling.valid_to and ceiling.valid_to < ceiling.valid_from:
        sentence = _("It cannot end before it begins.")
        raise Invalid(sentence, {"valid_to": sentence})


def ceilings(session: Any) -> tuple[Ceiling, ...]:
    """All ceilings, read once per session."""
    kept: tuple[Ceiling, ...] | None = session.info.get("crm.ceilings")
    if kept is None:
        live = select(Ceiling).where(col(Ceiling.archived_at).is_(None))
        kept = tuple(session.scalars(live.order_by(col(Ceiling.code), col(Ceiling.id))))
        session.info["crm.ceilings"] = kept
    return kept


CEILING = reference_entity(
    Ceiling,
    "crm.ceiling",
    N_("Ceiling"),
    N_("Ceilings"),
    outside=True,
    fields=(
        Ceiling.compliance,
        Ceiling.client_class,
        Ceiling.unit_id,
        Ceiling.valid_from,
        Ceiling.valid_to,
        *(getattr(Ceiling, name) for name in AMOUNTS),
    ),
    listed=(Ceiling.compliance, Ceiling.client_class, Ceiling.unit_id, Ceiling.valid_from, Ceiling.per_occasion),
    facets=(Ceiling.compliance, Ceiling.client_class, Ceiling.unit_id),
    complete=complete,
)
