"""The executive's paper: the figures of the page on A4, from the conclusion down to the definitions."""

from reportlab.platypus import Flowable, Spacer

from core.i18n import _
from reports.engine.blocks import Conclusion, Figure, Figures, Heading, notes, section, side_by_side
from reports.engine.charts import flowable
from reports.engine.numbers import Money, percent, tenths
from reports.engine.page import INNER, Paper, render
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
    paper = Paper(
        title=_("Business overview"),
        subtitle=words.data_time(data),
        kicker=_("Octant"),
        author=data.reader,
        scope=words.scope(data),
        data=data,
    )
    return render(paper, lambda: _story(data))


def _story(data: ExecutiveData) -> list[Flowable]:
    said = [Conclusion(conclude(data)), Spacer(1, 12)]
    if data.is_empty:
        return [*said, *_notes(data)]
    money = Money.fitting(data.currency, data.amounts())
    figures = [Figure(each.label, each.text, each.unit, each.note) for each in key_figures(data)]
    return [*said, Figures(figures), *_months(data, money), *_charts(data), *tables.story(data, money), *_notes(data)]


def _months(data: ExecutiveData, money: Money) -> list[Flowable]:
    if not any(month.signed.amount or month.target for month in data.months):
        return []
    size, unit = money.unit(max(max(month.signed.amount, month.target or 0) for month in data.months))
    pillars = tuple(
        Pillar(f"{month.first:%Y-%m}", month.signed.amount, tenths(month.signed.amount, size), month.target)
        for month in data.months
    )
    hint = _("unit {unit}; the line is the target", unit=f"{money.sign.strip()} {unit}".strip())
    return section(_("Signed by month"), flowable(ColumnChart(_("Signed by month"), pillars), INNER), hint=hint)


def _charts(data: ExecutiveData) -> list[Flowable]:
    """What is open by stage beside what was signed by trade or product; one alone takes the whole width."""
    found = [
        (_("Open deals by stage"), _stage_hint(data), tuple(_stage(stage, data) for stage in data.stages)),
        (words.by_group(data), "", _groups(data)),
    ]
    drawn = [each for each in found if each[2]]
    width = _HALF if len(drawn) > 1 else INNER
    columns = [[Heading(title, hint), flowable(BarChart(title, bars), width)] for title, hint, bars in drawn]
    if len(columns) > 1:
        return [Spacer(1, 16), side_by_side(*columns)]
    return [Spacer(1, 16), *columns[0]] if columns else []


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


def _notes(data: ExecutiveData) -> list[Flowable]:
    pairs = [
        (_("Period"), in_words(data.scope.period)),
        (_("Filters"), words.scope(data)),
        (_("Rights"), _("Only what {reader} may see is counted.", reader=data.reader)),
        *((_("Nothing to show"), sentence) for sentence in missing(data)),
    ]
    return section(_("How to read this"), notes([*pairs, *definitions(data)]))
