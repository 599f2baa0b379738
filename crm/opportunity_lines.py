"""Lines of an opportunity: a product, how many, what comes once, what comes monthly and for how many months."""

from typing import Any

from sqlalchemy import CheckConstraint, func, select
from sqlmodel import col

from core.access import via
from core.entity import Entity, Section
from core.errors import Invalid
from core.fields import money, number, ref, text
from core.i18n import N_, _
from core.record import Record
from crm.limits import keep_within
from crm.opportunities import Opportunity
from crm.products import Product
from crm.references import name_of
from crm.tables import derived_text


class OpportunityLine(Record, table=True):
    """Amounts are of the whole line, whatever the quantity. The line's worth is one-off + monthly × months."""

    __tablename__ = "crm_opportunity_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("months >= 0", name="months"),
    )
    opportunity_id: int = ref("crm_opportunity.id", required=True)
    product_id: int = ref("crm_product.id", required=True)
    name: str = derived_text(200)
    quantity: int | None = number()
    one_off: int | None = money(label="One-off amount")
    monthly: int | None = money(label="Monthly amount")
    months: int | None = number()
    note: str | None = text(200)

    @property
    def worth(self) -> int:
        return (self.one_off or 0) + (self.monthly or 0) * (self.months or 0)


def complete(session: Any, line: OpportunityLine) -> None:
    """Check the line, name it after its product, and carry the new sum to its deal."""
    keep_within(line, quantity=(1, 2**53), months=(0, 1200))
    if line.monthly and not line.months:
        sentence = _("For how many months?")
        raise Invalid(sentence, {"months": sentence})
    line.name = line.name or name_of(session, Product, line.product_id)
    deal = session.get(Opportunity, line.opportunity_id)
    if deal is not None:
        deal.amount = amount_of_lines(session, deal.id, otherwise=deal.amount, changed=line)


def amount_of_lines(
    session: Any, deal_id: int, *, otherwise: int | None, changed: OpportunityLine | None = None
) -> int | None:
    """The sum of the deal's lines, with those of this session that are not stored yet; `otherwise` without lines."""
    pending = {id(row): row for row in (*session.new, *session.dirty, *([changed] if changed else []))}
    own = [row for row in pending.values() if isinstance(row, OpportunityLine) and row.opportunity_id == deal_id]
    worth = OpportunityLine.one_off, OpportunityLine.monthly, OpportunityLine.months
    once, monthly, months = (func.coalesce(column, 0) for column in worth)
    stored = select(func.count(), func.coalesce(func.sum(once + monthly * months), 0)).where(
        col(OpportunityLine.opportunity_id) == deal_id,
        col(OpportunityLine.archived_at).is_(None),
        col(OpportunityLine.id).not_in([row.id for row in own]),
    )
    count, total = session.execute(stored).one()
    live = [row for row in own if row.archived_at is None]
    return int(total) + sum(row.worth for row in live) if count or live else otherwise


OPPORTUNITY_LINE = Entity(
    stem="crm.opportunity_line",
    model=OpportunityLine,
    label=N_("Opportunity line"),
    plural=N_("Opportunity lines"),
    rule=via("opportunity_id", "crm_opportunity"),
    key=(OpportunityLine.opportunity_id, OpportunityLine.product_id),
    columns=(
        OpportunityLine.name,
        OpportunityLine.opportunity_id,
        OpportunityLine.product_id,
        OpportunityLine.quantity,
        OpportunityLine.one_off,
        OpportunityLine.monthly,
        OpportunityLine.months,
    ),
    form=(
        Section(
            N_("Line"),
            (
                OpportunityLine.opportunity_id,
                OpportunityLine.product_id,
                OpportunityLine.name,
                OpportunityLine.quantity,
            ),
        ),
        Section(
            N_("Amount"),
            (
                OpportunityLine.one_off,
                OpportunityLine.monthly,
                OpportunityLine.months,
                OpportunityLine.note,
            ),
        ),
    ),
    search=(OpportunityLine.name, OpportunityLine.opportunity_id, OpportunityLine.product_id),
    facets=(OpportunityLine.product_id,),
    sums=(OpportunityLine.one_off, OpportunityLine.monthly),
    complete=complete,
)
