"""Which clients a campaign goes to: a filter over the accounts that the channel manager sees, counted beforehand."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import col

from campaigns.campaigns import Campaign, CampaignCity
from campaigns.tasks import Task
from core import clock
from core.i18n import pick
from crm.accounts import Account
from crm.activities import Activity
from crm.contracts import Contract
from crm.divisions import DIVISION, Division

MOST = 5_000
SHOWN = 8


@dataclass(frozen=True)
class Choice:
    """What the form says: each part narrows the accounts, and 0 means that it does not."""

    grade: int = 0
    trade: int = 0
    city: int = 0
    county: int = 0
    owner: int = 0
    without: int = 0
    untouched: int = 0

    def pairs(self) -> dict[str, int]:
        return {name: value for name, value in asdict(self).items() if value}


def read_choice(typed: Mapping[str, Any]) -> Choice:
    """Whatever is no number narrows nothing."""
    return Choice(**{name: _number(str(typed.get(name) or "")) for name in asdict(Choice())})


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 18 else 0


@dataclass(frozen=True)
class County:
    """Where chosen clients lie, and how many."""

    id: int
    name: str
    count: int


@dataclass(frozen=True)
class Found:
    """What a choice finds: how many clients, where, the first of them; and how many have a task and are left out."""

    count: int
    counties: list[County]
    first: list[tuple[int, str]]
    busy: int

    @property
    def is_too_many(self) -> bool:
        return self.count > MOST


def find(session: Any, campaign: Campaign, choice: Choice) -> Found:
    """Four statements, whatever the number of clients."""
    chosen = conditions(campaign, choice)
    counted = (
        select(col(Account.seat_county_id), Division, func.count())
        .outerjoin(Division, col(Division.id) == col(Account.seat_county_id))
        .where(*chosen, ~_has_task(campaign))
        .group_by(col(Account.seat_county_id), *DIVISION.table.c)
    )
    counties = [
        County(county_id or 0, pick(row.name_zh, row.name_en) if row else "", number)
        for county_id, row, number in session.execute(counted)
    ]
    counties.sort(key=lambda county: (-county.count, county.name))
    first = select(col(Account.id), col(Account.name)).where(*chosen, ~_has_task(campaign)).order_by(*ORDER)
    busy = session.scalar(select(func.count()).select_from(Account).where(*chosen, _has_task(campaign))) or 0
    return Found(
        sum(county.count for county in counties), counties,
        [(row[0], row[1]) for row in session.execute(first.limit(SHOWN))], busy,
    )  # fmt: skip


ORDER: tuple[Any, ...] = (col(Account.seat_county_id), col(Account.address), col(Account.id))


def chosen_accounts(session: Any, campaign: Campaign, choice: Choice) -> list[Account]:
    """The chosen clients without a task in this campaign, in the order of the way, at most `MOST`."""
    statement = select(Account).where(*conditions(campaign, choice), ~_has_task(campaign)).order_by(*ORDER)
    return list(session.scalars(statement.limit(MOST)))


def owners(session: Any, campaign: Campaign) -> set[str]:
    """Who owns a client that the campaign may go to."""
    statement = select(col(Account.owner_id)).where(*conditions(campaign, Choice())).distinct()
    return {str(owner) for owner in session.scalars(statement.limit(MOST)) if owner}


def conditions(campaign: Campaign, choice: Choice) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [col(Account.archived_at).is_(None), _in_cities(campaign)]
    equal = {"grade_id": choice.grade, "trade_id": choice.trade, "owner_id": choice.owner}
    equal |= {"seat_city_id": choice.city, "seat_county_id": choice.county}
    found += [col(getattr(Account, name)) == value for name, value in equal.items() if value]
    found += [~_holds(choice.without)] if choice.without else []
    found += [~_touched_within(choice.untouched)] if choice.untouched else []
    return found


def _in_cities(campaign: Campaign) -> ColumnElement[bool]:
    """The cities in which the campaign runs; all that one sees where it names none."""
    cities = select(col(CampaignCity.unit_id)).where(
        col(CampaignCity.campaign_id) == campaign.id, col(CampaignCity.archived_at).is_(None)
    )
    return or_(~cities.exists(), col(Account.city_id).in_(cities))


def _has_task(campaign: Campaign) -> ColumnElement[bool]:
    given = select(col(Task.account_id)).where(
        col(Task.campaign_id) == campaign.id, col(Task.archived_at).is_(None), col(Task.account_id).is_not(None)
    )
    return col(Account.id).in_(given)


def _holds(product_id: int) -> ColumnElement[bool]:
    """A contract of ours over the product that has not ended."""
    runs = or_(col(Contract.ends_on).is_(None), col(Contract.ends_on) >= clock.today())
    ours = (
        col(Contract.product_id) == product_id,
        col(Contract.supplier) == "ours",
        col(Contract.archived_at).is_(None),
    )
    return col(Account.id).in_(select(col(Contract.account_id)).where(*ours, runs))


def _touched_within(days: int) -> ColumnElement[bool]:
    since = clock.now() - timedelta(days=min(days, 3650))
    done = (col(Activity.state) == "done", col(Activity.done_at) >= since, col(Activity.account_id).is_not(None))
    return col(Account.id).in_(select(col(Activity.account_id)).where(*done, col(Activity.archived_at).is_(None)))
