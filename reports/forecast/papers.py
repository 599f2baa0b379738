"""The paper of a forecast. It holds no moment but that of its figures."""

from reportlab.platypus import Flowable, Spacer

from core.i18n import _
from reports.engine.blocks import Conclusion, Figure, Figures, Piece, notes, piece, stacked
from reports.engine.numbers import Money, count, long_day, moment
from reports.engine.page import Paper, render
from reports.engine.slides import render_slides
from reports.engine.tables import Cell, Column, Toned, figures, table
from reports.executive.period import Period
from reports.forecast import words
from reports.forecast.ask import named
from reports.forecast.calibration import CALLED, Called
from reports.forecast.data import ForecastData, Way
from reports.forecast.figures import EVIDENCE, WAYS
from reports.forecast.likely import last_month, points
from reports.forecast.outcome import percent, tone
from reports.forecast.ranges import Past, Range, mean_accuracy


def draw(data: ForecastData) -> bytes:
    """The PDF, in the current language."""
    return render(_paper(data), lambda: _story(data))


def draw_slides(data: ForecastData) -> bytes:
    """The same figures, a table on each slide."""
    said = _said(data, Money.fitting(data.currency, data.amounts()))
    return render_slides(_paper(data), said, lambda: [*piece(_("Key figures"), *_top(data)), *_pieces(data)])


def _paper(data: ForecastData) -> Paper:
    slots = {"period": data.scope.period, "day": long_day(data.scope.on), "currency": data.currency,
             "reader": data.reader}  # fmt: skip
    return Paper(
        title=_("Forecast"),
        subtitle=_("{period}, as of the end of {day} · {currency} · what {reader} may see", **slots),
        kicker=_("Octant"),
        author=data.reader,
        scope=_("Data of {moment} · {filters}", moment=moment(data.made_at), filters=filters(data)),
        data=data,
    )


def filters(data: ForecastData) -> str:
    unit = _("{label}: {value}", label=_("Unit"), value=data.scope.unit or _("All units"))
    return f"{unit} · {_('{label}: {value}', label=_('Period'), value=data.scope.period)}"


def _story(data: ForecastData) -> list[Flowable]:
    return [*_top(data), *stacked(_pieces(data))]


def _top(data: ForecastData) -> list[Flowable]:
    money = Money.fitting(data.currency, data.amounts())
    return [Conclusion(_said(data, money)), Spacer(1, 12), Figures([_figure(way, money) for way in data.ways])]


def _pieces(data: ForecastData) -> list[Piece]:
    money = Money.fitting(data.currency, data.amounts())
    return [
        *_ways(data, money),
        *_frozen(data, money),
        *_units(data),
        *(each for way in CALLED for each in _called(data, way)),
        *_notes(data),
    ]


def _said(data: ForecastData, money: Money) -> tuple[str, ...]:
    known = [way for way in data.ways if way.amount is not None]
    if not (data.figures.open.count or data.figures.won.count):
        return (_("No deal is expected to close in this period."),)
    low, high = (choose(way.amount or 0 for way in known) for choose in (min, max))
    found = [
        _("Won so far {won}; still open {open} in {n} deals. The forecasts say {low} to {high}.",
          won=money.short(data.figures.won.amount), open=money.short(data.figures.open.amount),
          n=count(data.figures.open.count), low=money.short(low), high=money.short(high)),
    ]  # fmt: skip
    if data.scope.is_over:
        found.append(_("The period is over: what is still open in it can no longer be won in it."))
    return tuple(found)


def _figure(way: Way, money: Money) -> Figure:
    if way.amount is None:
        return Figure(words.way(way.code), "—")
    amount, unit = money.parts(way.amount)
    return Figure(words.way(way.code), amount, unit, _range(way.range, money))


def _range(its: Range | None, money: Money) -> str:
    if its is None:
        return _("no range")
    return _("{low} to {high}", low=money.short(its.low), high=money.short(its.high))


