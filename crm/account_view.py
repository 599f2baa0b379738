"""What an account's page knows of its client: figures, people and how they were met, deals, products, contracts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from sqlalchemy import BigInteger, Date, String, cast, func, literal, null, or_, select, union_all
from sqlmodel import col

from core import clock
from core.db import ActorSession
from crm.account_months import AccountMonth
from crm.account_offers import Offer, offers_of
from crm.accounts import Account
from crm.activities import Activity, activities_of
from crm.activity_links import ActivityPerson
from crm.chance import judged
from crm.contracts import contracts_of
from crm.files import File
from crm.key_persons import KeyPerson, people_of
from crm.opportunities import Opportunity, weighted
from crm.stages import STAGE
from crm.tags import Tag, Tagging
from crm.tenders import Tender
from crm.weapons import Weapon, weapons

YEAR = timedelta(days=365)
MONTHS = 13
MOST_DEALS = 1000
MOST_FILES = 6

Meeting = Literal["done", "planned"]


@dataclass(frozen=True)
class Deal:
    """One deal with the name of its stage."""

    record: Opportunity
    stage: str
    probability: int | None

    @property
    def weighted(self) -> int | None:
        return weighted(self.record.amount, self.probability)


@dataclass(frozen=True)
class Touch:
    """How a weapon stands towards a person, or towards the account as a whole (`person_id` 0)."""

    person_id: int
    weapon_id: int | None
    state: Meeting
    last: datetime | None
    due_on: date | None


@dataclass(frozen=True)
class Tie:
    """A tag, a file or a tender of the account."""

    what: str
    id: int
    name: str
    extra: str
    size: int
    day: date | None


@dataclass(frozen=True)
class Known:
    """All of it, read once per page: nine statements, of which the timeline shares three."""

    account: Account
    months: tuple[AccountMonth, ...]
    deals: tuple[Deal, ...]
    contracts: tuple[Any, ...]
    people: tuple[KeyPerson, ...]
    touches: tuple[Touch, ...]
    ties: tuple[Tie, ...]
    offers: tuple[Offer, ...]
    peers: int
    weapons: tuple[Weapon, ...]

    @cached_property
    def open_deals(self) -> tuple[Deal, ...]:
        return tuple(deal for deal in self.deals if deal.record.state == "open")

    @cached_property
    def won(self) -> tuple[Deal, ...]:
        return tuple(deal for deal in self.deals if deal.record.state == "won")

    @cached_property
    def last_met(self) -> dict[int, datetime]:
        """When each person was met last, by whatever weapon."""
        found: dict[int, datetime] = {}
        for touch in self.touches:
            if touch.last and touch.state == "done":
                found[touch.person_id] = max(touch.last, found.get(touch.person_id, touch.last))
        return found

    @cached_property
    def meetings(self) -> dict[tuple[int, int], Touch]:
        """By weapon and person: what was done within the year, else what is planned."""
        since = clock.now() - YEAR
        found: dict[tuple[int, int], Touch] = {}
        for touch in self.touches:
            is_done = touch.state == "done" and touch.last is not None and touch.last >= since
            if touch.weapon_id and (is_done or touch.state == "planned"):
                key = (touch.weapon_id, touch.person_id)
                if is_done or key not in found:
                    found[key] = touch
        return found

    def tied(self, what: str) -> tuple[Tie, ...]:
        return tuple(tie for tie in self.ties if tie.what == what)


def known_of(session: ActorSession, account: Account) -> Known:
    """Read once per session: the page's panels share it."""
    kept: dict[int, Known] = session.info.setdefault("crm.account_view", {})
    if account.id not in kept:
        offers, peers = offers_of(session, account)
        kept[account.id] = Known(
            account=account, months=_months(session, account.id), deals=_deals(session, account.id),
            contracts=contracts_of(session, account.id), people=people_of(session, account.id),
            touches=_touches(session, account.id), ties=_ties(session, account.id), offers=offers, peers=peers,
            weapons=weapons(session),
        )  # fmt: skip
    return kept[account.id]


def forget(session: ActorSession, account: Account) -> None:
    """Whoever reads hundreds of clients in one session keeps no more than one of them."""
    session.info.get("crm.account_view", {}).pop(account.id, None)


