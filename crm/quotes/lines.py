"""Lines of a quote: a product, how many, for how long, the list price and the price offered, and what is promised."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, select
from sqlalchemy.orm import object_session
from sqlmodel import Field, col

from core import clock
from core.access import via
from core.entity import Entity, Section
from core.errors import Invalid
from core.fields import choice, day, flag, money, number, rate, ref
from core.i18n import N_, _
from core.money import share
from core.record import Record
from crm.limits import COUNT, keep_within
from crm.products import Product
from crm.quotes.quotes import Quote
from crm.quotes.rates import rated
from crm.quotes.tax import split_gross
from crm.references import name_of
from crm.tables import derived_text

MOST = 200
PRICES = ("list_one_off", "list_monthly", "one_off", "monthly")
PROMISES = ("speed", "repair", "availability", "delay", "provision")
PROMISE_LABELS = {
    "speed": "Speed", "repair": "Repair within", "availability": "Availability", "delay": "Delay at most",
    "provision": "In service within",
}  # fmt: skip
UNITS = ("mbps", "hour", "percent", "ms", "day")
UNIT_OF = dict(zip(PROMISES, UNITS, strict=True))
UNIT_LABELS = {"mbps": "Mbps", "hour": "Hours", "percent": "%", "ms": "ms", "day": "Days"}
# Of these more is better than promised; of the others less.
MORE_IS_BETTER = ("speed", "availability")


class QuoteLine(Record, table=True):
    """Prices are of one unit and with tax, in fen, as Chinese quotes show them; `net` and `tax` are split off by `vat`,
    the rate of the day on which the quote is priced. `net`, `tax`, `gross` are of the whole line over all its months.

    `promised` and `measured` are hundredths of the promise's unit: 50,000 is 500 Mbps.
    """

    __tablename__ = "crm_quote_line"
    takes_files: ClassVar[bool] = False
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("months >= 0", name="months"),
        CheckConstraint("vat BETWEEN 0 AND 10000", name="vat"),
    )
    quote_id: int = ref("crm_quote.id", required=True)
    position: int = 0
    product_id: int = ref("crm_product.id", required=True)
    name: str = derived_text(200)
    quantity: int = Field(default=1, sa_column_kwargs={"info": {"kind": "number"}})
    months: int | None = number()
    list_one_off: int | None = money(label="List price, one-off")
    list_monthly: int | None = money(label="List price, monthly")
    one_off: int | None = money(label="Price, one-off")
    monthly: int | None = money(label="Price, monthly")
    discount: int = rate(required=True)
    vat: int = rate(required=True, label="VAT rate")
    needs_tax_desk: bool = flag(label="Needs the tax desk")
    net: int = money(required=True, label="Amount before tax")
    tax: int = money(required=True)
    gross: int = money(required=True, label="Total including tax")
    promise: str | None = choice(*PROMISES, labels=PROMISE_LABELS)
    promised: int | None = number()
    promise_unit: str | None = choice(*UNITS, label="Unit", labels=UNIT_LABELS)
    measured: int | None = number(status=True)
    measured_on: date | None = day(label="Measured on", status=True)

    @property
    def settled(self) -> str:
        """A line changes as long as its quote does."""
        session = object_session(self)
        quote = session.get(Quote, self.quote_id) if session else None
        return quote.settled if quote else ""

    @property
    def is_recurring(self) -> bool:
        return bool(self.monthly and self.months)

    @property
    def list_gross(self) -> int:
        """At list prices; where there is no list price, at the price offered."""
        once = self.one_off if self.list_one_off is None else self.list_one_off
        monthly = self.monthly if self.list_monthly is None else self.list_monthly
        return self.quantity * ((once or 0) + (monthly or 0) * (self.months or 0))


def complete(session: Any, line: QuoteLine) -> None:
    """Check the line, name it after its product, and calculate its amounts."""
    keep_within(line, quantity=(1, 10**9), months=(0, 1200), promised=COUNT, measured=COUNT)
    keep_within(line, **dict.fromkeys(PRICES, (0, 10**14)))
    if line.monthly and not line.months:
        sentence = _("For how many months?")
        raise Invalid(sentence, {"months": sentence})
    line.name = line.name or name_of(session, Product, line.product_id)
    _settle_promise(line)
    quote = session.get(Quote, line.quote_id)
    if quote is None or quote.state == "draft":
        tax = rated(session, session.get(Product, line.product_id), quote.priced_on if quote else clock.today())
        line.vat, line.needs_tax_desk = tax.rate, tax.is_unsure
        calculate(line)


def _settle_promise(line: QuoteLine) -> None:
    if line.promise and line.promised is None:
        sentence = _("How much is promised?")
        raise Invalid(sentence, {"promised": sentence})
    if line.promise is None:
        line.promised, line.promise_unit = None, None
    else:
        line.promise_unit = UNIT_OF[line.promise]


def calculate(line: QuoteLine) -> None:
    """Amounts and discount from prices, quantity and months."""
    line.gross = line.quantity * ((line.one_off or 0) + (line.monthly or 0) * (line.months or 0))
    line.net, line.tax = split_gross(line.gross, line.vat)
    line.discount = discount(line.list_gross, line.gross)


def discount(whole: int, offered: int) -> int:
    """How much less is offered than the list says, in basis points, rounded half up; a higher price is none."""
    return max((2 * (whole - offered) * 10_000 + whole) // (2 * whole), 0) if whole > 0 else 0


def give(line: QuoteLine, points: int) -> None:
    """Set the prices by a discount on the list prices."""
    keep = 10_000 - points
    for name in ("one_off", "monthly"):
        listed = getattr(line, f"list_{name}")
        if listed is not None:
            setattr(line, name, share(listed, keep))


def lines_of(session: Any, quote_id: int) -> list[QuoteLine]:
    """In their order; with those that this session has not written yet. Read once in a session for reading."""
    kept: dict[int, list[QuoteLine]] = session.info.setdefault("crm.quote_lines", {})
    if quote_id not in kept or session.info["writes"]:
        kept[quote_id] = _lines_of(session, quote_id)
    return kept[quote_id]


def _lines_of(session: Any, quote_id: int) -> list[QuoteLine]:
    live = select(QuoteLine).where(col(QuoteLine.quote_id) == quote_id, col(QuoteLine.archived_at).is_(None))
    stored = session.scalars(live.order_by(col(QuoteLine.position), col(QuoteLine.id)).limit(MOST)).all()
    fresh = [row for row in session.new if isinstance(row, QuoteLine) and row.quote_id == quote_id]
    found = [row for row in (*stored, *fresh) if row.archived_at is None]
    return sorted(found, key=lambda row: (row.position, row.id))


QUOTE_LINE = Entity(
    stem="crm.quote_line",
    model=QuoteLine,
    label=N_("Quote line"),
    plural=N_("Quote lines"),
    rule=via("quote_id", "crm_quote"),
    key=(QuoteLine.quote_id, QuoteLine.product_id),
    columns=(
        QuoteLine.name,
        QuoteLine.quote_id,
        QuoteLine.quantity,
        QuoteLine.months,
        QuoteLine.discount,
        QuoteLine.vat,
        QuoteLine.gross,
    ),
    form=(
        Section(
            N_("Line"),
            (QuoteLine.quote_id, QuoteLine.product_id, QuoteLine.name, QuoteLine.quantity, QuoteLine.months),
        ),
        Section(
            N_("Prices of one unit, with tax"),
            (QuoteLine.list_one_off, QuoteLine.list_monthly, QuoteLine.one_off, QuoteLine.monthly),
        ),
    ),
    search=(QuoteLine.name, QuoteLine.quote_id),
    facets=(QuoteLine.product_id, QuoteLine.needs_tax_desk),
    sums=(QuoteLine.gross,),
    complete=complete,
)
