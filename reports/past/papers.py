"""The papers of a past day and of a change. They hold no moment but that of their figures."""

from reportlab.platypus import Flowable, Spacer

from core.i18n import _
from reports.engine.blocks import Conclusion, Figure, Figures, Piece, notes, pictured, piece, stacked
from reports.engine.numbers import Money, count, day, long_day, moment, percent, rate
from reports.engine.page import Paper, render
from reports.engine.shares import Share
from reports.engine.slides import NAMED_ROWS, render_slides
from reports.engine.tables import Cell, Column, figures, narrow, table
from reports.past import chart, words
from reports.past.data import ChangeData, Line, PastData

MOST_ROWS = 40


def draw(data: PastData) -> bytes:
    """The PDF, in the current language."""
    return render(_past_paper(data), lambda: [*_top(data), *stacked(_pieces(data))])


def draw_slides(data: PastData) -> bytes:
    """The same figures, a chart or a table on each slide."""
    said = _said(data, _money(data))
    return render_slides(
        _past_paper(data), said, lambda: [*piece(_("Key figures"), *_top(data)), *_pieces(data, NAMED_ROWS)]
    )


def draw_change(data: ChangeData) -> bytes:
    return render(_change_paper(data), lambda: [*_change_top(data), *stacked(_change_pieces(data))])


def draw_change_slides(data: ChangeData) -> bytes:
    said = _change_said(data, _money(data))
    return render_slides(_change_paper(data), said, lambda: _change_pieces(data, NAMED_ROWS))


def _past_paper(data: PastData) -> Paper:
    subtitle = _("As it stood at the end of {day} · {currency} · what {reader} may see", **_slots(data))
    return _paper(data, _("Pipeline on a day"), subtitle)


def _change_paper(data: ChangeData) -> Paper:
    first, last = sorted((data.scope.on, data.scope.against))
    slots = {**_slots(data), "first": long_day(first), "last": long_day(last)}
    subtitle = _("From {first} to {last} · {currency} · what {reader} may see", **slots)
    return _paper(data, _("Pipeline change"), subtitle)


def _money(data: PastData | ChangeData) -> Money:
    return Money.fitting(data.currency, data.amounts())


def _slots(data: PastData | ChangeData) -> dict[str, str]:
    return {"day": long_day(data.scope.on), "currency": data.currency, "reader": data.reader}


def _paper(data: PastData | ChangeData, title: str, subtitle: str) -> Paper:
    scope = _("Data of {moment} · {filters}", moment=moment(data.made_at), filters=data.scope.in_words)
    return Paper(title=title, subtitle=subtitle, kicker=_("Octant"), author=data.reader, scope=scope, data=data)


# --- a day ----------------------------------------------------------------------------------------------------


def _top(data: PastData) -> list[Flowable]:
    said = Conclusion(_said(data, _money(data)))
    return [said, Spacer(1, 12), Figures(_figures(data, _money(data)))] if data.totals.count else [said]


def _pieces(data: PastData, named: int | None = None) -> list[Piece]:
    """With so many deals by name at most."""
    if not data.totals.count:
        return _notes(data)
    money, by = _money(data), words.by_title(data.scope.by)
    return [
        *pictured(
            chart.bars(_("By stage"), data.by_stage, money), hint=_("dark: weighted amount; light: whole amount")
        ),
        *pictured(chart.bars(by, data.by_part, money)),
        *_largest(_("Largest deals"), data.largest[:named], money, data.totals.count),
        *_shares(_("Figures by stage"), _("Stage"), data.by_stage, data, money),
        *_shares(by, words.by(data.scope.by), data.by_part, data, money),
        *_notes(data),
    ]


def _nothing(data: PastData | ChangeData) -> str:
    if data.began is None:
        return _("Nothing was open on this day.")
    return _("Nothing was open on this day. What is known of deals begins on {day}.", day=data.began.isoformat())


def _said(data: PastData, money: Money) -> tuple[str, ...]:
    if not data.totals.count:
        return (_nothing(data),)
    totals = data.totals
    found = [
        _("Open deals on {day}: {n}, worth {amount}; weighted by the stages of that day {weighted}.",
          day=long_day(data.scope.on), n=count(totals.count), amount=money.short(totals.amount),
          weighted=money.short(totals.weighted)),
    ]  # fmt: skip
    heaviest = max(data.by_stage, key=lambda share: share.amount)
    if totals.amount:
        share = percent(heaviest.amount, totals.amount)
        stage = heaviest.name or _("not stated")
        found.append(_("The most stood in the stage “{stage}”: {share} of the amount.", stage=stage, share=share))
    return tuple(found)


def _figures(data: PastData, money: Money) -> list[Figure]:
    totals = data.totals
    amount, unit = money.parts(totals.amount) if totals.has_amount else ("—", "")
    weighted, weighted_unit = money.parts(totals.weighted) if totals.has_amount else ("—", "")
    return [
        Figure(_("Open deals"), count(totals.count), note=_("{n} without amount", n=count(totals.unknown))),
        Figure(_("Amount"), amount, unit, _("without VAT")),
        Figure(_("Weighted"), weighted, weighted_unit, _("with the stages of that day")),
        Figure(_("On hold"), count(data.on_hold.count), "", money.short(data.on_hold.amount)),
        Figure(_("Signed, not provisioned"), count(data.unprovisioned.count), "",
               money.short(data.unprovisioned.amount)),
    ]  # fmt: skip


