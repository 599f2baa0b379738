"""The executive's paper: the figures of the page on A4, from the conclusion down to the definitions."""

from collections.abc import Sequence

from reportlab.platypus import Flowable, Spacer

from core.i18n import _
from reports.engine.blocks import Conclusion, Figure, Figures, notes, section
from reports.engine.charts import flowable
from reports.engine.numbers import Money, count, day, percent, tenths
from reports.engine.page import INNER, Paper, render
from reports.engine.spec import Bar, BarChart, ColumnChart, Pillar
from reports.engine.tables import Cell, Column, Toned, figures, narrow, table
from reports.executive import words
from reports.executive.conclude import conclude
from reports.executive.data import Contract, Deal, ExecutiveData, Month, Part, Stage
from reports.executive.period import in_words

MOST_PARTS = 40


def draw(data: ExecutiveData) -> bytes:
    """The PDF, in the current language."""
    paper = Paper(
        title=_("Business overview"),
        subtitle=words.data_time(data),
        kicker=_("Octant"),
        author=data.reader,
        scope=words.scope(data),
        made_at=data.made_at,
    )
    return render(paper, lambda: _story(data))


def _story(data: ExecutiveData) -> list[Flowable]:
    money = Money.fitting(data.currency, data.amounts())
    said = [Conclusion(conclude(data)), Spacer(1, 12)]
    if data.is_empty:
        return [*said, *_notes(data)]
    return [
        *said,
        Figures(_figures(data)),
        *_months(data, money),
        *_parts(words.by_level(data), words.level(data), data.parts, data, money),
        *_stages(data, money),
        *_parts(words.by_group(data), words.group(data), data.groups, data, money),
        *_deals(_("Largest open deals"), data.top, data.open.count, data, money),
        *_deals(_("Stalled deals"), data.stalled_deals, data.stalled.count, data, money),
        *_contracts(data, money),
        *_notes(data),
    ]


def _figures(data: ExecutiveData) -> list[Figure]:
    opened = words.short(data.open.amount) if data.open.has_amount else "—"
    ending = words.short(data.ending.amount) if data.ending.has_amount else count(data.ending.count)
    days = data.days.median
    return [
        Figure(_("Signing"), words.short(data.signed.amount), "", words.target_note(data)),
        Figure(_("Open deals"), opened, "", words.open_note(data)),
        Figure(_("Win rate"), words.rate_text(data), "", words.rate_note(data)),
        Figure(_("Days to signing"), "—" if days is None else count(days), "", words.days_note(data)),
        Figure(_("Ending, per month"), ending, "", words.ending_note(data)),
    ]


def _months(data: ExecutiveData, money: Money) -> list[Flowable]:
    """The chart, and the same figures as a table."""
    if not any(month.signed.amount or month.target for month in data.months):
        return []
    size, unit = money.unit(max(max(month.signed.amount, month.target or 0) for month in data.months))
    pillars = tuple(
        Pillar(f"{month.first:%Y-%m}", month.signed.amount, tenths(month.signed.amount, size), month.target)
        for month in data.months
    )
    hint = _("unit {unit}; the line is the target", unit=f"{money.sign.strip()} {unit}".strip())
    chart = flowable(ColumnChart(_("Signed by month"), pillars), INNER)
    return section(_("Signed by month"), chart, _month_table(data, money), hint=hint)


def _month_table(data: ExecutiveData, money: Money) -> Flowable:
    names = (_("Deals"), _("Signing"), _("Target"), _("Reached"))
    heads = [Column(_("Month")), *(figures(name) for name in names)]
    return table(heads, [_month(month, money) for month in data.months])


def _month(month: Month, money: Money) -> list[Cell]:
    its = [f"{month.first:%Y-%m}", count(month.signed.count), money.exact(month.signed.amount)]
    if not month.target:
        return [*its, "—", "—"]
    return [*its, money.exact(month.target), percent(month.signed.amount, month.target)]


def _parts(title: str, head: str, parts: Sequence[Part], data: ExecutiveData, money: Money) -> list[Flowable]:
    if not parts:
        return []
    has_targets = any(part.target for part in parts)
    columns = [Column(head), figures(_("Deals")), figures(_("Signing"))]
    columns += [figures(_("Target")), figures(_("Reached"))] if has_targets else [figures(_("Share"))]
    rows = [_part(part, data, money, has_targets=has_targets) for part in parts[:MOST_PARTS]]
    total: list[Cell] = [_("Total"), count(data.signed.count), money.exact(data.signed.amount)]
    if has_targets:
        begun = sum(part.target or 0 for part in parts)
        total += [money.exact(begun), "—"]
    else:
        total += [percent(data.signed.amount, data.signed.amount)]
    rest = len(parts) - MOST_PARTS
    hint = _("without {n} smaller ones, which the total holds", n=count(rest)) if rest > 0 else ""
    return section(title, table(columns, rows, total=total), hint=hint)


