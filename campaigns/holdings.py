"""What staff of an outside firm hold and have earned: clients that were handed over, and results that are paid."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from agents.handovers import Handover
from campaigns.campaigns import Campaign
from campaigns.field import PAGE, Contact, contacts_of
from campaigns.tasks import Task
from core.i18n import pick
from crm.accounts import Account
from crm.divisions import Division

MOST = 100


@dataclass(frozen=True)
class Held:
    """A client in the firm's hands."""

    client: Account
    county: str
    handover: Handover
    contacts: tuple[Contact, ...] = ()


def held_accounts(session: Any, *, account_id: int | None = None, skip: int = 0) -> list[Held]:
    """Each client once, with the hand-over that lasts longest; those that end first at the head."""
    newest = (
        select(func.max(col(Handover.id)))
        .where(col(Handover.archived_at).is_(None), col(Handover.revoked_at).is_(None))
        .group_by(col(Handover.account_id))
    )
    columns: Any = (Handover, Account, Division)
    statement = (
        select(*columns)
        .join(Account, col(Account.id) == col(Handover.account_id))
        .outerjoin(Division, col(Division.id) == col(Account.seat_county_id))
        .where(col(Handover.id).in_(newest), col(Account.archived_at).is_(None))
        .order_by(col(Handover.until), col(Account.name), col(Handover.id))
        .limit(PAGE + 1)
        .offset(skip)
    )
    if account_id is not None:
        statement = statement.where(col(Account.id) == account_id)
    rows = list(session.execute(statement))
    people = contacts_of(session, {account.id for _h, account, _d in rows})
    return [
        Held(client, pick(c.name_zh, c.name_en) if c else "", handover, tuple(people.get(client.id, ())))
        for handover, client, c in rows
    ]


# --- what it earned -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Earned:
    """What the reader reported in one campaign: results in all, those that are paid, and what they come to."""

    campaign: Campaign
    outcomes: dict[str, int]

    @property
    def count(self) -> int:
        return sum(self.outcomes.values())

    @property
    def paid(self) -> int:
        return sum(self.outcomes.get(code, 0) for code in self.campaign.counts or ())

    @property
    def amount(self) -> int:
        return self.paid * (self.campaign.rate_per_result or 0)


def earned(session: Any) -> list[Earned]:
    """By campaign, the newest first; two statements."""
    mine = (col(Task.reported_by_id) == session.actor.user_id, col(Task.outcome).is_not(None))
    counted = (
        select(col(Task.campaign_id), col(Task.outcome), func.count())
        .where(*mine, col(Task.archived_at).is_(None))
        .group_by(col(Task.campaign_id), col(Task.outcome))
    )
    outcomes: dict[int, dict[str, int]] = {}
    for campaign_id, outcome, number in session.execute(counted):
        outcomes.setdefault(campaign_id, {})[outcome] = number
    known = select(Campaign).where(col(Campaign.id).in_(outcomes)).order_by(col(Campaign.ends_on).desc())
    return [Earned(campaign, outcomes[campaign.id]) for campaign in session.scalars(known.limit(MOST))]
