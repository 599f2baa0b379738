"""The part of the page on how frozen forecasts came out: by period, and by unit and month."""

from dataclasses import dataclass
from datetime import date, timedelta

from core.i18n import _
from reports.executive.period import Period
from reports.forecast import words
from reports.forecast.ask import PATH, Ask, named
from reports.forecast.data import ForecastData, Part
from reports.forecast.figures import WAYS
from reports.forecast.ranges import Past, mean_accuracy
from web.kit import format as texts
from web.kit.requests import address
from web.kit.views import Link, Tab


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A frozen forecast and how near it came."""

    text: str
    accuracy: str
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """A period: its address leads to the forecast of its first day, the sum that was won to its deals."""

    name: Link
    cells: tuple[Cell, ...]
    won: Link


@dataclass(frozen=True, kw_only=True)
class Unit:
    name: Link
    cells: tuple[Link, ...]
    mean: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    heads: tuple[str, ...]
    rows: tuple[Frozen, ...]
    means: tuple[str, ...]
    units: tuple[Unit, ...]
    months: tuple[str, ...]
    ways: tuple[Tab, ...]
    empty: str


def outcome(ask: Ask, data: ForecastData) -> Outcome:
    past = data.history.frozen
    months = sorted({each.first for part in data.parts for each in part.months}, reverse=True)
    return Outcome(
        heads=tuple(words.way(way) for way in WAYS),
        rows=tuple(_frozen(ask, each) for each in past),
        means=tuple(_mean(past, way) for way in WAYS) if past else (),
        units=tuple(_unit(ask, part, months) for part in data.parts),
        months=tuple(f"{month:%Y-%m}" for month in months),
        ways=tuple(Tab(text=words.way(way), href=address(PATH, ask.pairs(way=way)) + "#h-units",
                       current=way == ask.way) for way in WAYS),
        empty="" if past else _nothing(ask),
    )  # fmt: skip


def _nothing(ask: Ask) -> str:
    if not ask.units:
        return _("Frozen forecasts are of whole units. You see single deals, and no unit’s sum.")
    return _("No frozen forecast has come to its end yet. Each month’s first day freezes one.")


def _frozen(ask: Ask, each: Past) -> Frozen:
    period = named(Period("", each.first, each.after))
    own = replaced(ask, period)
    return Frozen(
        name=Link(text=period.code, href=address(PATH, own.pairs(on=_eve(each).isoformat()))),
        cells=tuple(_cell(each, way) for way in WAYS),
        won=Link(text=texts.money_short(each.actual), href=address(f"{PATH}/list", [*own.pairs(), ("what", "won")])),
    )


def replaced(ask: Ask, period: Period) -> Ask:
    return Ask(ask.session, ask.on, period, ask.reach, ask.way)


def _eve(each: Past) -> date:
    """The day whose end is the moment of the freeze."""
    return each.frozen_on - timedelta(days=1)


def _cell(each: Past, way: str) -> Cell:
    whole, near = each.whole(way), each.accuracy(way)
    text = "—" if whole is None else texts.money_short(whole)
    return Cell(text=text, accuracy=percent(near), tone=tone(near))


def percent(value: float | None) -> str:
    if value is None:
        return ""
    return f"{round(100 * value)}%" if value >= 0 else _("under 0%")


def tone(near: float | None) -> str:
    """Good from 80 %, poor under 50 %."""
    if near is None:
        return ""
    return "ok" if near >= 0.8 else "bad" if near < 0.5 else "warn"


def _mean(past: tuple[Past, ...], way: str) -> str:
    found = mean_accuracy(past, way)
    return _("{share}, {n} periods", share=percent(found[0]), n=found[1]) if found else "—"


def _unit(ask: Ask, part: Part, months: list[date]) -> Unit:
    by = {each.first: each for each in part.months}
    cells = tuple(_month(ask, part, by.get(month)) for month in months)
    found = mean_accuracy(part.months, ask.way)
    to = address(PATH, ask.pairs(unit=str(part.id)))
    return Unit(name=Link(text=part.name, href=to), cells=cells, mean=percent(found[0]) if found else "—")


def _month(ask: Ask, part: Part, each: Past | None) -> Link:
    if each is None:
        return Link(text="—", href="")
    period = named(Period("", each.first, each.after))
    to = address(PATH, replaced(ask, period).pairs(unit=str(part.id), on=_eve(each).isoformat()))
    return Link(text=percent(each.accuracy(ask.way)) or "—", href=to)
