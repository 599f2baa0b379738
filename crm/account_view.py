"""What an account's page knows of its client: figures, people and how they were met, deals, products, contracts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from sqlalchemy import BigInteger, Date, String, and_, cast, func, inspect, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col

from core import clock
from core.db import ActorSession
from crm.account_months import AccountMonth
from crm.accounts import Account
from crm.activities import Activity, activities_of
from crm.activity_links import ActivityPerson
from crm.contracts import Contract, contracts_of
from crm.files import File
from crm.key_persons import KeyPerson, people_of
from crm.opportunities import Opportunity, weighted
from crm.opportunity_lines import OpportunityLine
from crm.products import PRODUCT, Product
from crm.stages import STAGE, Stage
from crm.tags import Tag, Tagging
from crm.tenders import Tender
from crm.weapons import Weapon, weapons

YEAR = timedelta(days=365)
MONTHS = 13
MOST_DEALS = 1000
MOST_FILES = 6
PRODUCTS_WORTH_SAYING = 8
# Below so many peers a share says nothing.
FEWEST_PEERS = 5

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
class Offer:
    """A product towards this client: in a deal, or held by so many of its peers."""

    id: int
    name: str
    in_deals: int = 0
    amount: int | None = None
    peers: int = 0


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
        offers, peers = _offers(session, account)
        kept[account.id] = Known(
            account=account, months=_months(session, account.id), deals=_deals(session, account.id),
            contracts=contracts_of(session, account.id), people=people_of(session, account.id),
            touches=_touches(session, account.id), ties=_ties(session, account.id), offers=offers, peers=peers,
            weapons=weapons(session),
        )  # fmt: skip
    return kept[account.id]


def _months(session: ActorSession, account_id: int) -> tuple[AccountMonth, ...]:
    """The newest thirteen, the oldest first."""
    own = select(AccountMonth).where(
        col(AccountMonth.account_id) == account_id, col(AccountMonth.archived_at).is_(None)
    )
    found = session.scalars(own.order_by(col(AccountMonth.month).desc()).limit(MONTHS))
    return tuple(reversed(list(found)))


def _deals(session: ActorSession, account_id: int) -> tuple[Deal, ...]:
    """The largest first; those without an amount last."""
    stage = aliased(Stage)
    own = (
        select(Opportunity, STAGE.title_in(inspect(stage).selectable), col(stage.probability))
        .outerjoin(stage, col(stage.id) == col(Opportunity.stage_id))
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
        select(
            literal("file"), col(File.id), cast(col(File.name), String), cast(null(), String), col(File.size),
            cast(null(), Date),
        )
        .where(col(File.entity) == "crm.account", col(File.record_id) == account_id, col(File.archived_at).is_(None))
        .order_by(col(File.id).desc())
        .limit(MOST_FILES)
    ).subquery()  # fmt: skip
    tags = (
        select(
            literal("tag"), col(Tag.id), cast(col(Tag.name), String), cast(col(Tag.tone), String),
            cast(literal(0), BigInteger), cast(null(), Date),
        )
        .join(Tagging, col(Tagging.tag_id) == col(Tag.id))
        .where(
            col(Tagging.entity) == "crm.account", col(Tagging.record_id) == account_id,
            col(Tagging.archived_at).is_(None), col(Tag.archived_at).is_(None),
        )
    )  # fmt: skip
    tenders = select(
        literal("tender"), col(Tender.id), cast(col(Tender.name), String), cast(null(), String),
        cast(literal(0), BigInteger), col(Tender.deadline_on),
    ).where(
        col(Tender.account_id) == account_id, col(Tender.archived_at).is_(None), col(Tender.is_cancelled).is_(False),
        col(Tender.noticed_on) <= today, or_(col(Tender.awarded_on).is_(None), col(Tender.awarded_on) > today),
    )  # fmt: skip
    rows = session.execute(union_all(select(files), tags, tenders))
    return tuple(Tie(what, key, name, extra or "", size or 0, day) for what, key, name, extra, size, day in rows)


def _offers(session: ActorSession, account: Account) -> tuple[tuple[Offer, ...], int]:
    """Every product with what this client's open deals hold of it, and how many peers have it under contract."""
    rows = list(session.execute(union_all(*_offer_parts(account))))
    deals = {row[1]: (row[3], row[4]) for row in rows if row[0] == "deal"}
    peers = {row[1]: row[3] for row in rows if row[0] == "peer"}
    found = tuple(
        Offer(row[1], row[2], *deals.get(row[1], (0, None)), peers=peers.get(row[1], 0))
        for row in rows
        if row[0] == "product"
    )
    return found, next((row[3] for row in rows if row[0] == "peers"), 0)


def _offer_parts(account: Account) -> Iterable[Any]:
    nothing, none = cast(null(), String), cast(null(), BigInteger)
    product = Product.__table__  # type: ignore[attr-defined]
    yield select(
        literal("product"), product.c.id, cast(PRODUCT.title_in(product), String), cast(literal(0), BigInteger), none
    ).where(product.c.archived_at.is_(None))
    line = OpportunityLine
    worth = func.coalesce(col(line.one_off), 0) + func.coalesce(col(line.monthly), 0) * func.coalesce(
        col(line.months), 0
    )
    yield (
        select(literal("deal"), col(line.product_id), nothing, func.count(), cast(func.sum(worth), BigInteger))
        .join(Opportunity, col(Opportunity.id) == col(line.opportunity_id))
        .where(
            col(Opportunity.account_id) == account.id, col(Opportunity.state) == "open",
            col(Opportunity.archived_at).is_(None), col(line.archived_at).is_(None),
        )
        .group_by(col(line.product_id))
    )  # fmt: skip
    if account.trade_id is None:
        return
    peers = func.count(col(Contract.account_id).distinct())
    of_peers = (
        col(Account.trade_id) == account.trade_id, col(Account.id) != account.id, col(Account.archived_at).is_(None),
        col(Contract.supplier) == "ours", col(Contract.archived_at).is_(None),
        or_(col(Contract.ends_on).is_(None), col(Contract.ends_on) >= clock.today()),
        col(Contract.product_id).is_not(None),
    )  # fmt: skip
    joined = and_(col(Contract.account_id) == col(Account.id))
    yield (
        select(literal("peer"), col(Contract.product_id), nothing, peers, none)
        .select_from(Account)
        .join(Contract, joined)
        .where(*of_peers)
        .group_by(col(Contract.product_id))
    )
    yield (
        select(literal("peers"), none, nothing, peers, none)
        .select_from(Account)
        .join(Contract, joined)
        .where(*of_peers)
    )
