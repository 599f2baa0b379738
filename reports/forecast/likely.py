"""The part of the page on what was called likely, and what came of it."""

from dataclasses import dataclass

from markupsafe import Markup

from core.i18n import _
from reports.forecast import words
from reports.forecast.ask import Ask
from reports.forecast.calibration import CALLED, Calibration, Called
from reports.forecast.picture import called
from reports.forecast.rows import href
from web.kit import format as texts
from web.kit.views import Link


@dataclass(frozen=True, kw_only=True)
class Tenth:
    """Deals of a range of chances: how many, how many were won, and the picture of both shares."""

    name: str
    deals: Link
    won: Link
    said: str
    share: str
    within: str
    picture: Markup


@dataclass(frozen=True, kw_only=True)
class Table:
    title: str
    rows: tuple[Tenth, ...]


@dataclass(frozen=True, kw_only=True)
class Likely:
    when: str
    tables: tuple[Table, ...]


def likely(ask: Ask, found: Calibration) -> Likely:
    """Only the ways of which there are deals."""
    tables = tuple(
        Table(title=words.way(way), rows=tuple(_tenth(ask, way, each) for each in found.by[way]))
        for way in CALLED
        if found.by[way]
    )
    return Likely(when=_("{first} to {last}", first=f"{found.first:%Y-%m}", last=last_month(found)), tables=tables)


def last_month(found: Calibration) -> str:
    last = found.after.replace(year=found.after.year - 1, month=12) if found.after.month == 1 else found.after.replace(
        month=found.after.month - 1
    )  # fmt: skip
    return f"{last:%Y-%m}"


def _tenth(ask: Ask, way: str, each: Called) -> Tenth:
    its, said, won = each.interval, points(each.said), points(each.points)
    place = {"of": way, "bin": str(each.place)}
    heard = _("Said {said} on average, won {won}, of {n} deals", said=said, won=won, n=texts.number(each.deals))
    return Tenth(
        name=words.tenth(each.place), deals=Link(text=texts.number(each.deals), href=href(ask, "called", **place)),
        won=Link(text=texts.number(each.won), href=href(ask, "came", **place) if each.won else ""), said=said,
        share=won, within=_("{low} to {high}", low=points(its.low), high=points(its.high)) if its else "—",
        picture=called(each, heard),
    )  # fmt: skip


def points(value: int) -> str:
    """Basis points as whole percent."""
    return f"{round(value / 100)}%"