def _ways(data: ForecastData, money: Money) -> list[Piece]:
    columns = [
        Column(_("Forecast")), figures(_("Won")), figures(_("Open")), figures(_("Total")), figures(_("Deals")),
        figures(_("Left out")), Column(_("Range"), 1.6),
    ]  # fmt: skip
    rows = [_way(way, data, money) for way in data.ways]
    best, unproved = data.figures.best, data.figures.unproved
    hint = _("best case {amount}; {n} deals in a commit stage lack evidence", amount=money.short(best.amount),
             n=count(unproved.count))  # fmt: skip
    return piece(_("Four ways side by side"), table(columns, rows), hint=hint)


def _way(way: Way, data: ForecastData, money: Money) -> list[Cell]:
    if way.amount is None:
        return [words.way(way.code), money.exact(data.figures.won.amount), "—", "—", "—", "—", way.reason]
    left = data.figures.unproved.count if way.code == EVIDENCE else way.left_out
    said = _range(way.range, money)
    if way.range:
        said = _("{range}, by {n} past forecasts", range=said, n=count(way.range.number))
    return [
        words.way(way.code), money.exact(data.figures.won.amount), money.exact(way.part), money.exact(way.amount),
        count(way.deals), count(left), said,
    ]  # fmt: skip


def _frozen(data: ForecastData, money: Money) -> list[Piece]:
    past = data.history.frozen
    if not past:
        return []
    columns = [Column(_("Period")), figures(_("Won"))]
    for way in WAYS:
        columns += [figures(words.way(way)), figures(_("Accuracy"))]
    rows = [_past(each, money) for each in past]
    means: list[Cell] = [_("Mean"), ""]
    for way in WAYS:
        found = mean_accuracy(past, way)
        means += ["", percent(found[0]) if found else "—"]
    return piece(_("Frozen on the first day, and what was won"), table(columns, rows, total=means))


def _past(each: Past, money: Money) -> list[Cell]:
    row: list[Cell] = [named(Period("", each.first, each.after)).code, money.short(each.actual)]
    for way in WAYS:
        whole, near = each.whole(way), each.accuracy(way)
        row += [money.short(whole) if whole is not None else "—", Toned(percent(near) or "—", tone(near))]
    return row


def _units(data: ForecastData) -> list[Piece]:
    months = sorted({each.first for part in data.parts for each in part.months}, reverse=True)
    if not months:
        return []
    columns = [Column(_("Unit"), 1.4), *(figures(f"{month:%Y-%m}") for month in months)]
    rows: list[list[Cell]] = []
    for part in data.parts:
        by = {each.first: each.accuracy(data.scope.way) for each in part.months}
        rows.append([part.name, *(Toned(percent(by.get(m)) or "—", tone(by.get(m))) for m in months)])
    return piece(_("Accuracy by unit and month"), table(columns, rows), hint=words.way(data.scope.way))


def _called(data: ForecastData, way: str) -> list[Piece]:
    found = data.calibration.by[way]
    if not found:
        return []
    columns = [Column(_("Chance")), figures(_("Deals")), figures(_("Said")), figures(_("Won")), figures(_("Share won")),
               figures(_("Interval"))]  # fmt: skip
    hint = _("{first} to {last}", first=f"{data.calibration.first:%Y-%m}", last=last_month(data.calibration))
    title = _("What was called likely: {way}", way=words.way(way))
    return piece(title, table(columns, [_tenth(each) for each in found]), hint=hint)


def _tenth(each: Called) -> list[Cell]:
    its = each.interval
    within = _("{low} to {high}", low=points(its.low), high=points(its.high)) if its else "—"
    return [
        words.tenth(each.place), count(each.deals), points(each.said), count(each.won), points(each.points), within,
    ]  # fmt: skip


def _notes(data: ForecastData) -> list[Piece]:
    pairs = [(_("Filters"), filters(data)), *((words.way(way), words.means(way)) for way in WAYS), *words.notes()]
    rights = _("Deals that {reader} may see; owners, units, stages and weights of the day.", reader=data.reader)
    return piece(_("How to read this"), notes([*pairs, (_("Rights"), rights)]))