def _shares(title: str, head: str, shares: tuple[Share, ...], data: PastData, money: Money) -> list[Piece]:
    columns = [Column(head), figures(_("Deals")), figures(_("Amount")), figures(_("Weighted")), figures(_("Share"))]
    rows = [_share(share, data, money) for share in shares[:MOST_ROWS]]
    if rest := shares[MOST_ROWS:]:
        rows.append(_share(_together(rest), data, money))
    totals = _share(data.totals, data, money)
    return piece(title, table(columns, rows, total=[_("Total"), *totals[1:]]), hint=data.currency)


def _together(rest: tuple[Share, ...]) -> Share:
    sums = (sum(getattr(share, name) for share in rest) for name in ("count", "amount", "weighted", "unknown"))
    return Share(_("{n} others", n=count(len(rest))), *sums)


def _share(share: Share, data: PastData, money: Money) -> list[Cell]:
    known = share.has_amount
    return [
        share.name or _("not stated"), count(share.count), money.exact(share.amount) if known else "—",
        money.exact(share.weighted) if known else "—", percent(share.amount, data.totals.amount),
    ]  # fmt: skip


# --- a change -------------------------------------------------------------------------------------------------


def _change_top(data: ChangeData) -> list[Flowable]:
    return [Conclusion(_change_said(data, _money(data)))]


def _change_pieces(data: ChangeData, named: int | None = None) -> list[Piece]:
    money, fall = _money(data), data.waterfall
    if _is_empty(data):
        return _notes(data)
    drawn = chart.waterfall(fall, data.scope, money.short)
    lines = {why: data.lines.get(why, ())[:named] for why in fall.parts}
    parts = [_largest(words.part(why), lines[why], money, fall.parts[why].count) for why in fall.parts]
    return [
        *pictured(drawn, title=_("What changed"), hint=_("amount, and number of deals")),
        *_change_table(data, money),
        *(each for part in parts for each in part),
        *_notes(data),
    ]


def _is_empty(data: ChangeData) -> bool:
    return not (data.waterfall.opening.count or data.waterfall.closing.count)


def _change_said(data: ChangeData, money: Money) -> tuple[str, ...]:
    fall = data.waterfall
    if _is_empty(data):
        return (_nothing(data),)
    slots = {"opening": money.short(fall.opening.amount), "closing": money.short(fall.closing.amount),
             "change": chart.signed(fall.change, money.short)}  # fmt: skip
    found = [_("The open pipeline went from {opening} to {closing}: {change}.", **slots)]
    if fall.parts:
        why = max(fall.parts, key=lambda name: abs(fall.parts[name].amount))
        its = fall.parts[why]
        found.append(_("The largest part: {part}, {amount} in {n} deals.", part=words.part(why),
                       amount=chart.signed(its.amount, money.short), n=count(its.count)))  # fmt: skip
    return tuple(found)


def _change_table(data: ChangeData, money: Money) -> list[Piece]:
    first, last = sorted((data.scope.on, data.scope.against))
    fall = data.waterfall
    rows: list[list[Cell]] = [[_("Open on {day}", day=day(first)), count(fall.opening.count),
                               money.exact(fall.opening.amount)]]  # fmt: skip
    rows += [[words.part(why), count(its.count), money.exact(its.amount)] for why, its in fall.parts.items()]
    total: list[Cell] = [_("Open on {day}", day=day(last)), count(fall.closing.count), money.exact(fall.closing.amount)]
    beside = _("Beside the sum: unchanged {same}, put off {later}, brought forward {earlier}.",
               same=count(fall.same.count), later=count(fall.later.count),
               earlier=count(fall.earlier.count))  # fmt: skip
    columns = [Column(_("Part")), figures(_("Deals")), figures(_("Amount ({currency})", currency=data.currency))]
    return piece(_("The parts add up"), table(columns, rows, total=total), hint=beside)


# --- both -----------------------------------------------------------------------------------------------------


def _largest(title: str, lines: tuple[Line, ...], money: Money, of: int = 0) -> list[Piece]:
    if not lines:
        return []
    is_change = any(line.change is not None for line in lines)
    amount = figures(_("Change") if is_change else _("Amount"))
    columns = [Column(_("Deal"), 1.7), Column(_("Account"), 1.6), Column(_("Stage"), 1.05), amount,
               narrow(_("Prob.")), narrow(_("Expected close")), Column(_("Owner"), 0.9)]  # fmt: skip
    rows: list[list[Cell]] = [
        [line.name or _("(not visible to you)"), line.account or "—", line.stage or "—",
         money.exact(line.change if is_change else line.amount), rate(line.probability), day(line.close_on),
         line.owner or "—"]
        for line in lines
    ]  # fmt: skip
    hint = _("the {shown} largest of {all}", shown=count(len(lines)), all=count(of)) if of > len(lines) else ""
    return piece(title, table(columns, rows), hint=hint)


def _notes(data: PastData | ChangeData) -> list[Piece]:
    begin = _(
        "A deal’s history begins on the day it was written down here. One that was brought in with an earlier "
        "beginning stands in no day before that."
    )
    pairs = [
        (_("Filters"), data.scope.in_words),
        (_("Rights"), _("Deals that {reader} may see; owners, units, stages and weights of the day.",
                        reader=data.reader)),
        (_("History"), begin),
        (_("Amount"), _("One-off plus monthly charges over the term, without VAT, in {currency}.",
                        currency=data.currency)),
    ]  # fmt: skip
    return piece(_("How to read this"), notes(pairs))
