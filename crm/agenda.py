"""What is to be done, in one list: planned activities and the next steps of open deals; overdue, today, to come."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, not_, select
from sqlmodel import col

from core import clock
from core.access import Me, table_of
from core.db import ActorSession
from crm.accounts import ACCOUNT
from crm.activity_links import ActivityPerson
from crm.activity_verbs import ACTIVITY
from crm.key_persons import KeyPerson
from crm.opportunity_verbs import OPPORTUNITY
from crm.suggestions import Suggestion
from crm.weapons import WEAPON
from crm.whose import Whose

When = Literal["over", "today", "plan"]
WHEN: tuple[When, ...] = ("over", "today", "plan")
SHOWN = {"over": 20, "today": 20, "plan": 10}
PLAN, DEAL = ACTIVITY.table, OPPORTUNITY.table


@dataclass(frozen=True)
class Item:
    """One thing to do: an activity, or the next step of a deal (`is_step`), which then gives the id."""

    id: int
    is_step: bool
    when: When
    what: str
    due_on: date | None
    starts_at: datetime | None
    kind: str
    weapon: str
    icon: str
    account_id: int | None
    account: str
    deal_id: int | None
    deal: str
    owner_id: int | None
    owner: str
    persons: tuple[str, ...] = ()
    next_weapon: str = ""


@dataclass(frozen=True)
class Agenda:
    """`items` are the first of each group; the counts are of all."""

    items: dict[When, tuple[Item, ...]]
    activities: dict[When, int]
    steps: dict[When, int]

    def count(self, when: When) -> int:
        return self.activities[when] + self.steps[when]

    @property
    def is_empty(self) -> bool:
        return not any(self.count(when) for when in WHEN)


def agenda(session: ActorSession, whose: Whose) -> Agenda:
    """Four statements, however long the list is."""
    activities = session.execute(_first_of_each(_activities(whose))).all()
    steps = session.execute(_first_of_each(_steps(whose))).all()
    persons = _persons(session, [row.id for row in activities])
    nexts = _next_weapons(session, {row.deal_id for row in activities} | {row.id for row in steps})
    found = [*(_activity(row, persons) for row in activities), *(_step(row) for row in steps)]
    found = [replace(each, next_weapon=nexts.get(each.deal_id or 0, "")) for each in found]
    items = {when: tuple(sorted((i for i in found if i.when == when), key=_order))[: SHOWN[when]] for when in WHEN}
    return Agenda(items, _counts(activities), _counts(steps))


def _order(item: Item) -> tuple[bool, date, float, int]:
    """By day, then by hour; what has no day comes last."""
    hour = item.starts_at.timestamp() if item.starts_at else float("inf")
    return item.due_on is None, item.due_on or date.max, hour, item.id


def _counts(rows: Any) -> dict[When, int]:
    found = {row.bucket: row.n for row in rows}
    return {when: found.get(when, 0) for when in WHEN}


def _first_of_each(rows: Select[Any]) -> Select[Any]:
    """The first of each group by day, each with the number of its group."""
    inner = rows.subquery()
    place = func.row_number().over(partition_by=inner.c.bucket, order_by=(inner.c.due.nulls_last(), inner.c.id))
    n = func.count().over(partition_by=inner.c.bucket)
    ranked = select(inner, place.label("place"), n.label("n")).subquery()
    few = case(
        (ranked.c.bucket == "over", SHOWN["over"]), (ranked.c.bucket == "today", SHOWN["today"]), else_=SHOWN["plan"]
    )
    account, owner = ACCOUNT.table.alias(), table_of("core_user").alias()
    return (
        select(ranked, account.c.name.label("account"), owner.c.name.label("owner"))
        .outerjoin(account, account.c.id == ranked.c.account_id)
        .outerjoin(owner, owner.c.id == ranked.c.owner_id)
        .where(ranked.c.place <= few)
        .order_by(ranked.c.bucket, ranked.c.place)
    )


def _activities(whose: Whose) -> Select[Any]:
    weapon, deal = WEAPON.table.alias(), DEAL.alias()
    return (
        select(
            PLAN.c.id, PLAN.c.subject, PLAN.c.kind, PLAN.c.starts_at, PLAN.c.due_on.label("due"), PLAN.c.owner_id,
            PLAN.c.account_id, PLAN.c.opportunity_id.label("deal_id"), deal.c.name.label("deal"),
            WEAPON.title_in(weapon).label("weapon"), weapon.c.icon, _bucket(PLAN.c.due_on),
        )
        .outerjoin(weapon, weapon.c.id == PLAN.c.weapon_id)
        .outerjoin(deal, deal.c.id == PLAN.c.opportunity_id)
        .where(PLAN.c.state == "planned", PLAN.c.archived_at.is_(None), whose.has(PLAN.c.owner_id))
    )  # fmt: skip


def _steps(whose: Whose) -> Select[Any]:
    return select(
        DEAL.c.id, DEAL.c.next_step, DEAL.c.name.label("deal"), DEAL.c.next_step_on.label("due"), DEAL.c.owner_id,
        DEAL.c.account_id, _bucket(DEAL.c.next_step_on),
    ).where(has_step(), whose.has(DEAL.c.owner_id))  # fmt: skip


def has_step() -> ColumnElement[bool]:
    """The open deal says what comes next and when, and no planned activity of that day stands for it already."""
    plan = PLAN.alias()
    same = select(plan.c.id).where(
        plan.c.opportunity_id == DEAL.c.id, plan.c.due_on == DEAL.c.next_step_on, plan.c.state == "planned",
        plan.c.archived_at.is_(None),
    )  # fmt: skip
    is_said = and_(DEAL.c.state == "open", DEAL.c.archived_at.is_(None), DEAL.c.next_step_on.is_not(None))
    return and_(is_said, not_(exists(same.correlate(DEAL))))


def _bucket(day: Any) -> Any:
    return case((day < Me.today, "over"), (day == Me.today, "today"), else_="plan").label("bucket")


def _persons(session: ActorSession, activities: list[int]) -> dict[int, tuple[str, ...]]:
    """Whom each activity is with."""
    if not activities:
        return {}
    statement = (
        select(col(ActivityPerson.activity_id), col(KeyPerson.name))
        .join(KeyPerson, col(KeyPerson.id) == col(ActivityPerson.person_id))
        .where(col(ActivityPerson.activity_id).in_(activities), col(ActivityPerson.archived_at).is_(None))
        .order_by(col(ActivityPerson.id))
        .limit(200)
    )
    found: dict[int, tuple[str, ...]] = {}
    for activity, name in session.execute(statement):
        found[activity] = (*found.get(activity, ()), name)
    return found


def _next_weapons(session: ActorSession, deals: set[int | None]) -> dict[int, str]:
    """What was suggested for each deal and waits for an answer. Nothing is drawn here."""
    weapon, stage = WEAPON.table.alias(), table_of("crm_stage").alias()
    statement = (
        select(col(Suggestion.opportunity_id), WEAPON.title_in(weapon))
        .join(weapon, weapon.c.id == col(Suggestion.weapon_id))
        .join(DEAL, DEAL.c.id == col(Suggestion.opportunity_id))
        .join(stage, stage.c.id == DEAL.c.stage_id)
        .where(
            col(Suggestion.opportunity_id).in_(deals - {None}), col(Suggestion.answer).is_(None),
            col(Suggestion.archived_at).is_(None), DEAL.c.state == "open", stage.c.step_id == col(Suggestion.step_id),
            # What a tender or an official may lock stands on the deal's own page, which knows the locks.
            weapon.c.tender_lock == "free", weapon.c.official_lock == "free",
        )
        .order_by(col(Suggestion.id))
        .limit(200)
    )  # fmt: skip
    may = deals - {None} and session.actor.may("crm.suggestion.read")
    return {row[0]: row[1] for row in session.execute(statement)} if may else {}


def _activity(row: Any, persons: dict[int, tuple[str, ...]]) -> Item:
    return Item(
        row.id, False, row.bucket, row.subject, row.due, row.starts_at, row.kind, row.weapon or "", row.icon or "",
        row.account_id, row.account or "", row.deal_id, row.deal or "", row.owner_id, row.owner or "",
        persons.get(row.id, ()),
    )  # fmt: skip


def _step(row: Any) -> Item:
    return Item(
        row.id, True, row.bucket, row.next_step or "", row.due, None, "step", "", "", row.account_id,
        row.account or "", row.id, row.deal, row.owner_id, row.owner or "",
    )  # fmt: skip


def local_time(item: Item) -> str:
    return clock.local(item.starts_at).strftime("%H:%M") if item.starts_at else ""
