"""The pages of the report on open deals, from the conclusion down to the definitions."""

from reportlab.platypus import Flowable, Spacer

from core import clock
from core.i18n import _
from reports.engine.blocks import Conclusion, Figure, Figures, Heading, notes, section, side_by_side
from reports.engine.charts import flowable
from reports.engine.numbers import Money, count, long_day, moment, percent
from reports.engine.page import INNER, Paper, render
from reports.pipeline import charts, lists
from reports.pipeline.conclude import conclude
from reports.pipeline.data import PipelineData, Problem
from reports.pipeline.filters import in_words

_HALF = (INNER - 22) / 2


def draw(data: PipelineData) -> bytes:
    """The PDF, in the current language."""
    return render(_paper(data), lambda: _story(data))


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
        return [Conclusion(conclude(data)), *_notes(data)]
    return [
        Conclusion(conclude(data)),
        Spacer(1, 12),
        Figures(_figures(data, money)),
        *_charts(data, money),
        *lists.top_deals(data, money),
        *lists.stalled_deals(data, money),
        *lists.overdue_deals(data, money),
        *lists.breakdowns(data, money),
        *_notes(data),
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
    """Without amounts there is nothing to draw over the months."""
    chart = charts.by_month(data, money)
    if not any(pillar.value for pillar in chart.pillars):
        return []
    return section(_("By expected close"), flowable(chart, INNER), hint=charts.month_hint(data, money))


def _pair(left: str, owners: Flowable, right: str, cities: Flowable) -> list[Flowable]:
    pair = side_by_side([Heading(left), owners], [Heading(right), cities])
    return [Spacer(1, 16), pair]


def _notes(data: PipelineData) -> list[Flowable]:
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
    return section(_("How to read this"), notes(pairs))
