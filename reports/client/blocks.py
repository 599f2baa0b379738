"""The blocks of a client's page: people, revenue, products, deals, contracts, promises. Lists come worthiest first."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate

from core import clock
from core.i18n import _
from crm.pages.today_side import BADGES
from reports.client.data import ClientData, Deal, Held, Month, Person, Promise
from reports.engine import fonts
from reports.engine.blocks import paragraph
from reports.engine.charts import flowable
from reports.engine.layout import NOTE_SIZE
from reports.engine.numbers import Money, count, day, rate, tenths
from reports.engine.onepage import GUTTER, Block, Fixed, Listed
from reports.engine.page import HEIGHT, INNER
from reports.engine.spec import ColumnChart, Pillar
from reports.engine.styles import SMALL, style
from reports.engine.tables import Cell, Column, Toned, figures, narrow
from reports.engine.wrap import Text, plain
from web.kit.format import listed

AGAINST, FRIENDS = ("opposed", "with_rival"), ("exclusive", "supportive")
CHART, LONG_STEP, PRODUCT_LINES, RISKS, SOON = 86.0, 56, 3, 2, timedelta(days=90)


# --- whom one meets -----------------------------------------------------------------------------------------------


def met(data: ClientData) -> Block:
    if not data.people:
        return Fixed(_("Whom we meet"), (paragraph(_("Nobody of the client is on record.")),))
    has_interests = any(each.interests for each in data.people)
    heads = [Column(_("Full name"), 1), Column(_("Post"), 1.4), Column(_("Level"), 0.7)]
    heads += [Column(_("Part in the purchase"), 1), Column(_("Support"), 0.8)]
    heads += [Column(_("Interests"), 1.2)] if has_interests else []
    heads.append(narrow(_("Last met")))
    rows = [_person(each, has_interests=has_interests) for each in data.people]
    return Listed(_("Whom we meet"), heads, rows, data.people_count)


def _person(each: Person, *, has_interests: bool) -> list[Cell]:
    last: Cell = day(each.last_met) if each.last_met else Toned(_("never met"), "warn")
    tone = "bad" if each.stance in AGAINST else "ok" if each.stance in FRIENDS else ""
    stance: Cell = Toned(each.support, tone) if tone else each.support
    likes: list[Cell] = [_cut(each.interests) or "—"] if has_interests else []
    return [each.name, each.post or "—", each.level or "—", listed(each.parts) or "—", stance, *likes, last]


# --- what they buy ------------------------------------------------------------------------------------------------


def bought(data: ClientData, money: Money, part: float) -> list[Block]:
    """The revenue of the last months, in a part of the page's width."""
    known = [month for month in data.months if month.revenue is not None]
    if not known:
        return []
    width = (INNER - GUTTER) * part
    size, unit = _unit(money, max(month.revenue or 0 for month in known))
    labels = _labels(known, size, width / len(known))
    pillars = tuple(
        Pillar(f"{month.first:%m}", month.revenue or 0, label) for month, label in zip(known, labels, strict=True)
    )
    hint = _("unit {unit}; from {first} to {last}", unit=f"{money.sign.strip()} {unit}".strip(),
             first=f"{known[0].first:%Y-%m}", last=f"{known[-1].first:%Y-%m}")  # fmt: skip
    chart = ColumnChart(_("Revenue by month"), pillars, CHART)
    return [Fixed(_("Revenue by month"), (flowable(chart, width),), hint)]


def _unit(money: Money, largest: int) -> tuple[int, str]:
    """The one below, where months would hardly differ in theirs."""
    size, name = money.unit(largest)
    return money.unit(size - 1) if largest < 10 * size and size > money.unit(1)[0] else (size, name)


def _labels(known: list[Month], size: int, room: float) -> list[str]:
    """With a decimal where every one has the room for it, else in whole units."""
    exact = [tenths(month.revenue or 0, size) for month in known]
    if all(fonts.width(label, NOTE_SIZE) <= room - 1 for label in exact):
        return exact
    return [f"{round((month.revenue or 0) / size)}" for month in known]


def buying(data: ClientData, part: float) -> list[Block]:
    """What is in a deal, and what others of its trade have and it has not; as many of each as a few lines hold."""
    pairs = ((_("In open deals"), data.open_sales), (_("What peers have and this client has not"), data.unsold))
    room = (INNER - GUTTER) * part
    return [Fixed(name, (_products(products, room),)) for name, products in pairs if products]


