"""The executive's paper: the figures of the page on A4, from the conclusion down to the definitions."""

from reportlab.platypus import Flowable, Spacer

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
from reports.engine.numbers import Money, moment, percent, tenths
from reports.engine.page import INNER, Paper, render
from reports.engine.slides import ROOM, render_slides
from reports.engine.spec import Bar, BarChart, ColumnChart, Pillar
from reports.executive import tables, words
from reports.executive.bars import MOST_SLICES
from reports.executive.conclude import conclude
from reports.executive.data import ExecutiveData, Part, Stage
from reports.executive.definitions import definitions, missing
from reports.executive.key_figures import key_figures
from reports.executive.period import in_words

_HALF = (INNER - 22) / 2


def draw(data: ExecutiveData) -> bytes:
    """The PDF, in the current language."""
    return render(_paper(data), lambda: _story(data))


def draw_slides(data: ExecutiveData) -> bytes:
    """The same figures, one chart or table on each slide."""
    return render_slides(_paper(data), conclude(data), lambda: _slides(data))


def _paper(data: ExecutiveData) -> Paper:
    return Paper(
        title=_("Business overview"),
        subtitle=words.data_time(data),
        kicker=_("Octant"),
        author=data.reader,
        scope=_("Data of {moment} · {filters}", moment=moment(data.made_at), filters=words.scope(data)),
        data=data,
    )


def _story(data: ExecutiveData) -> list[Flowable]:
    said = [Conclusion(conclude(data)), Spacer(1, 12)]
    if data.is_empty:
        return [*said, *stacked(_notes(data))]
    money = Money.fitting(data.currency, data.amounts())
    tables_ = stacked(tables.story(data, money))
    return [*said, *_figure_rows(data), *_months(data, money), *_pair(data), *tables_, *stacked(_notes(data))]


def _slides(data: ExecutiveData) -> list[Piece]:
    said = [Conclusion(conclude(data)), Spacer(1, 12)]
    if data.is_empty:
        return [*piece(_("Conclusion"), *said), *_notes(data)]
    money = Money.fitting(data.currency, data.amounts())
    drawn = [*_month_chart(data, money), *_charts(data)]
    shown = [Piece(chart.title, (fitted(chart, INNER, ROOM),), hint) for chart, hint in drawn]
    return [*piece(_("Key figures"), *said, _figures(data)), *shown, *tables.slides(data, money), *_notes(data)]


def _figures(data: ExecutiveData) -> Figures:
    return Figures(_each(data))


def _figure_rows(data: ExecutiveData) -> list[Flowable]:
    """On the narrow page in two rows, so that each has room for its name."""
    found = _each(data)
    return [Figures(found[:3]), Spacer(1, Figures.gap), Figures(found[3:])]


def _each(data: ExecutiveData) -> list[Figure]:
    return [Figure(each.label, each.text, each.unit, each.note) for each in key_figures(data)]


def _months(data: ExecutiveData, money: Money) -> list[Flowable]:
    return [
        each for chart, hint in _month_chart(data, money)
        for each in section(chart.title, flowable(chart, INNER), hint=hint)
    ]  # fmt: skip


def _month_chart(data: ExecutiveData, money: Money) -> list[tuple[Chart, str]]:
    if not any(month.signed.amount or month.target for month in data.months):
        return []
    size, unit = money.unit(max(max(month.signed.amount, month.target or 0) for month in data.months))
    pillars = tuple(
        Pillar(f"{month.first:%Y-%m}", month.signed.amount, tenths(month.signed.amount, size), month.target)
        for month in data.months
    )
    hint = _("unit {unit}; the line is the target", unit=f"{money.sign.strip()} {unit}".strip())
    return [(ColumnChart(_("Signed by month"), pillars), hint)]


def _pair(data: ExecutiveData) -> list[Flowable]:
    """What is open by stage beside what was signed by trade or product; one alone takes the whole width."""
    drawn = _charts(data)
    width = _HALF if len(drawn) > 1 else INNER
    columns = [[Heading(chart.title, hint), flowable(chart, width)] for chart, hint in drawn]
    if len(columns) > 1:
        return [Spacer(1, 16), side_by_side(*columns)]
    return [Spacer(1, 16), *columns[0]] if columns else []


def _charts(data: ExecutiveData) -> list[tuple[Chart, str]]:
    stages = BarChart(_("Open deals by stage"), tuple(_stage(stage, data) for stage in data.stages))
    groups = BarChart(words.by_group(data), _groups(data))
    return [(chart, hint) for chart, hint in ((stages, _stage_hint(data)), (groups, "")) if chart.bars]


def _stage_hint(data: ExecutiveData) -> str:
    return _("dark: weighted") if data.open.has_amount else ""


def _stage(stage: Stage, data: ExecutiveData) -> Bar:
    name, note = stage.name or _("not stated"), words.deals(stage.open.count)
    if not data.open.has_amount:
        return Bar(name, stage.open.count, note)
    label = words.short(stage.open.amount) if stage.open.has_amount else "—"
    return Bar(name, stage.open.amount, label, note, stage.weighted)


def _groups(data: ExecutiveData) -> tuple[Bar, ...]:
    """The largest; of the others the table says how much each is."""
    return tuple(_group(each, data) for each in data.groups[: MOST_SLICES + 1])


def _group(each: Part, data: ExecutiveData) -> Bar:
    share = percent(each.signed.amount, data.signed.amount)
    return Bar(words.part(each), each.signed.amount, words.short(each.signed.amount), share)


def _notes(data: ExecutiveData) -> list[Piece]:
    pairs = [
        (_("Period"), in_words(data.scope.period)),
        (_("Filters"), words.scope(data)),
        (_("Rights"), _("Only what {reader} may see is counted.", reader=data.reader)),
        *((_("Nothing to show"), sentence) for sentence in missing(data)),
    ]
    return piece(_("How to read this"), notes([*pairs, *definitions(data)]))
