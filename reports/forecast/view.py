"""The page of a forecast as its template draws it: every number with the address of its rows."""

from dataclasses import dataclass

from markupsafe import Markup

from core.i18n import _
from reports.forecast import words
from reports.forecast.ask import PATH, Ask
from reports.forecast.data import ForecastData, Way
from reports.forecast.figures import EVIDENCE, MODEL, STAGED, TYPED, Figures
from reports.forecast.gather import scope
from reports.forecast.likely import Likely, likely
from reports.forecast.outcome import Outcome, outcome
from reports.forecast.picture import across
from reports.forecast.rows import PAGE, Found, Row, href
from reports.forecast.top import Top, top_of
from reports.past.compare import Sum
from web.kit import format as texts
from web.kit.requests import address
from web.kit.views import Link

OF_DEALS = {TYPED: "typed", STAGED: "staged", EVIDENCE: "commit", MODEL: "modelled"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A part of a forecast: its name, its sum, and the number of its deals, which opens them."""

    name: str
    text: str
    deals: Link


@dataclass(frozen=True, kw_only=True)
class Column:
    """One of the four. `picture` shows it and its range on the scale of all four."""

    code: str
    title: str
    text: str
    range: str
    lines: tuple[Line, ...]
    notes: tuple[Link, ...]
    reason: str
    picture: Markup


@dataclass(frozen=True, kw_only=True)
class ForecastPage:
    top: Top
    columns: tuple[Column, ...]
    beside: tuple[Line, ...]
    means: tuple[tuple[str, str], ...]
    outcome: Outcome
    likely: Likely
    empty: str


@dataclass(frozen=True, kw_only=True)
class ListView:
    top: Top
    what: str
    count: str
    sum: str
    is_weighted: bool
    rows: tuple[Row, ...]
    previous: str
    next: str


def forecast_page(ask: Ask, data: ForecastData) -> ForecastPage:
    return ForecastPage(
        top=top_of(ask, data.scope), columns=_columns(ask, data), beside=_beside(ask, data.figures),
        means=(*((words.way(way.code), words.means(way.code)) for way in data.ways), *words.notes()),
        outcome=outcome(ask, data), likely=likely(ask, data.calibration), empty=empty_of(data),
    )  # fmt: skip


def empty_of(data: ForecastData) -> str:
    """Why there is nothing to forecast, where that is so."""
    found = data.figures
    if found.open.count or found.won.count:
        return ""
    if found.undated.count or found.before.count:
        return _("No deal is expected to close in this period.")
    if data.began is None:
        return _("No deal is written down yet. Enter or import deals: from that day on their history is kept.")
    return _("Nothing was open on this day. What is known of deals begins on {day}.", day=str(data.began))


def _columns(ask: Ask, data: ForecastData) -> tuple[Column, ...]:
    most = max([1, *(way.range.high for way in data.ways if way.range), *(way.amount or 0 for way in data.ways)])
    return tuple(_column(ask, data.figures, way, most) for way in data.ways)


def _column(ask: Ask, found: Figures, way: Way, most: int) -> Column:
    is_known = way.amount is not None
    return Column(
        code=way.code, title=words.way(way.code), text=texts.money_short(way.amount) if is_known else "—",
        range=range_text(way), lines=_lines(ask, found, way) if is_known else (), notes=_notes(ask, found, way),
        reason=way.reason, picture=across(way, found.won.amount, most) if is_known else Markup(),
    )  # fmt: skip


def range_text(way: Way) -> str:
    """From where to where, by how many past ones; that there is none where these are too few."""
    if way.amount is None:
        return ""
    if way.range is None:
        return _("no range: too few past forecasts")
    slots = {"low": texts.money_short(way.range.low), "high": texts.money_short(way.range.high), "n": way.range.number}
    if way.range.is_wider:
        return _("{low} to {high}, by {n} past forecasts of all units", **slots)
    return _("{low} to {high}, by {n} past forecasts", **slots)


def _lines(ask: Ask, found: Figures, way: Way) -> tuple[Line, ...]:
    first = line(ask, _("Won"), found.won, "won")
    open_part = line(ask, _("Commit") if way.code == EVIDENCE else _("Open"), Sum(way.deals, way.part),
                     OF_DEALS[way.code])  # fmt: skip
    if way.code != EVIDENCE:
        return first, open_part
    return (
        first, open_part, line(ask, _("Best case"), found.best, "best"),
        line(ask, _("Pipeline (early stages)"), found.pipeline, "pipeline"),
    )  # fmt: skip


def line(ask: Ask, name: str, its: Sum, what: str) -> Line:
    to = href(ask, what) if its.count else ""
    return Line(name=name, text=texts.money_short(its.amount), deals=Link(text=texts.number(its.count), href=to))


def _notes(ask: Ask, found: Figures, way: Way) -> tuple[Link, ...]:
    if way.code == EVIDENCE and found.unproved.count:
        text = _("{n} in a commit stage lack evidence: best case", n=texts.number(found.unproved.count))
        return (Link(text=text, href=href(ask, "unproved")),)
    if way.left_out:
        text = {
            TYPED: _("{n} without a typed chance", n=texts.number(way.left_out)),
            MODEL: _("{n} without a chance by the model", n=texts.number(way.left_out)),
        }[way.code]  # fmt: skip
        return (Link(text=text, href=href(ask, "untyped" if way.code == TYPED else "unmodelled")),)
    return ()


def _beside(ask: Ask, found: Figures) -> tuple[Line, ...]:
    """What no forecast of the period holds, or holds with nothing."""
    known = (
        (_("Expected before the period, still open"), found.before, "before"),
        (_("Without expected close"), found.undated, "undated"),
        (_("Leads, in no forecast by evidence"), found.lead, "lead"),
        (_("Without amount"), Sum(found.unknown, 0), "unknown"),
    )
    return tuple(line(ask, name, its, what) for name, its, what in known if its.count)


def list_view(ask: Ask, found: Found, said: dict[str, str]) -> ListView:
    kept = tuple((name, value) for name, value in said.items() if name != "page" and value)

    def page(number: int) -> str:
        return address(f"{PATH}/list", [*ask.pairs(), *kept, ("page", str(number))])

    return ListView(
        top=top_of(ask, scope(ask), f"{PATH}/list", kept), what=found.what,
        count=_("{n} deals", n=texts.number(found.count)), sum=texts.money(found.sum), is_weighted=found.is_weighted,
        rows=found.rows, previous=page(found.page - 1) if found.page > 1 else "",
        next=page(found.page + 1) if found.page * PAGE < found.count else "",
    )  # fmt: skip