def _part(part: Part, data: ExecutiveData, money: Money, *, has_targets: bool) -> list[Cell]:
    its: list[Cell] = [words.part(part), count(part.signed.count), money.exact(part.signed.amount)]
    if not has_targets:
        return [*its, percent(part.signed.amount, data.signed.amount)]
    if not part.target:
        return [*its, "—", "—"]
    share = words.against(part)
    return [*its, money.exact(part.target), Toned(share, "bad") if part.is_low else share]


def _stages(data: ExecutiveData, money: Money) -> list[Flowable]:
    if not data.stages:
        return []
    bars = tuple(_stage_bar(stage, data) for stage in data.stages)
    heads = [Column(_("Stage")), figures(_("Deals")), figures(_("Amount")), figures(_("Weighted"))]
    heads += [figures(_("Stalled")), figures(_("Stalled amount"))]
    total = [_("Total"), count(data.open.count), money.exact(data.open.amount), money.exact(data.weighted)]
    total += [count(data.stalled.count), money.exact(data.stalled.amount)]
    rows = [_stage(stage, money) for stage in data.stages]
    chart = flowable(BarChart(_("Open deals by stage"), bars), INNER)
    hint = _("dark: weighted amount; light: whole amount")
    return section(_("Open deals by stage"), chart, table(heads, rows, total=total), hint=hint)


def _stage_bar(stage: Stage, data: ExecutiveData) -> Bar:
    if not data.open.has_amount:
        return Bar(stage.name or _("not stated"), stage.open.count, words.deals(stage.open.count))
    label = words.short(stage.open.amount) if stage.open.has_amount else "—"
    name, note = stage.name or _("not stated"), words.deals(stage.open.count)
    return Bar(name, stage.open.amount, label, note, stage.weighted)


def _stage(stage: Stage, money: Money) -> list[Cell]:
    late = Toned(count(stage.stalled.count), "bad") if stage.stalled.count else "0"
    amounts = [money.exact(stage.open.amount), money.exact(stage.weighted)] if stage.open.has_amount else ["—", "—"]
    its = [stage.name or _("not stated"), count(stage.open.count), *amounts]
    return [*its, late, money.exact(stage.stalled.amount)]


def _deals(title: str, deals: Sequence[Deal], number: int, data: ExecutiveData, money: Money) -> list[Flowable]:
    if not deals:
        return []
    heads = [Column(_("Deal"), 1.7), Column(_("Account"), 1.6), Column(_("Unit"), 1), Column(_("Stage"), 1)]
    amount = figures(_("Amount ({currency})", currency=data.currency))
    heads += [amount, figures(_("Prob.")), narrow(_("Expected close"))]
    heads += [Column(_("State"), 1), Column(_("Owner"), 0.9)]
    rows = [_deal(deal, data, money) for deal in deals]
    return section(title, table(heads, rows), hint=words.shown(len(deals), number))


def _deal(deal: Deal, data: ExecutiveData, money: Money) -> list[Cell]:
    state, tone = words.standing(deal, data)
    its = [deal.name, deal.account or "—", deal.place or "—", deal.stage, money.exact(deal.amount)]
    return [*its, words.chance(deal), day(deal.close_on), Toned(state, tone), deal.owner or "—"]


def _contracts(data: ExecutiveData, money: Money) -> list[Flowable]:
    if not data.contracts:
        return []
    heads = [Column(_("Contract"), 1.5), Column(_("Account"), 1.5)]
    heads += [figures(_("Monthly ({currency})", currency=data.currency)), narrow(_("Ends on")), Column(_("Owner"), 0.9)]
    rows = [_contract(each, money) for each in data.contracts]
    hint = words.shown(len(rows), data.ending.count)
    return section(_("Contracts that end within 90 days"), table(heads, rows), hint=hint)


def _contract(each: Contract, money: Money) -> list[Cell]:
    return [each.name, each.account or "—", money.exact(each.monthly), day(each.ends_on), each.owner or "—"]


def _notes(data: ExecutiveData) -> list[Flowable]:
    pairs = [
        (_("Period"), in_words(data.scope.period)),
        (_("Filters"), words.scope(data)),
        (_("Rights"), _("Only what {reader} may see is counted.", reader=data.reader)),
    ]
    return section(_("How to read this"), notes([*pairs, *words.definitions(data)]))
