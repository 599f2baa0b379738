"""Reads what the evidence job wrote, for the page: some eight statements, whatever was chosen."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from core.db import ActorSession
from core.errors import NotFound
from core.i18n import _, pick
from crm.categories import CATEGORY
from crm.grades import GRADE
from crm.trades import TRADE
from crm.weapons import Weapon, weapons
from reports.evidence.findings import ALL, COMPARED, DRAWN, NAIVE, PERIODS, SEEN, UNSEEN, Effect
from reports.evidence.job import is_at_work
from reports.evidence.rows import Basis, WinSkill, Worth

KINDS = {"trade": TRADE, "grade": GRADE, "category": CATEGORY}


@dataclass(frozen=True)
class Segment:
    code: str
    name: str
    kind: str = ""


@dataclass(frozen=True)
class Told:
    """Of one weapon: what comparable deals say, what a plain table says, and what chance says where it decided."""

    weapon: Weapon
    compared: Worth
    naive: Worth | None
    drawn: Worth | None


@dataclass(frozen=True)
class Shown:
    """`basis` is None where the choice has too few deals, and `was_run` is false before the first calculation."""

    segment: Segment
    period: str
    segments: tuple[Segment, ...]
    basis: Basis | None
    told: tuple[Told, ...]
    skill: WinSkill | None
    is_running: bool

    @property
    def was_run(self) -> bool:
        return self.skill is not None or bool(self.segments)

    @property
    def has_uses(self) -> bool:
        return any(each.compared.used or (each.naive and each.naive.used) for each in self.told)


def shown(session: ActorSession, segment: str, period: str) -> Shown:
    """Raises NotFound for a segment or a period that there is not."""
    bases = list(session.scalars(select(Basis).order_by(col(Basis.segment))))
    known = _segments(session, {row.segment for row in bases})
    chosen = next((each for each in known if each.code == segment), Segment(ALL, _("All deals")))
    if period not in PERIODS or chosen.code != segment:
        raise NotFound(_("There is no such choice. Open the page again."))
    basis = next((row for row in bases if (row.segment, row.period) == (segment, period)), None)
    skill = session.scalars(select(WinSkill).limit(1)).first()
    told = _told(session, segment, period) if basis else ()
    return Shown(chosen, period, known, basis, told, skill, is_at_work())


def _segments(session: ActorSession, codes: set[str]) -> tuple[Segment, ...]:
    found = [Segment(ALL, _("All deals"))] if ALL in codes else []
    for kind, entity in KINDS.items():
        table = entity.table
        rows = select(table.c.code, table.c.name_zh, table.c.name_en).order_by(table.c.position, table.c.code)
        for code, zh, en in session.execute(rows):
            if f"{kind}:{code}" in codes:
                found.append(Segment(f"{kind}:{code}", pick(zh, en or zh), kind))
    return tuple(found)


def _told(session: ActorSession, segment: str, period: str) -> tuple[Told, ...]:
    rows = select(Worth).where(col(Worth.segment) == segment, col(Worth.period) == period).order_by(col(Worth.id))
    by_weapon: dict[int, dict[str, Worth]] = {}
    for row in session.scalars(rows):
        by_weapon.setdefault(row.weapon_id, {})[row.kind] = row
    return tuple(
        Told(weapon, of[COMPARED], of.get(NAIVE), of.get(DRAWN))
        for weapon in weapons(session)
        if COMPARED in (of := by_weapon.get(weapon.id, {}))
    )


def name_of(weapon: Weapon) -> str:
    return pick(weapon.name_zh, weapon.name_en or weapon.name_zh)


def effect_of_row(row: Worth) -> Effect:
    return Effect(
        str(row.weapon_id), row.state, row.points, row.low, row.high, row.used, row.unused, row.overlap, row.reason,
        row.needed, row.landmark,
    )  # fmt: skip


def ordered(told: tuple[Told, ...]) -> list[Told]:
    """What is known first, the largest effect on top; what cannot be told last."""
    places = {SEEN: 0, UNSEEN: 1}
    return sorted(told, key=lambda each: (places.get(each.compared.state, 2), -(each.compared.points or 0)))
