"""Plants the demo world's deals and activities."""

from datetime import timedelta

from core.people import User
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_links import ActivityAccount, ActivityPerson
from crm.demo import shapes
from crm.demo.planter import Planter
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.opportunity_lines import OpportunityLine
from crm.opportunity_rivals import OpportunityRival
from crm.rivals import Rival
from crm.stage_moves import StageMove
from crm.stages import stages


def plant_deal(made: Planter, row: shapes.Deal) -> Opportunity:
    closed = made.on(row.closed_on)
    deal = Opportunity(
        code=row.code,
        name=row.title,
        account_id=made.id(Account, row.account),
        owner_id=made.id(User, row.owner),
        product_id=made.ref("product", row.lines[0].product),
        stage_id=made.ref("stage", row.delivery_stage or row.stage),
        engaged_on=made.on(row.engaged_on),
        expected_close_on=made.on(row.expected_close),
        closed_on=closed,
        stage_since=made.on(row.stage_since),
        wake_on=made.on(row.wake_on),
        reason_id=made.ref("reason", row.reason),
        won_by_id=made.id(Rival, row.rival) if row.state == "lost" else None,
        next_step=row.next_step,
        next_step_on=made.on(row.next_on),
        amount=row.amount_fen,
    )
    made.add(deal, row.code)
    deal.state = row.state
    return deal


def plant_parts(made: Planter, deal: Opportunity, row: shapes.Deal) -> None:
    for line in row.lines:
        made.add(
            OpportunityLine(
                opportunity_id=deal.id,
                product_id=made.ref("product", line.product),
                quantity=line.quantity,
                one_off=line.one_off_fen,
                monthly=line.monthly_fen,
                months=line.months,
            )
        )
    if row.rival:
        made.add(OpportunityRival(opportunity_id=deal.id, rival_id=made.id(Rival, row.rival)))
    _moves(made, deal, row)


def _moves(made: Planter, deal: Opportunity, row: shapes.Deal) -> None:
    """How the deal came to where it stands: into its stage, then out of being open, then into its delivery."""
    known = stages(made.session)
    stage = known[made.ref("stage", row.stage) or 0]
    way = [other.id for other in known.values() if other.pipeline_id == stage.pipeline_id]
    before = way[max(way.index(stage.id) - 1, 0)]
    closed_on = row.stage_since if row.closed_on is None else row.closed_on
    steps = [(before, stage.id, "open", "open" if row.state != "won" else "won", min(row.stage_since, closed_on))]
    if row.state in ("lost", "on_hold"):
        steps.append((stage.id, stage.id, "open", row.state, closed_on))
    if row.delivery_stage:
        steps.append((stage.id, made.ref("stage", row.delivery_stage) or 0, "won", "won", row.stage_since))
    for origin, goal, was, state, offset in steps:
        made.session.add(
            StageMove(
                opportunity_id=deal.id,
                from_stage_id=origin,
                to_stage_id=goal,
                from_state=was,
                to_state=state,
                at=made.at(offset, "17:00"),
                by_id=deal.owner_id,
            )
        )


def plant_activity(made: Planter, row: shapes.Activity) -> None:
    start = made.at(row.day, row.time)
    first, *further = row.accounts
    activity = Activity(
        subject=row.subject,
        kind=row.kind,
        weapon_id=made.ref("weapon", row.weapon),
        account_id=made.id(Account, first),
        opportunity_id=made.id(Opportunity, row.deal),
        owner_id=made.id(User, row.owner),
        starts_at=start,
        due_on=made.on(row.day),
        state=row.state,
        result=row.result,
        cost=row.cost_fen,
        next_step=row.next_step,
        done_at=start + timedelta(minutes=row.minutes) if row.state == "done" else None,
    )
    made.add(activity)
    for key in further:
        made.add(ActivityAccount(activity_id=activity.id, account_id=made.id(Account, key)))
    for name in row.persons:
        person = next(i for k in row.accounts if (i := made.ids.get((KeyPerson, f"{k} {name}"))) is not None)
        made.add(ActivityPerson(activity_id=activity.id, person_id=person))
