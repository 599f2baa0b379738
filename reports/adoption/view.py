"""The adoption page as its template draws it: every number with the address of its rows."""

from dataclasses import dataclass

from core.i18n import _
from crm.activity_verbs import ACTIVITY
from crm.opportunity_verbs import OPPORTUNITY
from reports.adoption.data import FEWEST, FILTER, Adoption, By, Counts, Part, Scope
from reports.executive.period import THIS, in_words
from reports.executive.rows import rows_of
from web.kit import format as texts
from web.kit.requests import address
from web.kit.views import Figure, Link, Tab

PATH = "/reports/adoption"
MOST_PARTS = 60


@dataclass(frozen=True, kw_only=True)
class Number:
    """A figure with its rows; `note` says of how many. Without a `text` there are too few to say more than the note."""

    text: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    name: Number
    deals: Number
    met: Number
    uses: Number
    cost: Number
    advances: Number
    each: Number
    overrides: Number


@dataclass(frozen=True, kw_only=True)
class Square:
    """How many uses; `shade` goes from 0 to 4 with their share of the most."""

    text: str
    href: str
    shade: int


@dataclass(frozen=True, kw_only=True)
class WeaponRow:
    name: str
    icon: str
    squares: tuple[Square, ...]
    total: Number


@dataclass(frozen=True, kw_only=True)
class AdoptionPage:
    title: str
    when: str
    kept: tuple[tuple[str, str], ...]
    period: str
    periods: tuple[Tab, ...]
    ways: tuple[Tab, ...]
    widen: Link | None
    figures: tuple[Figure, ...]
    part: str
    lines: tuple[Line, ...]
    rest: str
    steps: tuple[str, ...]
    rows: tuple[WeaponRow, ...]
    is_empty: bool
    fewest: int


def view_of(data: Adoption, periods: tuple[Tab, ...]) -> AdoptionPage:
    scope, shown = data.scope, data.parts[:MOST_PARTS]
    rest = len(data.parts) - len(shown)
    code = "" if scope.period.code in THIS else scope.period.code
    wider = Link(text=_("All that I see"), href=address(PATH, Scope(scope.period, scope.by).pairs()))
    return AdoptionPage(
        title=_("Playbook in use"), when=in_words(scope.period), period=code, periods=periods,
        kept=tuple(pair for pair in scope.pairs() if pair[0] != "period"), ways=_ways(scope),
        widen=wider if scope.within else None, figures=_figures(data), part=_by(scope.by),
        lines=tuple(_line(scope, part) for part in shown),
        rest=_("{n} more are in the totals.", n=rest) if rest else "",
        steps=tuple(name for _key, name in data.steps), rows=_rows(data), is_empty=data.is_empty, fewest=FEWEST,
    )  # fmt: skip


def _by(by: By) -> str:
    return {"person": _("Person"), "team": _("Team"), "city": _("City")}[by]


def _ways(scope: Scope) -> tuple[Tab, ...]:
    known: tuple[tuple[By, str], ...] = (
        ("person", _("By person")), ("team", _("By team")), ("city", _("By city")),
    )  # fmt: skip
    return tuple(Tab(text=text, href=address(PATH, scope.pairs(by=by)), current=by == scope.by) for by, text in known)


# --- figures --------------------------------------------------------------------------------------------------


def _figures(data: Adoption) -> tuple[Figure, ...]:
    scope, total = data.scope, data.total
    return (
        _figure(_("Open deals that met the decision level"), _met(scope.open, total)),
        _figure(_("Uses of weapons"), Number(text=texts.number(total.uses), href=_uses(scope.uses, total))),
        _figure(_("Cost per stage advance"), _each(scope, total, "")),
        _figure(_("Stages passed by override"), _overrides(scope, total, "")),
    )  # fmt: skip


def _figure(label: str, number: Number) -> Figure:
    return Figure(label=label, text=number.text or "—", note=number.note, href=number.href)


def _met(filters: dict[str, tuple[str, ...]], counts: Counts) -> Number:
    """The share with its numbers; of fewer than `FEWEST` deals the numbers alone."""
    href = rows_of(OPPORTUNITY, {**filters, "decision": ("met",)}) if counts.met else ""
    note = _("{n} of {all}", n=texts.number(counts.met), all=texts.number(counts.deals))
    if counts.covered is None:
        return Number(text=note if counts.deals else "", href=href)
    return Number(text=texts.percent(round(counts.covered, -2)), href=href, note=note)


