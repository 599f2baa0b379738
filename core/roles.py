"""Which roles a user holds, changed as a set, written into the journal, and taken back from it."""

from typing import Any

from sqlalchemy import delete, event, insert, select
from sqlmodel import col

from core.access import ACCESS, Level, Profile
from core.audit import AuditEntry, AuditValue, entry_rows, insert_entries
from core.bulk import door_open
from core.db import ActorSession, check_reach, get
from core.errors import Forbidden, Invalid, NotFound
from core.i18n import _, pick
from core.ids import new_ids
from core.people import Role, User, UserRole, role_grants
from core.wall import whole

VERB = "roles"
LINK: Any = UserRole.__table__  # type: ignore[attr-defined]


def roles_of(session: ActorSession, user_ids: list[int]) -> dict[int, list[Role]]:
    """The roles of each user, in the order of the roles' own list."""
    found: dict[int, list[Role]] = {user_id: [] for user_id in user_ids}
    statement = (
        select(col(UserRole.user_id), Role)
        .join(Role, col(Role.id) == col(UserRole.role_id))
        .where(col(UserRole.user_id).in_(user_ids), col(Role.archived_at).is_(None))
        .order_by(col(Role.position), col(Role.id))
    )
    for user_id, role in session.execute(statement) if user_ids else ():
        found[user_id].append(role)
    return found


def all_roles(session: ActorSession) -> list[Role]:
    live = select(Role).where(col(Role.archived_at).is_(None))
    return list(session.scalars(live.order_by(col(Role.position), col(Role.id)).limit(200)))


def set_roles(session: ActorSession, user_id: int, role_ids: set[int], *, may_change: str) -> int | None:
    """Give exactly these roles. Returns the journal's entry; None where nothing changes.

    Nobody takes the right to do this (`may_change`) away from themselves: somebody must be left who has it.
    """
    user = get(session, User, user_id)
    known = {role.id: role for role in all_roles(session)}
    before = {role.id for role in roles_of(session, [user.id])[user.id]}
    if not role_ids <= known.keys():
        raise Invalid(_("One of these roles is no longer there."))
    if role_ids == before:
        return None
    _demand_firm(user, [known[i] for i in sorted(role_ids - before)])
    if user.id == session.actor.user_id and not _may([known[i].grants for i in role_ids], may_change):
        raise Forbidden(_("You would lock yourself out. Let another administrator take this role from you."))
    _write(session, user.id, before - role_ids, role_ids - before)
    return _journal(session, user.id, *(sorted(known[i].code for i in ids if i in known) for ids in (before, role_ids)))


def _demand_firm(user: User, given: list[Role]) -> None:
    """A role that only shows what is shared with a firm shows nothing to who stands in none."""
    for role in given:
        if user.firm_id is None and role.grants and set(role.grants.values()) == {"shared"}:
            named = {"role": pick(role.name_zh, role.name_en)}
            raise Invalid(_("“{role}” is for people of outside firms: add the user to a firm’s staff first.", **named))


def _may(grants: list[dict[str, str]], permission: str) -> bool:
    levels = tuple((pattern, Level[level.upper()]) for pattern, level in role_grants(grants).items())
    return Profile(levels).level(permission) > Level.NONE


@event.listens_for(ActorSession, "after_flush")
def _demand_own_keys_kept(session: ActorSession, _context: Any) -> None:
    """Nor does anybody lose it by another door: by the rights of a role, by archiving one, by closing their account."""
    may_change = f"{ACCESS[LINK.name].stem}.update"
    written = (*session.new, *session.dirty, *session.deleted)
    if session.actor.may(may_change) and any(isinstance(row, (Role, User, UserRole)) for row in written):
        _demand_keys_of(session, session.actor.user_id, may_change)


def _demand_keys_of(session: ActorSession, user_id: int | None, permission: str) -> None:
    """Asked of what is stored now. The operator of the server has no user, and cannot be locked out."""
    if user_id is None:
        return
    role, link, user = whole(Role), whole(UserRole), whole(User)
    held = select(role.c.grants).join(link, link.c.role_id == role.c.id).join(user, user.c.id == link.c.user_id)
    mine = (user.c.id == user_id, user.c.is_active.is_(True), user.c.archived_at.is_(None))
    grants = session.connection().scalars(held.where(*mine, role.c.archived_at.is_(None))).all()
    if not _may(list(grants), permission):
        raise Forbidden(_("You would lock yourself out. Let another administrator do this."))


def _write(session: ActorSession, user_id: int, lost: set[int], given: set[int]) -> None:
    rows = [{"id": i, "user_id": user_id, "role_id": r} for i, r in zip(new_ids(len(given) or 1), given, strict=False)]
    with door_open(session):
        connection = session.connection()
        gone = connection.execute(delete(LINK).where(LINK.c.user_id == user_id, LINK.c.role_id.in_(lost)))
        if gone.rowcount != len(lost):
            raise Forbidden(_("Some of these records are not yours to change."))
        if rows:
            connection.execute(insert(LINK), rows)
        check_reach(session, LINK, {row["id"] for row in rows}, "create")


def _journal(session: ActorSession, user_id: int, before: list[str], after: list[str]) -> int:
    stem = ACCESS["core_user"].stem
    entries, values = entry_rows(session, [(VERB, stem, user_id, {"roles": [before, after]})], None)
    with door_open(session):
        insert_entries(session, entries, values)
    return int(entries[0]["id"])


def undo_roles(session: ActorSession, user_id: int, entry_id: int, *, may_change: str) -> None:
    """Give the roles that the user had before this entry of the journal."""
    entry, value = whole(AuditEntry), whole(AuditValue)
    changes = session.connection().scalar(
        select(value.c.changes)
        .join(entry, entry.c.id == value.c.entry_id)
        .where(entry.c.id == entry_id, entry.c.record_id == user_id, entry.c.verb == VERB)
    )
    if not changes:
        raise NotFound(_("This change is no longer there to undo."))
    codes = set(changes["roles"][0])
    set_roles(session, user_id, {r.id for r in all_roles(session) if r.code in codes}, may_change=may_change)
