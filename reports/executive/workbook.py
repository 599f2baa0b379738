"""The tables of the executive's page as a workbook, a sheet for each: amounts are numbers, names are texts."""

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter

from core.i18n import _
from reports.executive import words
from reports.executive.data import ExecutiveData, Part, Sum

Value = str | int | float | None
Sheet = tuple[str, Sequence[str], Sequence[Sequence[Value]]]


def workbook(data: ExecutiveData) -> bytes:
    """Months, parts, groups and stages; each sheet says above its table what the figures are about."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    for title, heads, rows in _sheets(data):
        sheet = book.add_worksheet(title[:31])
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, len(heads), 16)
        sheet.write_string(0, 0, f"{words.scope(data)} · {words.data_time(data)}")
        for column, head in enumerate(heads):
            sheet.write_string(2, column, head, bold)
        for number, row in enumerate(rows, start=3):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write_number(number, column, value, money if isinstance(value, float) else None)
    book.close()
    return out.getvalue()


def _sheets(data: ExecutiveData) -> list[Sheet]:
    signed = [_("Deals"), _("Signing")]
    months = [[f"{m.first:%Y-%m}", *_sum(m.signed), _yuan(m.target)] for m in data.months]
    stages = [[s.name or _("not stated"), *_sum(s.open), _yuan(s.weighted), *_sum(s.stalled)] for s in data.stages]
    stage_heads = [_("Stage"), _("Deals"), _("Amount"), _("Weighted"), _("Stalled"), _("Stalled amount")]
    return [
        (_("Signed by month"), [_("Month"), *signed, _("Target")], months),
        (words.by_level(data), [words.level(data), *signed, _("Target")], [_part(each) for each in data.parts]),
        (words.by_group(data), [words.group(data), *signed], [_part(each)[:3] for each in data.groups]),
        (_("Open deals by stage"), stage_heads, stages),
    ]


def _part(each: Part) -> list[Value]:
    return [words.part(each), *_sum(each.signed), _yuan(each.target)]


def _sum(its: Sum) -> list[Value]:
    return [its.count, _yuan(its.amount)]


def _yuan(fen: int | None) -> float | None:
    return None if fen is None else fen / 100
