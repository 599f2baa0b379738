"""The organisation as a tree, with how many people work in each unit and below it."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import col
from starlette.responses import Response

from core.fields import view as field_view
from core.i18n import _, pick
from core.people import Unit, User
from core.registry import registry
from web.kit.requests import Ask
from web.kit.shell import page
from web.kit.values import stored
from web.kit.views import Crumb
from web.pages import admin

MOST = 3000


@dataclass(frozen=True, kw_only=True)
class Node:
    name: str
    kind: str
    href: str
    people: int
    below: int
    users: str
    children: tuple["Node", ...]


@dataclass(frozen=True, kw_only=True)
class UnitsPage:
    frame: admin.Frame
    title: str
    roots: tuple[Node, ...]
    nowhere: int
    create: str


def show(ask: Ask) -> Response:
    declared = registry().entity_of_table("core_unit")
    assert declared is not None
    with ask.reading() as session:
        live = select(Unit).where(col(Unit.archived_at).is_(None)).order_by(col(Unit.position), col(Unit.code))
        units = list(session.scalars(live.limit(MOST)))
        people = select(col(User.unit_id), func.count()).where(
            col(User.is_active).is_(True), col(User.archived_at).is_(None)
        )
        heads: dict[int | None, int] = {row[0]: row[1] for row in session.execute(people.group_by(col(User.unit_id)))}
    title = _("Units")
    view = UnitsPage(
        frame=admin.frame(title, "/admin/units"), title=title, roots=tree(units, heads, declared.path),
        nowhere=heads.get(None, 0),
        create=f"{declared.path}/new" if ask.actor.may(declared.permission("create")) else "",
    )  # fmt: skip
    return page(ask, "admin/units.html", view, admin.crumbs(Crumb(text=title)))


def tree(units: list[Unit], heads: dict[int | None, int], path: str) -> tuple[Node, ...]:
    known = {unit.id for unit in units}
    below: dict[int | None, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)

    def node(unit: Unit) -> Node:
        children = tuple(node(child) for child in below.get(unit.id, []))
        own = heads.get(unit.id, 0)
        return Node(
            name=pick(unit.name_zh, unit.name_en), kind=stored(field_view(Unit.kind), unit.kind),
            href=f"{path}/{unit.id}", people=own, below=own + sum(child.below for child in children),
            users=f"/admin?unit={unit.id}", children=children,
        )  # fmt: skip

    return tuple(node(root) for root in below.get(None, []))
