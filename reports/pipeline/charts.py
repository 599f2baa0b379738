"""The charts of the report on open deals. Screens may show the same ones through `reports.engine.charts.svg`."""

from collections.abc import Sequence
from dataclasses import replace

from core.i18n import _
from reports.engine.numbers import Money, count, tenths
from reports.engine.shares import Share
from reports.engine.spec import Bar, BarChart, ColumnChart, Pillar
from reports.pipeline.data import PipelineData

MOST_BARS = 12


def by_stage(data: PipelineData, money: Money) -> BarChart:
    return BarChart(_("By stage"), tuple(_bar(share, data, money) for share in data.by_stage))


def by_owner(data: PipelineData, money: Money) -> BarChart:
    return _largest(_("By owner"), data.by_owner, data, money)


def by_city(data: PipelineData, money: Money) -> BarChart:
    return _largest(_("By city"), data.by_city, data, money)


def by_month(data: PipelineData, money: Money) -> ColumnChart:
    """What is overdue, twelve months, and what comes later, all in one unit."""
    size, _unit = money.unit(_tallest(data))
    pillars = [Pillar(share.name, share.amount, tenths(share.amount, size)) for share in data.by_month]
    if data.overdue.amount:
        pillars.insert(0, Pillar(_("Overdue"), data.overdue.amount, tenths(data.overdue.amount, size), role="cb bad"))
    if data.later and data.later.amount:
        pillars.append(Pillar(_("Later"), data.later.amount, tenths(data.later.amount, size), role="cb rest"))
    return ColumnChart(_("By expected close"), tuple(pillars))


def month_hint(data: PipelineData, money: Money) -> str:
    _size, unit = money.unit(_tallest(data))
    return _("whole amount, unit {unit}", unit=f"{money.sign.strip()} {unit}".strip())


def with_rest(shares: Sequence[Share], most: int) -> tuple[list[Share], Share | None]:
    """The first shares, and all others as one. One other alone is shown as itself."""
    if len(shares) <= most + 1:
        return list(shares), None
    rest = shares[most:]
    return list(shares[:most]), Share(
        _("{n} others", n=count(len(rest))),
        count=sum(share.count for share in rest),
        amount=sum(share.amount for share in rest),
        weighted=sum(share.weighted for share in rest),
        unknown=sum(share.unknown for share in rest),
    )


def stage_hint(data: PipelineData) -> str:
    if data.totals.has_amount:
        return _("dark: weighted amount; light: whole amount")
    return _("number of deals; no amount is known")


def name(share: Share) -> str:
    return share.name or _("not stated")


def deals(number: int) -> str:
    return _("1 deal") if number == 1 else _("{n} deals", n=count(number))


def _largest(title: str, shares: Sequence[Share], data: PipelineData, money: Money) -> BarChart:
    first, rest = with_rest(shares, MOST_BARS)
    bars = [_bar(share, data, money) for share in first]
    return BarChart(title, tuple([*bars, replace(_bar(rest, data, money), is_rest=True)] if rest else bars))


def _bar(share: Share, data: PipelineData, money: Money) -> Bar:
    """By amount; where no deal has an amount, by number."""
    if not data.totals.has_amount:
        return Bar(name(share), share.count, deals(share.count))
    label = money.short(share.amount) if share.has_amount else "—"
    return Bar(name(share), share.amount, label, deals(share.count), share.weighted)


def _tallest(data: PipelineData) -> int:
    later = data.later.amount if data.later else 0
    return max([data.overdue.amount, later, *(share.amount for share in data.by_month)])
