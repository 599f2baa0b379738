"""The tables of the report on open deals."""

from collections.abc import Sequence

from reportlab.platypus import Flowable

from core.i18n import _
from reports.engine.blocks import paragraph, section
from reports.engine.numbers import Money, count, day, percent
from reports.engine.tables import Cell, Column, Toned, figures, narrow, table
from reports.pipeline.charts import deals, name, with_rest
from reports.pipeline.data import Deal, PipelineData, Share

MOST_ROWS = 40


def top_deals(data: PipelineData, money: Money) -> list[Flowable]:
    columns = [*_deal_columns(data), figures(_("Prob.")), narrow(_("Close")), _owner(), _next()]
    rows = [
        [
            *_deal_cells(deal, money),
            f"{deal.probability}%",
            day(deal.close_on),
            deal.owner or "—",
            deal.next_step or "—",
        ]
        for deal in data.top
    ]
    return section(_("Largest deals"), table(columns, rows), hint=_shown(len(rows), data.totals.count)) if rows else []


def stalled_deals(data: PipelineData, money: Money) -> list[Flowable]:
    columns = [*_deal_columns(data), figures(_("Days")), figures(_("Limit")), _owner(), _next()]
    rows = [
        [
            *_deal_cells(each.deal, money),
            Toned(count(each.days), "bad"),
            count(each.limit),
            each.deal.owner or "—",
            each.deal.next_step or "—",
        ]
        for each in data.stalled_deals
    ]
    return _late(_("Stalled deals"), columns, rows, data.stalled.count, _("No deal is stalled."))


def overdue_deals(data: PipelineData, money: Money) -> list[Flowable]:
    columns = [*_deal_columns(data), narrow(_("Close")), figures(_("Days late")), _owner(), _next()]
    rows = [
        [
            *_deal_cells(deal, money),
            day(deal.close_on),
            Toned(_days_late(deal, data), "warn"),
            deal.owner or "—",
            deal.next_step or "—",
        ]
        for deal in data.overdue_deals
    ]
    return _late(
        _("Deals past their close date"), columns, rows, data.overdue.count, _("No deal is past its close date.")
    )


def breakdowns(data: PipelineData, money: Money) -> list[Flowable]:
    """The figures behind the charts; each table adds up to the same totals."""
    return [
        *_breakdown(_("Figures by stage"), _("Stage"), data.by_stage, data, money),
        *_breakdown(_("Figures by owner"), _("Owner"), data.by_owner, data, money),
        *_breakdown(_("Figures by city"), _("City"), data.by_city, data, money),
    ]


def _breakdown(title: str, head: str, shares: Sequence[Share], data: PipelineData, money: Money) -> list[Flowable]:
    first, rest = with_rest(shares, MOST_ROWS)
    totals = data.totals
    columns = [Column(head), figures(_("Deals")), figures(_("Amount")), figures(_("Weighted")), figures(_("Share"))]
    rows = [_share_cells(share, data, money) for share in ([*first, rest] if rest else first)]
    total = [
        _("Total"),
        count(totals.count),
        money.exact(totals.amount),
        money.exact(totals.weighted),
        percent(totals.amount, totals.amount),
    ]
    return section(title, table(columns, rows, total=total), hint=data.currency)


def _share_cells(share: Share, data: PipelineData, money: Money) -> list[Cell]:
    known = [money.exact(share.amount), money.exact(share.weighted), percent(share.amount, data.totals.amount)]
    return [name(share), count(share.count), *(known if share.has_amount else ["—"] * 3)]


def _late(title: str, columns: list[Column], rows: list[list[Cell]], number: int, none: str) -> list[Flowable]:
    if not rows:
        return section(title, paragraph(none))
    return section(title, table(columns, rows), hint=_shown(len(rows), number))


def _shown(rows: int, number: int) -> str:
    if rows >= number:
        return deals(number)
    return _("the {shown} largest of {all}", shown=count(rows), all=count(number))


def _deal_columns(data: PipelineData) -> list[Column]:
    amount = _("Amount ({currency})", currency=data.currency)
    return [Column(_("Deal"), 1.7), Column(_("Account"), 1.6), Column(_("Stage"), 1.05), figures(amount)]


def _deal_cells(deal: Deal, money: Money) -> list[Cell]:
    return [deal.name, deal.account or "—", deal.stage, money.exact(deal.amount)]


def _owner() -> Column:
    return Column(_("Owner"), 0.9)


def _next() -> Column:
    return Column(_("Next step"), 1.4)


def _days_late(deal: Deal, data: PipelineData) -> str:
    return count((data.on - deal.close_on).days) if deal.close_on else "—"
