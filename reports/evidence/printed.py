"""What weapons are worth, as it is printed: plain figures of what the evidence job wrote."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from core import clock
from core.db import ActorSession
from core.errors import Invalid
from core.i18n import _
from core.lists import Query
from reports.evidence.certainty import skill_of
from reports.evidence.findings import ALL, Effect
from reports.evidence.showing import Shown, Told, effect_of_row, name_of, ordered, shown
from reports.evidence.skill import Skill
from reports.evidence.texts import period_names

NAMES = ("segment", "period")


@dataclass(frozen=True)
class Finding:
    """Of one weapon: what comparable deals say, the points of a plain table, and what chance says where it decided."""

    weapon: str
    compared: Effect
    plain: float | None
    drawn: Effect | None


@dataclass(frozen=True)
class EvidenceData:
    """The figures are the whole province's, of the moment when they were calculated. `deals` is 0 where the choice has
    too few closed deals, or nothing was calculated yet (`was_run`)."""

    segment: str
    period: str
    made_at: datetime
    reader: str
    was_run: bool
    deals: int = 0
    won: int = 0
    kept: int = 0
    first_on: date | None = None
    last_on: date | None = None
    findings: tuple[Finding, ...] = ()
    skill: Skill | None = None

    @property
    def rows(self) -> int:
        """The closed deals that were counted."""
        return self.deals


def gather(session: ActorSession, *, on: date | None = None, query: Query | None = None) -> EvidenceData:
    """As it was calculated last, whatever the day."""
    chosen = _chosen(session, query or Query())
    basis, skill = chosen.basis, chosen.skill
    at = basis.at if basis else skill.at if skill else clock.now()
    told = ordered(chosen.told) if chosen.has_uses else []
    found = EvidenceData(
        segment=chosen.segment.name, period=period_names()[chosen.period], made_at=at, reader=session.actor.name,
        was_run=chosen.was_run, findings=tuple(_finding(each) for each in told),
        skill=skill_of(skill) if skill and skill.held else None,
    )  # fmt: skip
    if basis is None:
        return found
    return replace(
        found, deals=basis.deals, won=basis.won, kept=basis.landmark_deals,
        first_on=basis.first_on, last_on=basis.last_on,
    )  # fmt: skip


def in_words(session: ActorSession, query: Query) -> str:
    chosen = _chosen(session, query)
    return " · ".join((chosen.segment.name, period_names()[chosen.period]))


def _chosen(session: ActorSession, query: Query) -> Shown:
    strange = next((name for name in query.filters if name not in NAMES), "search" if query.words.strip() else "")
    if strange:
        raise Invalid(_("The list cannot be filtered by “{field}”.", field=strange))
    segment, period = (next(iter(query.filters.get(name, ())), "").strip() or ALL for name in NAMES)
    return shown(session, segment, period)


def _finding(told: Told) -> Finding:
    return Finding(
        name_of(told.weapon), effect_of_row(told.compared), told.naive.points if told.naive else None,
        effect_of_row(told.drawn) if told.drawn else None,
    )  # fmt: skip
