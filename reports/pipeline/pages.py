"""The pages of the report on open deals, from the conclusion down to the definitions."""

from reportlab.platypus import Flowable, Spacer

from core import clock
from core.i18n import _
from reports.engine.blocks import (
    Conclusion,
    Figure,
    Figures,
    Heading,
    Piece,
    notes,
    piece,
    section,
    side_by_side,
    stacked,
)  # fmt: skip
from reports.engine.charts import Chart, fitted, flowable
from reports.engine.numbers import Money, count, long_day, moment, percent
from reports.engine.page import INNER, Paper, render
from reports.engine.slides import NAMED_ROWS, ROOM, SUM_ROWS, render_slides
from reports.pipeline import charts, lists
from reports.pipeline.conclude import conclude
from reports.pipeline.data import PipelineData, Problem
from reports.pipeline.filters import in_words

_HALF = (INNER - 22) / 2


def draw(data: PipelineData) -> bytes:
    """The PDF, in the current language."""
    return render(_paper(data), lambda: _story(data))


def draw_slides(data: PipelineData) -> bytes:
    """The same figures, one chart or table on each slide."""
    return render_slides(_paper(data), conclude(data), lambda: _slides(data))


def _paper(data: PipelineData) -> Paper:
    made = moment(data.made_at)
    return Paper(
        title=_("Open pipeline"),
        subtitle=_subtitle(data),
        kicker=_("Octant"),
        author=data.reader,
        scope=_("Data of {moment} · {filters}", moment=made, filters=in_words(data.filters)),
        data=data,
    )


def _subtitle(data: PipelineData) -> str:
    """A report for another day than that of its data says so at once: only lateness follows that day."""
    slots = {"day": long_day(data.on), "currency": data.currency, "reader": data.reader}
    if clock.local(data.made_at).date() == data.on:
        return _("As of {day} · {currency} · what {reader} may see", **slots)
    return _("Deals of today, late as of {day} · {currency} · what {reader} may see", **slots)


def _story(data: PipelineData) -> list[Flowable]:
    money = Money.fitting(data.currency, data.amounts())
    if not data.totals.count:
        return [Conclusion(conclude(data)), *stacked(_notes(data))]
    return [
        Conclusion(conclude(data)),
        Spacer(1, 12),
        Figures(_figures(data, money)),
        *_charts(data, money),
        *stacked([*_tables(data, money), *_notes(data)]),
    ]


def _slides(data: PipelineData) -> list[Piece]:
    said = [Conclusion(conclude(data)), Spacer(1, 12)]
    if not data.totals.count:
        return [*piece(_("Conclusion"), *said), *_notes(data)]
    money = Money.fitting(data.currency, data.amounts())
    drawn = [
        (charts.by_stage(data, money), charts.stage_hint(data)),
        *_month_chart(data, money),
        (charts.by_owner(data, money), ""),
        (charts.by_city(data, money), ""),
    ]
    shown = [Piece(chart.title, (fitted(chart, INNER, ROOM),), hint) for chart, hint in drawn]
    first = piece(_("Key figures"), *said, Figures(_figures(data, money)))
    return [*first, *shown, *_tables(data, money, NAMED_ROWS, SUM_ROWS), *_notes(data)]


def _tables(
    data: PipelineData, money: Money, named: int | None = None, sums: int = lists.MOST_ROWS
) -> list[Piece]:  # fmt: skip
    """`named` and `sums` are how many rows each table has at most."""
    return [
        *lists.top_deals(data, money, named),
        *lists.stalled_deals(data, money, named),
        *lists.overdue_deals(data, money, named),
        *lists.breakdowns(data, money, sums),
    ]


def _figures(data: PipelineData, money: Money) -> list[Figure]:
    totals, stalled, overdue = data.totals, data.stalled, data.overdue
    has_amounts = totals.has_amount
    amount, amount_unit = money.parts(totals.amount) if has_amounts else ("—", "")
    weighted, weighted_unit = money.parts(totals.weighted) if has_amounts else ("—", "")
    return [
        Figure(_("Open deals"), count(totals.count), note=_("{n} without amount", n=count(totals.unknown))),
        Figure(_("Amount"), amount, amount_unit, _("without VAT")),
        Figure(_("Weighted"), weighted, weighted_unit, _share(totals.weighted, data)),
        Figure(_("Stalled"), count(stalled.count), "", _share(stalled.amount, data), _tone(stalled, "bad")),
        Figure(_("Past close date"), count(overdue.count), "", _share(overdue.amount, data), _tone(overdue, "warn")),
    ]


def _share(amount: int, data: PipelineData) -> str:
    return _("{share} of the amount", share=percent(amount, data.totals.amount)) if data.totals.amount else ""


def _tone(problem: Problem, tone: str) -> str:
    return tone if problem.count else "ok"


def _charts(data: PipelineData, money: Money) -> list[Flowable]:
    stages = flowable(charts.by_stage(data, money), INNER)
    owners = flowable(charts.by_owner(data, money), _HALF)
    cities = flowable(charts.by_city(data, money), _HALF)
    return [
        *section(_("By stage"), stages, hint=charts.stage_hint(data)),
        *_months(data, money),
        *_pair(_("By owner"), owners, _("By city"), cities),
    ]


def _months(data: PipelineData, money: Money) -> list[Flowable]:
    return [
        each for chart, hint in _month_chart(data, money)
        for each in section(chart.title, flowable(chart, INNER), hint=hint)
    ]  # fmt: skip


def _month_chart(data: PipelineData, money: Money) -> list[tuple[Chart, str]]:
    """Without amounts there is nothing to draw over the months."""
    chart = charts.by_month(data, money)
    return [(chart, charts.month_hint(data, money))] if any(pillar.value for pillar in chart.pillars) else []


def _pair(left: str, owners: Flowable, right: str, cities: Flowable) -> list[Flowable]:
    pair = side_by_side([Heading(left), owners], [Heading(right), cities])
    return [Spacer(1, 16), pair]


def _notes(data: PipelineData) -> list[Piece]:
    currency, today = data.currency, long_day(data.on)
    pairs = [
        (_("Filters"), in_words(data.filters)),
        (_("Data read"), moment(data.made_at)),
        (_("Rights"), _("Only what {reader} may see is counted.", reader=data.reader)),
        (_("Amount"), _("One-off plus monthly charges over the term, without VAT, in {currency}.", currency=currency)),
        (_("Without amount"), _("Such deals are counted, and are in no sum.")),
        (_("Weighted"), _("Amount times the chance: the stage's, no more than the deal check and departures leave.")),
        (_("Stalled"), _("In its stage for more days than the stage's limit.")),
        (_("Past close date"), _("The expected close date is before {day} and the deal is still open.", day=today)),
    ]
    return piece(_("How to read this"), notes(pairs))
