"""The executive's page as its template draws it: every text written, every number with the address of its rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from core.entity import Entity
from core.i18n import _, language
from crm.contracts import CONTRACT
from crm.opportunities import OPPORTUNITY
from crm.targets import TARGET
from reports.engine.numbers import Money, count, day, percent, tenths
from reports.executive import words
from reports.executive.conclude import conclude
from reports.executive.data import Contract, Deal, ExecutiveData, Month, Part, Stage, Sum
from reports.executive.period import moved
from reports.executive.scope import Filters
from reports.executive.words import short
from web.kit.charts import Part as Slice
from web.kit.charts import Pillar
from web.kit.format import MONTHS
from web.kit.requests import address
from web.kit.views import Figure, Link, Option, Tab

PATH = "/reports/executive"
MOST_PARTS, MOST_GROUPS, MOST_SLICES = 30, 16, 6


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One row with its bar: numbers for the chart, texts for the reader, `label` for whoever does not see it."""

    name: str
    href: str
    value: int
    text: str
    note: str = ""
    sub: str = ""
    sub_href: str = ""
    target: int | None = None
    part: int | None = None
    tone: str = ""
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of a table: links and texts, and a badge with its tone."""

    name: Link
    sub: str
    cells: tuple[str, ...]
    badge: str = ""
    tone: str = ""
    owner: str = ""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A select of the filter."""

    name: str
    label: str
    icon: str
    options: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True)
class ExecutivePage:
    title: str
    when: str
    scope: str
    href: str
    part: str
    kept: tuple[tuple[str, str], ...]
    periods: tuple[Tab, ...]
    choices: tuple[Choice, ...]
    conclusion: tuple[str, ...]
    figures: tuple[Figure, ...]
    pillars: tuple[Pillar, ...]
    months_label: str
    axis: Callable[[float], str]
    axis_unit: str
    has_targets: bool
    has_bare: bool
    target_link: Link | None
    stages: tuple[Bar, ...]
    most_stage: int
    parts_title: str
    parts: tuple[Bar, ...]
    parts_rest: str
    most_part: int
    groups_title: str
    groups: tuple[Bar, ...]
    slices: tuple[Slice, ...]
    whole: str
    whole_note: str
    top: tuple[Line, ...]
    top_hint: str
    top_link: Link
    stalled: tuple[Line, ...]
    has_limits: bool
    stalled_hint: str
    stalled_link: Link
    contracts: tuple[Line, ...]
    contracts_hint: str
    contracts_link: Link
    definitions: tuple[tuple[str, str], ...]


def view_of(data: ExecutiveData, choices: tuple[Choice, ...], periods: tuple[Tab, ...]) -> ExecutivePage:
    money = Money.fitting(data.currency, data.amounts())
    scope, pairs = data.scope, data.scope.pairs()
    shown, rest = data.parts[:MOST_PARTS], data.parts[MOST_PARTS:]
    groups, slices = _few(data.groups, MOST_GROUPS), _few(data.groups, MOST_SLICES)
    size, unit = money.unit(max((max(m.signed.amount, m.target or 0) for m in data.months), default=0))
    return ExecutivePage(
        title=_("Business overview"),
        when=words.data_time(data),
        scope=words.scope(data),
        href=address(PATH, pairs),
        part=f"{PATH}/part",
        kept=tuple(pairs),
        periods=periods,
        choices=choices,
        conclusion=conclude(data),
        figures=_figures(data),
        pillars=tuple(_pillar(month, data) for month in data.months),
        months_label=_("Signed by month against the target, in {currency}", currency=data.currency),
        axis=lambda fen: tenths(round(fen), size),
        axis_unit=f"{money.sign.strip()} {unit}".strip(),
        has_targets=any(month.target for month in data.months),
        has_bare=any(month.signed.amount and not month.target for month in data.months),
        target_link=_targets(data),
        stages=tuple(_stage(stage, data) for stage in data.stages),
        most_stage=max((_size(stage.open, data.open) for stage in data.stages), default=0),
        parts_title=words.by_level(data),
        parts=tuple(_part(part, data) for part in shown),
        parts_rest=_rest(rest),
        most_part=max((max(part.signed.amount, part.target or 0) for part in shown), default=0),
        groups_title=words.by_group(data),
        groups=tuple(_group(each, data) for each in groups),
        slices=tuple(Slice(value=each.signed.amount, text=_heard(each)) for each in slices),
        whole=short(data.signed.amount),
        whole_note=words.deals(data.signed.count),
        top=tuple(_deal(deal, data) for deal in data.top),
        top_hint=words.shown(len(data.top), data.open.count),
        top_link=_all(OPPORTUNITY, scope.open),
        stalled=tuple(_deal(deal, data) for deal in data.stalled_deals),
        has_limits=data.has_limits or not data.open.count,
        stalled_hint=words.shown(len(data.stalled_deals), data.stalled.count),
        stalled_link=_all(OPPORTUNITY, scope.stalled),
        contracts=tuple(_contract(each, data) for each in data.contracts),
        contracts_hint=words.shown(len(data.contracts), data.ending.count),
        contracts_link=_all(CONTRACT, scope.ending),
        definitions=tuple(words.definitions(data)),
    )


