"""Targets of a unit or a person, by measure and month."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint

from core.entity import Entity, Section
from core.errors import Invalid
from core.fields import choice, money, month, number, ref
from core.i18n import N_, _
from core.record import Record
from crm.rules import aimed
from crm.tables import live_unique

IN_MONEY = ("revenue", "won_amount", "weighted_amount")
IN_PIECES = ("won_deals", "new_accounts", "visits", "renewals")


class Target(Record, table=True):
    """`amount` for what is counted in money, `quantity` for what is counted in pieces."""

    __tablename__ = "crm_target"
    __table_args__ = (
        live_unique("uq_crm_target_unit", "for_unit_id", "measure", "month"),
        live_unique("uq_crm_target_user", "for_user_id", "measure", "month"),
        CheckConstraint("(for_unit_id IS NULL) <> (for_user_id IS NULL)", name="aim"),
    )
    for_unit_id: int | None = ref("core_unit.id", label="Unit")
    for_user_id: int | None = ref("core_user.id", label="Person")
    measure: str = choice(*IN_MONEY, *IN_PIECES, required=True, labels={"revenue": "Net revenue"})
    month: date = month(required=True)
    amount: int | None = money()
    quantity: int | None = number()


def complete(_session: Any, target: Target) -> None:
    problems = {}
    if (target.for_unit_id is None) == (target.for_user_id is None):
        problems["for_unit_id"] = _("A target is either a unit’s or a person’s.")
    if target.measure in IN_MONEY and target.amount is None:
        problems["amount"] = _("This measure is counted in money.")
    if target.measure in IN_PIECES and target.quantity is None:
        problems["quantity"] = _("This measure is counted in pieces.")
    if problems:
        raise Invalid(next(iter(problems.values())), problems)


TARGET = Entity(
    stem="crm.target",
    model=Target,
    label=N_("Target"),
    plural=N_("Targets"),
    rule=aimed,
    key=(Target.for_unit_id, Target.for_user_id, Target.measure, Target.month),
    title=Target.month,
    columns=(Target.month, Target.measure, Target.for_unit_id, Target.for_user_id, Target.amount, Target.quantity),
    form=(
        Section(
            N_("Target"),
            (
                Target.for_unit_id,
                Target.for_user_id,
                Target.measure,
                Target.month,
                Target.amount,
                Target.quantity,
            ),
        ),
    ),
    facets=(Target.measure, Target.for_user_id),
    sums=(Target.amount, Target.quantity),
    order=Target.month,
    complete=complete,
)
