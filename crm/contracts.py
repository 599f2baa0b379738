"""Contracts of an account: ours, and those that the client has with rivals."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, select
from sqlmodel import col

from core.access import owned, via
from core.entity import Entity, Section
from core.errors import Invalid
from core.fields import choice, day, long_text, money, ref, text
from core.i18n import N_, _
from core.record import Owned
from crm.products import PRODUCT
from crm.rivals import RIVAL
from crm.tables import base36, derived_text, live_index, live_unique

MOST = 200


class Contract(Owned, table=True):
    __tablename__ = "crm_contract"
    __table_args__ = (
        live_unique("uq_crm_contract_code", "code"),
        live_index("ix_crm_contract_owner_end", "owner_id", "ends_on", "id"),
        live_index("ix_crm_contract_team_end", "team_id", "ends_on", "id"),
        live_index("ix_crm_contract_city_end", "city_id", "ends_on", "id"),
        live_index("ix_crm_contract_province_end", "province_id", "ends_on", "id"),
        live_index("ix_crm_contract_end", "ends_on", "id"),
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="days"),
    )
    code: str = derived_text(40)
    name: str = text(200, required=True)
    account_id: int = ref("crm_account.id", required=True)
    product_id: int | None = ref("crm_product.id")
    opportunity_id: int | None = ref("crm_opportunity.id")
    quote_line_id: int | None = ref("crm_quote_line.id", label="Quote line")
    renews_id: int | None = ref("crm_contract.id", label="Renews")
    supplier: str = choice("ours", "rival", default="ours", labels={"ours": "Ours", "rival": "A rival’s"})
    rival_id: int | None = ref("crm_rival.id")
    amount: int | None = money()
    monthly: int | None = money(label="Monthly amount")
    payer: str | None = choice(
        "unit", "member", "mixed", labels={"unit": "The unit pays", "member": "Members pay", "mixed": "Both pay"}
    )
    signed_on: date | None = day()
    starts_on: date | None = day(label="Starts on")
    ends_on: date | None = day(label="Ends on")
    note: str | None = long_text()


def complete(_session: Any, contract: Contract) -> None:
    contract.code = contract.code or f"C{base36(contract.id)}"
    problems = {}
    if contract.starts_on and contract.ends_on and contract.ends_on < contract.starts_on:
        problems["ends_on"] = _("The end is before the start.")
    if contract.supplier == "ours" and contract.rival_id:
        problems["rival_id"] = _("A contract of ours names no rival.")
    if contract.renews_id == contract.id:
        problems["renews_id"] = _("A contract does not renew itself.")
    if problems:
        raise Invalid(next(iter(problems.values())), problems)


def contracts_of(session: Any, account_id: int) -> tuple[tuple[Contract, str, str], ...]:
    """The account's contracts with the names of product and rival; the first to end first. Read once per session."""
    kept: dict[int, Any] = session.info.setdefault("crm.contracts", {})
    if account_id not in kept:
        product, rival = PRODUCT.table.alias(), RIVAL.table.alias()
        own = (
            select(Contract, PRODUCT.title_in(product), RIVAL.title_in(rival))
            .outerjoin(product, product.c.id == col(Contract.product_id))
            .outerjoin(rival, rival.c.id == col(Contract.rival_id))
            .where(col(Contract.account_id) == account_id, col(Contract.archived_at).is_(None))
            .order_by(col(Contract.ends_on).is_(None), col(Contract.ends_on), col(Contract.id))
            .limit(MOST)
        )
        kept[account_id] = tuple((row[0], row[1] or "", row[2] or "") for row in session.execute(own))
    return kept[account_id]  # type: ignore[no-any-return]


CONTRACT = Entity(
    stem="crm.contract",
    model=Contract,
    label=N_("Contract"),
    plural=N_("Contracts"),
    rule=owned(also=via("account_id", "crm_account")),
    key=(Contract.code, Contract.name),
    columns=(
        Contract.name,
        Contract.account_id,
        Contract.product_id,
        Contract.supplier,
        Contract.monthly,
        Contract.amount,
        Contract.ends_on,
        Contract.owner_id,
    ),
    form=(
        Section(
            N_("Contract"),
            (
                Contract.name,
                Contract.code,
                Contract.account_id,
                Contract.product_id,
                Contract.opportunity_id,
                Contract.renews_id,
                Contract.owner_id,
            ),
        ),
        Section(N_("Supplier"), (Contract.supplier, Contract.rival_id)),
        Section(
            N_("Amount and time"),
            (
                Contract.amount,
                Contract.monthly,
                Contract.payer,
                Contract.signed_on,
                Contract.starts_on,
                Contract.ends_on,
                Contract.note,
            ),
        ),
    ),
    search=(Contract.name, Contract.code, Contract.account_id),
    facets=(Contract.supplier, Contract.product_id, Contract.rival_id, Contract.owner_id),
    sums=(Contract.amount, Contract.monthly),
    order=Contract.ends_on,
    complete=complete,
)
