"""A list as its page shows it: at most eight statements, however long it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from core.access import Actor
from core.db import ActorSession
from core.entity import Entity
from core.fields import FieldView
from core.i18n import _, language
from core.lists import COUNT_CAP, Page, count_and_sums, page
from core.module import Report
from core.narrow import field_of
from core.record import Reference
from core.registry import registry
from core.titles import Titles
from web.kit import format as texts
from web.kit.papers import NAMED
from web.kit.requests import address
from web.kit.values import cell_kind, cell_maker, shown
from web.kit.views import Cell, Chip, Head, Link, ListPage, Post, Row, Tab
from web.pages.addresses import ListState
from web.pages.facets import narrowing_with_tabs
from web.pages.views import counted, known_views, saving, tabs

SORTLESS = ("ref", "list")


def list_page(session: ActorSession, entity: Entity, state: ListState) -> ListPage:
    actor, path = session.actor, entity.path
    views = title_first(entity)
    found = page(session, entity, state.query, views)
    added = added_columns(session, entity, found)
    number, totals = count_and_sums(session, entity, state.query)
    known = known_views(session, entity)
    choosable, names, counts = narrowing_with_tabs(
        session, entity, state, is_counted=number < COUNT_CAP, tabs=counted(known)
    )
    back = state.previous_page()
    return ListPage(
        title=_(entity.plural), href=path, rows=f"{path}/rows",
        heads=(*(head(entity, view, state, found.sort) for view in views), *(each.head for each in added)),
        body=with_added(body(entity, views, found, actor), added), count=texts.capped(number),
        modes=modes(entity, state), query=state.query.words, search_hint=search_hint(entity),
        kept=tuple(pair for pair in state.first_page().pairs() if pair[0] != "q"),
        facets=choosable, chips=chips(entity, state, names),
        clear=cleared(state).at(path) if state.query.words or state.query.filters or state.query.archived else "",
        sums=sums_row(entity, totals) if found.rows and number < COUNT_CAP else {},
        previous=back.at(path) if back else "",
        next=state.next_page(found.next_after).at(path) if found.next_after else "",
        density="compact" if state.density == "compact" else "cozy",
        cozy=replace(state, density="cozy").at(path), compact=replace(state, density="compact").at(path),
        create=create_link(actor, entity), imports=import_link(actor, entity), exports=exports(actor, entity, state),
        bulk=() if state.query.archived else bulks(actor, entity),
        note=_("These records are archived.") if state.query.archived else "",
        tabs=tabs(entity, known, state, counts), saving=saving(session, entity, known, state),
    )  # fmt: skip


def title_first(entity: Entity) -> tuple[FieldView, ...]:
    """The column that names the record stands first and links to it."""
    name = title_column(entity)
    return tuple(sorted(entity.listed, key=lambda view: view.name != name))


def title_column(entity: Entity) -> str:
    names = [view.name for view in entity.listed]
    wanted = entity.title.key if entity.title is not None else "name"
    if issubclass(entity.model, Reference):
        wanted = "name_en" if language() == "en" else "name_zh"
    return wanted if wanted in names else names[0]


def head(entity: Entity, view: FieldView, state: ListState, sort: str) -> Head:
    """A click sorts by the column, a second one turns the order round."""
    if view.kind in SORTLESS or view.masked:
        return Head(key=view.name, text=_(view.label), kind=cell_kind(view))
    is_here, is_down = sort.removeprefix("-") == view.name, sort.startswith("-")
    wanted = view.name if is_here and is_down else f"-{view.name}" if is_here or _starts_down(view) else view.name
    return Head(
        key=view.name, text=_(view.label), kind=cell_kind(view), href=state.with_query(sort=wanted).at(entity.path),
        sort=("descending" if is_down else "ascending") if is_here else "",
    )  # fmt: skip


def _starts_down(view: FieldView) -> bool:
    return view.kind in ("money", "number", "rate", "date", "month", "instant")


def body(entity: Entity, views: tuple[FieldView, ...], found: Page, actor: Actor) -> tuple[Row, ...]:
    first, *others = (cell_maker(actor, view) for view in views)

    def row(each: Any) -> Row:
        text = str(each.title or first(each).text or _("no name"))
        title = Cell(text=text, kind="title", href=f"{entity.path}/{each.id}")
        return Row(id=str(each.id), cells=(title, *(make(each) for make in others)))

    return tuple(row(each) for each in found.rows)


@dataclass(frozen=True)
class Added:
    """A module's column for the rows of this page: what stands in it, by the row's id."""

    head: Head
    drawn: Mapping[int, str]


def added_columns(session: ActorSession, entity: Entity, found: Page) -> list[Added]:
    ids = [each.id for each in found.rows]
    known = [each for each in registry().columns(entity.stem) if ids and session.actor.may(each.permission)]
    return [
        Added(Head(key=f"added-{index}", text=_(each.label), kind="drawn", phone=each.phone), each.draw(session, ids))
        for index, each in enumerate(known)
    ]


def with_added(rows: tuple[Row, ...], added: list[Added]) -> tuple[Row, ...]:
    """The modules' columns stand last. A module's own template made the cells."""
    if not added:
        return rows

    def cells(row: Row) -> tuple[Cell, ...]:
        drawn = (each.drawn.get(int(row.id), "") for each in added)
        return tuple(Cell(text=Markup(text), kind="drawn") for text in drawn)  # noqa: S704 a module's own template made it

    return tuple(replace(row, cells=(*row.cells, *cells(row))) for row in rows)


def chips(entity: Entity, state: ListState, names: Titles) -> tuple[Chip, ...]:
    """Conditions in force that have no facet."""
    faceted = {column.key.removesuffix("_id") for column in entity.facets}
    found = [
        Chip(label=_(view.label), text=texts.listed(condition(view, value, names) for value in values),
             href=state.with_filter(name, ()).at(entity.path))
        for name, values in state.query.filters.items()
        if name not in faceted and (view := field_of(entity, name)) is not None
    ]  # fmt: skip
    if state.query.archived:
        shown_chip = Chip(label=_("Shown"), text=_("archived"), href=state.with_query(archived=False).at(entity.path))
        found.append(shown_chip)
    return tuple(found)


def condition(view: FieldView, value: str, names: Titles) -> str:
    """A condition in words."""
    if value == "-":
        return _("empty")
    if view.target:
        return names.get((view.target, int(value)), value) if value.isdecimal() and len(value) < 20 else value
    if ".." in value:
        first, _mark, end = value.partition("..")
        return f"{first} – {_last(view, end)}"
    return shown(view, view.read(value)) or value


def _last(view: FieldView, end: str) -> str:
    """The last value that counts: an address names the first one that does not."""
    value = view.read(end) if end else None
    if value is None:
        return ""
    try:
        return view.write(value - timedelta(days=1) if isinstance(value, date) else value - 1)
    except OverflowError:
        return end  # no day comes before the calendar's first one


def sums_row(entity: Entity, totals: Mapping[str, int]) -> dict[str, str]:
    """Of the whole list, so only while it is short: the sums of a longer one stand among the totals."""
    views = {column.key: entity.fields[column.key] for column in entity.sums if column.key in entity.fields}
    return {key: shown(views[key], value) for key, value in totals.items() if key in views}


def cleared(state: ListState) -> ListState:
    return state.with_query(words="", filters={}, archived=False)


def search_hint(entity: Entity) -> str:
    from core.fields import view

    names = texts.listed(_(view(column).label) for column in entity.search[:3])
    return _("Search by {fields}", fields=names) if names else ""


def modes(entity: Entity, state: ListState, current: str = "list") -> tuple[Tab, ...]:
    kept = [pair for pair in state.first_page().pairs() if pair[0] not in ("sort", "density", "archived")]
    known = [("list", _("List"), "list", entity.path), ("totals", _("Totals"), "sigma", f"{entity.path}/totals")]
    if entity.board is not None:
        known.insert(1, ("board", _("Board"), "columns-3", f"{entity.path}/board"))
    return tuple(
        Tab(text=text, icon=icon, href=address(path, kept), current=name == current) for name, text, icon, path in known
    )


def create_link(actor: Actor, entity: Entity) -> Link | None:
    if not actor.may(entity.permission("create")):
        return None
    return Link(text=_("New: {kind}", kind=_(entity.label)), href=f"{entity.path}/new", icon="plus")


def import_link(actor: Actor, entity: Entity) -> Link | None:
    may_write = actor.may(entity.permission("create")) or actor.may(entity.permission("update"))
    if not (may_write and actor.may(entity.permission("import"))):
        return None
    return Link(text=_("Import"), href=f"{entity.path}/import", icon="upload")


def exports(actor: Actor, entity: Entity, state: ListState) -> tuple[Post, ...]:
    """The list as it is narrowed now, as a file or as a report. Each is a post, because it is written down."""
    fields = tuple(state.first_page().pairs())
    files = (
        [("xlsx", _("As an Excel file")), ("csv", _("As a CSV file"))] if actor.may(entity.permission("export")) else []
    )
    made = [
        Post(text=text, action=f"{entity.path}/export.{kind}", fields=fields, icon="file-spreadsheet")
        for kind, text in files
    ]
    for report in reports_on(actor, entity):
        asked = (*fields, ("entity", entity.stem))
        made.append(Post(text=_(report.label), action=f"/reports/{report.name}", fields=asked, icon="file-text"))
        if "slides" in report.forms:
            text, icon = NAMED["slides"]
            label = f"{_(report.label)} · {_(text)}"
            made.append(Post(text=label, action=f"/reports/{report.name}/slides", fields=asked, icon=icon))
    return tuple(made)


def bulks(actor: Actor, entity: Entity) -> tuple[Post, ...]:
    known = (each for each in registry().bulks(entity.stem) if actor.may(each.permission))
    return tuple(Post(text=_(each.label), action=each.path, icon=each.icon) for each in known)


def reports_on(actor: Actor, entity: Entity) -> list[Report]:
    """The reports whose right is one on this entity stand beside its exports; those of one record on its page."""
    own = (r for r in registry().reports() if r.permission.startswith(f"{entity.stem}.") and not r.of_record)
    return [report for report in own if actor.may(report.permission)]
