"""The parts that both papers for a client are built from: parties, prices, promises, clauses, signatures."""

from collections.abc import Sequence

from reportlab.platypus import Flowable, KeepTogether, Spacer, Table, TableStyle

from core.i18n import _
from core.settings import settings
from crm.quotes.lines import PROMISE_LABELS
from crm.quotes.promises import in_words
from crm.quotes.reading import CaseText, ClauseText, PricedLine, QuoteView
from reports.engine import fonts
from reports.engine.blocks import section
from reports.engine.numbers import Money, count, long_day, rate
from reports.engine.page import INNER
from reports.engine.styles import BODY, INK, LINE_2, SMALL, color, style
from reports.engine.tables import Cell, Column, figures, table
from reports.engine.wrap import Text, plain, text

LONGEST = 4000


def parties(quote: QuoteView) -> Table:
    """Who offers what to whom, and until when."""
    language, contact = quote.language, quote.contact
    client = [quote.client.of(language), quote.client_code, quote.client_address]
    ours = [quote.firm.of(language), contact.unit.of(language), contact.name.of(language)]
    reach = " · ".join(part for part in (contact.mobile, contact.email) if part)
    valid = _("valid until {day}", day=long_day(quote.valid_until))
    cells = [
        _party(_("For"), client),
        _party(_("From"), [*ours, reach]),
        _party(_("Day and validity"), [long_day(quote.priced_on), valid]),
    ]
    look = TableStyle(
        [
            ("FONT", (0, 0), (-1, -1), fonts.REGULAR),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 14),
        ]
    )
    return Table([cells], colWidths=[INNER * share for share in (0.4, 0.34, 0.26)], style=look)


def _party(label: str, lines: Sequence[str]) -> list[Flowable]:
    first, *others = [line for line in lines if line] or ["—"]
    name = text(first, style(BODY, bold=True))
    return [text(label, style(SMALL, tone="quiet")), name, *(text(each, style(SMALL, spread=1.5)) for each in others)]


def words_of(title: str, content: str) -> list[Flowable]:
    """A section of typed text; each line of it is a paragraph. Nothing typed, no section."""
    look = style(BODY + 0.5, ink=INK, spread=1.7)
    lines = [line.strip() for line in content.splitlines() if line.strip()]
    if not lines:
        return []
    return section(title, *(Text(plain(line, LONGEST), look) for line in lines))


# --- prices ---------------------------------------------------------------------------------------------------


def prices(quote: QuoteView) -> list[Flowable]:
    """Every line with its tax, the sums by rate, and the total in figures and in Chinese words."""
    money = Money(settings().currency)
    heads = [Column(_("Product"), 2.2), figures(_("Quantity"))]
    heads += [figures(_("One-off")), figures(_("Monthly × months")), figures(_("VAT rate"))]
    heads += [figures(_("Total including tax"))]
    rows = [_line(line, quote.language, money) for line in quote.lines]
    total: list[Cell] = [_("Total"), "", money.exact(quote.once_gross) if quote.once_gross else "", "", ""]
    total.append(money.exact(quote.gross))
    hint = _("with tax, in {currency}", currency=settings().currency)
    return [*section(_("Prices"), table(heads, rows, total=total), hint=hint), Spacer(1, 8), _sums(quote, money)]


def _line(line: PricedLine, language: str, money: Money) -> list[Cell]:
    name = line.name.of(language)
    unit = line.unit.of(language)
    monthly = f"{money.exact(line.monthly)} × {line.months}" if line.monthly else "—"
    return [
        name,
        f"{count(line.quantity)} {unit}" if unit and len(unit) < 8 else count(line.quantity),
        money.exact(line.one_off) if line.one_off else "—",
        monthly,
        rate(line.vat),
        money.exact(line.gross),
    ]


