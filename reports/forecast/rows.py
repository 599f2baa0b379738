"""The rows behind every number of a forecast: which deals it counts, as they stood, and how an address names them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select
from sqlmodel import col

from core.errors import Invalid
from core.i18n import _
from crm.chance import weighted_in
from reports.evidence.rows import WinChance
from reports.forecast import words
from reports.forecast.ask import PATH, Ask
from reports.forecast.calibration import BINS, CALLED, chance, in_bin, in_forecast, won_later
from reports.forecast.categories import BEST, COMMIT, LEAD, PIPELINE
from reports.forecast.counted import Count
from reports.forecast.gather import counting, why_no_model
from reports.past.ask import ROW, SPAN
from reports.past.data import Line
from reports.past.lines import Want, lines
from web.kit.requests import address, number_of

PAGE = 50


@dataclass(frozen=True)
class Row:
    """A deal as it stood, with the chance that the number used, and what it added to it (fen)."""

    line: Line
    chance: int | None
    counted: int | None


@dataclass(frozen=True)
class Found:
    """A page of rows. `sum` is what all of them add to the number; `is_weighted` where each adds a part of itself."""

    what: str
    rows: tuple[Row, ...]
    count: int
    sum: int
    page: int
    is_weighted: bool = False


@dataclass(frozen=True)
class _Wanted:
    where: ColumnElement[bool]
    source: Any = SPAN
    chance: Any = None


def href(ask: Ask, what: str, **said: str) -> str:
    return address(f"{PATH}/list", [*ask.pairs(), ("what", what), *((k, v) for k, v in said.items() if v)])


def found(ask: Ask, said: Mapping[str, str]) -> Found:
    """Raises Invalid for rows that there are not."""
    what, page = said.get("what") or "open", max(1, number_of(said.get("page", "")) or 1)
    wanted = _called(ask, said) if what in ("called", "came") else _of_period(ask, what)
    worth = ROW.amount if wanted.chance is None else weighted_in(ROW.amount, wanted.chance)
    shown = wanted.chance if wanted.chance is not None else literal(None)
    columns = (ROW.id, ROW.opportunity_id, shown.label("chance"), worth.label("worth"))
    order = (func.coalesce(ROW.amount, -1).desc(), ROW.opportunity_id)
    base = select(*columns).select_from(wanted.source).where(wanted.where).order_by(*order)
    rows = ask.session.execute(base.offset((page - 1) * PAGE).limit(PAGE)).all()
    inner = select(worth.label("worth")).select_from(wanted.source).where(wanted.where).subquery()
    count, total = ask.session.execute(select(func.count(), func.coalesce(func.sum(inner.c.worth), 0))
                                       .select_from(inner)).one()  # fmt: skip
    made = _named(ask, [tuple(row) for row in rows])
    return Found(_what(what, said), made, count, int(total), page, is_weighted=wanted.chance is not None)


def _named(ask: Ask, rows: list[Any]) -> tuple[Row, ...]:
    """As each stood in its own span: a deal that slipped stands in several quarters, which are read one by one."""
    waves: list[dict[int, int]] = []
    place: dict[int, tuple[int, int]] = {}
    for span, deal, _chance, _worth in rows:
        wave = next((number for number, held in enumerate(waves) if deal not in held), len(waves))
        waves += [{}] if wave == len(waves) else []
        waves[wave][deal] = span
        place[span] = (wave, deal)
    read = [{line.id: line for line in lines(ask.past, Want(ids=tuple(held.values())))} for held in waves]
    return tuple(Row(read[place[span][0]][place[span][1]], points, worth) for span, _deal, points, worth in rows)


def _what(what: str, said: Mapping[str, str]) -> str:
    if what not in ("called", "came"):
        return words.rows(what)
    tenth, way = words.tenth(number_of(said.get("bin", "")) or 0), words.way(said["of"])
    return _("{what}: {name}", what=words.rows(what), name=f"{way}, {tenth}")


def _of_period(ask: Ask, what: str) -> _Wanted:
    if what not in WHERE:
        raise _strange(what)
    count = counting(ask, is_modelled=what in ("modelled", "unmodelled") and not why_no_model(ask))
    where = WHERE[what](count)
    if what in ("modelled", "unmodelled"):
        source, points = count.chance
        return _Wanted(where, source, points if what == "modelled" else None)
    return _Wanted(where, chance={"typed": ROW.own_probability, "staged": ROW.probability}.get(what))


def _inside(count: Count) -> ColumnElement[bool]:
    first, after = count.windows[0]
    return and_(count.is_open, ROW.expected_close_on >= first, ROW.expected_close_on < after)


def _in(count: Count, category: str) -> ColumnElement[bool]:
    """Stages that are none of the known ones are pipeline."""
    held = count.categories
    if category == PIPELINE:
        others = [*held.ids(COMMIT), *held.ids(BEST), *held.ids(LEAD)]
        return and_(_inside(count), or_(ROW.stage_id.is_(None), ROW.stage_id.not_in(others)))
    return and_(_inside(count), ROW.stage_id.in_(held.ids(category)))


def _modelled(count: Count, *, is_there: bool) -> ColumnElement[bool]:
    if not count.is_modelled:
        return false() if is_there else _inside(count)
    known = col(WinChance.chance)
    return and_(_inside(count), known.is_not(None) if is_there else known.is_(None))


WHERE: Mapping[str, Callable[[Count], ColumnElement[bool]]] = {
    "won": lambda count: count.is_won,
    "open": _inside,
    "staged": _inside,
    "typed": lambda count: and_(_inside(count), ROW.own_probability.is_not(None)),
    "untyped": lambda count: and_(_inside(count), ROW.own_probability.is_(None)),
    "commit": lambda count: and_(_in(count, COMMIT), count.lacks == 0),
    "unproved": lambda count: and_(_in(count, COMMIT), count.lacks == 1),
    "best": lambda count: or_(_in(count, BEST), and_(_in(count, COMMIT), count.lacks == 1)),
    "pipeline": lambda count: _in(count, PIPELINE),
    "lead": lambda count: _in(count, LEAD),
    "modelled": lambda count: _modelled(count, is_there=True),
    "unmodelled": lambda count: _modelled(count, is_there=False),
    "unknown": lambda count: and_(_inside(count), ROW.amount.is_(None)),
    "before": lambda count: and_(count.is_open, ROW.expected_close_on < count.windows[0][0]),
    "undated": lambda count: and_(count.is_open, ROW.expected_close_on.is_(None)),
}


def _called(ask: Ask, said: Mapping[str, str]) -> _Wanted:
    """The deals of a tenth, in all the quarters, as they stood on the first day of each."""
    way, place = said.get("of", ""), number_of(said.get("bin", ""))
    if way not in CALLED or place is None or place >= BINS:
        raise _strange(way)
    stood = and_(in_forecast(ask), in_bin(way, place))
    return _Wanted(and_(stood, won_later(ask)) if said.get("what") == "came" else stood, chance=chance(way))


def _strange(typed: str) -> Invalid:
    return Invalid(_("“{text}” is not one of the choices.", text=typed))