def _months(session: ActorSession, account_id: int) -> tuple[AccountMonth, ...]:
    """The newest thirteen, the oldest first."""
    own = select(AccountMonth).where(
        col(AccountMonth.account_id) == account_id, col(AccountMonth.archived_at).is_(None)
    )
    found = session.scalars(own.order_by(col(AccountMonth.month).desc()).limit(MONTHS))
    return tuple(reversed(list(found)))


def _deals(session: ActorSession, account_id: int) -> tuple[Deal, ...]:
    """The largest first; those without an amount last."""
    stage, deal = STAGE.table.alias(), Opportunity.__table__  # type: ignore[attr-defined]  # SQLModel gives every table one
    theirs = select(deal.c.id).where(deal.c.account_id == account_id)
    source, chance = judged(deal.outerjoin(stage, stage.c.id == deal.c.stage_id), stage.c.probability, among=theirs)
    own = (
        select(Opportunity, STAGE.title_in(stage), chance)
        .select_from(source)
        .where(col(Opportunity.account_id) == account_id, col(Opportunity.archived_at).is_(None))
        .order_by(func.coalesce(col(Opportunity.amount), -1).desc(), col(Opportunity.id))
        .limit(MOST_DEALS)
    )
    return tuple(Deal(deal, name or "", points) for deal, name, points in session.execute(own))


def _touches(session: ActorSession, account_id: int) -> tuple[Touch, ...]:
    """Per person and weapon, and, as person 0, per weapon with the account at all."""
    last, due = func.max(col(Activity.done_at)), func.min(col(Activity.due_on))
    live = (col(Activity.archived_at).is_(None), col(Activity.state).in_(("done", "planned")))
    own = select(col(KeyPerson.id)).where(col(KeyPerson.account_id) == account_id)
    by_person = (
        select(col(ActivityPerson.person_id), col(Activity.weapon_id), col(Activity.state), last, due)
        .join(Activity, col(Activity.id) == col(ActivityPerson.activity_id))
        .where(col(ActivityPerson.person_id).in_(own), col(ActivityPerson.archived_at).is_(None), *live)
        .group_by(col(ActivityPerson.person_id), col(Activity.weapon_id), col(Activity.state))
    )
    whole = (
        select(cast(literal(0), BigInteger), col(Activity.weapon_id), col(Activity.state), last, due)
        .where(activities_of(account_id), *live)
        .group_by(col(Activity.weapon_id), col(Activity.state))
    )
    return tuple(Touch(*row) for row in session.execute(union_all(by_person, whole)))


def _ties(session: ActorSession, account_id: int) -> tuple[Tie, ...]:
    """Its tags, its newest files, and the tenders that are open today."""
    today = clock.today()
    files = (
        select(*_tie("file", File, size=col(File.size)))
        .where(col(File.entity) == "crm.account", col(File.record_id) == account_id, col(File.archived_at).is_(None))
        .order_by(col(File.id).desc())
        .limit(MOST_FILES)
        .subquery()
    )
    tags = (
        select(*_tie("tag", Tag, extra=cast(col(Tag.tone), String)))
        .join(Tagging, col(Tagging.tag_id) == col(Tag.id))
        .where(
            col(Tagging.entity) == "crm.account", col(Tagging.record_id) == account_id,
            col(Tagging.archived_at).is_(None), col(Tag.archived_at).is_(None),
        )
    )  # fmt: skip
    tenders = select(*_tie("tender", Tender, day=col(Tender.deadline_on))).where(
        col(Tender.account_id) == account_id, col(Tender.archived_at).is_(None), col(Tender.is_cancelled).is_(False),
        col(Tender.noticed_on) <= today, or_(col(Tender.awarded_on).is_(None), col(Tender.awarded_on) > today),
    )  # fmt: skip
    rows = session.execute(union_all(select(files), tags, tenders))
    return tuple(Tie(what, key, name, extra or "", size or 0, day) for what, key, name, extra, size, day in rows)


def _tie(what: str, model: Any, **given: Any) -> list[Any]:
    empty = {"extra": cast(null(), String), "size": cast(null(), BigInteger), "day": cast(null(), Date)}
    known = {"what": literal(what), "id": col(model.id), "name": cast(col(model.name), String), **empty, **given}
    return [column.label(name) for name, column in known.items()]