def _sums(quote: QuoteView, money: Money) -> Flowable:
    """Net, tax by rate, gross: right-aligned under the table, and what they come to in words."""
    pairs = [(_("Amount before tax"), money.signed(quote.net))]
    pairs += [(_("Tax at {rate}", rate=rate(part.rate)), money.signed(part.tax)) for part in quote.taxes]
    if quote.list_gross > quote.gross:
        pairs.insert(0, (_("At list prices, with tax"), money.signed(quote.list_gross)))
    quiet, strong = style(BODY, tone="quiet", right=True), style(BODY, right=True)
    rows = [[text(name, quiet), text(value, strong)] for name, value in pairs]
    whole = style(12, bold=True, right=True)
    rows.append([text(_("Total including tax"), whole), text(money.signed(quote.gross), whole)])
    look = TableStyle(
        [
            ("FONT", (0, 0), (-1, -1), fonts.REGULAR),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 5),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
            ("LINEABOVE", (0, -1), (-1, -1), 0.8, color(LINE_2)),
        ]
    )
    sums = Table(rows, colWidths=[INNER - 150, 150], style=look)
    if settings().currency != "CNY":
        return KeepTogether([sums])
    said = Text(plain(_("In Chinese words: {words}", words=quote.in_words)), style(BODY, bold=True, right=True))
    return KeepTogether([sums, Spacer(1, 4), said])


# --- promises, references, clauses, signatures ------------------------------------------------------------------


def promises(quote: QuoteView) -> list[Flowable]:
    """What is promised in figures, line by line; it is measured at the delivery."""
    promised = [(line, line.promise) for line in quote.lines if line.promise]
    if not promised:
        return []
    heads = [Column(_("Product"), 2), Column(_("Promise"), 1.4), figures(_("Value"))]
    rows: list[list[Cell]] = [
        [line.name.of(quote.language), _(PROMISE_LABELS[each.kind]), in_words(each.unit, each.promised)]
        for line, each in promised
    ]
    return section(_("What we promise"), table(heads, rows), hint=_("measured with you at the delivery"))


def references(quote: QuoteView) -> list[Flowable]:
    """Clients that agreed to be named, each with what was done for it."""
    if not quote.references:
        return []
    first, *others = [_case(each, quote.language) for each in quote.references]
    return [*section(_("References"), *first), *(KeepTogether(each) for each in others)]


def _case(case: CaseText, language: str) -> list[Flowable]:
    story = Text(plain(case.story.of(language), LONGEST), style(BODY, spread=1.6))
    return [text(case.name.of(language), style(BODY, bold=True)), story, Spacer(1, 5)]


def clauses(quote: QuoteView) -> list[Flowable]:
    if not quote.clauses:
        return []
    first, *others = [_clause(number, clause, quote.language) for number, clause in enumerate(quote.clauses, start=1)]
    return [*section(_("Clauses"), *first), *(KeepTogether(each) for each in others)]


def _clause(number: int, clause: ClauseText, language: str) -> list[Flowable]:
    title = text(f"{number}. {clause.title.of(language)}", style(BODY, bold=True))
    return [title, Text(plain(clause.text.of(language), LONGEST), style(BODY, spread=1.6)), Spacer(1, 5)]


def signatures(quote: QuoteView) -> Flowable:
    """Two places to sign and seal, side by side, never torn from each other."""
    language = quote.language
    names = [quote.client.of(language), quote.firm.of(language)]
    heads = [
        text(_("On the client’s side"), style(SMALL, tone="quiet")),
        text(_("On our side"), style(SMALL, tone="quiet")),
    ]
    rows = [
        heads,
        [text(name or "—", style(BODY, bold=True)) for name in names],
        [text(_("Signature and seal"), style(SMALL, tone="quiet"))] * 2,
        [text(_("Date"), style(SMALL, tone="quiet"))] * 2,
    ]
    look = TableStyle(
        [
            ("FONT", (0, 0), (-1, -1), fonts.REGULAR),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BOX", (0, 0), (0, -1), 0.6, color(LINE_2)),
            ("BOX", (1, 0), (1, -1), 0.6, color(LINE_2)),
            ("LEFTPADDING", (0, 0), (-1, -1), 10),
            ("TOPPADDING", (0, 0), (-1, -1), 7),
            ("BOTTOMPADDING", (0, 2), (-1, 2), 42),
        ]
    )
    return KeepTogether([Spacer(1, 20), Table(rows, colWidths=[INNER / 2] * 2, style=look)])
