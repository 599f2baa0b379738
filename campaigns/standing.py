"""How far a member of a firm's staff is: what waits, what is reported, and in which campaigns."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlmodel import col

from campaigns.campaigns import Campaign
from campaigns.field import mine_or_free, of_campaign
from campaigns.tasks import Task
from crm.accounts import Account
from crm.activities import Activity

MOST = 12


@dataclass(frozen=True)
class Stand:
    """Counts of tasks: those that wait for the reader, the firm's free ones, and those reported, by outcome."""

    mine: int = 0
    free: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)

    @property
    def reported(self) -> int:
        return sum(self.outcomes.values())

    @property
    def total(self) -> int:
        return self.mine + self.free + self.reported

    @property
    def percent(self) -> int:
        return self.reported * 100 // self.total if self.total else 0


def stand(session: Any, *, campaign_id: int | None = None) -> Stand:
    """Of the running campaigns: the reader's own and free tasks, and what the reader reported."""
    is_mine = case((col(Task.user_id) == session.actor.user_id, 1), else_=0)
    columns: Any = (col(Task.outcome), is_mine, func.count())
    counted = _work(session, select(*columns)).join(Campaign, col(Campaign.id) == col(Task.campaign_id))
    statement = counted.where(*_running(), of_campaign(campaign_id)).group_by(col(Task.outcome), is_mine)
    waits, outcomes = {1: 0, 0: 0}, dict[str, int]()
    for outcome, mine, number in session.execute(statement):
        if outcome is None:
            waits[mine] += number
        else:
            outcomes[outcome] = outcomes.get(outcome, 0) + number
    return Stand(waits[1], waits[0], outcomes)


def campaigns_of(session: Any) -> list[Campaign]:
    """The running campaigns with tasks that wait for the reader, or were reported; those that end first at the head."""
    own = _work(session, select(col(Task.campaign_id)))
    running = select(Campaign).where(*_running(), col(Campaign.id).in_(own))
    return list(session.scalars(running.order_by(col(Campaign.ends_on), col(Campaign.id)).limit(MOST)))


def _running() -> tuple[ColumnElement[bool], ...]:
    return col(Campaign.state) == "running", col(Campaign.archived_at).is_(None)


def _work(session: Any, statement: Select[Any]) -> Select[Any]:
    """Tasks at clients that are in the firm's hands today: what the reader reported, or may report."""
    me = session.actor.user_id
    waits = (col(Task.outcome).is_(None), mine_or_free(me), col(Activity.state) == "planned")
    live = (col(Task.archived_at).is_(None), col(Activity.archived_at).is_(None), col(Account.archived_at).is_(None))
    return (
        statement.select_from(Task)
        .join(Activity, col(Activity.id) == col(Task.activity_id))
        .join(Account, col(Account.id) == col(Activity.account_id))
        .where(*live, or_(col(Task.reported_by_id) == me, and_(*waits)))
    )
