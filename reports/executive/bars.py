"""The figures that are drawn as rows of bars: open deals by stage, what was signed by unit, and by trade or product."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.i18n import _
from crm.opportunity_verbs import OPPORTUNITY
from reports.engine.numbers import count, percent
from reports.executive import words
from reports.executive.data import ExecutiveData, Part, Stage, Sum
from reports.executive.rows import deals_of, rows_of
from reports.executive.words import short
from web.kit.charts import Part as Slice
from web.kit.views import Link

MOST_PARTS, MOST_SLICES = 30, 6


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One row: a name that leads to its rows, numbers for the bar, texts beside it.

    `label` is for whoever does not see the bar, `more` is a second number with rows of its own.
    """

    name: Link
    value: int
    label: str
    text: str
    note: str
    part: int | None = None
    target: int | None = None
    is_low: bool = False
    more: Link | None = None


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Rows under a title; the longest bar is as long as `most`. `rest` says what is left out."""

    title: str
    rows: tuple[Bar, ...]
    most: int
    rest: str = ""


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Parts of a whole: those that a ring tells apart, the last slice being all `others` together."""

    title: str
    rows: tuple[Bar, ...]
    others: tuple[Bar, ...]
    others_title: str
    others_note: str
    slices: tuple[Slice, ...]
    whole: str
    whole_note: str


def stages(data: ExecutiveData) -> Bars:
    return Bars(
        title=_("Open deals by stage"),
        rows=tuple(_stage(stage, data) for stage in data.stages),
        most=max((_size(stage.open, data.open) for stage in data.stages), default=0),
    )


def parts(data: ExecutiveData) -> Bars:
    """Nothing, where no unit has a target or has signed anything."""
    found = data.parts if any(part.target or part.has_signed for part in data.parts) else ()
    shown, rest = found[:MOST_PARTS], found[MOST_PARTS:]
    return Bars(
        title=words.by_level(data),
        rows=tuple(_part(part, data) for part in shown),
        most=max((max(part.signed.amount, part.target or 0) for part in shown), default=0),
        rest=_rest(rest),
    )


def groups(data: ExecutiveData) -> Shares:
    most = MOST_SLICES if len(data.groups) > MOST_SLICES + 1 else MOST_SLICES + 1
    first, others = data.groups[:most], data.groups[most:]
    title = _("{n} others", n=count(len(others)))
    whole = (*first, Part(None, title, _together(others))) if others else first
    return Shares(
        title=words.by_group(data),
        rows=tuple(_group(each, data) for each in first),
        others=tuple(_group(each, data) for each in others),
        others_title=_rest(others),
        others_note=percent(_together(others).amount, data.signed.amount),
        slices=tuple(Slice(value=each.signed.amount, text=_heard(each)) for each in whole),
        whole=short(data.signed.amount),
        whole_note=words.deals(data.signed.count),
    )


def _stage(stage: Stage, data: ExecutiveData) -> Bar:
    own = {**data.scope.open, "stage": (str(stage.id) if stage.id else "-",)}
    deals, stalled = words.deals(stage.open.count), stage.stalled.count
    has_amount = data.open.has_amount
    slots = {"deals": deals, "amount": short(stage.open.amount), "weighted": short(stage.weighted)}
    return Bar(
        name=Link(text=stage.name or _("not stated"), href=rows_of(OPPORTUNITY, own)),
        value=_size(stage.open, data.open),
        part=stage.weighted if has_amount else None,
        text=short(stage.open.amount) if stage.open.has_amount else "—" if has_amount else deals,
        note=deals if has_amount else "",
        label=_("{deals}, {amount}, weighted {weighted}", **slots) if has_amount else deals,
        more=_stalled(stalled, rows_of(OPPORTUNITY, {**own, "pace": ("stalled",)})),
    )


def _stalled(number: int, href: str) -> Link | None:
    return Link(text=_("{n} stalled", n=count(number)), href=href) if number else None


def _size(its: Sum, whole: Sum) -> int:
    """By amount; where no deal has an amount, by number."""
    return its.amount if whole.has_amount else its.count


def _part(part: Part, data: ExecutiveData) -> Bar:
    key: tuple[str, ...] = (str(part.id) if part.id else "-",)
    slots = {"amount": short(part.signed.amount), "target": short(part.target or 0)}
    before = deals_of({**data.scope.won_before, data.level: key}, _before(part))
    return Bar(
        name=Link(text=words.part(part), href=rows_of(OPPORTUNITY, {**data.scope.won, data.level: key})),
        value=part.signed.amount,
        target=part.target,
        text=short(part.signed.amount),
        note=words.against(part) or ("" if part.before else words.deals(part.signed.count)),
        is_low=part.is_low,
        label=_("{amount} of {target}", **slots) if part.target else _heard(part),
        more=Link(text=words.against_before(part), href=before) if part.before else None,
    )


def _before(part: Part) -> int:
    return part.before.count if part.before else 0


def _group(each: Part, data: ExecutiveData) -> Bar:
    key = "account.trade" if data.grouped_by == "trade" else "product"
    filters = {**data.scope.won, key: (str(each.id) if each.id else "-",)}
    return Bar(
        name=Link(text=words.part(each), href=rows_of(OPPORTUNITY, filters)),
        value=each.signed.amount,
        text=short(each.signed.amount),
        note=percent(each.signed.amount, data.signed.amount),
        label=_heard(each),
    )


def _heard(each: Part) -> str:
    name, amount = words.part(each), short(each.signed.amount)
    return _("{name}: {amount}, {deals}", name=name, amount=amount, deals=words.deals(each.signed.count))


def _rest(rest: Sequence[Part]) -> str:
    if not rest:
        return ""
    return _("{n} others: {amount}", n=count(len(rest)), amount=short(_together(rest).amount))


def _together(parts: Sequence[Part]) -> Sum:
    return Sum(*(sum(getattr(each.signed, name) for each in parts) for name in ("count", "amount", "unknown")))
