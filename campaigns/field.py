"""What staff of an outside firm work with: their tasks in the order of the way, what is handed over, what they earned.

Everything is read in the reader's own session: a task whose client is no longer in the firm's hands is not there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlmodel import col

from agents.firms import Firm
from campaigns.campaigns import Campaign
from campaigns.tasks import Task
from core import clock
from core.i18n import pick
from crm.accounts import Account
from crm.activities import Activity
from crm.divisions import Division
from crm.key_persons import KeyPerson
from crm.products import Product
from crm.weapons import Weapon
from web.kit import format as texts

PAGE = 40
PEOPLE = 400


@dataclass(frozen=True)
class Contact:
    """A ticked key person; the number is a mask until the client has accepted the hand-over."""

    name: str
    post: str
    number: str

    @property
    def is_clear(self) -> bool:
        return bool(self.number) and "*" not in self.number

    @property
    def dial(self) -> str:
        return "".join(sign for sign in self.number if sign.isdigit() or sign == "+")


@dataclass(frozen=True)
class Card:
    """One task, as the list and its own page show it."""

    id: int
    client: str
    account_id: int
    purpose: str
    weapon: str
    tip: str
    county: str
    address: str
    due_on: date | None
    time: str
    campaign: Campaign
    state: str
    outcome: str
    reported_at: datetime | None
    is_mine: bool
    activity_id: int
    products: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @property
    def due(self) -> tuple[str, str]:
        return texts.due(self.due_on)

    @property
    def way(self) -> str:
        """The address for a map, with the county before it unless it says so itself."""
        return self.address if self.address.startswith(self.county) else f"{self.county}{self.address}"

    @property
    def contact(self) -> Contact | None:
        """Whom to call: the first whose number is clear, else the first."""
        clear = [one for one in self.contacts if one.is_clear]
        return next(iter([*clear, *self.contacts]), None)


def open_tasks(session: Any, *, campaign_id: int | None = None, skip: int = 0) -> list[Card]:
    """Tasks that wait: own ones, then the firm's free ones; what is due, then the rest; by county, address and time.

    Whoever has a visit due today is not sent to one of next month because its county stands first.
    """
    me = session.actor.user_id
    mine = case((col(Task.user_id) == me, 0), else_=1)
    waits = case((col(Activity.due_on) <= clock.today(), 0), else_=1)
    statement = (
        _tasks(me)
        .where(col(Activity.state) == "planned", col(Campaign.state) == "running", of_campaign(campaign_id))
        .order_by(mine, waits, col(Division.code), col(Account.address), col(Activity.starts_at))
        .order_by(col(Activity.due_on), col(Task.id))
        .limit(PAGE + 1)
        .offset(skip)
    )
    return _cards(session, statement)


def reported_tasks(session: Any, *, skip: int = 0) -> list[Card]:
    """What the reader has reported, the newest first. Clients that were taken back are left out with their names."""
    me = session.actor.user_id
    statement = (
        _tasks(me)
        .where(col(Task.reported_by_id) == me, col(Task.outcome).is_not(None))
        .order_by(col(Task.reported_at).desc(), col(Task.id).desc())
        .limit(PAGE + 1)
        .offset(skip)
    )
    return _cards(session, statement)


def one_task(session: Any, task_id: int) -> Card | None:
    found = _cards(session, _tasks(session.actor.user_id).where(col(Task.id) == task_id))
    return found[0] if found else None


def tasks_at(session: Any, account_id: int) -> list[Card]:
    at_client = (col(Task.account_id) == account_id, col(Activity.state) == "planned", col(Campaign.state) == "running")
    return _cards(session, _tasks(session.actor.user_id).where(*at_client).order_by(col(Task.id)).limit(PAGE))


def of_campaign(campaign_id: int | None) -> ColumnElement[bool]:
    return col(Task.campaign_id) == campaign_id if campaign_id else col(Task.id).is_not(None)


def mine_or_free(me: int | None) -> ColumnElement[bool]:
    return or_(col(Task.user_id) == me, col(Task.user_id).is_(None))


def _tasks(me: int | None) -> Select[Any]:
    """Only those whose client the firm holds today: the join is with the accounts that the reader sees."""
    columns: Any = (Task, Activity, Campaign, Account, Division, Weapon)
    return (
        select(*columns)
        .join(Activity, col(Activity.id) == col(Task.activity_id))
        .join(Account, col(Account.id) == col(Activity.account_id))
        .join(Campaign, col(Campaign.id) == col(Task.campaign_id))
        .outerjoin(Division, col(Division.id) == col(Account.seat_county_id))
        .outerjoin(Weapon, col(Weapon.id) == func.coalesce(col(Activity.weapon_id), col(Campaign.weapon_id)))
        .where(col(Task.archived_at).is_(None), col(Activity.archived_at).is_(None), col(Account.archived_at).is_(None))
        .where(col(Campaign.archived_at).is_(None), or_(mine_or_free(me), col(Task.reported_by_id) == me))
    )


def _cards(session: Any, statement: Select[Any]) -> list[Card]:
    rows = list(session.execute(statement))
    people = contacts_of(session, {account.id for _t, _a, _c, account, _d, _w in rows})
    me = session.actor.user_id
    return [_card(me, people, *row) for row in rows]


def _card(
    me: int | None, people: dict[int, list[Contact]], task: Task, visit: Activity, campaign: Campaign, client: Account,
    county: Division | None, weapon: Weapon | None,
) -> Card:  # fmt: skip
    return Card(
        id=task.id, client=client.name, account_id=client.id, purpose=visit.purpose or task.name,
        weapon=pick(weapon.name_zh, weapon.name_en) if weapon else "",
        tip=pick(weapon.tip_zh, weapon.tip_en) if weapon else "",
        county=pick(county.name_zh, county.name_en) if county else "", address=client.address or "",
        due_on=visit.due_on, time=clock.local(visit.starts_at).strftime("%H:%M") if visit.starts_at else "",
        campaign=campaign, state=visit.state, outcome=task.outcome or "", reported_at=task.reported_at,
        is_mine=task.user_id == me, activity_id=visit.id, products=tuple(task.products or ()),
        contacts=tuple(people.get(client.id, ())),
    )  # fmt: skip


def contacts_of(session: Any, account_ids: Iterable[int]) -> dict[int, list[Contact]]:
    """The ticked persons of these clients; in a session that shows clear values, clear where the client accepted."""
    ids = list(account_ids)
    if not ids:
        return {}
    statement = select(KeyPerson).where(col(KeyPerson.account_id).in_(ids), col(KeyPerson.archived_at).is_(None))
    found: dict[int, list[Contact]] = {}
    for person in session.scalars(statement.order_by(col(KeyPerson.id)).limit(PEOPLE)):
        one = Contact(person.name, person.post or "", person.mobile or person.phone or "")
        found.setdefault(person.account_id, []).append(one)
    return found


def firm_name(session: Any) -> str:
    return session.scalar(select(col(Firm.name)).where(col(Firm.id) == session.actor.firm_id)) or ""


def sold_products(session: Any, campaign: Campaign) -> list[tuple[str, str]]:
    """Products that a firm may sell, that of the campaign first: code and name."""
    first = case((col(Product.id) == campaign.product_id, 0), else_=1)
    may_sell = or_(col(Product.agent_may_sell).is_(True), col(Product.id) == campaign.product_id)
    statement = select(Product).where(may_sell, col(Product.archived_at).is_(None), _is_current())
    rows = session.scalars(statement.order_by(first, col(Product.position), col(Product.id)).limit(12))
    return [(row.code, pick(row.name_zh, row.name_en)) for row in rows]


def _is_current() -> ColumnElement[bool]:
    return or_(col(Product.era).is_(None), col(Product.era) != "legacy")
