"""The pages of the pipeline on a day as their templates draw them: every number with the address of its rows."""

from dataclasses import dataclass

from markupsafe import Markup

from core.i18n import _
from reports.engine.charts import svg
from reports.engine.shares import Share
from reports.executive.reach import OWNER
from reports.past import chart, words
from reports.past.ask import PATH, PRODUCT, Ask
from reports.past.board import Lane
from reports.past.compare import Sum, Waterfall
from reports.past.data import ChangeData, Line, PastData
from reports.past.rows import PAGE, Found, href, key
from reports.past.top import Top, top_of
from web.kit import format as texts
from web.kit.requests import address
from web.kit.views import Figure, Link, Tab

WIDE, SLIM = 460, 290
MOST_PARTS = 60


@dataclass(frozen=True, kw_only=True)
class Row:
    """A name and its numbers, each of which may lead to its rows."""

    name: str
    cells: tuple[Link, ...]
    is_total: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    rest: str = ""


@dataclass(frozen=True, kw_only=True)
class PastPage:
    top: Top
    figures: tuple[Figure, ...]
    fall: Table
    wide: Markup
    slim: Markup
    beside: Table | None
    stages: Table
    parts: Table
    ways: tuple[Tab, ...]
    empty: str


@dataclass(frozen=True, kw_only=True)
class BoardView:
    top: Top
    lanes: tuple[Lane, ...]
    empty: str


@dataclass(frozen=True, kw_only=True)
class ListView:
    top: Top
    what: str
    count: str
    is_change: bool
    rows: tuple[Line, ...]
    previous: str
    next: str


# --- sums and changes -----------------------------------------------------------------------------------------


def past_page(ask: Ask, data: PastData, change: ChangeData) -> PastPage:
    drawn = chart.waterfall(change.waterfall, change.scope, texts.money_short)
    return PastPage(
        top=top_of(ask), figures=_figures(ask, data), fall=_fall(ask, change.waterfall), wide=svg(drawn, WIDE),
        slim=svg(drawn, SLIM), beside=_beside(ask, change.waterfall), stages=_stages(ask, data),
        parts=_parts(ask, data), ways=ways_of(ask), empty=empty_of(data.began, data.rows),
    )  # fmt: skip


def empty_of(began: object, rows: int) -> str:
    if rows:
        return ""
    if began is None:
        return _("No deal is written down yet. Enter or import deals: from that day on their history is kept.")
    return _("Nothing was open on this day. What is known of deals begins on {day}.", day=str(began))


def _figures(ask: Ask, data: PastData) -> tuple[Figure, ...]:
    totals = data.totals
    note = _("{n} without amount", n=texts.number(totals.unknown)) if totals.unknown else ""
    all_open = href(ask) if totals.count else ""
    return (
        Figure(label=_("Open deals"), text=texts.number(totals.count), href=all_open, note=note),
        Figure(label=_("Amount"), text=short_of(totals), href=all_open),
        Figure(label=_("Weighted"), text=texts.money_short(totals.weighted), note=_("with the stages of that day")),
        _held(ask, _("On hold"), data.on_hold, "on_hold"),
        _held(ask, _("Signed, not provisioned"), data.unprovisioned, "waits"),
    )


def _held(ask: Ask, label: str, share: Share, state: str) -> Figure:
    to = href(ask, state=state) if share.count else ""
    note = texts.money_short(share.amount) if share.has_amount else ""
    return Figure(label=label, text=texts.number(share.count), href=to, note=note)


def short_of(share: Share) -> str:
    return texts.money_short(share.amount) if share.has_amount else "—"


def _fall(ask: Ask, fall: Waterfall) -> Table:
    first, last = ask.earlier.isoformat(), ask.later.isoformat()
    rows = [
        _sum(_("Open on {day}", day=first), fall.opening, href(ask, on=first), is_total=True),
        *(_sum(words.part(why), part, href(ask, change=why), is_signed=True) for why, part in fall.parts.items()),
        _sum(_("Open on {day}", day=last), fall.closing, href(ask, on=last), is_total=True),
    ]
    return Table(
        title=_("What changed"), heads=(_("Part"), _("Deals"), _("Amount")), rows=tuple(rows),
        rest=_("Unchanged: {n} deals, {amount}.", n=texts.number(fall.same.count),
               amount=texts.money_short(fall.same.amount)),
    )  # fmt: skip


