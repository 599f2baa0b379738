"""Plants quotes in every state on the demo's deals, with list and floor prices; some promises were missed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import col

from core.approvals.asking import close
from core.approvals.finding import seats_of
from core.bulk import Values, update_rows
from core.ids import new_id
from core.people import User
from core.record import STAMPS
from crm.demo import shapes
from crm.demo.bulk import create
from crm.demo.chance import number, one_of
from crm.demo.deals import prices
from crm.demo.planter import Planter
from crm.demo.tables import fen
from crm.opportunities import Opportunity
from crm.opportunity_lines import OpportunityLine
from crm.products import PRODUCT, Product
from crm.quotes.acceptance import accept
from crm.quotes.clauses import clauses
from crm.quotes.floors import FLOOR_PRICE
from crm.quotes.keeping import total
from crm.quotes.kept import kept_words
from crm.quotes.lines import MORE_IS_BETTER, QUOTE_LINE, UNIT_OF, QuoteLine, calculate, give
from crm.quotes.quotes import QUOTE, Quote
from crm.quotes.rates import rated
from crm.quotes.requests import issue

# Of the open deals far enough for a quote, one after the other.
OPEN = ("sent", "draft", "asked", "sent", "approved", "replaced", "draft", "sent", "asked", "stale")
DEPTHS = (0, 300, 500, 800, 1000)
DEEP = (1200, 1800, 2500)
# The floor of a product, as a part of its list price.
FLOOR = 8200
# An offer from before the rates of 2026, still open.
BEFORE = date(2025, 12, 15)
PROMISES = {
    "D01": ("speed", 50_000), "D02": ("availability", 9_990), "D03": ("speed", 100_000), "V04": ("availability", 9_950),
    "D04": ("repair", 400), "C01": ("availability", 9_995), "D05": ("provision", 1_000), "I05": ("repair", 2_400),
}  # fmt: skip
NEEDS = (
    "我们三个厂区的网络一到下午就卡，视频会议总断线，希望一次解决。",
    "分店越开越多，收银和监控都靠各自的宽带，出了问题没人说得清。",
    "年底要通过等保测评，专线和主机都要有书面的可用率承诺。",
    "业务员在外面跑，报单全靠微信，领导看不到当天的进度。",
    "现在的线路故障要等一整天才修，我们停一小时就要赔客户。",
)
SOLUTIONS = (
    "主用专线接入，备用链路异地上联，统一由一个服务台受理故障并按时限修复。",
    "各点统一接入，集中管理，按点计费；新增网点十个工作日内开通。",
    "专线加云主机，按月出账，提供季度可用率报告和现场巡检。",
)
PLANS = "第 1 周现场勘察；第 2–3 周施工；第 4 周联调测试并签署验收单；此后每季度回访一次。"
SIGNED = "双方盖章的报价单扫描件。"


def plant_quotes(made: Planter, deals: tuple[shapes.Deal, ...]) -> None:
    _plant_prices(made)
    chosen = [*_open(deals), *_decided(deals)]
    sold = _sold(made, [row for row, _state in chosen])
    planted = [(row, state, _quote(made, row, state, sold[row.code])) for row, state in chosen if sold[row.code]]
    _create(made, [each for _row, _state, found in planted for each in found])
    for row, state, found in planted:
        if state in ("asked", "accepted"):
            quote = made.session.get(Quote, found[0].quote.id)
            (_ask if state == "asked" else _accept)(made, row, quote)
    made.flush()


def _create(made: Planter, found: list["Written"]) -> None:
    """Through the bulk door, with the totals that a form would have kept."""
    create(made, QUOTE, [_values(each.quote) for each in found])
    create(made, QUOTE_LINE, [_values(line) for each in found for line in each.lines])


def _values(record: Quote | QuoteLine) -> Values:
    left = {*STAMPS} - {"id", "created_at"}
    return {name: getattr(record, name) for name in type(record).model_fields if name not in left}


def _plant_prices(made: Planter) -> None:
    listed = {made.ref("product", code): fen(row["monthly"]) or fen(row["one_off"]) for code, row in prices().items()}
    listed = {product: price for product, price in listed.items() if price}
    changes = {product: {"list_price": price} for product, price in listed.items()}
    update_rows(made.session, PRODUCT, changes, batch=new_id(), verb="update")
    since = date(2020, 1, 1)
    floors = [
        {"product_id": product, "unit_id": None, "since_on": since, "price": price * FLOOR // 10_000}
        for product, price in listed.items()
    ]
    create(made, FLOOR_PRICE, floors)
    made.session.expire_all()


def _open(deals: tuple[shapes.Deal, ...]) -> Iterator[tuple[shapes.Deal, str]]:
    far = [row for row in deals if row.state == "open" and row.stage in ("O3", "O4", "O5")][:32]
    yield from ((row, OPEN[at % len(OPEN)]) for at, row in enumerate(far))


def _decided(deals: tuple[shapes.Deal, ...]) -> Iterator[tuple[shapes.Deal, str]]:
    """Spread over the province: the deals stand by their cities."""
    recent = [row for row in deals if row.closed_on is not None and -300 < row.closed_on < -10]
    won, lost = ([row for row in recent if row.state == state] for state in ("won", "lost"))
    yield from ((row, "accepted") for row in won[:: max(len(won) // 16, 1)][:16])
    yield from ((row, "refused") for row in lost[:: max(len(lost) // 8, 1)][:8])
    yield from ((row, "expired") for row in [row for row in deals if row.state == "on_hold"][:5])


def _sold(made: Planter, rows: list[shapes.Deal]) -> dict[str, list[OpportunityLine]]:
    codes = {made.id(Opportunity, row.code): row.code for row in rows}
    found: dict[str, list[OpportunityLine]] = {row.code: [] for row in rows}
    own = select(OpportunityLine).where(col(OpportunityLine.opportunity_id).in_(codes))
    for line in made.session.scalars(own.order_by(col(OpportunityLine.id))):
        found[codes[line.opportunity_id]].append(line)
    return found


# --- a quote with its lines -----------------------------------------------------------------------------------

# As what a quote is written down; the rest of its course is gone through.
FIRST = {"asked": "draft", "accepted": "sent", "stale": "sent"}
TERM = timedelta(days=30)


@dataclass(frozen=True)
class Written:
    quote: Quote
    lines: list[QuoteLine]


def _quote(made: Planter, row: shapes.Deal, state: str, sold: list[OpportunityLine]) -> list[Written]:
    """A replaced one is followed by a second version that is sent."""
    first = _written(made, row, state, _head(made, row, state), sold)
    if state != "replaced":
        return [first]
    second = _head(made, row, "sent")
    second.code, second.version_no = first.quote.code, 2
    return [first, _written(made, row, "second", second, sold)]


def _head(made: Planter, row: shapes.Deal, state: str) -> Quote:
    chosen = [each for each in clauses(made.session) if each.is_default or number(row.code, each.code, below=3) == 0]
    on = _priced_on(made, row, state)
    quote = Quote(
        opportunity_id=made.id(Opportunity, row.code), state=FIRST.get(state, state), priced_on=on,
        valid_until=_until(made, state, on), by_id=made.id(User, row.owner), clauses=[each.code for each in chosen],
        need=one_of(NEEDS, row.code, "need"), solution=one_of(SOLUTIONS, row.code, "solution"), plan=PLANS,
    )  # fmt: skip
    if quote.state in ("sent", "refused", "expired"):
        quote.sent_on = on + timedelta(days=1)
    if quote.state == "refused":
        quote.refused_on, quote.refused_why = made.on(row.closed_on), "价格高于友商，客户选择了较低报价。"
        quote.reason_id = made.ref("reason", row.reason)
    return quote


def _priced_on(made: Planter, row: shapes.Deal, state: str) -> date:
    if state == "stale":
        return min(BEFORE, made.sure(-40))
    if row.closed_on is not None:
        return made.sure(row.closed_on - 12)
    return made.sure(-60 if state == "expired" else -1 - number(row.code, "quoted", below=18))


def _until(made: Planter, state: str, on: date) -> date:
    return made.sure(20) if state == "stale" else on + TERM


def _written(made: Planter, row: shapes.Deal, state: str, quote: Quote, sold: list[OpportunityLine]) -> Written:
    QUOTE.complete(made.session, quote)
    quote.created_at = made.at(((quote.priced_on or made.today) - made.today).days, "10:00")
    lines = [_line(made, row, state, quote, at, each) for at, each in enumerate(sold)]
    total(quote, lines)
    if quote.state != "draft":
        quote.kept = kept_words(made.session, quote)
    return Written(quote, lines)


def _line(made: Planter, row: shapes.Deal, state: str, quote: Quote, at: int, sold: OpportunityLine) -> QuoteLine:
    """At the list price less what is off; the first line of what is asked for goes deep."""
    product: Product = made.session.get(Product, sold.product_id)
    quantity = sold.quantity or 1
    monthly, once = (sold.monthly or 0) // quantity or None, (sold.one_off or 0) // quantity or None
    line = QuoteLine(
        quote_id=quote.id, position=at, product_id=sold.product_id, name=sold.name, quantity=quantity,
        months=sold.months, list_monthly=monthly, list_one_off=once, monthly=monthly, one_off=once,
    )  # fmt: skip
    give(line, one_of(DEEP if state == "asked" and at == 0 else DEPTHS, row.code, state, at))
    line.promise, line.promised = PROMISES.get(product.code, (None, None))
    line.promise_unit = UNIT_OF[line.promise] if line.promise else None
    tax = rated(made.session, product, quote.priced_on or made.today)
    line.vat, line.needs_tax_desk = tax.rate, tax.is_unsure
    calculate(line)
    if state == "accepted" and (row.closed_on or 0) < -45 and line.promised and number(row.code, "tested", below=5):
        line.measured, line.measured_on = _measured(row, line), made.on(min((row.closed_on or 0) + 40, -1))
    return line


def _measured(row: shapes.Deal, line: QuoteLine) -> int:
    """Two of five missed what was promised, by up to a fifth."""
    missed = number(row.code, "missed", below=5) < 2
    off = 2 + number(row.code, "off", below=18) if missed else 0
    sign = -1 if line.promise in MORE_IS_BETTER else 1
    if line.promise == "availability":
        return (line.promised or 0) - off * 3
    return (line.promised or 0) * (100 + sign * off) // 100


# --- the rest of its course -----------------------------------------------------------------------------------


def _ask(made: Planter, row: shapes.Deal, quote: Quote) -> None:
    why = one_of(("友商报价低一成，客户要求对齐。", "战略客户，续约三年，一次让到位。"), row.code, "why")
    asked = issue(made.session, quote, reason=why, by=made.id(User, row.owner))
    if asked is None or number(row.code, "answered", below=3):
        return
    asked.created_at = made.at(-2, "09:40")
    for seat in seats_of(made.session, [asked.id]):
        seat.state, seat.answered_by_id, seat.at = "approved", seat.user_id, asked.created_at + timedelta(hours=5)
        seat.comment = "同意，注意不再下调。"
    close(made.session, asked, seats_of(made.session, [asked.id]), "approved")


def _accept(made: Planter, row: shapes.Deal, quote: Quote) -> None:
    on = made.sure(row.closed_on or -1)
    accept(
        made.session, quote, on=on, starts_on=on + timedelta(days=30), name=f"{quote.code}签署件.txt",
        content=f"{quote.name} {SIGNED}".encode(),
    )  # fmt: skip
