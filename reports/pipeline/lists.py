"""The tables of the report on open deals."""

from collections.abc import Sequence

from core.i18n import _
from reports.engine.blocks import Piece, paragraph, piece
from reports.engine.numbers import Money, count, day, percent, rate
from reports.engine.shares import Share
from reports.engine.tables import Cell, Column, Toned, figures, narrow, table
from reports.pipeline.charts import deals, name, with_rest
from reports.pipeline.data import Deal, PipelineData, Problem, Stalled

MOST_ROWS = 40


def top_deals(data: PipelineData, money: Money, most: int | None = None) -> list[Piece]:
    if not data.top:
        return []
    columns = _deal_columns(data, figures(_("Prob.")), narrow(_("Expected close")))
    rows = [_deal_cells(deal, money, rate(deal.probability), day(deal.close_on)) for deal in data.top[:most]]
    return piece(_("Largest deals"), table(columns, rows), hint=_shown(len(rows), data.totals.count, by_amount=True))


def stalled_deals(data: PipelineData, money: Money, most: int | None = None) -> list[Piece]:
    columns = _deal_columns(data, figures(_("Days")), figures(_("Limit")))
    rows = [_stalled_cells(each, money) for each in data.stalled_deals[:most]]
    return _late(_("Stalled deals"), columns, rows, data.stalled, none=_("No deal is stalled."))


def _stalled_cells(each: Stalled, money: Money) -> list[Cell]:
    return _deal_cells(each.deal, money, Toned(count(each.days), "bad"), count(each.limit))


def overdue_deals(data: PipelineData, money: Money, most: int | None = None) -> list[Piece]:
    columns = _deal_columns(data, narrow(_("Expected close")), figures(_("Days late")))
    rows = [_overdue_cells(deal, data, money) for deal in data.overdue_deals[:most]]
    title, none = _("Deals past their close date"), _("No deal is past its close date.")
    return _late(title, columns, rows, data.overdue, none=none)


def _overdue_cells(deal: Deal, data: PipelineData, money: Money) -> list[Cell]:
    late = count((data.on - deal.close_on).days) if deal.close_on else "—"
    return _deal_cells(deal, money, day(deal.close_on), Toned(late, "warn"))


def _late(title: str, columns: list[Column], rows: list[list[Cell]], problem: Problem, *, none: str) -> list[Piece]:
    if not rows:
        return piece(title, paragraph(none))
    hint = _shown(len(rows), problem.count, by_amount=bool(problem.amount))
    return piece(title, table(columns, rows), hint=hint)


def _shown(rows: int, number: int, *, by_amount: bool) -> str:
    if rows >= number:
        return deals(number)
    if by_amount:
        return _("the {shown} largest of {all}", shown=count(rows), all=count(number))
    return _("the {shown} latest of {all}", shown=count(rows), all=count(number))


def _deal_columns(data: PipelineData, *special: Column) -> list[Column]:
    amount = figures(_("Amount ({currency})", currency=data.currency))
    first = [Column(_("Deal"), 1.7), Column(_("Account"), 1.6), Column(_("Stage"), 1.05), amount]
    return [*first, *special, Column(_("Owner"), 0.9), Column(_("Next step"), 1.4)]


def _deal_cells(deal: Deal, money: Money, *special: Cell) -> list[Cell]:
    first = [deal.name, deal.account or "—", deal.stage, money.exact(deal.amount)]
    return [*first, *special, deal.owner or "—", deal.next_step or "—"]


def breakdowns(data: PipelineData, money: Money, most: int = MOST_ROWS) -> list[Piece]:
    """The figures behind the charts; each table adds up to the same totals."""
    return [
        *_breakdown(_("Figures by stage"), _("Stage"), data.by_stage, data, money, most),
        *_breakdown(_("Figures by owner"), _("Owner"), data.by_owner, data, money, most),
        *_breakdown(_("Figures by city"), _("City"), data.by_city, data, money, most),
    ]


def _breakdown(
    title: str, head: str, shares: Sequence[Share], data: PipelineData, money: Money, most: int
) -> list[Piece]:  # fmt: skip
    first, rest = with_rest(shares, most)
    columns = [Column(head), figures(_("Deals")), figures(_("Amount")), figures(_("Weighted")), figures(_("Share"))]
    rows = [_share_cells(share, data, money) for share in ([*first, rest] if rest else first)]
    totals = Share(_("Total"), data.totals.count, data.totals.amount, data.totals.weighted, data.totals.unknown)
    return piece(title, table(columns, rows, total=_share_cells(totals, data, money)), hint=data.currency)


def _share_cells(share: Share, data: PipelineData, money: Money) -> list[Cell]:
    """The share is that of the amount; where no deal has an amount, that of the number."""
    if not data.totals.has_amount:
        return [name(share), count(share.count), "—", "—", percent(share.count, data.totals.count)]
    known = [money.exact(share.amount), money.exact(share.weighted), percent(share.amount, data.totals.amount)]
    return [name(share), count(share.count), *(known if share.has_amount else ["—"] * 3)]
