"""What belongs to a record: the panels of upper modules, and short lists of the records that name it."""

from typing import Any

from markupsafe import Markup

from core.db import ActorSession
from core.entity import Entity
from core.fields import FieldView
from core.i18n import _
from core.lists import Query, page
from core.registry import registry
from web.kit.rendering import render_part
from web.kit.requests import address
from web.kit.values import shown
from web.kit.views import Link, Panel
from web.pages.listing import title_column

MOST_CHILDREN = 5
MOST_COLUMNS = 5
ROWS = 5


def module_panels(session: ActorSession, entity: Entity, record: Any) -> tuple[Panel, ...]:
    """In the order of the manifests; asked only of actors with the panel's permission."""
    found = []
    for index, panel in enumerate(registry().panels(entity.stem)):
        if panel.place != "home" and session.actor.may(panel.permission) and (body := panel.draw(session, record)):
            drawn = Markup(body)  # noqa: S704 a module's own template made it
            is_side, is_top = panel.place == "side", panel.place == "top"
            found.append(Panel(key=f"module-{index}", title="", body=drawn, is_side=is_side, is_top=is_top))
    return tuple(found)


def child_panels(session: ActorSession, entity: Entity, record: Any) -> tuple[Panel, ...]:
    """Records that name this one: one statement for each kind, and at most five kinds."""
    found: list[Panel] = []
    for child, link in children_of(session, entity)[:MOST_CHILDREN]:
        panel = child_panel(session, child, link, record)
        if panel is not None:
            found.append(panel)
    return tuple(found)


def children_of(session: ActorSession, entity: Entity) -> list[tuple[Entity, FieldView]]:
    """Entities with a reference to this one which the actor may read, each by its first such reference."""
    found: list[tuple[Entity, FieldView]] = []
    drawn = {entity.stem, *(panel.instead_of for panel in registry().panels(entity.stem))}
    for child in registry().entities():
        links = [each for each in child.fields.values() if each.target == entity.table.name]
        if links and child.stem not in drawn and session.actor.may(child.permission("read")):
            found.append((child, links[0]))
    return found


def child_panel(session: ActorSession, child: Entity, link: FieldView, record: Any) -> Panel | None:
    views = child_columns(child, link)
    query = Query(filters={link.name: (str(record.id),)}, sort="-id", limit=ROWS)
    found = page(session, child, query, views)
    may_create = record.archived_at is None and session.actor.may(child.permission("create"))
    if not found.rows and not may_create:
        return None
    return Panel(
        key=child.name,
        title=_(child.plural),
        body=child_table(child, views, found.rows),
        count=f"{ROWS}+" if found.next_after else str(len(found.rows)),
        more=Link(text=_("All"), href=address(child.path, [(link.short, str(record.id))])) if found.rows else None,
        create=Link(text=_("Add"), href=address(f"{child.path}/new", [(link.short, str(record.id))]), icon="plus")
        if may_create
        else None,
    )


def child_columns(child: Entity, link: FieldView) -> tuple[FieldView, ...]:
    first = title_column(child)
    others = [each for each in child.listed if each.name not in (first, link.name)]
    kept = [each for each in child.listed if each.name == first and first != link.name]
    return (*kept, *others)[:MOST_COLUMNS]


def child_table(child: Entity, views: tuple[FieldView, ...], rows: list[Any]) -> Markup:
    heads = [(_(each.label), each.align == "end") for each in views]
    body = [
        [
            Link(text=_text(views[0], row) or str(row.title), href=f"{child.path}/{row.id}"),
            *(_text(each, row) for each in views[1:]),
        ]
        for row in rows
    ]
    return render_part("entity/children.html", heads=heads, rows=body, label=_(child.plural))


def _text(each: FieldView, row: Any) -> str:
    return shown(each, getattr(row, each.name), getattr(row, f"{each.name}__title", None))


def home_panels(session: ActorSession) -> tuple[Panel, ...]:
    found = []
    panels = [panel for module in registry().modules for panel in module.panels if panel.place == "home"]
    for index, panel in enumerate(sorted(panels, key=lambda each: each.order)):
        if session.actor.may(panel.permission) and (body := panel.draw(session, None)):
            found.append(Panel(key=f"home-{index}", title="", body=Markup(body)))  # noqa: S704 a module's own template made it
    return tuple(found)