def _uses(filters: dict[str, tuple[str, ...]], counts: Counts) -> str:
    return rows_of(ACTIVITY, filters) if counts.uses else ""


def _costed(uses: dict[str, tuple[str, ...]]) -> str:
    """The uses whose cost was noted: their list shows the sum."""
    return rows_of(ACTIVITY, {**uses, "cost": ("0..",)})


def _cost(counts: Counts, uses: dict[str, tuple[str, ...]]) -> Number:
    if not counts.costed:
        return Number(text="")
    note = _("of {n} uses", n=texts.number(counts.costed)) if counts.costed < counts.uses else ""
    return Number(text=texts.money_short(counts.cost), note=note, href=_costed(uses))


def _each(scope: Scope, counts: Counts, part: str) -> Number:
    """Its rows are the costs; while there are too few advances for a rate, these."""
    note, moves = _("{n} advances", n=texts.number(counts.advances)), _moves(scope, part) if counts.advances else ""
    each = counts.cost_an_advance
    if each is None:
        return Number(text="", note=note, href=moves)
    return Number(text=texts.money_short(each), note=note, href=_costed(scope.uses))


def _overrides(scope: Scope, counts: Counts, part: str) -> Number:
    href = _moves(scope, part, override="1") if counts.overrides else ""
    return Number(text=texts.number(counts.overrides), href=href)


def _moves(scope: Scope, part: str, **more: str) -> str:
    return address(f"{PATH}/moves", [*scope.pairs(), *((("part", part),) if part else ()), *more.items()])


def _line(scope: Scope, part: Part) -> Line:
    counts, key = part.counts, str(part.id) if part.id else "-"
    deals, uses = scope.of(scope.open, part.id), scope.of(scope.uses, part.id)
    return Line(
        name=Number(text=part.name, href=_inside(scope, part)),
        deals=Number(text=texts.number(counts.deals), href=rows_of(OPPORTUNITY, deals) if counts.deals else ""),
        met=_met(deals, counts), uses=Number(text=texts.number(counts.uses), href=_uses(uses, counts)),
        cost=_cost(counts, uses), each=_each_alone(counts, uses), overrides=_overrides(scope, counts, key),
        advances=Number(text=texts.number(counts.advances), href=_moves(scope, key) if counts.advances else ""),
    )  # fmt: skip


def _each_alone(counts: Counts, uses: dict[str, tuple[str, ...]]) -> Number:
    each = counts.cost_an_advance
    return Number(text=texts.money_short(each), href=_costed(uses)) if each is not None else Number(text="")


def _inside(scope: Scope, part: Part) -> str:
    """A city opens by its teams, a team by its people."""
    below: dict[By, By] = {"city": "team", "team": "person"}
    if scope.by not in below or not part.id:
        return ""
    return address(PATH, scope.pairs(by=below[scope.by], **{FILTER[scope.by]: str(part.id)}))


# --- steps and weapons ----------------------------------------------------------------------------------------


def _rows(data: Adoption) -> tuple[WeaponRow, ...]:
    most = max(data.grid.values(), default=0)
    return tuple(_row(data, weapon_id, name, icon, most) for weapon_id, name, icon in data.weapons)


def _row(data: Adoption, weapon_id: int, name: str, icon: str, most: int) -> WeaponRow:
    filters = {**data.scope.uses, "weapon": (str(weapon_id),)}
    total = sum(count for (_step, weapon), count in data.grid.items() if weapon == weapon_id)
    squares = []
    for step_id, _name in data.steps:
        count = data.grid.get((step_id, weapon_id), 0)
        href = rows_of(ACTIVITY, {**filters, "step": (str(step_id) if step_id else "-",)}) if count else ""
        shade = -(-4 * count // most) if most else 0
        squares.append(Square(text=texts.number(count) if count else "", href=href, shade=shade))
    whole = Number(text=texts.number(total), href=rows_of(ACTIVITY, filters) if total else "")
    return WeaponRow(name=name, icon=icon, squares=tuple(squares), total=whole)