def _products(products: Sequence[str], room: float) -> Text:
    look = style(SMALL, spread=1.4)
    for shown in range(len(products), 0, -1):
        more = [_("and {n} other products", n=count(len(products) - shown))] if shown < len(products) else []
        words = Text(plain(listed((*products[:shown], *more))), look)
        if words.wrap(room, HEIGHT)[1] <= PRODUCT_LINES * look.leading:
            break
    return words


# --- what is open -------------------------------------------------------------------------------------------------


def opened(data: ClientData, money: Money) -> Block:
    if not data.deals:
        return Fixed(_("Open deals"), (paragraph(_("No deal of this client is open.")),))
    heads = [Column(_("Deal"), 1.6), Column(_("Stage"), 0.8), figures(_("Amount"))]
    heads += [figures(_("Prob.")), narrow(_("Expected close")), Column(_("Next step"), 1.3), Column(_("Risk"), 1)]
    return Listed(_("Open deals"), heads, [_deal(each, money) for each in data.deals], data.deals_count)


def _deal(each: Deal, money: Money) -> list[Cell]:
    coming = " · ".join(filter(None, (_cut(each.next_step), day(each.next_on) if each.next_on else ""))) or "—"
    risk: Cell = Toned(risks(each, RISKS), "bad") if each.risks else "—"
    return [each.name, each.stage, _short(each.amount, money), rate(each.chance), day(each.close_on), coming, risk]


def risks(each: Deal, most: int) -> str:
    """The weightiest, and how many more."""
    said = [_(BADGES[reason]) for reason in each.risks]
    more = [_("and {n} other reasons", n=count(len(said) - most))] if len(said) > most else []
    return listed((*said[:most], *more))


# --- what holds, and what was promised ----------------------------------------------------------------------------


def promised(data: ClientData, money: Money) -> tuple[list[Block], list[Block]]:
    """Contracts, and beside them the promises of what was sold, those not kept first."""
    return _contracts(data, money), _promises(data)


def _contracts(data: ClientData, money: Money) -> list[Block]:
    if not data.contracts:
        return []
    heads = [Column(_("Contract"), 1.6), Column(_("Supplier"), 0.8)]
    heads += [figures(_("A month")), narrow(_("Ends on"))]
    today = clock.local(data.made_at).date()
    rows = [_contract(each, money, today) for each in data.contracts]
    return [Listed(_("Contracts"), heads, rows, data.contracts_count)]


def _contract(each: Held, money: Money, today: date) -> list[Cell]:
    supplier: Cell = _("Ours") if each.is_ours else Toned(each.rival or _("A rival’s"), "warn")
    ends: Cell = Toned(day(each.ends_on), "warn") if ends_soon(each, today) else day(each.ends_on)
    return [each.name, supplier, _short(each.monthly, money), ends]


def ends_soon(each: Held, today: date) -> bool:
    return each.ends_on is not None and today <= each.ends_on <= today + SOON


def _promises(data: ClientData) -> list[Block]:
    if not data.promises:
        return []
    heads = [Column(_("Product"), 1.3), Column(_("Promised"), 1.2), Column(_("Measured"), 1)]
    hint = _("{n} not kept", n=count(data.missed)) if data.missed else ""
    rows = [_promise(each) for each in data.promises]
    return [Listed(_("Promises"), heads, rows, data.promises_count, hint)]


def _promise(each: Promise) -> list[Cell]:
    if each.is_kept is None:
        return [each.product, each.promised, _("not measured yet")]
    return [each.product, each.promised, each.measured if each.is_kept else Toned(each.measured, "bad")]


def _short(fen: int | None, money: Money) -> str:
    return "—" if fen is None else money.short(fen)


def _cut(words: str) -> str:
    """Typed words that would take half a page give way to the rows below."""
    return cut(words, LONG_STEP)


def cut(words: str, most: int) -> str:
    """To so many letters; a Chinese one is as wide as two."""
    widths = accumulate(2 if ord(letter) >= 0x2E80 else 1 for letter in words)
    held = sum(1 for width in widths if width <= most)
    return words if held == len(words) else words[: held - 1].rstrip() + "…"
