"""Plants the demo world's campaigns and its tasks, and what people were told of them."""

from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from agents.demo import user_id
from agents.firms import Staff
from agents.handovers import HANDOVER, Handover
from campaigns.campaigns import Campaign, CampaignCity
from campaigns.tasks import TASK, Task
from core.notices import notify, notify_number
from core.people import Unit, User
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_verbs import ACTIVITY
from crm.demo import shapes
from crm.demo.planter import Planter
from crm.demo.world import world

RESULTS_TOLD = 12


def plant(session: Any) -> None:
    made, all_ = Planter(session), world()
    owners = {row.code: user_id(session, row.owner) for row in all_.campaigns}
    codes = {row.key: row.code for row in all_.accounts}
    for row in all_.campaigns:
        campaign = Campaign(
            code=row.code,
            name=row.name.zh,
            goal=row.goal.zh,
            weapon_id=made.ref("weapon", row.weapon),
            product_id=made.ref("product", row.product),
            channel_id=made.ref("channel", row.channel),
            owner_id=owners[row.code],
            starts_on=made.sure(row.starts_on),
            ends_on=made.sure(row.ends_on),
            state=row.state,
            rate_per_result=row.rate_fen,
        )
        made.add(campaign, row.code)
        made.flush()
        for unit in all_.units:
            if unit.kind == "city" and {*unit.covers} & {*row.cities}:
                made.session.add(CampaignCity(campaign_id=campaign.id, unit_id=made.id(Unit, unit.code) or 0))
    for task in all_.tasks:
        _task(made, task, account=codes[task.account], owner=owners[task.campaign])
    made.flush()
    _tell_of_tasks(made)
    _ask_for_consent(made)


def _task(made: Planter, row: shapes.Task, *, account: str, owner: int) -> None:
    person = select(col(User.id), col(User.firm_id)).where(col(User.username) == row.user)
    user, firm = made.session.execute(person).one()
    is_done = row.state == "done"
    activity = Activity(
        subject=row.subject,
        weapon_id=made.ref("weapon", row.weapon),
        account_id=made.id(Account, account),
        state=row.state,
        owner_id=owner,
        starts_at=made.at(row.day, row.time),
        due_on=made.on(row.day),
        result=row.result,
        done_at=made.at(row.day, row.time) if is_done else None,
    )
    made.add(activity)
    made.flush()
    task = Task(
        campaign_id=made.ids[Campaign, row.campaign],
        activity_id=activity.id,
        firm_id=firm,
        user_id=user,
        outcome=row.outcome,
        products=[*row.products],
        reported_at=made.at(row.day, row.time) if row.outcome else None,
        reported_by_id=user if row.outcome else None,
    )
    made.add(task)


# --- what people were told of it ------------------------------------------------------------------------------


def _tell_of_tasks(made: Planter) -> None:
    """Staff of their open tasks, and the client's manager and the campaign's of the newest results."""
    is_open = (col(Task.outcome).is_(None), col(Task.user_id).is_not(None))
    work = select(col(Task.user_id), func.count()).join(Activity, col(Activity.id) == col(Task.activity_id))
    live = work.join(Campaign, col(Campaign.id) == col(Task.campaign_id)).where(
        col(Activity.state) == "planned", col(Campaign.state) == "running"
    )
    open_tasks = live.where(*is_open).group_by(col(Task.user_id))
    numbers: dict[int, int] = {row[0]: row[1] for row in made.session.execute(open_tasks)}
    notify_number(made.session, "assignment", TASK.stem, numbers)
    newest = (
        select(col(Activity.id), col(Activity.owner_id), col(Account.owner_id), col(Task.reported_by_id))
        .join(Task, col(Task.activity_id) == col(Activity.id))
        .join(Account, col(Account.id) == col(Activity.account_id))
        .where(col(Task.outcome).is_not(None))
        .order_by(col(Task.reported_at).desc(), col(Task.id))
        .limit(RESULTS_TOLD)
    )
    for visit, giver, manager, reporter in made.session.execute(newest).all():
        notify(made.session, to={giver, manager}, kind="assignment", about=(ACTIVITY.stem, visit), by=reporter)


def _ask_for_consent(made: Planter) -> None:
    """The firm's staff ask the manager of each client that has not accepted yet."""
    waiting = (
        select(col(Handover.id), col(Account.owner_id), func.min(col(Staff.user_id)))
        .join(Account, col(Account.id) == col(Handover.account_id))
        .join(Staff, col(Staff.firm_id) == col(Handover.firm_id))
        .where(col(Handover.accepted_at).is_(None), col(Handover.revoked_at).is_(None))
        .where(col(Handover.until) >= made.today)
        .group_by(col(Handover.id), col(Account.owner_id))
    )
    for handover, manager, asker in made.session.execute(waiting).all():
        notify(made.session, to=manager, kind="approval", about=(HANDOVER.stem, handover), by=asker)
