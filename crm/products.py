"""Products: what the carrier sells, how it is counted and priced, how it is taxed, and who may sell it."""

from sqlalchemy import select
from sqlmodel import Session, col

from core.entity import Entity
from core.errors import Invalid
from core.fields import choice, flag, money, ref, text
from core.i18n import N_, _
from core.record import Reference
from crm.references import reference_entity
from crm.tables import codes, derived_text, live_unique
from crm.vat_classes import VatClass


class Product(Reference, table=True):
    """`vat_classes` are the parts of a mixed product; unsplit, the highest rate of them holds."""

    __tablename__ = "crm_product"
    __table_args__ = (live_unique("uq_crm_product_code", "code"),)
    code: str = derived_text(40)
    category_id: int | None = ref("crm_category.id")
    unit_zh: str | None = text(60, label="Unit of sale (Chinese)")
    unit_en: str | None = text(60, label="Unit of sale (English)")
    pricing_zh: str | None = text(80, label="Pricing (Chinese)")
    pricing_en: str | None = text(80, label="Pricing (English)")
    list_price: int | None = money()
    vat_classes: list[str] = codes(label="VAT classes")
    needs_vat_check: bool = flag(label="Needs the tax desk")
    agent_may_sell: bool = flag()
    is_tangible: bool = flag(label="Tangible pack")
    needs_risk_check: bool = flag(label="Needs a risk check")
    era: str | None = choice("current", "legacy", "revived")


def complete(session: Session, product: Product) -> None:
    product.code = product.code or product.name_zh[:40]
    if product.vat_classes:
        known = set(session.scalars(select(col(VatClass.code)).where(col(VatClass.code).in_(product.vat_classes))))
        if strange := [code for code in product.vat_classes if code not in known]:
            sentence = _("There is no VAT class “{code}”.", code=strange[0])
            raise Invalid(sentence, {"vat_classes": sentence})


PRODUCT: Entity = reference_entity(
    Product,
    "crm.product",
    N_("Product"),
    N_("Products"),
    outside=True,
    fields=(
        Product.category_id,
        Product.unit_zh,
        Product.unit_en,
        Product.pricing_zh,
        Product.pricing_en,
        Product.list_price,
        Product.vat_classes,
        Product.needs_vat_check,
        Product.agent_may_sell,
        Product.is_tangible,
        Product.needs_risk_check,
        Product.era,
    ),
    listed=(Product.category_id, Product.unit_zh, Product.list_price, Product.agent_may_sell, Product.era),
    facets=(Product.category_id, Product.era, Product.agent_may_sell),
    complete=complete,
)
