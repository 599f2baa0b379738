"""The tables of the executive's page as a workbook, a sheet for each: amounts are numbers, names are texts."""

from core.i18n import _
from reports.engine.workbook import Book, Sheet, Value
from reports.executive import words
from reports.executive.data import Before, ExecutiveData, Part, Rate, Sum


def book(data: ExecutiveData) -> Book:
    """Key figures, months, parts, groups, stages. They hold sums only: no record leaves by this door."""
    return Book(f"{words.scope(data)} · {words.data_time(data)}", _sheets(data), data)


def _sheets(data: ExecutiveData) -> list[Sheet]:
    signed, before = [_("Deals"), _("Signing")], [_("Deals before"), _("Year before")]
    months = [[f"{m.first:%Y-%m}", *_sum(m.signed), _yuan(m.target)] for m in data.months]
    stages = [[s.name or _("not stated"), *_sum(s.open), _yuan(s.weighted), *_sum(s.stalled)] for s in data.stages]
    stage_heads = [_("Stage"), _("Deals"), _("Amount"), _("Weighted"), _("Stalled"), _("Stalled amount")]
    figure_heads = [_("Figure"), _("Value"), _("Deals"), *before]
    part_heads = [words.level(data), *signed, _("Target"), *before]
    return [
        (_("Key figures"), figure_heads, _key_figures(data)),
        (_("Signed by month"), [_("Month"), *signed, _("Target")], months),
        (words.by_level(data), part_heads, [_part(each) for each in data.parts]),
        (words.by_group(data), [words.group(data), *signed], [_part(each)[:3] for each in data.groups]),
        (_("Open deals by stage"), stage_heads, stages),
    ]


def _key_figures(data: ExecutiveData) -> list[list[Value]]:
    """Each with its number of deals; a rate of few deals is left out, as everywhere."""
    earlier = data.before or Before()
    rate, rate_before = _rate(data.rate), _rate(earlier.rate)
    known = data.before is not None
    return [
        [_("Signing"), *_turned(data.signed), *(_sum(earlier.signed) if known else ())],
        [_("Target"), _yuan(data.target.begun if data.target else None)],
        [_("Win rate in percent"), rate, data.rate.n, *((earlier.rate.n, rate_before) if known else ())],
        [_("Days to signing"), data.days.median, data.days.n],
        [_("Open deals"), *_turned(data.open)],
        [_("Weighted"), _yuan(data.weighted), data.open.count],
        [_("Stalled deals"), *_turned(data.stalled)],
        [_("Signed, not provisioned"), *_turned(data.unprovisioned)],
        [_("Ending, per month"), *_turned(data.ending)],
    ]


def _rate(its: Rate) -> float | None:
    return round(its.won * 100 / its.n, 2) if its.is_enough else None


def _turned(its: Sum) -> list[Value]:
    """The amount, then the number."""
    return [_yuan(its.amount) if its.has_amount else None, its.count]


def _part(each: Part) -> list[Value]:
    before = _sum(each.before) if each.before else []
    return [words.part(each), *_sum(each.signed), _yuan(each.target), *before]


def _sum(its: Sum) -> list[Value]:
    return [its.count, _yuan(its.amount)]


def _yuan(fen: int | None) -> float | None:
    return None if fen is None else fen / 100
