"""The tables of the executive's paper: the exact sums behind its charts, and what it names."""

from collections.abc import Sequence

from core.i18n import _
from reports.engine.blocks import Piece, piece
from reports.engine.numbers import Money, count, day, percent
from reports.engine.slides import NAMED_ROWS, SUM_ROWS
from reports.engine.tables import Cell, Column, Toned, figures, narrow, table
from reports.executive import words
from reports.executive.data import Contract, Deal, ExecutiveData, Month, Part, Stage
from reports.executive.key_figures import comparison
from reports.executive.weapons import interval_of, points_of

MOST_PARTS = 40


def story(data: ExecutiveData, money: Money) -> list[Piece]:
    return [*_compared(data), *_months(data, money), *_rest(data, money, MOST_PARTS, MOST_PARTS)]


def slides(data: ExecutiveData, money: Money) -> list[Piece]:
    """What fits one slide each. The months stand in their chart."""
    return [*_compared(data), *_rest(data, money, SUM_ROWS, NAMED_ROWS)]


def _rest(data: ExecutiveData, money: Money, sums: int, named: int) -> list[Piece]:
    """Each table with so many rows at most."""
    top, late = data.top[:named], data.stalled_deals[:named]
    return [
        *_parts(words.by_level(data), words.level(data), data.parts, data, money, sums),
        *_stages(data, money),
        *_parts(words.by_group(data), words.group(data), data.groups, data, money, sums),
        *_weapons(data),
        *_deals(words.top_title(data), top, words.top_hint(data, len(top)), data, money),
        *_deals(_("Stalled deals"), late, words.shown(len(late), data.stalled.count), data, money),
        *_contracts(data, money),
    ]


def _compared(data: ExecutiveData) -> list[Piece]:
    found = comparison(data)
    if not found:
        return []
    heads = [Column(_("Figure")), figures(found.now), figures(found.before), figures(_("Change"))]
    rows = [[row.name, row.now.text, row.before.text, row.change or "—"] for row in found.rows]
    return piece(_("Against the year before"), table(heads, rows))


def _months(data: ExecutiveData, money: Money) -> list[Piece]:
    if not data.is_signed:
        return []
    names = (_("Deals"), _("Signing"), _("Target"), _("Reached"))
    heads = [Column(_("Month")), *(figures(name) for name in names)]
    return piece(_("Signed by month"), table(heads, [_month(month, money) for month in data.months]))


def _month(month: Month, money: Money) -> list[Cell]:
    its = [f"{month.first:%Y-%m}", count(month.signed.count), money.exact(month.signed.amount)]
    if not month.target:
        return [*its, "—", "—"]
    return [*its, money.exact(month.target), percent(month.signed.amount, month.target)]


def _parts(
    title: str, head: str, parts: Sequence[Part], data: ExecutiveData, money: Money, most: int
) -> list[Piece]:  # fmt: skip
    """With a target its share, else the share of the whole; then the year before, where it is compared."""
    if not any(part.target or part.has_signed for part in parts):
        return []
    has_targets, is_compared = any(part.target for part in parts), any(part.before for part in parts)
    columns = [Column(head), figures(_("Deals")), figures(_("Signing"))]
    columns += [figures(_("Target")), figures(_("Reached"))] if has_targets else [figures(_("Share"))]
    columns += [figures(name) for name in (_("Deals before"), _("Year before"), _("Change"))] if is_compared else []
    rows = [_part(part, data, money, has_targets=has_targets) for part in parts[:most]]
    rest = len(parts) - most
    hint = _("without {n} smaller ones, which the total holds", n=count(rest)) if rest > 0 else ""
    total = [*_total(parts, data, money, has_targets=has_targets), *(_total_before(data, money) if is_compared else ())]
    return piece(title, table(columns, rows, total=total), hint=hint)


def _part(part: Part, data: ExecutiveData, money: Money, *, has_targets: bool) -> list[Cell]:
    its: list[Cell] = [words.part(part), count(part.signed.count), money.exact(part.signed.amount)]
    if not has_targets:
        its.append(percent(part.signed.amount, data.signed.amount))
    elif not part.target:
        its += ["—", "—"]
    else:
        share = words.against(part)
        its += [money.exact(part.target), Toned(share, "bad") if part.is_low else share]
    return [*its, *_part_before(part, money)]


