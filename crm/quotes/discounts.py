"""How deep a discount may go, and who agrees from which depth on: dated rows, by unit and by role."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, select
from sqlmodel import col

from core.errors import Invalid
from core.fields import day, number, rate, ref
from core.i18n import N_, _
from core.record import Reference
from crm.limits import RATE, keep_within
from crm.references import reference_entity
from crm.tables import live_unique

DEPTHS = ("own_limit", "second_from", "third_from")
STEPS = (1, 3)


class DiscountLimit(Reference, table=True):
    """Up to `own_limit` nobody is asked; beyond it the next superior, from the other depths on those above, too.

    A price below its floor asks `floor_steps` superiors, however small the discount is. `unit_id` empty holds
    everywhere, `role_id` empty for everybody; `valid_to` is the last day.
    """

    __tablename__ = "crm_discount_limit"
    __table_args__ = (
        live_unique("uq_crm_discount_limit_code", "code"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="days"),
    )
    unit_id: int | None = ref("core_unit.id", label="Holds in the unit")
    role_id: int | None = ref("core_role.id", label="For whoever is")
    valid_from: date = day(required=True, label="In force from")
    valid_to: date | None = day(label="In force until")
    own_limit: int = rate(required=True, label="Without asking up to")
    second_from: int | None = rate(label="A second superior agrees from")
    third_from: int | None = rate(label="A third superior agrees from")
    floor_steps: int = number(required=True, label="Superiors for a price below the floor")


def complete(_session: Any, limit: DiscountLimit) -> None:
    keep_within(limit, **dict.fromkeys(DEPTHS, RATE), floor_steps=STEPS)
    if limit.valid_to and limit.valid_to < limit.valid_from:
        sentence = _("It cannot end before it begins.")
        raise Invalid(sentence, {"valid_to": sentence})


@dataclass(frozen=True)
class Depth:
    """The limits that hold for somebody on a day. Where the carrier sets none, every discount asks one superior."""

    own_limit: int = 0
    second_from: int | None = None
    third_from: int | None = None
    floor_steps: int = 1

    def steps(self, discount: int, *, below_floor: bool) -> int:
        """How many superiors agree, one after the other; 0 within the own limit."""
        beyond = [self.own_limit + 1, self.second_from, self.third_from]
        by_depth = max((n for n, since in enumerate(beyond, 1) if since is not None and discount >= since), default=0)
        return max(by_depth, self.floor_steps) if below_floor else by_depth


def limits(session: Any) -> tuple[DiscountLimit, ...]:
    """All rows, read once per session."""
    kept: tuple[DiscountLimit, ...] | None = session.info.get("crm.discount_limits")
    if kept is None:
        live = select(DiscountLimit).where(col(DiscountLimit.archived_at).is_(None))
        kept = tuple(session.scalars(live.order_by(col(DiscountLimit.valid_from), col(DiscountLimit.id))))
        session.info["crm.discount_limits"] = kept
    return kept


def depth_of(
    rows: tuple[DiscountLimit, ...], places: list[int | None], on: date, roles: frozenset[int] = frozenset()
) -> Depth:
    """The row that is in force on the day: of a role that is held before one for everybody, then of the nearest unit.

    Of several roles there the one that goes deepest counts, then the row that came last.
    """
    rank = {unit: at for at, unit in enumerate(places) if unit}
    held = [
        row for row in rows
        if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)
        and (row.unit_id is None or row.unit_id in rank) and (row.role_id is None or row.role_id in roles)
    ]  # fmt: skip
    if not held:
        return Depth()
    newest = {(row.unit_id, row.role_id): row for row in sorted(held, key=lambda each: (each.valid_from, each.id))}
    row = max(newest.values(), key=lambda each: _weight(each, rank))
    return Depth(row.own_limit, row.second_from, row.third_from, row.floor_steps)


def _weight(row: DiscountLimit, rank: dict[int, int]) -> tuple[bool, int, int, date, int]:
    return row.role_id is not None, rank.get(row.unit_id or 0, -1), row.own_limit, row.valid_from, row.id


DISCOUNT_LIMIT = reference_entity(
    DiscountLimit,
    "crm.discount_limit",
    N_("Discount limit"),
    N_("Discount limits"),
    fields=(
        DiscountLimit.unit_id,
        DiscountLimit.role_id,
        DiscountLimit.valid_from,
        DiscountLimit.valid_to,
        *(getattr(DiscountLimit, name) for name in DEPTHS),
        DiscountLimit.floor_steps,
    ),
    listed=(
        DiscountLimit.unit_id,
        DiscountLimit.role_id,
        DiscountLimit.valid_from,
        DiscountLimit.own_limit,
        DiscountLimit.second_from,
    ),
    facets=(DiscountLimit.unit_id, DiscountLimit.role_id),
    complete=complete,
)