def _sum(name: str, its: Sum, to: str, *, is_total: bool = False, is_signed: bool = False) -> Row:
    amount = texts.money_short(its.amount)
    plus = "+" if is_signed and its.amount > 0 else ""
    cells = (Link(text=texts.number(its.count), href=to if its.count else ""), Link(text=plus + amount, href=""))
    return Row(name=name, cells=cells, is_total=is_total)


def _beside(ask: Ask, fall: Waterfall) -> Table | None:
    """Said beside the sum: with a window, what left it stands in the sum already."""
    found = [(why, its) for why, its in (("later", fall.later), ("earlier", fall.earlier)) if its.count]
    rows = tuple(_sum(words.part(why), its, href(ask, change=why)) for why, its in found)
    return Table(title=_("Expected close moved"), heads=(), rows=rows) if rows else None


def _stages(ask: Ask, data: PastData) -> Table:
    rows = [_share(ask, share, "stage") for share in data.by_stage]
    heads = (_("Stage"), _("Deals"), _("Amount"), _("Weighted"))
    return Table(title=_("By stage"), heads=heads, rows=(*rows, _total(ask, data.totals)))


def _parts(ask: Ask, data: PastData) -> Table:
    shown, rest = data.by_part[:MOST_PARTS], len(data.by_part) - MOST_PARTS
    heads = (words.by(ask.by), _("Deals"), _("Amount"), _("Weighted"))
    more = _("{n} more are in the totals.", n=rest) if rest > 0 else ""
    rows = tuple(_share(ask, share, "part") for share in shown)
    return Table(title=words.by_title(ask.by), heads=heads, rows=rows, rest=more)


def _share(ask: Ask, share: Share, name: str) -> Row:
    to = href(ask, **{name: key(share.id)})
    texts_ = (texts.number(share.count), short_of(share), texts.money_short(share.weighted))
    return Row(
        name=share.name or _("not stated"),
        cells=tuple(Link(text=text, href=to if i == 0 else "") for i, text in enumerate(texts_)),
    )


def _total(ask: Ask, share: Share) -> Row:
    shown = (texts.number(share.count), short_of(share), texts.money_short(share.weighted))
    to = href(ask) if share.count else ""
    cells = tuple(Link(text=text, href=to if i == 0 else "") for i, text in enumerate(shown))
    return Row(name=_("Total"), cells=cells, is_total=True)


def ways_of(ask: Ask) -> tuple[Tab, ...]:
    """The levels of the tree that there are in reach, the people, the products."""
    kinds = dict.fromkeys(unit.kind for unit in ask.reach.offered if unit.kind != "province")
    codes = [code for code in ("city", "county", "grid", "team") if code in kinds]
    return tuple(
        Tab(text=words.by(code), href=address(PATH, ask.pairs(by=code)), current=code == ask.by)
        for code in (*codes, OWNER, PRODUCT)
    )


# --- board and list -------------------------------------------------------------------------------------------


def board_view(ask: Ask, lanes: tuple[Lane, ...]) -> BoardView:
    empty = "" if lanes else _("Nothing was open on this day.")
    return BoardView(top=top_of(ask, f"{PATH}/board"), lanes=lanes, empty=empty)


def list_view(ask: Ask, found: Found, said: dict[str, str]) -> ListView:
    kept = tuple((name, value) for name, value in said.items() if name != "page" and value)

    def page(number: int) -> str:
        return address(f"{PATH}/list", [*ask.pairs(), *kept, ("page", str(number))])

    return ListView(
        top=top_of(ask, f"{PATH}/list", kept), what=found.what, is_change=found.is_change, rows=found.rows,
        count=_("{n} deals", n=texts.number(found.count)), previous=page(found.page - 1) if found.page > 1 else "",
        next=page(found.page + 1) if found.page * PAGE < found.count else "",
    )  # fmt: skip
