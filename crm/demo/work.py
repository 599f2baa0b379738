"""Plants the demo world's deals and activities."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core.access import table_of
from core.bulk import Values, update_rows
from core.ids import new_id, new_ids
from core.people import User
from crm.accounts import Account
from crm.activity_verbs import ACTIVITY
from crm.demo import shapes
from crm.demo.bulk import create, create_links
from crm.demo.chance import number
from crm.demo.course import passed
from crm.demo.crowd_lives import came_through_agents, rival_is_known
from crm.demo.planter import Planter
from crm.demo.stood import plant_standings
from crm.demo.typed import typed
from crm.demo.uses import courses, standing_of, standings, use_of
from crm.demo.world import World
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.opportunity_lines import OPPORTUNITY_LINE
from crm.opportunity_rivals import OPPORTUNITY_RIVAL
from crm.opportunity_verbs import OPPORTUNITY
from crm.pipelines import Pipeline
from crm.products import Product
from crm.rivals import Rival
from crm.tables import base36

# How long after the signature a delivered deal is billed for the first time.
DELIVERED_AFTER = 45


def plant_deals(made: Planter, rows: tuple[shapes.Deal, ...]) -> None:
    create(made, OPPORTUNITY, [_deal(made, row) for row in rows], [row.code for row in rows])
    names = _names(made)
    lines = [_line(made, row, line, names) for row in rows for line in row.lines]
    create(made, OPPORTUNITY_LINE, lines)
    rivals = [
        {
            "opportunity_id": made.id(Opportunity, row.code),
            "rival_id": made.id(Rival, row.rival),
            "offer": names[made.id(Rival, row.rival)],
            "created_at": made.at(_rival_known(row), "09:00"),
        }
        for row in rows
        if row.rival
    ]
    create(made, OPPORTUNITY_RIVAL, rivals)
    create_links(made, table_of("crm_stage_move"), [move for row in rows for move in _moves(made, row)])
    plant_standings(made, rows, {row.code: list(steps_of(row)) for row in rows})
    _postpone(made, rows)


def _deal(made: Planter, row: shapes.Deal) -> Values:
    return {
        "code": row.code,
        "name": row.title,
        "account_id": made.id(Account, row.account),
        "owner_id": made.id(User, row.owner),
        "product_id": made.ref("product", row.lines[0].product),
        "pipeline_id": made.id(Pipeline, "delivery" if row.delivery_stage else "sales"),
        "stage_id": made.ref("stage", row.delivery_stage or row.stage),
        "state": row.state,
        "amount": row.amount_fen,
        "probability": typed(row, row.stage),
        "engaged_on": made.on(row.engaged_on),
        "expected_close_on": made.on(row.expected_close - _delay(row)),
        "closed_on": made.on(row.closed_on),
        "stage_since": made.on(_billed_since(row) if row.delivery_stage == "O8" else row.stage_since),
        "wake_on": made.on(row.wake_on),
        "source_id": made.ref("channel", "CH5" if came_through_agents(row.code) else "CH4"),
        "reason_id": made.ref("reason", row.reason),
        "won_by_id": made.id(Rival, row.rival) if row.state == "lost" else None,
        "next_step": row.next_step,
        "next_step_on": made.on(row.next_on),
        "created_at": made.at(row.engaged_on, "09:00"),
    }


def _rival_known(row: shapes.Deal) -> int:
    """When the rival was written down: at the opening, or half way through."""
    end = row.closed_on if row.closed_on is not None else 0
    return row.engaged_on if rival_is_known(row.code) else (row.engaged_on + end) // 2


def _delay(row: shapes.Deal) -> int:
    """By how many days the expected close of an open deal was put off since it was written down."""
    is_late = row.state == "open" and number(row.code, "delay", below=6) == 0
    return 20 + number(row.code, "days", below=40) if is_late else 0


def _postpone(made: Planter, rows: Iterable[shapes.Deal]) -> None:
    late = [row for row in rows if _delay(row)]
    changes = {made.id(Opportunity, row.code): {"expected_close_on": made.on(row.expected_close)} for row in late}
    update_rows(made.session, OPPORTUNITY, changes, batch=new_id(), verb="update")


def _billed_since(row: shapes.Deal) -> int:
    return (row.closed_on or 0) + DELIVERED_AFTER


def _names(made: Planter) -> dict[Any, str]:
    """What lines and rival offers are called: the Chinese names of products and rivals."""
    found: dict[Any, str] = {}
    models: tuple[type[Product] | type[Rival], ...] = (Product, Rival)
    for model in models:
        found |= {row[0]: row[1] for row in made.session.execute(select(col(model.id), col(model.name_zh)))}
    return found


def _line(made: Planter, row: shapes.Deal, line: shapes.Line, names: dict[Any, str]) -> Values:
    product = made.ref("product", line.product)
    return {
        "opportunity_id": made.id(Opportunity, row.code),
        "product_id": product,
        "name": names[product],
        "quantity": line.quantity,
        "one_off": line.one_off_fen,
        "monthly": line.monthly_fen,
        "months": line.months,
        "created_at": made.at(row.engaged_on, "09:00"),
    }


def _moves(made: Planter, row: shapes.Deal) -> Iterator[Values]:
    """How the deal came to where it stands: through its stages, out of being open, then into its delivery."""
    for origin, goal, was, state, offset in steps_of(row):
        yield {
            "opportunity_id": made.id(Opportunity, row.code),
            "from_stage_id": made.ref("stage", origin),
            "to_stage_id": made.ref("stage", goal),
            "from_state": was,
            "to_state": state,
            "at": made.at(offset, "17:00"),
            "by_id": made.id(User, row.owner),
            "why": None,
            "missing": [],
            "is_override": False,
            "override_reason": None,
            **_ending(made, row, was, state),
        }


def _ending(made: Planter, row: shapes.Deal, was: str, state: str) -> Values:
    """The move that decides a deal keeps what was decided."""
    ends = was == "open" and state in ("won", "lost")
    return {
        "closed_on": made.on(row.closed_on) if ends else None,
        "reason_id": made.ref("reason", row.reason) if ends else None,
        "won_by_id": made.id(Rival, row.rival) if ends and state == "lost" else None,
    }


def steps_of(row: shapes.Deal) -> Iterator[tuple[str, str, str, str, int]]:
    way = passed(row)
    for (before, _s, _e), (stage, starts, _end) in pairwise(way):
        yield before.code, stage.code, "open", stage.outcome or "open", starts
    closed_on = row.stage_since if row.closed_on is None else row.closed_on
    if row.state in ("lost", "on_hold"):
        yield row.stage, row.stage, "open", row.state, closed_on
    if row.delivery_stage:
        yield row.stage, "O7", "won", "won", closed_on
    if row.delivery_stage == "O8":
        yield "O7", "O8", "won", "won", _billed_since(row)


# --- activities -----------------------------------------------------------------------------------------------


def plant_activities(made: Planter, all_: World) -> None:
    rows, ids = all_.activities, new_ids(len(all_.activities))
    steps, people = courses(all_.deals), standings(all_.key_persons)
    values = [_activity(made, row) | use_of(made, row, steps) | _own(i) for row, i in zip(rows, ids, strict=True)]
    create(made, ACTIVITY, values)
    pairs = list(zip(rows, ids, strict=True))
    accounts = [_tie(made, i, account_id=made.id(Account, key)) for row, i in pairs for key in row.accounts[1:]]
    persons = [
        _tie(made, i, person_id=_person_id(made, row.accounts, name), **standing_of(row, name, people))
        for row, i in pairs
        for name in row.persons
    ]
    create_links(made, table_of("crm_activity_account"), accounts)
    create_links(made, table_of("crm_activity_person"), persons)


def _own(fresh: int) -> Values:
    return {"id": fresh, "code": f"A{base36(fresh)}"}


def _activity(made: Planter, row: shapes.Activity) -> Values:
    start = made.at(row.day, row.time)
    return {
        # What is planned was agreed on an earlier day: not all of it in today's meeting.
        "created_at": made.at(min(row.day, 0) - 1, "17:30") if row.state == "planned" else made.now,
        "subject": row.subject,
        "kind": row.kind,
        "account_id": made.id(Account, row.accounts[0]),
        "opportunity_id": made.id(Opportunity, row.deal),
        "owner_id": made.id(User, row.owner),
        "starts_at": start,
        "due_on": made.on(row.day),
        "state": row.state,
        "result": row.result,
        "cost": row.cost_fen,
        "next_step": row.next_step,
        "done_at": start + timedelta(minutes=row.minutes) if row.state == "done" else None,
    }


def _tie(made: Planter, activity_id: int, **to: object) -> Values:
    now = made.now
    return {"created_at": now, "updated_at": now, "archived_at": None, "version": 1, "activity_id": activity_id, **to}


def _person_id(made: Planter, accounts: tuple[str, ...], name: str) -> int:
    return next(i for key in accounts if (i := made.ids.get((KeyPerson, f"{key} {name}"))) is not None)
