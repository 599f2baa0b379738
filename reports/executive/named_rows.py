"""The deals and contracts that the page names, as rows of its tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.entity import Entity
from core.i18n import _
from crm.contracts import CONTRACT
from crm.opportunity_verbs import OPPORTUNITY
from reports.engine.numbers import count, day
from reports.executive import words
from reports.executive.data import Contract, Deal, ExecutiveData
from reports.executive.rows import all_of
from reports.executive.scope import Filters
from reports.executive.words import short
from web.kit.views import Badge, Link


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row: a record by name with what it belongs to, its cells, and how it stands."""

    name: Link
    sub: str
    cells: tuple[str, ...]
    badge: Badge
    owner: str


@dataclass(frozen=True, kw_only=True)
class Lines:
    """The first rows of a longer list: `hint` says of how many, `link` leads to all."""

    title: str
    rows: tuple[Line, ...]
    hint: str
    link: Link


def top(data: ExecutiveData) -> Lines:
    rows = tuple(_deal(deal, data) for deal in data.top)
    link = all_of(OPPORTUNITY, data.scope.open)
    return Lines(title=words.top_title(data), rows=rows, hint=words.top_hint(data, len(data.top)), link=link)


def stalled(data: ExecutiveData) -> Lines:
    rows = tuple(_deal(deal, data) for deal in data.stalled_deals)
    return _lines(_("Stalled deals"), rows, data.stalled.count, OPPORTUNITY, data.scope.stalled)


def ending(data: ExecutiveData) -> Lines:
    rows = tuple(_contract(each, data) for each in data.contracts)
    title = _("Contracts that end within 90 days")
    return _lines(title, rows, data.ending.count, CONTRACT, data.scope.ending)


def _lines(title: str, rows: Sequence[Line], number: int, entity: Entity, filters: Filters) -> Lines:
    return Lines(title=title, rows=tuple(rows), hint=words.shown(len(rows), number), link=all_of(entity, filters))


def _deal(deal: Deal, data: ExecutiveData) -> Line:
    badge, tone = words.standing(deal, data)
    amount = "—" if deal.amount is None else short(deal.amount)
    return Line(
        name=Link(text=deal.name, href=f"{OPPORTUNITY.path}/{deal.id}"),
        sub=deal.account or _("no account"),
        cells=(deal.place or "—", deal.stage, amount, words.chance(deal), day(deal.close_on)),
        badge=Badge(text=badge, tone=tone),
        owner=deal.owner or "",
    )


def _contract(each: Contract, data: ExecutiveData) -> Line:
    left = (each.ends_on - data.scope.on).days
    text = {0: _("today"), 1: _("tomorrow")}.get(left) or _("in {n} days", n=count(left))
    return Line(
        name=Link(text=each.name, href=f"{CONTRACT.path}/{each.id}"),
        sub=each.account or "",
        cells=("—" if each.monthly is None else short(each.monthly), day(each.ends_on)),
        badge=Badge(text=text, tone="bad" if left <= 30 else "warn"),
        owner=each.owner or "",
    )
