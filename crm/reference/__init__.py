"""The product's own reference data: weapons, steps, stages, products, tax rates and the words for them.

Each function reads its file once, checks it, and returns frozen rows in the order of the file. These are the
values that a new database starts with; afterwards the carrier edits its own rows.
"""

from datetime import date
from functools import cache

from crm.reference.kinds import (
    Band,
    Category,
    Ceiling,
    Channel,
    Clause,
    CostClass,
    DiscountLimit,
    Grade,
    Named,
    Nature,
    Pipeline,
    Product,
    Question,
    Reason,
    Relation,
    State,
    Step,
    Support,
    Text,
    VatClass,
    Weapon,
)
from crm.reference.load import ReferenceDataError, complete, known, read, rows


@cache
def weapons() -> tuple[Weapon, ...]:
    found = rows("weapons", Weapon)
    for weapon in found:
        complete(weapon.code, weapon.stage, steps())
        complete(weapon.code, weapon.level, levels())
        complete(weapon.code, weapon.function, functions())
        known(weapon.code, [weapon.cost_class], cost_classes())
    return found


@cache
def cost_classes() -> tuple[CostClass, ...]:
    return rows("cost_classes", CostClass)


@cache
def ceilings() -> tuple[Ceiling, ...]:
    return rows("ceilings", Ceiling)


@cache
def clauses() -> tuple[Clause, ...]:
    return rows("clauses", Clause)


@cache
def discount_limits() -> tuple[DiscountLimit, ...]:
    return rows("discount_limits", DiscountLimit)


@cache
def steps() -> tuple[Step, ...]:
    found = rows("steps", Step)
    for step in found:
        known(step.code, [step.key_role], roles())
    return found


@cache
def levels() -> tuple[Named, ...]:
    return rows("levels", Named)


@cache
def functions() -> tuple[Named, ...]:
    return rows("functions", Named)


@cache
def roles() -> tuple[Named, ...]:
    return rows("roles", Named)


@cache
def relations() -> tuple[Relation, ...]:
    return rows("relations", Relation)


@cache
def support() -> tuple[Support, ...]:
    return rows("support", Support)


@cache
def channels() -> tuple[Channel, ...]:
    return rows("channels", Channel)


@cache
def trades() -> tuple[Named, ...]:
    return rows("trades", Named)


@cache
def grades() -> tuple[Grade, ...]:
    return rows("grades", Grade)


@cache
def natures() -> tuple[Nature, ...]:
    found = rows("natures", Nature)
    for nature in found:
        known(nature.code, nature.official_levels, levels())
        known(nature.code, nature.official_functions, functions())
    return found


def is_official_by_default(nature: str, *, level: str | None, function: str | None) -> bool:
    """Whether a key person counts as a public official (公职人员) until somebody corrects it with a reason."""
    (row,) = (row for row in natures() if row.code == nature)
    return level in row.official_levels or function in row.official_functions


@cache
def vat_classes() -> tuple[VatClass, ...]:
    found = rows("vat", VatClass)
    for row in found:
        days = [rate.since for rate in row.rates]
        if days != sorted(set(days)):
            raise ReferenceDataError(f"{row.code}: the rates do not follow each other by day")
    return found


def vat_bp(vat_class: str, day: date) -> int:
    """The VAT rate of a class on a day, in basis points (900 = 9 %). LookupError before the first row."""
    (row,) = (row for row in vat_classes() if row.code == vat_class)
    in_force = [rate.bp for rate in row.rates if rate.since <= day]
    if not in_force:
        raise LookupError(f"no VAT rate of {vat_class} on {day}")
    return in_force[-1]


@cache
def categories() -> tuple[Category, ...]:
    return rows("categories", Category)


@cache
def products() -> tuple[Product, ...]:
    found = rows("products", Product)
    for product in found:
        known(product.code, [product.category], categories())
        known(product.code, product.vat_classes, vat_classes())
    return found


def product_vat_bp(product: Product, day: date) -> int:
    """The rate of a product that is sold unsplit: the highest of its parts, as the VAT law says."""
    return max(vat_bp(vat_class, day) for vat_class in product.vat_classes)


@cache
def pipelines() -> tuple[Pipeline, ...]:
    found = rows("pipelines", Pipeline)
    for pipeline in found:
        known(pipeline.code, [pipeline.followed_by] if pipeline.followed_by else [], found)
        for stage in pipeline.stages:
            known(stage.code, [stage.step] if stage.step else [], steps())
            known(stage.code, stage.weapons, weapons())
    return found


@cache
def states() -> tuple[State, ...]:
    return rows("states", State)


@cache
def deal_check() -> tuple[Question, ...]:
    return rows("deal_check", Question)


@cache
def deal_bands() -> tuple[Band, ...]:
    return rows("deal_bands", Band)


def deal_band(score: int) -> Band:
    """What a deal-check score of 0 to 40 means, and the highest probability that such a deal may show."""
    return [band for band in deal_bands() if band.score_from <= score][-1]


@cache
def reasons() -> tuple[Reason, ...]:
    return rows("reasons", Reason)


def loss_reasons() -> tuple[Reason, ...]:
    return tuple(row for row in reasons() if row.outcome != "won")


def win_reasons() -> tuple[Reason, ...]:
    return tuple(row for row in reasons() if row.outcome != "lost")


@cache
def glossary() -> tuple[Text, ...]:
    """The words of the screen, Chinese and English."""
    terms = read("glossary")["terms"]
    assert isinstance(terms, dict)
    return tuple(Text(zh=zh, en=en) for zh, en in terms.items())
