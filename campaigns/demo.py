"""Plants the demo world's campaigns and its tasks."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from agents.demo import user_id
from campaigns.campaigns import Campaign, CampaignCity
from campaigns.tasks import Task
from core.people import Unit, User
from crm.accounts import Account
from crm.activities import Activity
from crm.demo import shapes
from crm.demo.planter import Planter
from crm.demo.world import world


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
