"""Writing down what was done with a client and what comes next: the verbs behind the composer and the log page."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from core import clock
from core.db import ActorSession
from core.errors import Conflict, Forbidden, Invalid
from core.history import history, may
from core.i18n import _
from core.registry import registry
from core.titles import titles
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_joining import add_person, add_user
from crm.activity_verbs import ACTIVITY, finish
from crm.notes import Note, add_note
from crm.opportunities import Opportunity
from crm.weapons import weapon_by_code

Kind = Literal["note", "call", "visit", "plan"]
KINDS: tuple[Kind, ...] = ("note", "call", "visit", "plan")
# The weapon that a call and a visit usually are, by its code; a carrier without it starts with none.
WEAPONS = {"call": "W03_CALL", "visit": "W04_VISIT"}
LONGEST_SUBJECT = 200


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What somebody wrote down. `activity` is the plan that was carried out, if it was planned before.

    `owner_id` is whose it becomes; the writer's own, if nobody is named.
    """

    kind: Kind
    text: str
    account: Account | None = None
    deal: Opportunity | None = None
    activity: Activity | None = None
    persons: tuple[int, ...] = ()
    mentions: tuple[int, ...] = ()
    weapon_id: int | None = None
    done_on: date | None = None
    due_on: date | None = None
    next_step: str | None = None
    next_step_on: date | None = None
    cost: int | None = None
    ours: tuple[int, ...] = ()
    owner_id: int | None = None


def write_note(session: ActorSession, entry: Entry) -> Note:
    """On the deal if it is about one, else on the account."""
    stem, record = ("crm.opportunity", entry.deal) if entry.deal else ("crm.account", entry.account)
    return add_note(session, record, stem, body=entry.text, mentions=entry.mentions)


def plan(session: ActorSession, entry: Entry) -> Activity:
    if len(entry.text) > LONGEST_SUBJECT:
        sentence = _("At most {n} characters, please.", n=LONGEST_SUBJECT)
        raise Invalid(sentence, {"text": sentence})
    return _add(session, entry, subject=entry.text, kind="visit" if _is_visit(session, entry) else "task")


def _is_visit(session: ActorSession, entry: Entry) -> bool:
    visit = weapon_by_code(session, WEAPONS["visit"])
    return visit is not None and visit.id == entry.weapon_id


def log(session: ActorSession, entry: Entry) -> tuple[Activity, Activity | None]:
    """A call or a visit that took place, and what was planned next in it."""
    activity = entry.activity or _add(session, entry, subject=_subject(session, entry), kind=entry.kind)
    if entry.activity is not None:
        _demand_mine(session, activity)
        _meet(session, activity, entry)
        activity.weapon_id = activity.weapon_id or entry.weapon_id
    finish(
        session, activity, result=entry.text, cost=entry.cost, next_step=entry.next_step,
        next_step_on=entry.next_step_on, done_at=_moment(entry.done_on),
    )  # fmt: skip
    ACTIVITY.complete(session, activity)
    session.flush()
    return activity, follow_up(session, activity)


def follow_up(session: ActorSession, activity: Activity) -> Activity | None:
    """A next step with a day is a planned activity."""
    if activity.next_step_on is None:
        return None
    following = Entry(
        kind="plan", text=activity.next_step or "", due_on=activity.next_step_on,
        account=session.get(Account, activity.account_id) if activity.account_id else None,
        deal=session.get(Opportunity, activity.opportunity_id) if activity.opportunity_id else None,
    )  # fmt: skip
    return _add(session, following, subject=activity.next_step or _("Follow up"), kind="task")


def take_back(session: ActorSession, activity: Activity, *, was_planned: bool) -> None:
    """Undo what was just logged: the plan stands again, or the record is archived."""
    _demand_mine(session, activity)
    if not was_planned:
        activity.archived_at = clock.now()
    elif activity.state == "done":
        activity.state, activity.done_at, activity.result = "planned", None, None
        activity.cost = _cost_before(session, activity)
        activity.next_step, activity.next_step_on, activity.step_id = None, None, None


def _cost_before(session: ActorSession, activity: Activity) -> int | None:
    """What the plan said before it was logged."""
    logged = next((each for each in history(session, ACTIVITY, activity.id) if "done_at" in each.fields), None)
    old, _new = (logged.fields if logged else {}).get("cost", (activity.cost, None))
    return old


def _demand_mine(session: ActorSession, activity: Activity) -> None:
    if not may(session, ACTIVITY, activity.id, "update"):
        raise Forbidden(_("You may see this record, but not change it."))
    if activity.archived_at is not None:
        raise Conflict(_("This is not possible any more: the record was changed meanwhile."))


def _add(session: ActorSession, entry: Entry, *, subject: str, kind: str) -> Activity:
    activity = Activity(
        subject=subject[:LONGEST_SUBJECT], kind=kind, weapon_id=entry.weapon_id, due_on=entry.due_on or entry.done_on,
        account_id=entry.account.id if entry.account else None, opportunity_id=entry.deal.id if entry.deal else None,
        owner_id=entry.owner_id or session.actor.user_id,
    )  # fmt: skip
    ACTIVITY.complete(session, activity)
    session.add(activity)
    session.flush()
    _meet(session, activity, entry)
    return activity


def _meet(session: ActorSession, activity: Activity, entry: Entry) -> None:
    for person_id in entry.persons:
        add_person(session, activity, person_id=person_id)
    for user_id in entry.ours:
        if user_id != activity.owner_id:
            add_user(session, activity, user_id=user_id)
    session.flush()


def _subject(session: ActorSession, entry: Entry) -> str:
    """What lists call it: whom it was with, else the client or the deal."""
    people = titles(session, {"crm_key_person": set(entry.persons)}) if entry.persons else {}
    with_whom = ", ".join(people.values()) or (entry.deal or entry.account).name  # type: ignore[union-attr]
    return _("Call with {name}", name=with_whom) if entry.kind == "call" else _("Visit to {name}", name=with_whom)


def _moment(day: date | None) -> datetime:
    """Today's is now; of another day only the day is known, and noon stands for it."""
    if day is None or day == clock.today():
        return clock.now()
    return datetime.combine(day, time(12), tzinfo=clock.zone())


def address_of(entry: Entry) -> str:
    """Where what was written down is seen."""
    stem, record = ("crm.opportunity", entry.deal) if entry.deal else ("crm.account", entry.account)
    entity = registry().entity(stem)
    known: Any = record or entry.activity
    path = entity.path if entity and record else ACTIVITY.path
    return f"{path}/{known.id}"
