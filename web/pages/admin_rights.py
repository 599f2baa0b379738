"""One role: what it may do with every kind of record, in words, and a short form that changes one of them."""

import secrets
from dataclasses import dataclass

from starlette.responses import Response

from core.access import Level, Profile, demand
from core.checks import permissions
from core.db import ActorSession, get
from core.entity import Entity
from core.errors import Conflict, NotFound
from core.granting import with_levels
from core.i18n import _, pick
from core.module import Menu
from core.once import once
from core.people import Role, role_grants
from core.record import Reference
from core.registry import registry
from web.kit.requests import Ask, see_other
from web.kit.shell import page
from web.kit.views import Crumb, Field, FormPage, FormSection, Option, field
from web.pages import admin
from web.pages.admin_roles import VERBS, phrases_of, verbs_of

PAGES = "pages"


@dataclass(frozen=True, kw_only=True)
class Line:
    name: str
    phrases: tuple[tuple[str, str], ...]
    href: str


@dataclass(frozen=True, kw_only=True)
class RolePage:
    frame: admin.Frame
    title: str
    groups: tuple[tuple[str, tuple[Line, ...]], ...]
    record: str
    text: str


def show(ask: Ask) -> Response:
    with ask.reading() as session:
        role = get(session, Role, ask.id)
    may_change, profile = ask.actor.may(_roles().permission("update")), _profile(role)
    lines = [_line(ask.id, entity, profile, may_change=may_change) for entity in registry().entities()]
    kinds = [issubclass(entity.model, Reference) for entity in registry().entities()]
    opened = tuple((_(each.label), "ok") for each in _pages() if profile.level(each.permission))
    first = Line(name=_("Pages of the menu"), phrases=opened, href=_change(ask.id, PAGES) if may_change else "")
    groups = (
        (_("Daily work"), (first, *(line for line, is_set in zip(lines, kinds, strict=True) if not is_set))),
        (_("Configuration"), tuple(line for line, is_set in zip(lines, kinds, strict=True) if is_set)),
    )
    title, record = _title(role), f"{_roles().path}/{role.id}"
    view = RolePage(
        frame=admin.frame(title, "/admin/roles", _("Whoever holds several roles may do what any of them allows.")),
        title=title, groups=groups, record=record, text=f"{record}/rights",
    )  # fmt: skip
    return page(ask, "admin/role.html", view, _crumbs(role))


def ask_change(ask: Ask) -> Response:
    of = ask.query.get("of", "")
    with ask.reading() as session:
        role = get(session, Role, ask.id)
    name, fields = _asked(of, _profile(role))
    view = FormPage(
        title=_("{role}: {records}", role=_title(role), records=name), action=f"/admin/roles/{role.id}/change",
        submit=_("Save"), cancel=f"/admin/roles/{role.id}", key=secrets.token_urlsafe(12), version=str(role.version),
        hidden=(("of", of),), sections=(FormSection(fields=fields),),
        subtitle=_("It holds for everybody with this role from the next click."),
    )  # fmt: skip
    return page(ask, "entity/form.html", view, (*_crumbs(role, is_last=False), Crumb(text=name)))


def change(ask: Ask) -> Response:
    demand(ask.actor, _roles().permission("update"))
    path = once(ask.actor, ask.typed("key"), ask.pairs(), lambda session: _save(session, ask))
    return see_other(path, flash="saved")


def _save(session: ActorSession, ask: Ask) -> str:
    role = get(session, Role, ask.id)
    if str(role.version) != ask.typed("version"):
        raise Conflict(_("Somebody else saved this record while you were working on it."))
    profile = _profile(role)
    wanted = {name: level for name, level in _typed(ask) if level != profile.level(name)}
    session.info["verb"] = "grant"
    role.grants = with_levels(role.grants, wanted, permissions(registry()))
    return f"/admin/roles/{role.id}"


def _typed(ask: Ask) -> list[tuple[str, Level]]:
    """Every right that the form speaks of, at the level that was chosen; what is no level of it is none."""
    of = ask.typed("of")
    if of == PAGES:
        ticked = set(ask.form.getlist("page"))
        return [(line.permission, Level.ALL if line.permission in ticked else Level.NONE) for line in _pages()]
    entity = _entity(of)
    levels = {level.name.lower(): level for level in Level}
    chosen = {verb: levels.get(ask.typed(verb), Level.NONE) for verb in verbs_of(entity)}
    return [(entity.permission(verb), level if level in VERBS[verb] else Level.NONE) for verb, level in chosen.items()]


def _asked(of: str, profile: Profile) -> tuple[str, tuple[Field, ...]]:
    if of == PAGES:
        options = tuple(
            Option(value=each.permission, text=_(each.label), selected=bool(profile.level(each.permission)))
            for each in _pages()
        )
        return _("Pages of the menu"), (field("page", _("Opens these pages"), "multi", options=options, is_wide=True),)
    entity = _entity(of)
    return _(entity.plural), tuple(_choice(entity, verb, profile) for verb in verbs_of(entity))


def _choice(entity: Entity, verb: str, profile: Profile) -> Field:
    labels = {
        "read": _("See"), "create": _("Add"), "update": _("Edit"), "delete": _("Archive"), "export": _("Export"),
        "unmask": _("Numbers in clear"),
    }  # fmt: skip
    held = profile.level(entity.permission(verb))
    options = tuple(
        Option(value=level.name.lower(), text=_(text), selected=level == held) for level, text in VERBS[verb].items()
    )
    return field(verb, labels[verb], "choice", held.name.lower() if held in VERBS[verb] else "", options=options,
                 placeholder=_("not at all"))  # fmt: skip


def _line(role_id: int, entity: Entity, profile: Profile, *, may_change: bool) -> Line:
    href = _change(role_id, entity.stem) if may_change else ""
    return Line(name=_(entity.plural), phrases=phrases_of(entity, profile), href=href)


def _change(role_id: int, of: str) -> str:
    return f"/admin/roles/{role_id}/change?of={of}"


def _profile(role: Role) -> Profile:
    return Profile(tuple((pattern, Level[level.upper()]) for pattern, level in role_grants([role.grants]).items()))


def _pages() -> list[Menu]:
    return [line for line in registry().menus() if line.target.startswith("/") and line.permission]


def _entity(stem: str) -> Entity:
    entity = registry().entity(stem)
    if entity is None:
        raise NotFound(_("There is no such right."))
    return entity


def _roles() -> Entity:
    found = registry().entity_of_table("core_role")
    assert found is not None
    return found


def _title(role: Role) -> str:
    return pick(role.name_zh, role.name_en)


def _crumbs(role: Role, *, is_last: bool = True) -> tuple[Crumb, ...]:
    here = Crumb(text=_title(role)) if is_last else Crumb(text=_title(role), href=f"/admin/roles/{role.id}")
    return admin.crumbs(Crumb(text=_("Roles"), href="/admin/roles"), here)
