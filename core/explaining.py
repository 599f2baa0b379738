"""Why a user may do something with a record, or may not: the same rules that answer it, asked grant by grant."""

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from sqlalchemy import select

from core.access import Actor, Level
from core.db import reading
from core.entity import Entity
from core.people import Role
from core.wall import RowRule

ASKED = ("read", "update", "delete", "unmask")


@dataclass(frozen=True)
class Reason:
    """One grant of one role: whether it reaches this record, for this verb."""

    verb: str
    pattern: str
    level: Level
    role: Role
    reaches: bool


def reasons(actor: Actor, roles: list[Role], entity: Entity, record_id: int) -> list[Reason]:
    """Every grant that speaks of the record's kind. `actor` is the user whose rights are asked."""
    return [
        Reason(verb, pattern, level, role, _reaches(actor, entity, record_id, verb, level))
        for verb in ASKED
        for role in roles
        for pattern, level in _grants(role, entity.permission(verb))
    ]


def _grants(role: Role, permission: str) -> list[tuple[str, Level]]:
    found = ((pattern, Level[level.upper()]) for pattern, level in role.grants.items())
    return [(pattern, level) for pattern, level in found if level and fnmatchcase(permission, pattern)]


def _reaches(actor: Actor, entity: Entity, record_id: int, verb: str, level: Level) -> bool:
    """Asked as if the user had nothing but this one grant. Nobody outside reaches beyond what is shared."""
    widest = Level.SHARED if actor.profile.is_outside else level
    grants = ((entity.permission(verb), min(level, widest)), (entity.permission("read"), min(level, widest)))
    lone = replace(actor, profile=replace(actor.profile, grants=grants))
    table = entity.table
    rule = () if verb == "read" else (RowRule(verb, table),)
    with reading(lone) as session:
        return session.scalar(select(table.c.id).where(table.c.id == record_id, *rule)) is not None