def _part_before(part: Part, money: Money) -> list[Cell]:
    if not part.before:
        return []
    change = words.change(part.signed.amount, part.before.amount)
    return [count(part.before.count), money.exact(part.before.amount), change or "—"]


def _total(parts: Sequence[Part], data: ExecutiveData, money: Money, *, has_targets: bool) -> list[Cell]:
    its: list[Cell] = [_("Total"), count(data.signed.count), money.exact(data.signed.amount)]
    if not has_targets:
        return [*its, percent(data.signed.amount, data.signed.amount)]
    return [*its, money.exact(sum(part.target or 0 for part in parts)), "—"]


def _total_before(data: ExecutiveData, money: Money) -> list[Cell]:
    if not data.before:
        return []
    its = data.before.signed
    return [count(its.count), money.exact(its.amount), words.change(data.signed.amount, its.amount) or "—"]


def _stages(data: ExecutiveData, money: Money) -> list[Piece]:
    if not data.stages:
        return []
    heads = [Column(_("Stage")), figures(_("Deals")), figures(_("Amount")), figures(_("Weighted"))]
    heads += [figures(_("Stalled")), figures(_("Stalled amount"))]
    total = [_("Total"), count(data.open.count), money.exact(data.open.amount), money.exact(data.weighted)]
    total += [count(data.stalled.count), money.exact(data.stalled.amount)]
    rows = [_stage(stage, money) for stage in data.stages]
    return piece(_("Open deals by stage"), table(heads, rows, total=total))


def _stage(stage: Stage, money: Money) -> list[Cell]:
    late = Toned(count(stage.stalled.count), "bad") if stage.stalled.count else "0"
    amounts = [money.exact(stage.open.amount), money.exact(stage.weighted)] if stage.open.has_amount else ["—", "—"]
    its = [stage.name or _("not stated"), count(stage.open.count), *amounts]
    return [*its, late, money.exact(stage.stalled.amount)]


def _deals(title: str, deals: Sequence[Deal], hint: str, data: ExecutiveData, money: Money) -> list[Piece]:
    if not deals:
        return []
    heads = [Column(_("Deal"), 1.7), Column(_("Account"), 1.6), Column(_("Unit"), 1), Column(_("Stage"), 1)]
    amount = figures(_("Amount ({currency})", currency=data.currency))
    heads += [amount, figures(_("Prob.")), narrow(_("Expected close"))]
    are_stalled = all(deal.is_stalled for deal in deals)
    heads += [figures(_("Days / limit")) if are_stalled else Column(_("State"), 1), Column(_("Owner"), 0.9)]
    rows = [_deal(deal, data, money, are_stalled=are_stalled) for deal in deals]
    return piece(title, table(heads, rows), hint=hint)


def _deal(deal: Deal, data: ExecutiveData, money: Money, *, are_stalled: bool) -> list[Cell]:
    """Where all are stalled, the title says so, and the row how long."""
    state, tone = words.standing(deal, data)
    state = f"{deal.days} / {deal.limit}" if are_stalled else state
    its = [deal.name, deal.account or "—", deal.place or "—", deal.stage, money.exact(deal.amount)]
    return [*its, words.chance(deal), day(deal.close_on), Toned(state, tone), deal.owner or "—"]


def _weapons(data: ExecutiveData) -> list[Piece]:
    if not data.weapons:
        return []
    heads = [Column(_("Weapon")), figures(_("Percentage points")), figures(_("95% interval"))]
    heads += [figures(_("Deals with")), figures(_("Deals without"))]
    rows = [
        [each.name, points_of(each), interval_of(each) or "—", count(each.used), count(each.unused)]
        for each in data.weapons
    ]
    return piece(_("What weapons are worth"), table(heads, rows), hint=_("of the whole province"))


def _contracts(data: ExecutiveData, money: Money) -> list[Piece]:
    if not data.contracts:
        return []
    heads = [Column(_("Contract"), 1.5), Column(_("Account"), 1.5)]
    heads += [figures(_("Monthly ({currency})", currency=data.currency)), narrow(_("Ends on")), Column(_("Owner"), 0.9)]
    rows = [_contract(each, money) for each in data.contracts]
    hint = words.shown(len(rows), data.ending.count)
    return piece(_("Contracts that end within 90 days"), table(heads, rows), hint=hint)


def _contract(each: Contract, money: Money) -> list[Cell]:
    return [each.name, each.account or "—", money.exact(each.monthly), day(each.ends_on), each.owner or "—"]
