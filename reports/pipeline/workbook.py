"""The sums of the report on open deals as tables. No record leaves by them: those are in the list's own export."""

from core.i18n import _
from reports.engine.numbers import moment
from reports.engine.shares import Share
from reports.engine.workbook import Book, Sheet, Value
from reports.pipeline import charts
from reports.pipeline.data import PipelineData, Problem, Totals
from reports.pipeline.filters import in_words


def book(data: PipelineData) -> Book:
    about = f"{in_words(data.filters)} · {data.currency} · {data.reader} · {moment(data.made_at)}"
    return Book(about, _sheets(data), data)


def _sheets(data: PipelineData) -> list[Sheet]:
    heads = [_("Deals"), _("Amount"), _("Weighted"), _("Without amount")]
    total: list[Value] = [_("Total"), *_sums(data.totals)]
    months = [*data.by_month, *([data.later] if data.later else [])]
    return [
        (_("Key figures"), [_("Figure"), _("Deals"), _("Amount")], _key_figures(data)),
        (_("By stage"), [_("Stage"), *heads], [*map(_share, data.by_stage), total]),
        (_("By owner"), [_("Owner"), *heads], [*map(_share, data.by_owner), total]),
        (_("By city"), [_("City"), *heads], [*map(_share, data.by_city), total]),
        (_("By expected close"), [_("Month"), *heads], [[each.name or _("Later"), *_sums(each)] for each in months]),
    ]


def _key_figures(data: PipelineData) -> list[list[Value]]:
    def row(name: str, its: Problem) -> list[Value]:
        return [name, its.count, its.amount / 100]

    totals = data.totals
    return [
        row(_("Open deals"), Problem(totals.count, totals.amount)),
        row(_("Weighted"), Problem(totals.count, totals.weighted)),
        row(_("Stalled"), data.stalled),
        row(_("Past close date"), data.overdue),
    ]


def _share(share: Share) -> list[Value]:
    return [charts.name(share), *_sums(share)]


def _sums(its: Share | Totals) -> list[Value]:
    known = [its.amount / 100, its.weighted / 100] if its.has_amount else [None, None]
    return [its.count, *known, its.unknown]
