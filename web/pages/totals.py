"""Counts and sums of a list by one or two fields, in SQL, over the rows that the actor may see."""

from typing import Any

from sqlalchemy import func, select
from starlette.datastructures import QueryParams
from starlette.responses import Response

from core.db import ActorSession
from core.entity import Entity
from core.errors import Invalid
from core.fields import FieldView
from core.i18n import _
from core.lists import EMPTY, conditions
from core.narrow import field_of
from core.registry import registry
from core.titles import Titles, titles
from web.kit import format as texts
from web.kit.requests import Ask
from web.kit.shell import page
from web.kit.values import shown
from web.kit.views import Crumb, Field, Option
from web.kit.views.totals import TotalsPage, TotalsRow
from web.pages.addresses import ListState, read_state
from web.pages.facets import in_force, used_ids
from web.pages.listing import condition, modes
from web.pages.names import templates

MOST_ROWS = 200
GROUPED = ("ref", "choice", "flag", "month", "date")
SUMMED = ("money", "number")


def show(ask: Ask, entity: Entity) -> Response:
    state = read_state(entity, ask.query)
    by, total = asked(entity, ask.query)
    with ask.reading() as session:
        rows = groups(session, entity, state, by, total)
        names = titles(session, ids_in(by, rows))
        held = titles(session, used_ids(entity, state))
    view = page_of(entity, state, by, total, rows, names, held)
    crumbs = (Crumb(text=_(entity.plural), href=entity.path), Crumb(text=_("Totals")))
    return page(ask, templates(entity, "totals"), view, crumbs)


def asked(entity: Entity, params: QueryParams) -> tuple[list[FieldView], FieldView | None]:
    names = [name for name in params.getlist("by") if name][:2] or [first_group(entity)]
    by = [known(entity, name, GROUPED) for name in dict.fromkeys(names) if name]
    wanted = params.get("sum", entity.sums[0].key if entity.sums else "")
    return by, known(entity, wanted, SUMMED) if wanted else None


def first_group(entity: Entity) -> str:
    choices = [view.name for view in groupable(entity)]
    faceted = [column.key for column in entity.facets]
    return next((name for name in (*faceted, *choices) if name in choices), "")


def groupable(entity: Entity) -> list[FieldView]:
    return [view for view in entity.fields.values() if view.kind in GROUPED and not view.masked]


def known(entity: Entity, name: str, kinds: tuple[str, ...]) -> FieldView:
    view = None if "." in name else field_of(entity, name)
    if view is None or view.masked or view.kind not in kinds:
        raise Invalid(_("There is no field “{field}” to group by.", field=name))
    return view


def groups(
    session: ActorSession, entity: Entity, state: ListState, by: list[FieldView], total: FieldView | None
) -> list[Any]:
    table = entity.table
    keys = [table.c[view.name] for view in by]
    summed = func.coalesce(func.sum(table.c[total.name]), 0) if total else func.count()
    statement = select(func.count().label("n"), summed.label("total"), *keys).where(*conditions(entity, state.query))
    return list(
        session.execute(statement.group_by(*keys).order_by(summed.desc(), func.count().desc()).limit(MOST_ROWS + 1))
    )


def ids_in(by: list[FieldView], rows: list[Any]) -> dict[str, set[int]]:
    wanted: dict[str, set[int]] = {}
    for index, view in enumerate(by):
        if view.target:
            wanted.setdefault(view.target, set()).update(row[index + 2] for row in rows if row[index + 2] is not None)
    return wanted


def page_of(
    entity: Entity,
    state: ListState,
    by: list[FieldView],
    total: FieldView | None,
    rows: list[Any],
    names: Titles,
    held: Titles,
) -> TotalsPage:
    shown_rows, largest = rows[:MOST_ROWS], max((abs(int(row[1])) for row in rows), default=0)
    return TotalsPage(
        title=_(entity.plural),
        href=f"{entity.path}/totals",
        heads=tuple(_(view.label) for view in by),
        body=tuple(row_of(entity, state, by, total, row, names, largest) for row in shown_rows),
        count=texts.number(sum(row[0] for row in rows)),
        total_label=_(total.label) if total else "",
        total=shown(total, sum(int(row[1]) for row in rows)) if total else "",
        inputs=inputs(entity, by, total),
        kept=tuple(state.first_page().pairs()),
        conditions=in_words(entity, state, held),
        modes=modes(entity, state, "totals"),
        note=_("Only the largest {n} groups are shown and counted.", n=MOST_ROWS) if len(rows) > MOST_ROWS else "",
    )


def row_of(
    entity: Entity,
    state: ListState,
    by: list[FieldView],
    total: FieldView | None,
    row: Any,
    names: Titles,
    largest: int,
) -> TotalsRow:
    narrowed = state
    for index, view in enumerate(by):
        narrowed = narrowed.with_filter(view.short, (written(view, row[index + 2]),))
    share = abs(int(row[1])) * 100 / largest if largest else 0
    return TotalsRow(
        keys=tuple(key_text(view, row[index + 2], names) for index, view in enumerate(by)), count=texts.number(row[0]),
        total=shown(total, int(row[1])) if total else "", share=round(share, 1), href=narrowed.at(entity.path),
    )  # fmt: skip


def written(view: FieldView, value: Any) -> str:
    if value is None:
        return EMPTY
    return str(value) if view.target else view.write(value)


def key_text(view: FieldView, value: Any, names: Titles) -> str:
    if value is None:
        return _("(empty)")
    if view.kind == "flag":
        return _("yes") if value else _("no")
    return shown(view, value, names.get((view.target or "", value), _("(not visible to you)")) if view.target else None)


def inputs(entity: Entity, by: list[FieldView], total: FieldView | None) -> tuple[Field, ...]:
    held = [view.name for view in by]
    sums = [view for view in entity.fields.values() if view.kind in SUMMED and not view.masked]
    made = [
        select_of("by", _("By"), groupable(entity), held[0] if held else "", required=True),
        select_of("by", _("Then by"), groupable(entity), held[1] if len(held) > 1 else ""),
    ]
    if sums:
        made.append(select_of("sum", _("Sum of"), sums, total.name if total else ""))
    return tuple(made)


def select_of(name: str, label: str, views: list[FieldView], held: str, *, required: bool = False) -> Field:
    options = tuple(Option(value=view.name, text=_(view.label), selected=view.name == held) for view in views)
    return Field(name=name, label=label, kind="choice", value=held, options=options, required=required)


def in_words(entity: Entity, state: ListState, held: Titles) -> tuple[str, ...]:
    found = [_("“{text}”", text=state.query.words)] if state.query.words else []
    for name, values in state.query.filters.items():
        named = registry().condition(entity.stem, name)
        if named is not None:
            found.append(_("{field}: {values}", field=_(named.label), values=in_force(named, values)))
        view = field_of(entity, name) if named is None else None
        if view is not None:
            found.append(
                _(
                    "{field}: {values}",
                    field=_(view.label),
                    values=texts.listed(condition(view, v, held) for v in values),
                )
            )
    return tuple(found)
