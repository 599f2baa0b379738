"""The twelve months of the chart: what was signed in each, held against its target."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from core.i18n import _, language
from crm.targets import TARGET
from reports.engine.numbers import Money, tenths
from reports.executive import words
from reports.executive.data import ExecutiveData, Month
from reports.executive.period import moved
from reports.executive.rows import deals_of, rows_of
from reports.executive.scope import Filters
from reports.executive.words import short
from web.kit.charts import Pillar
from web.kit.format import MONTHS
from web.kit.views import Link


@dataclass(frozen=True, kw_only=True)
class Months:
    """Columns with the texts of their axis. `has_bare`: among months with a target, one with a sum has none."""

    pillars: tuple[Pillar, ...]
    label: str
    axis: Callable[[float], str]
    unit: str
    has_targets: bool
    has_bare: bool
    targets: Link


def months(data: ExecutiveData) -> Months | None:
    """Nothing, where none of them has a sum or a target."""
    if not any(month.signed.count or month.target for month in data.months):
        return None
    money = Money.fitting(data.currency, data.amounts())
    size, unit = money.unit(max(max(month.signed.amount, month.target or 0) for month in data.months))
    return Months(
        pillars=tuple(_pillar(month, data) for month in data.months),
        label=_("Signed by month against the target, in {currency}", currency=data.currency),
        axis=lambda fen: tenths(round(fen), size),
        unit=f"{money.sign.strip()} {unit}".strip(),
        has_targets=any(month.target for month in data.months),
        has_bare=any(month.signed.amount and not month.target for month in data.months),
        targets=_targets(data),
    )


def _pillar(month: Month, data: ExecutiveData) -> Pillar:
    scope = data.scope
    days = scope.period.written(month.first, moved(month.first, 1))
    return Pillar(
        name=_name(month.first),
        value=month.signed.amount,
        text=_text(month),
        target=month.target,
        href=deals_of({**scope.won, "closed_on": (days,)}, month.signed.count),
    )


def _name(first: date) -> str:
    return f"{first.month}月" if language() == "zh" else MONTHS[first.month - 1]


def _text(month: Month) -> str:
    amount, deals = short(month.signed.amount), words.deals(month.signed.count)
    slots = {"month": f"{month.first:%Y-%m}", "amount": amount, "deals": deals}
    if not month.target:
        return _("{month}: {amount} signed, {deals}", **slots)
    target = short(month.target)
    if month.signed.amount >= month.target:
        return _("{month}: {amount} signed, {deals}; target {target} reached", **slots, target=target)
    return _("{month}: {amount} signed, {deals}; target {target}", **slots, target=target)


def _targets(data: ExecutiveData) -> Link:
    span = data.scope.period.written(data.months[0].first, data.scope.period.after)
    filters: Filters = {"measure": ("won_amount",), "month": (span,)}
    return Link(text=_("Targets"), href=rows_of(TARGET, filters), icon="target")
