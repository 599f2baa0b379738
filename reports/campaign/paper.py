"""The paper of the results of campaigns: by campaign, weapon, channel, firm and city."""

from collections.abc import Sequence

from reportlab.platypus import Flowable, Spacer

from campaigns.tasks import outcome_label
from core.i18n import _
from reports.campaign import words
from reports.campaign.data import CampaignData, Result
from reports.engine.blocks import Conclusion, Figure, Figures, Piece, notes, pictured, piece, stacked
from reports.engine.numbers import Money, count, long_day, moment, percent
from reports.engine.page import Paper, render
from reports.engine.slides import render_slides
from reports.engine.spec import Bar, BarChart
from reports.engine.tables import Cell, Column, Toned, figures, narrow, table

MOST_BARS, MOST_ROWS = 10, 40


def draw(data: CampaignData) -> bytes:
    """The PDF, in the current language."""
    return render(_paper(data), lambda: [*_top(data), *stacked(_pieces(data))])


def draw_slides(data: CampaignData) -> bytes:
    """The same figures, a chart or a table on each slide."""
    said = words.conclusion(data, _money(data))
    return render_slides(_paper(data), said, lambda: [*piece(_("Key figures"), *_top(data)), *_pieces(data)])


def _paper(data: CampaignData) -> Paper:
    slots = {"day": long_day(data.on), "currency": data.currency, "reader": data.reader}
    return Paper(
        title=_("Results of campaigns"),
        subtitle=_("As of {day} · {currency} · what {reader} may see", **slots),
        kicker=_("Octant"),
        author=data.reader,
        scope=_("Data of {moment} · {filters}", moment=moment(data.made_at), filters=words.scope(data)),
        data=data,
    )


def _money(data: CampaignData) -> Money:
    return Money.fitting(data.currency, data.amounts())


def _top(data: CampaignData) -> list[Flowable]:
    said = Conclusion(words.conclusion(data, _money(data)))
    return [said, Spacer(1, 12), Figures(_figures(data, _money(data)))] if data.total.tasks else [said]


def _pieces(data: CampaignData) -> list[Piece]:
    if not data.total.tasks:
        return _notes(data)
    money = _money(data)
    return [
        *_chart(data),
        *_campaigns(data, money),
        *(each for group in data.groups for each in _results(group.title, head(group.key), group.results, data, money)),
        *_outcomes(data),
        *_notes(data),
    ]


def _figures(data: CampaignData, money: Money) -> list[Figure]:
    total = data.total
    cost, unit = money.parts(total.cost)
    found = [
        Figure(_("Tasks"), count(total.tasks), note=_("of {n} campaigns", n=count(len(data.campaigns)))),
        Figure(_("Reported"), count(total.reported), note=_("{n} still open", n=count(total.open))),
        Figure(_("Interested or done"), count(total.good), note=words.rate(total)),
        Figure(_("Cost"), cost, unit, _("of paid results")),
    ]
    if total.won:
        found.append(Figure(_("Won since"), count(total.won.count), "", money.short(total.won.amount)))
    return found


def chart(data: CampaignData) -> BarChart:
    """By weapon what was reported, and of that, dark, what can come to something."""
    shown = [each for each in data.group("weapon") if each.reported][:MOST_BARS]
    return BarChart(
        _("Reported by weapon"),
        tuple(Bar(each.name, each.reported, count(each.reported), words.rate(each), each.good) for each in shown),
    )


def _chart(data: CampaignData) -> list[Piece]:
    drawn = chart(data)
    hint = _("dark: interested or done; light: all that was reported")
    return pictured(drawn, hint=hint) if drawn.bars else []


def _campaigns(data: CampaignData, money: Money) -> list[Piece]:
    heads = [Column(_("Campaign"), 1.6), Column(_("Weapon"), 0.9), narrow(_("Ends on")), *_heads(data)]
    rows: list[list[Cell]] = []
    for each in data.campaigns[:MOST_ROWS]:
        is_late = each.result.open and each.days_left < 0
        ends: Cell = Toned(each.ends_on.isoformat(), "warn") if is_late else each.ends_on.isoformat()
        rows.append([each.result.name, each.weapon or "—", ends, *_cells(each.result, data, money)])
    total: list[Cell] = [_("Total"), "", "", *_cells(data.total, data, money)]
    return piece(_("By campaign"), table(heads, rows, total=total), hint=_hint(len(data.campaigns)))


def _results(
    title: str, head: str, results: Sequence[Result], data: CampaignData, money: Money
) -> list[Piece]:  # fmt: skip
    rows = [[each.name, *_cells(each, data, money)] for each in results[:MOST_ROWS]]
    total = [_("Total"), *_cells(data.total, data, money)]
    return piece(title, table([Column(head), *_heads(data)], rows, total=total), hint=_hint(len(results)))


def head(key: str) -> str:
    return {"weapon": _("Weapon"), "channel": _("Channel"), "firm": _("Firm"), "city": _("City")}[key]


def _hint(number: int) -> str:
    return _("the {shown} largest of {all}", shown=count(MOST_ROWS), all=count(number)) if number > MOST_ROWS else ""


def _heads(data: CampaignData) -> list[Column]:
    names = [_("Tasks"), _("Reported"), _("Interested or done"), _("Rate"), _("Cost")]
    won = [_("Won since"), _("Amount")] if data.total.won else []
    return [figures(name) for name in (*names, *won)]


def _cells(its: Result, data: CampaignData, money: Money) -> list[Cell]:
    known = [count(its.tasks), count(its.reported), count(its.good)]
    share = percent(its.good, its.reported)
    won = [count(its.won.count), money.exact(its.won.amount)] if its.won else []
    return [*known, share, money.exact(its.cost), *won]


def _outcomes(data: CampaignData) -> list[Piece]:
    heads = [Column(_("Campaign"), 1.4), figures(_("Open")), *(figures(outcome_label(code)) for code in data.outcomes)]
    rows = [_counted(each.result.name, each.result, data) for each in data.campaigns[:MOST_ROWS] if each.result.tasks]
    return piece(_("What came of it"), table(heads, rows, total=_counted(_("Total"), data.total, data)))


def _counted(name: str, its: Result, data: CampaignData) -> list[Cell]:
    return [name, count(its.open), *(count(n) for _code, n in zip(data.outcomes, its.counts, strict=True))]


def _notes(data: CampaignData) -> list[Piece]:
    return piece(_("How to read this"), notes(words.definitions(data)))