def rows_of(entity: Entity, filters: Filters) -> str:
    """The address of the list with these filters."""
    return address(entity.path, [(name, value) for name, values in filters.items() for value in values])


def _all(entity: Entity, filters: Filters) -> Link:
    return Link(text=_("All"), href=rows_of(entity, filters))


def _figures(data: ExecutiveData) -> tuple[Figure, ...]:
    scope, target = data.scope, data.target
    reached = min(data.signed.amount * 100 // target.begun, 100) if target and target.begun else None
    won = rows_of(OPPORTUNITY, scope.won)
    days = data.days.median
    return (
        Figure(
            label=_("Signing"), text=short(data.signed.amount), bar=None if reached is None else max(reached, 0),
            note=words.target_note(data), href=won,
        ),
        Figure(
            label=_("Open deals"), text=short(data.open.amount) if data.open.has_amount else "—",
            note=words.open_note(data), href=rows_of(OPPORTUNITY, scope.open),
        ),
        Figure(
            label=_("Win rate"), text=words.rate_text(data), note=words.rate_note(data),
            href=rows_of(OPPORTUNITY, scope.decided) if data.rate.n else "",
        ),
        Figure(
            label=_("Days to signing"), text="—" if days is None else count(days),
            unit="" if days is None else _("days"), note=words.days_note(data), href="" if days is None else won,
        ),
        Figure(
            label=_("Ending, per month"),
            text=short(data.ending.amount) if data.ending.has_amount else count(data.ending.count),
            note=words.ending_note(data), tone="warn" if data.ending.count else "",
            href=rows_of(CONTRACT, scope.ending) if data.ending.count else "",
        ),
    )  # fmt: skip


def _pillar(month: Month, data: ExecutiveData) -> Pillar:
    scope = data.scope
    days = scope.period.written(month.first, moved(month.first, 1))
    return Pillar(
        name=_month_name(month.first),
        value=month.signed.amount,
        text=_month_text(month),
        target=month.target,
        href=rows_of(OPPORTUNITY, {**scope.won, "closed_on": (days,)}) if month.signed.count else "",
    )


def _month_name(first: date) -> str:
    return f"{first.month}月" if language() == "zh" else MONTHS[first.month - 1]


def _month_text(month: Month) -> str:
    amount, deals = short(month.signed.amount), words.deals(month.signed.count)
    slots = {"month": f"{month.first:%Y-%m}", "amount": amount, "deals": deals}
    if not month.target:
        return _("{month}: {amount} signed, {deals}", **slots)
    target = short(month.target)
    if month.signed.amount >= month.target:
        return _("{month}: {amount} signed, {deals}; target {target} reached", **slots, target=target)
    return _("{month}: {amount} signed, {deals}; target {target}", **slots, target=target)


def _targets(data: ExecutiveData) -> Link | None:
    months = (data.months[0].first, data.scope.period.after) if data.months else None
    if not months:
        return None
    filters: Filters = {"measure": ("won_amount",), "month": (data.scope.period.written(*months),)}
    return Link(text=_("Targets"), href=rows_of(TARGET, filters), icon="target")


def _stage(stage: Stage, data: ExecutiveData) -> Bar:
    own = {**data.scope.open, "stage": (str(stage.id) if stage.id else "-",)}
    stalled = stage.stalled.count
    return Bar(
        name=stage.name or _("not stated"),
        href=rows_of(OPPORTUNITY, own),
        value=_size(stage.open, data.open),
        part=stage.weighted if data.open.has_amount else None,
        text=short(stage.open.amount) if stage.open.has_amount else "—",
        note=words.deals(stage.open.count),
        sub=_("{n} stalled", n=count(stalled)) if stalled else "",
        sub_href=rows_of(OPPORTUNITY, {**own, "pace": ("stalled",)}) if stalled else "",
        label=_(
            "{deals}, {amount}, weighted {weighted}",
            deals=words.deals(stage.open.count), amount=short(stage.open.amount),
            weighted=short(stage.weighted),
        ),
    )  # fmt: skip


def _size(its: Sum, whole: Sum) -> int:
    """By amount; where no deal has an amount, by number."""
    return its.amount if whole.has_amount else its.count


def _part(part: Part, data: ExecutiveData) -> Bar:
    name = "owner" if data.level == "owner" else data.level
    filters = {**data.scope.won, name: (str(part.id) if part.id else "-",)}
    share = words.against(part)
    return Bar(
        name=words.part(part),
        href=rows_of(OPPORTUNITY, filters),
        value=part.signed.amount,
        target=part.target,
        text=short(part.signed.amount),
        note=share or words.deals(part.signed.count),
        tone="miss" if part.is_low else "",
        label=_("{amount} of {target}", amount=short(part.signed.amount), target=short(part.target or 0))
        if part.target
        else _heard(part),
    )


def _rest(rest: Sequence[Part]) -> str:
    if not rest:
        return ""
    amount = short(sum(part.signed.amount for part in rest))
    return _("{n} others: {amount}", n=count(len(rest)), amount=amount)


def _few(groups: Sequence[Part], most: int) -> tuple[Part, ...]:
    """The largest, and all others as one."""
    if len(groups) <= most + 1:
        return tuple(groups)
    rest = groups[most:]
    signed = Sum(*(sum(getattr(each.signed, name) for each in rest) for name in ("count", "amount", "unknown")))
    return (*groups[:most], Part(None, _("{n} others", n=count(len(rest))), signed))


def _group(each: Part, data: ExecutiveData) -> Bar:
    """The rest is no single thing: it has no list of its own."""
    key = "account.trade" if data.grouped_by == "trade" else "product"
    value = str(each.id) if each.id else "-"
    is_rest = each.id is None and bool(each.name)
    return Bar(
        name=words.part(each),
        href="" if is_rest else rows_of(OPPORTUNITY, {**data.scope.won, key: (value,)}),
        value=each.signed.amount,
        text=short(each.signed.amount),
        note=percent(each.signed.amount, data.signed.amount),
        label=_heard(each),
    )


def _heard(each: Part) -> str:
    name, amount = words.part(each), short(each.signed.amount)
    return _("{name}: {amount}, {deals}", name=name, amount=amount, deals=words.deals(each.signed.count))


def _deal(deal: Deal, data: ExecutiveData) -> Line:
    badge, tone = words.standing(deal, data)
    amount = "—" if deal.amount is None else short(deal.amount)
    return Line(
        name=Link(text=deal.name, href=f"{OPPORTUNITY.path}/{deal.id}"),
        sub=deal.account or _("no account"),
        cells=(deal.place or "—", deal.stage, amount, words.chance(deal), day(deal.close_on)),
        badge=badge, tone=tone, owner=deal.owner or "",
    )  # fmt: skip


def _contract(each: Contract, data: ExecutiveData) -> Line:
    left = (each.ends_on - data.scope.on).days
    return Line(
        name=Link(text=each.name, href=f"{CONTRACT.path}/{each.id}"),
        sub=each.account or "",
        cells=("—" if each.monthly is None else short(each.monthly), day(each.ends_on)),
        badge=_("today") if not left else _("in {n} days", n=count(left)),
        tone="bad" if left <= 30 else "warn",
        owner=each.owner or "",
    )
