"""What each role may do, in words: one line for every kind of record, or for several of which the same is true."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import col
from starlette.responses import Response

from core.access import Level, Profile
from core.db import ActorSession
from core.entity import Entity
from core.i18n import N_, _, pick
from core.people import User, UserRole, role_grants
from core.record import Reference
from core.registry import registry
from core.roles import all_roles
from web.kit import format as texts
from web.kit.requests import Ask
from web.kit.shell import page
from web.kit.views import Crumb
from web.pages import admin

VERBS: dict[str, dict[Level, str]] = {
    "read": {
        Level.SHARED: N_("sees what was handed over"), Level.OWN: N_("sees their own"),
        Level.TEAM: N_("sees their team’s"), Level.SUBTREE: N_("sees their unit’s and those below"),
        Level.ALL: N_("sees all"),
    },
    "create": {
        Level.OWN: N_("adds in their own name"), Level.TEAM: N_("adds for their team"),
        Level.SUBTREE: N_("adds for their unit and those below"), Level.ALL: N_("adds for anybody"),
    },
    "update": {
        Level.SHARED: N_("reports on what was handed over"), Level.OWN: N_("changes their own"),
        Level.TEAM: N_("changes their team’s"), Level.SUBTREE: N_("changes their unit’s and those below"),
        Level.ALL: N_("changes all"),
    },
    "delete": {
        Level.OWN: N_("archives their own"), Level.TEAM: N_("archives their team’s"),
        Level.SUBTREE: N_("archives their unit’s and those below"), Level.ALL: N_("archives all"),
    },
    "export": {
        Level.OWN: N_("exports their own"), Level.TEAM: N_("exports their team’s"),
        Level.SUBTREE: N_("exports their unit’s and those below"), Level.ALL: N_("exports all"),
    },
    "unmask": {
        Level.SHARED: N_("sees numbers in clear after the client agreed"),
        Level.OWN: N_("sees numbers in clear of their own"),
        Level.TEAM: N_("sees numbers in clear of their team’s"),
        Level.SUBTREE: N_("sees numbers in clear of their unit’s and those below"),
        Level.ALL: N_("sees all numbers in clear"),
    },
}  # fmt: skip
TONES = {"delete": "warn", "unmask": "warn", "export": "tip", "read": "brand"}


@dataclass(frozen=True, kw_only=True)
class Right:
    """What may be done with these kinds of records: phrases with their tones."""

    names: str
    phrases: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class RoleCard:
    id: int
    name: str
    holders: str
    href: str
    rights: tuple[Right, ...]
    edit: str


@dataclass(frozen=True, kw_only=True)
class RolesPage:
    frame: admin.Frame
    title: str
    roles: tuple[RoleCard, ...]
    create: str


def show(ask: Ask) -> Response:
    declared = registry().entity_of_table("core_role")
    assert declared is not None
    with ask.reading() as session:
        known, holders = all_roles(session), _holders(session)
    cards = tuple(
        RoleCard(
            id=role.id, name=pick(role.name_zh, role.name_en), rights=rights_of([role.grants]),
            holders=_("Users: {n}", n=texts.number(holders.get(role.id, 0))), href=f"{declared.path}/{role.id}",
            edit=f"/admin/roles/{role.id}",
        )
        for role in known
    )  # fmt: skip
    title = _("Roles")
    create = f"{declared.path}/new" if ask.actor.may(declared.permission("create")) else ""
    return page(
        ask, "admin/roles.html", RolesPage(frame=admin.frame(title, "/admin/roles"), title=title, roles=cards,
        create=create), admin.crumbs(Crumb(text=title)),
    )  # fmt: skip


def _holders(session: ActorSession) -> dict[int, int]:
    statement = (
        select(col(UserRole.role_id), func.count())
        .join(User, col(User.id) == col(UserRole.user_id))
        .where(col(User.is_active).is_(True), col(User.archived_at).is_(None))
        .group_by(col(UserRole.role_id))
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def rights_of(grants: list[dict[str, str]], *, is_outside: bool = False) -> tuple[Right, ...]:
    """Kinds of records of which the same is true stand together, work before configuration."""
    widest = Level.SHARED if is_outside else Level.ALL
    levels = tuple((pattern, min(Level[level.upper()], widest)) for pattern, level in role_grants(grants).items())
    profile = Profile(levels)
    grouped: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for entity in sorted(registry().entities(), key=lambda each: issubclass(each.model, Reference)):
        phrases = phrases_of(entity, profile)
        if phrases:
            grouped.setdefault(phrases, []).append(_(entity.plural))
    opened = [
        _(line.label) for line in registry().menus() if line.target.startswith("/") and profile.level(line.permission)
    ]
    pages = [Right(names=texts.listed(opened), phrases=((_("opens these pages"), "ok"),))] if opened else []
    return (*pages, *(Right(names=texts.listed(names), phrases=phrases) for phrases, names in grouped.items()))


def phrases_of(entity: Entity, profile: Profile) -> tuple[tuple[str, str], ...]:
    """What may be done with one kind of record, each with its tone."""
    return tuple(
        (_(VERBS[verb][level]), TONES.get(verb, ""))
        for verb in verbs_of(entity) if (level := profile.level(entity.permission(verb))) in VERBS[verb]
    )  # fmt: skip


def verbs_of(entity: Entity) -> list[str]:
    guarded = any(column.info.get("guard") for column in entity.table.columns)
    return [verb for verb in VERBS if verb != "unmask" or guarded]
