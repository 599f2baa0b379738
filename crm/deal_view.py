"""What the page of a deal reads beside the deal itself: five statements, however much hangs on it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, String, and_, case, cast, func, literal, null, or_, select, union_all
from sqlmodel import col

from core import clock
from core.access import table_of
from core.db import ActorSession
from core.entity import Stand
from core.history import history, may
from core.i18n import _
from core.people import User
from crm.activities import Activity
from crm.activity_links import ActivityPerson
from crm.deal_course import Move, Step, course, postponements
from crm.deal_pace import NOWHERE, stands
from crm.key_persons import KeyPerson, people_of
from crm.opportunities import OPPORTUNITY, Opportunity
from crm.opportunity_lines import OPPORTUNITY_LINE
from crm.opportunity_rivals import OPPORTUNITY_RIVAL
from crm.products import PRODUCT
from crm.rivals import RIVAL
from crm.stage_moves import StageMove
from crm.stages import Stage, stages
from crm.tenders import TENDER
from web.kit.format import money_short

MOST_MOVES, MOST_PARTS = 100, 60


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
    found = parts(session, deal)
    return DealView(
        deal=deal, stage=stage, following=_following(pipeline, stage),
        steps=course(
            pipeline, moves(session, deal), stage_id=deal.stage_id, since=deal.stage_since,
            began_on=deal.engaged_on or clock.local(deal.created_at).date(), ended_on=deal.closed_on,
        ),
        stand=stands(session, [deal.id]).get(deal.id, NOWHERE),
        postponed=postponements(history(session, OPPORTUNITY, deal.id)),
        lines=tuple(Line(r.id, r.name, r.sub or "", r.n1, r.n2 or 0, r.n3 or 0, r.n4 or 0) for r in found["line"]),
        rivals=tuple(RivalOffer(r.id, r.name, r.sub or "", r.n1, r.words or "") for r in found["rival"]),
        tenders=tuple(
            TenderDays(r.id, r.name, r.sub or "", r.n1, r.d1, r.d2, r.d3, bool(r.n2), bool(r.n3))
            for r in found["tender"]
        ),
        files=tuple(HangingFile(r.id, r.name, r.n1) for r in found["file"]),
        people=people(session, deal),
        may_update=may(session, OPPORTUNITY, deal.id, "update"),
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


def moves(session: ActorSession, deal: Opportunity) -> list[Move]:
    """The oldest first."""
    statement = (
        select(StageMove, col(User.name))
        .outerjoin(User, col(User.id) == col(StageMove.by_id))
        .where(col(StageMove.opportunity_id) == deal.id)
        .order_by(col(StageMove.at), col(StageMove.id))
        .limit(MOST_MOVES)
    )
    return [
        Move(move.from_stage_id, move.to_stage_id, move.at, who or "", move.why or "")
        for move, who in session.execute(statement)
    ]


def parts(session: ActorSession, deal: Opportunity) -> dict[str, list[Any]]:
    """Lines, rivals, tenders and files, in one statement; each kind in its own order."""
    kinds = (_lines(deal), _rivals(deal), _tenders(deal), _files(deal))
    found: dict[str, list[Any]] = {"line": [], "rival": [], "tender": [], "file": []}
    for row in session.execute(union_all(*(select(kind.limit(MOST_PARTS).subquery()) for kind in kinds))):
        found[row.kind].append(row)
    return {kind: sorted(rows, key=lambda row: row.id) for kind, rows in found.items()}


def _part(kind: str, table: Any, name: Any, sub: Any, **values: Any) -> Any:
    """The columns that all kinds share: numbers n1 to n4, days d1 to d3, words."""
    numbers = (cast(values.get(f"n{i}", null()), BigInteger).label(f"n{i}") for i in range(1, 5))
    days = (values[f"d{i}"].label(f"d{i}") if f"d{i}" in values else _no_day(i) for i in range(1, 4))
    words = cast(values.get("words", null()), String).label("words")
    head = literal(kind).label("kind"), table.c.id.label("id"), cast(name, String).label("name")
    return select(*head, cast(sub, String).label("sub"), *numbers, *days, words)


def _own_name(name: Any, named: Any) -> Any:
    """Empty where it only repeats the name of what it stands for, in whichever language."""
    return case((or_(name == named.c.name_zh, name == named.c.name_en), ""), else_=name)


def _no_day(number: int) -> Any:
    return cast(null(), Date).label(f"d{number}")


def _lines(deal: Opportunity) -> Any:
    line, product = OPPORTUNITY_LINE.table, PRODUCT.table.alias()
    made = _part(
        "line", line, _own_name(line.c.name, product), PRODUCT.title_in(product),
        n1=line.c.quantity, n2=line.c.one_off, n3=line.c.monthly, n4=line.c.months,
    )  # fmt: skip
    joined = made.select_from(line.outerjoin(product, product.c.id == line.c.product_id))
    return joined.where(line.c.opportunity_id == deal.id, line.c.archived_at.is_(None)).order_by(line.c.id)


def _rivals(deal: Opportunity) -> Any:
    tie, rival = OPPORTUNITY_RIVAL.table, RIVAL.table.alias()
    made = _part(
        "rival", tie, _own_name(tie.c.offer, rival), RIVAL.title_in(rival), n1=tie.c.price, words=tie.c.likes
    )  # fmt: skip
    joined = made.select_from(tie.outerjoin(rival, rival.c.id == tie.c.rival_id))
    return joined.where(tie.c.opportunity_id == deal.id, tie.c.archived_at.is_(None)).order_by(tie.c.id)


def _tenders(deal: Opportunity) -> Any:
    """Those of the deal, and those of its client that name no deal."""
    tender = TENDER.table
    flags = {"n2": tender.c.is_ours, "n3": tender.c.is_cancelled}
    days = {"d1": tender.c.noticed_on, "d2": tender.c.deadline_on, "d3": tender.c.awarded_on}
    made = _part("tender", tender, tender.c.name, tender.c.agency, n1=tender.c.budget, **_as_numbers(flags), **days)
    of_client = and_(tender.c.account_id == deal.account_id, tender.c.opportunity_id.is_(None))
    own = or_(tender.c.opportunity_id == deal.id, of_client) if deal.account_id else tender.c.opportunity_id == deal.id
    return made.select_from(tender).where(own, tender.c.archived_at.is_(None)).order_by(tender.c.noticed_on.desc())


def _as_numbers(flags: dict[str, Any]) -> dict[str, Any]:
    return {name: case((column, 1), else_=0) for name, column in flags.items()}


def _files(deal: Opportunity) -> Any:
    file = table_of("crm_file")
    made = _part("file", file, file.c.name, file.c.mime, n1=file.c.size).select_from(file)
    mine = file.c.entity == OPPORTUNITY.stem, file.c.record_id == deal.id, file.c.archived_at.is_(None)
    return made.where(*mine).order_by(file.c.id)


def people(session: ActorSession, deal: Opportunity) -> tuple[Met, ...]:
    """The client's people from the top down, each with the last time that one of ours spoke with them."""
    known = people_of(session, deal.account_id) if deal.account_id else ()
    if not known:
        return ()
    last = (
        select(col(ActivityPerson.person_id), func.max(col(Activity.done_at)))
        .join(Activity, col(Activity.id) == col(ActivityPerson.activity_id))
        .where(
            col(ActivityPerson.person_id).in_([person.id for person in known]),
            col(ActivityPerson.archived_at).is_(None),
            col(Activity.archived_at).is_(None),
            col(Activity.state) == "done",
        )
        .group_by(col(ActivityPerson.person_id))
    )
    met = {row[0]: row[1] for row in session.execute(last)}
    return tuple(Met(person, met.get(person.id)) for person in known)
