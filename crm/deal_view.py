"""What the page of a deal reads beside the deal itself: five statements, however much hangs on it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.db import ActorSession
from core.entity import Stand
from core.history import history, may
from core.i18n import _
from core.people import User
from crm.deal_course import Move, Step, course, postponements
from crm.deal_pace import NOWHERE, stands
from crm.deal_parts import own_tenders, parts
from crm.key_persons import KeyPerson, people_of
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.playbook.reading import contacts_of, last_met
from crm.stage_moves import StageMove
from crm.stages import Stage, stages
from web.kit.format import money_short

MOST_MOVES = 100


@dataclass(frozen=True)
class Line:
    id: int
    name: str
    product: str
    quantity: int | None
    one_off: int
    monthly: int
    months: int

    @property
    def worth(self) -> int:
        return self.one_off + self.monthly * self.months

    @property
    def in_short(self) -> tuple[str, ...]:
        """For a phone: what makes the worth, in a few words."""
        monthly = f"{money_short(self.monthly)} × {self.months}" if self.monthly else ""
        once = _("one-off {once}", once=money_short(self.one_off)) if self.one_off else ""
        return tuple(part for part in (once, monthly) if part)


@dataclass(frozen=True)
class RivalOffer:
    id: int
    offer: str
    rival: str
    price: int | None
    likes: str


@dataclass(frozen=True)
class TenderDays:
    id: int
    name: str
    agency: str
    budget: int | None
    noticed_on: date | None
    deadline_on: date | None
    awarded_on: date | None
    is_ours: bool
    is_cancelled: bool


@dataclass(frozen=True)
class HangingFile:
    id: int
    name: str
    size: int


@dataclass(frozen=True)
class Met:
    """A person of the client, and the last day somebody of ours met or called them, if ever."""

    person: KeyPerson
    last_at: datetime | None


@dataclass(frozen=True)
class Kept:
    """A move as it is kept, and who made it."""

    row: StageMove
    who: str


@dataclass(frozen=True)
class DealView:
    """Everything that the panels of a deal's page show."""

    deal: Opportunity
    stage: Stage | None
    following: Stage | None
    steps: tuple[Step, ...]
    stand: Stand
    postponed: int
    lines: tuple[Line, ...]
    rivals: tuple[RivalOffer, ...]
    tenders: tuple[TenderDays, ...]
    files: tuple[HangingFile, ...]
    people: tuple[Met, ...]
    may_update: bool
    moves: tuple[Kept, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.deal.state == "open"

    @property
    def is_live(self) -> bool:
        return self.deal.archived_at is None and self.may_update


def view_of(session: ActorSession, deal: Opportunity) -> DealView:
    """Read once per session: the panels of one page share it."""
    kept: dict[int, DealView] = session.info.setdefault("crm.deal_view", {})
    if deal.id not in kept or session.info["writes"]:
        kept[deal.id] = _read(session, deal)
    return kept[deal.id]


def _read(session: ActorSession, deal: Opportunity) -> DealView:
    stage = stages(session).get(deal.stage_id or 0)
    pipeline = _way(session, deal)
    found, kept = parts(session, deal), kept_moves(session, deal)
    return DealView(
        deal=deal, stage=stage, following=_following(pipeline, stage),
        steps=course(
            pipeline, moves_of(kept), stage_id=deal.stage_id, since=deal.stage_since,
            began_on=deal.engaged_on or clock.local(deal.created_at).date(), ended_on=deal.closed_on,
        ),
        stand=stands(session, [deal.id]).get(deal.id, NOWHERE),
        postponed=postponements(history(session, OPPORTUNITY, deal.id)),
        lines=tuple(Line(r.id, r.name, r.sub or "", r.n1, r.n2 or 0, r.n3 or 0, r.n4 or 0) for r in found["line"]),
        rivals=tuple(RivalOffer(r.id, r.name, r.sub or "", r.n1, r.words or "") for r in found["rival"]),
        tenders=tuple(
            TenderDays(r.id, r.name, r.sub or "", r.n1, r.d1, r.d2, r.d3, bool(r.n2), bool(r.n3))
            for r in own_tenders(found["tender"], deal)
        ),
        files=tuple(HangingFile(r.id, r.name, r.n1) for r in found["file"]),
        people=people(session, deal),
        may_update=may(session, OPPORTUNITY, deal.id, "update"), moves=kept,
    )  # fmt: skip


def _way(session: ActorSession, deal: Opportunity) -> list[Stage]:
    """The pipeline's stages in order. A stage that loses a deal is on no deal's way but that of one which is in it."""
    return [
        each
        for each in stages(session).values()
        if each.pipeline_id == deal.pipeline_id
        and not each.archived_at
        and (each.outcome != "lost" or each.id == deal.stage_id)
    ]


def _following(pipeline: list[Stage], stage: Stage | None) -> Stage | None:
    if stage is None or stage not in pipeline:
        return None
    later = pipeline[pipeline.index(stage) + 1 :]
    return later[0] if later and later[0].outcome != "lost" else None


def kept_moves(session: ActorSession, deal: Opportunity) -> tuple[Kept, ...]:
    """The oldest first, each with who moved it."""
    statement = (
        select(StageMove, col(User.name))
        .outerjoin(User, col(User.id) == col(StageMove.by_id))
        .where(col(StageMove.opportunity_id) == deal.id)
        .order_by(col(StageMove.at), col(StageMove.id))
        .limit(MOST_MOVES)
    )
    return tuple(Kept(move, who or "") for move, who in session.execute(statement))


def moves_of(kept: tuple[Kept, ...]) -> list[Move]:
    return [Move(each.row.from_stage_id, each.row.to_stage_id, each.row.at, each.who) for each in kept]


def people(session: ActorSession, deal: Opportunity) -> tuple[Met, ...]:
    """The client's people from the top down, each with the last time that one of ours spoke with them."""
    known = people_of(session, deal.account_id) if deal.account_id else ()
    if not known or not deal.account_id:
        return ()
    met = last_met(contacts_of(session, deal.account_id))
    return tuple(Met(person, met.get(person.id)) for person in known)
