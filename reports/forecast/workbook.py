"""The figures of a forecast as tables: amounts are numbers. No record leaves by them."""

from core.i18n import _
from reports.engine.numbers import moment
from reports.engine.workbook import Book, Sheet, Value
from reports.executive.period import Period
from reports.forecast import words
from reports.forecast.ask import named
from reports.forecast.calibration import CALLED
from reports.forecast.data import ForecastData, Way
from reports.forecast.figures import WAYS, Figures
from reports.forecast.ranges import Past
from reports.past.compare import Sum


def book(data: ForecastData) -> Book:
    scope = data.scope
    about = (scope.period, scope.on.isoformat(), scope.unit or _("All units"), data.reader, moment(data.made_at))
    return Book(" · ".join(about), _sheets(data), data)


def _sheets(data: ForecastData) -> list[Sheet]:
    heads = [_("Forecast"), _("Won"), _("Open"), _("Total"), _("Deals"), _("Left out"), _("Low"), _("High"),
             _("Past forecasts")]  # fmt: skip
    frozen = [_("Period"), _("Won"), *(words.way(way) for way in WAYS)]
    tenths = [_("Forecast"), _("Chance"), _("Deals"), _("Said"), _("Won"), _("Share won"), _("Low"), _("High")]
    return [
        (_("Forecast"), heads, [_way(way, data) for way in data.ways]),
        (_("Deals"), [_("Part"), _("Deals"), _("Amount")], _parts(data.figures)),
        (_("Frozen forecasts"), frozen, [_past(each) for each in data.history.frozen]),
        (_("Calibration"), tenths, _called(data)),
    ]


def _way(way: Way, data: ForecastData) -> list[Value]:
    won = data.figures.won.amount / 100
    if way.amount is None:
        return [words.way(way.code), won]
    ahead = [way.range.low / 100, way.range.high / 100, way.range.number] if way.range else []
    return [words.way(way.code), won, way.part / 100, way.amount / 100, way.deals, way.left_out, *ahead]


def _parts(found: Figures) -> list[list[Value]]:
    known = (
        ("won", found.won), ("open", found.open), ("commit", found.commit), ("unproved", found.unproved),
        ("best", found.best), ("pipeline", found.pipeline), ("lead", found.lead), ("before", found.before),
        ("undated", found.undated), ("unknown", Sum(found.unknown, 0)),
    )  # fmt: skip
    return [[words.rows(name), its.count, its.amount / 100] for name, its in known]


def _past(each: Past) -> list[Value]:
    wholes = [each.whole(way) for way in WAYS]
    amounts = [None if whole is None else whole / 100 for whole in wholes]
    return [named(Period("", each.first, each.after)).code, each.actual / 100, *amounts]


def _called(data: ForecastData) -> list[list[Value]]:
    rows: list[list[Value]] = []
    for way in CALLED:
        for each in data.calibration.by[way]:
            its = each.interval
            ends = [its.low / 10_000, its.high / 10_000] if its else []
            shares: list[Value] = [each.said / 10_000, each.won, each.points / 10_000, *ends]
            rows.append([words.way(way), words.tenth(each.place), each.deals, *shares])
    return rows
