"""Versions of a weapon: a use keeps the definition it was made under, whatever the carrier changes afterwards.

Whoever changes a weapon or one of its strengths thereby writes a new version, at the end of the same transaction.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint, event, func, select
from sqlmodel import Field, col

from core import clock
from core.access import Level
from core.audit import encode
from core.db import ActorSession
from core.fields import number, ref
from core.record import STAMPS, Row
from crm.weapon_fits import WeaponFit
from crm.weapons import Weapon

Definition = dict[str, Any]


class WeaponVersion(Row, table=True):
    """`definition` holds all fields of the weapon, and under `strengths` its strength by dimension and code."""

    __tablename__ = "crm_weapon_version"
    __table_args__ = (UniqueConstraint("weapon_id", "number", name="uq_crm_weapon_version"),)
    weapon_id: int = ref("crm_weapon.id", required=True, index=False)
    number: int = number(required=True)
    definition: Definition = Field(default_factory=dict, sa_type=JSON)
    at: datetime = Field(default_factory=clock.now)


def current_versions(session: Any) -> dict[int, int]:
    """The id of each weapon's newest version, read once per session."""
    kept: dict[int, int] | None = session.info.get("crm.weapon_versions")
    if kept is None:
        newest = select(col(WeaponVersion.weapon_id), func.max(col(WeaponVersion.id))).group_by(
            col(WeaponVersion.weapon_id)
        )
        kept = {row[0]: row[1] for row in session.execute(newest)}
        session.info["crm.weapon_versions"] = kept
    return kept


def renew_versions(session: Any) -> int:
    """Write a version of each weapon that differs from its newest one. Returns how many."""
    newest = _newest(session)
    added = 0
    for weapon_id, definition in definitions(session).items():
        before = newest.get(weapon_id)
        if before is None or before.definition != definition:
            count = before.number if before else 0
            session.add(WeaponVersion(weapon_id=weapon_id, number=count + 1, definition=definition))
            added += 1
    session.info.pop("crm.weapon_versions", None)
    return added


def _newest(session: Any) -> dict[int, WeaponVersion]:
    last = select(func.max(col(WeaponVersion.id))).group_by(col(WeaponVersion.weapon_id))
    found = session.scalars(select(WeaponVersion).where(col(WeaponVersion.id).in_(last)))
    return {version.weapon_id: version for version in found}


def definitions(session: Any) -> dict[int, Definition]:
    """What each weapon is now, as the values of a version."""
    weapon: Any = Weapon.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
    columns = [column for column in weapon.c if column.name == "id" or column.name not in STAMPS]
    strengths = _strengths(session)
    return {row["id"]: _definition(row, strengths) for row in session.execute(select(*columns)).mappings()}


def _definition(row: Any, strengths: dict[int, dict[str, dict[str, int]]]) -> Definition:
    plain = {name: encode(value) for name, value in row.items() if name != "id" and value is not None}
    return {**plain, "strengths": strengths.get(row["id"], {})}


def _strengths(session: Any) -> dict[int, dict[str, dict[str, int]]]:
    columns: tuple[Any, ...] = (WeaponFit.weapon_id, WeaponFit.dimension, WeaponFit.code, WeaponFit.strength)
    live = select(*columns).where(col(WeaponFit.archived_at).is_(None))
    found: dict[int, dict[str, dict[str, int]]] = {}
    for weapon_id, dimension, code, strength in session.execute(live.order_by(col(WeaponFit.code))):
        found.setdefault(weapon_id, {}).setdefault(dimension, {})[code] = strength
    return found


# --- at the end of whatever changes a weapon ------------------------------------------------------------------

MARK = "crm.weapons_changed"


@event.listens_for(ActorSession, "after_flush")
def _mark(session: ActorSession, _context: Any) -> None:
    changed: Iterable[Any] = (*session.new, *session.dirty, *session.deleted)
    if any(isinstance(row, (Weapon, WeaponFit)) for row in changed):
        session.info[MARK] = True


@event.listens_for(ActorSession, "before_commit")
def _renew(session: ActorSession) -> None:
    """Files and the undoing of files pass the bulk door, which no flush sees: after these all weapons are compared."""
    if not session.info["writes"]:
        return
    session.flush()
    if session.info.pop(MARK, False) or (session.info.get("batch") and _may_change(session)):
        renew_versions(session)


def _may_change(session: ActorSession) -> bool:
    return any(session.actor.level(f"crm.{name}.update") is Level.ALL for name in ("weapon", "weapon_fit"))
