"""Lines of a quote on its page: quantity, price or discount changed in place, with the promise, and a line more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from core import clock
from core.db import ActorSession, get
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.fields import view
from core.history import may
from core.i18n import _
from crm.opportunities import Opportunity
from crm.pages.quote_notes import note_of
from crm.pages.quote_rows import DISCOUNT, PRICE, Wrong, rows_of, typed_of
from crm.pages.quote_seen import UPDATE, Seen, seen_of
from crm.pages.quote_top import top_part
from crm.products import Product
from crm.quotes.lines import PROMISE_LABELS, QUOTE_LINE, QuoteLine, give, lines_of
from crm.quotes.promises import read
from crm.quotes.quotes import QUOTE, Quote
from crm.quotes.reading import PricedLine
from web.kit import format as texts
from web.kit.inputs import input_for, offer_for, read_values
from web.kit.rendering import render_part
from web.kit.requests import Ask, Routes, html, see_other
from web.kit.shell import page
from web.kit.views import Crumb, Field

FRESH = (view(QuoteLine.product_id), *PRICE)


@dataclass(frozen=True, kw_only=True)
class PartPage:
    title: str
    quote: str
    back: str
    part: Markup


def add_routes(made: Routes) -> None:
    made.get(f"{QUOTE.path}/{{id:int}}/lines", UPDATE, show)
    made.post(f"{QUOTE.path}/{{id:int}}/lines", UPDATE, save)


def lines_part(session: ActorSession, seen: Seen, *, wrong: Wrong | None = None, is_adding: bool = False) -> Markup:
    is_new = is_adding or (wrong is not None and not wrong.line)
    return render_part(
        "crm/quote/lines.html", seen=seen, rows=rows_of(session, seen, wrong), path=f"{seen.path}/lines",
        fresh=fresh(session, wrong) if is_new and seen.is_editable else (),
        error=str(wrong.error) if wrong and not wrong.line else "", base=seen.path,
        has_other_rates=bool(seen.stand and seen.stand.has_other_rates), deal=deal_amount(session, seen),
    )  # fmt: skip


def deal_amount(session: ActorSession, seen: Seen) -> str:
    """What the deal says, where the quote comes to something else; a few fen of it are no change of the price."""
    deal = session.get(Opportunity, seen.quote.opportunity_id)
    amount = deal.amount if deal and seen.view.lines else None
    gap = 0 if amount is None else seen.view.gross - amount
    if not gap:
        return ""
    said = texts.money(amount)
    if abs(gap) <= rounded_away(seen.view.lines):
        return _(
            "{amount}: prices of one unit are whole fen, which makes {gap}", amount=said, gap=texts.money(abs(gap))
        )
    return said


def rounded_away(lines: Iterable[PricedLine]) -> int:
    """How many fen may lie between lines priced as a whole and the same lines priced by the unit."""
    return sum(line.quantity * (bool(line.one_off) + (line.months if line.monthly else 0)) for line in lines) // 2


def fresh(session: ActorSession, wrong: Wrong | None) -> tuple[Field, ...]:
    typed: Mapping[str, str] = wrong.typed if wrong else {"quantity": "1"}
    problems = getattr(wrong.error, "problems", {}) if wrong else {}
    offer = offer_for(session, FRESH, typed)
    return tuple(input_for(each, typed.get(each.name, ""), offer, error=problems.get(each.name, "")) for each in FRESH)


# --- saving ---------------------------------------------------------------------------------------------------


def show(ask: Ask) -> Response:
    """The lines with the form for one more."""
    with ask.reading() as session:
        seen = seen_of(session, get(session, Quote, ask.id))
        part = lines_part(session, seen, is_adding="closed" not in ask.query)
        return answer(ask, seen, part)


def save(ask: Ask) -> Response:
    names = [*(each.name for each in (*FRESH, DISCOUNT)), "promise", "promised"]
    typed = {name: ask.typed(name) for name in names}
    try:
        with ask.writing() as session:
            _save(session, ask, typed)
    except (Invalid, Conflict) as error:
        return refused(ask, Wrong(line=ask.typed("line"), typed=typed, error=error))
    if not ask.is_fragment:
        return see_other(f"{QUOTE.path}/{ask.id}#p-quote-lines", flash="saved")
    with ask.reading() as session:
        seen = seen_of(session, get(session, Quote, ask.id))
        notes = {code: note_of(seen, code) for code in ("prices", "promises")}
        changed = render_part("crm/quote/changed.html", top=top_part(session, seen), notes=notes)
        return html(lines_part(session, seen) + changed)


def refused(ask: Ask, wrong: Wrong) -> Response:
    with ask.reading() as session:
        seen = seen_of(session, get(session, Quote, ask.id))
        status = 409 if isinstance(wrong.error, Conflict) else 422
        return answer(ask, seen, lines_part(session, seen, wrong=wrong), status)


def _save(session: ActorSession, ask: Ask, typed: dict[str, str]) -> None:
    quote = changeable(session, ask.id)
    line = _line(session, ask, quote, typed) if ask.typed("line") else _new(session, quote, typed)
    if ask.typed("remove"):
        line.archived_at = clock.now()
    else:
        QUOTE_LINE.complete(session, line)
    session.add(line)
    session.flush()


def changeable(session: ActorSession, quote_id: int) -> Quote:
    quote: Quote = get(session, Quote, quote_id)
    if not may(session, QUOTE, quote_id, "update"):
        raise Forbidden(_("You may see this record, but not change it."))
    return quote


def _line(session: ActorSession, ask: Ask, quote: Quote, typed: dict[str, str]) -> QuoteLine:
    number = ask.typed("line")
    line = session.get(QuoteLine, int(number)) if number.isdecimal() and len(number) < 19 else None
    if line is None or line.quote_id != quote.id or line.archived_at is not None:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    if str(line.version) != ask.typed("version"):
        raise Conflict(_("Somebody else saved this record while you were working on it."))
    if not ask.typed("remove"):
        _fill(session, line, typed)
    return line


def _fill(session: ActorSession, line: QuoteLine, typed: dict[str, str]) -> None:
    """A price that was typed holds; where only the discount was, it makes the prices."""
    before = typed_of(line)
    values = read_values(session, (*PRICE, DISCOUNT), typed)
    is_priced = any(values[name] != getattr(line, name) for name in ("one_off", "monthly"))
    for each in PRICE:
        setattr(line, each.name, values[each.name])
    if values["discount"] != DISCOUNT.read(before["discount"]) and not is_priced:
        _demand_rate(values["discount"] or 0)
        give(line, values["discount"] or 0)
    line.promise, line.promised = _promise_of(typed)


def _demand_rate(points: int) -> None:
    if not 0 <= points <= 10_000:
        sentence = _("A rate goes from 0 to 100 percent.")
        raise Invalid(sentence, {"discount": sentence})


def _promise_of(typed: Mapping[str, str]) -> tuple[str | None, int | None]:
    kind = typed["promise"]
    if not kind:
        return None, None
    if kind not in PROMISE_LABELS:
        raise Invalid(_("“{text}” is not one of the choices.", text=kind))
    try:
        return kind, read(typed["promised"])
    except Invalid as error:
        raise Invalid(str(error), {"promised": str(error)}) from error


def _new(session: ActorSession, quote: Quote, typed: dict[str, str]) -> QuoteLine:
    """At the product's list price, unless another price is typed."""
    values = read_values(session, FRESH, typed)
    if not values["product_id"]:
        sentence = _("Please fill in “{field}”.", field=_("Product"))
        raise Invalid(sentence, {"product_id": sentence})
    product = session.get(Product, values["product_id"])
    listed, is_monthly = product.list_price if product else None, bool(values["months"])
    once, monthly = values["one_off"], values["monthly"]
    at = max((each.position for each in lines_of(session, quote.id)), default=-1) + 1
    values |= {"monthly": listed if monthly is None and is_monthly else monthly}
    values |= {"one_off": listed if once is None and not is_monthly else once}
    return QuoteLine(
        quote_id=quote.id, position=at, **values,
        list_monthly=listed if is_monthly and listed is not None else values["monthly"],
        list_one_off=listed if not is_monthly and listed is not None else values["one_off"],
    )  # fmt: skip


def answer(ask: Ask, seen: Seen, part: Markup, status: int = 200) -> Response:
    """The part that htmx asked for, or the same on a page of its own."""
    if ask.is_fragment:
        return html(part, status)
    made = PartPage(title=_("Quote lines"), quote=seen.quote.name, back=seen.path, part=part)
    crumbs = (Crumb(text=_(QUOTE.plural), href=QUOTE.path), Crumb(text=seen.quote.name, href=seen.path))
    return page(ask, "crm/quote/part.html", made, (*crumbs, Crumb(text=made.title)), status)
