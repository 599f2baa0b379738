"""When a key person leaves: a task on every open deal in which the person counted, once, and back with the undo.

It follows from the change itself, from whatever page it comes: the change is seen when it is written, the tasks are
made in the same transaction. Two who change the same person at once meet at the person's version: one of them loses.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import event, inspect, or_, select
from sqlmodel import col

from core import clock
from core.db import ActorSession
from core.i18n import _
from crm.activities import Activity
from crm.activity_links import ActivityPerson
from crm.activity_verbs import ACTIVITY
from crm.departures import Departure
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from web.kit.format import day

DUE_DAYS = 7
MOST_DEALS = 200
WATCHED = ("left_on", "account_id", "post", "level", "function", "roles")
MARK = "crm.people_changed"


@dataclass(frozen=True)
class Going:
    """What happened to a person, with the values as they were before. `is_undo` is a change that was taken back."""

    person: KeyPerson
    before: dict[str, Any]
    is_undo: bool = False

    def changed(self, name: str) -> bool:
        return bool(self.before[name] != getattr(self.person, name))

    @property
    def kind(self) -> str:
        """`left`, `moved` to another client, a new `post`, or nothing of these.

        A post is a new one where one was known, it reads otherwise now, and level or function changed with it: words
        that were only put right change no seat.
        """
        if self.person.left_on and not self.before["left_on"]:
            return "left"
        if self.is_undo:
            return ""
        if self.changed("account_id"):
            return "moved"
        is_other = _plain(self.before["post"]) not in ("", _plain(self.person.post))
        return "post" if is_other and (self.changed("level") or self.changed("function")) else ""

    @property
    def on(self) -> date:
        return (self.person.left_on if self.kind == "left" else None) or clock.today()

    @property
    def decided(self) -> bool:
        return "decider" in (self.before["roles"] or []) or self.before["level"] == "decision"


def _plain(post: str | None) -> str:
    return "".join((post or "").split()).casefold()


# --- seen when it is written ----------------------------------------------------------------------------------


@event.listens_for(ActorSession, "before_flush")
def _notice(session: ActorSession, _context: Any, _instances: Any) -> None:
    for row in session.dirty:
        if isinstance(row, KeyPerson):
            histories = {name: inspect(row).attrs[name].history for name in WATCHED}
            if any(histories[name].has_changes() for name in ("left_on", "account_id", "post")):
                before = {n: h.deleted[0] if h.deleted else getattr(row, n) for n, h in histories.items()}
                going = Going(row, before, is_undo=session.info.get("verb") == "undo")
                session.info.setdefault(MARK, []).append(going)


@event.listens_for(ActorSession, "before_commit")
def _follow(session: ActorSession) -> None:
    if not session.info["writes"]:
        return
    session.flush()
    for going in session.info.pop(MARK, []):
        take_back(session, going)
        if going.kind:
            open_tasks(session, going)


# --- tasks ----------------------------------------------------------------------------------------------------


def open_tasks(session: ActorSession, going: Going) -> list[Activity]:
    """A task on each open deal of the client that was left in which the person was met; on all of them for somebody
    who decides or stands at the decision level. A deal that has one for this person gets no second."""
    may = all(session.actor.may(f"crm.{name}.create") for name in ("activity", "departure"))
    if not may or not going.before["account_id"]:
        return []
    return [_open(session, going, deal) for deal in _deals(session, going)]


def _deals(session: ActorSession, going: Going) -> list[Opportunity]:
    """The largest first, should there be more than `MOST_DEALS`."""
    known = select(col(Departure.opportunity_id)).where(
        col(Departure.person_id) == going.person.id, col(Departure.archived_at).is_(None)
    )
    statement = select(Opportunity).where(
        col(Opportunity.account_id) == going.before["account_id"], col(Opportunity.state) == "open",
        col(Opportunity.archived_at).is_(None), col(Opportunity.id).not_in(known), was_there(going.on),
    )  # fmt: skip
    if not going.decided:
        statement = statement.where(col(Opportunity.id).in_(_met_in(going.person)))
    order = col(Opportunity.amount).desc().nulls_last(), col(Opportunity.id)
    return list(session.scalars(statement.order_by(*order).limit(MOST_DEALS)))


def was_there(on: Any) -> Any:
    """A deal that began after somebody left never counted on them."""
    return or_(col(Opportunity.engaged_on).is_(None), col(Opportunity.engaged_on) <= on)


def _met_in(person: KeyPerson) -> Any:
    return (
        select(col(Activity.opportunity_id))
        .join(ActivityPerson, col(ActivityPerson.activity_id) == col(Activity.id))
        .where(
            col(ActivityPerson.person_id) == person.id, col(ActivityPerson.archived_at).is_(None),
            col(Activity.state) == "done", col(Activity.archived_at).is_(None),
            col(Activity.opportunity_id).is_not(None),
        )
    )  # fmt: skip


def _open(session: ActorSession, going: Going, deal: Opportunity) -> Activity:
    task = Activity(
        subject=_("Find who follows {name}", name=going.person.name)[:200], kind="task", purpose=reason(going)[:200],
        account_id=deal.account_id, opportunity_id=deal.id, due_on=clock.today() + timedelta(days=DUE_DAYS),
        owner_id=deal.owner_id or session.actor.user_id,
    )  # fmt: skip
    ACTIVITY.complete(session, task)
    session.add(task)
    session.flush()
    session.add(_departure(going, deal, task))
    session.flush()
    return task


def _departure(going: Going, deal: Opportunity, task: Activity) -> Departure:
    person, before = going.person, going.before
    return Departure(
        opportunity_id=deal.id, person_id=person.id, account_id=deal.account_id, activity_id=task.id, kind=going.kind,
        gone_on=going.on, name=person.name, level=before["level"], function=before["function"],
        is_decider="decider" in (before["roles"] or []), post_before=before["post"],
        post_after=person.post if going.kind != "left" else None,
        to_account_id=person.account_id if going.kind == "moved" else None,
    )  # fmt: skip


def reason(going: Going) -> str:
    name, post = going.person.name, going.before["post"] or "—"
    if going.kind == "left":
        return _("{name} ({post}) leaves the client on {day}.", name=name, post=post, day=day(going.on))
    if going.kind == "moved":
        return _("{name} ({post}) went to another client.", name=name, post=post)
    return _("{name} has a new post: {after} instead of {post}.", name=name, after=going.person.post or "—", post=post)


def take_back(session: ActorSession, going: Going) -> None:
    """The person is back: tasks that nobody has done are archived, and nothing counts against the deals any more."""
    person, kinds = going.person, []
    if going.before["left_on"] and not person.left_on:
        kinds.append(col(Departure.kind) == "left")
    if going.changed("account_id"):
        kinds.append((col(Departure.kind) == "moved") & (col(Departure.account_id) == person.account_id))
    if going.changed("post"):
        kinds.append((col(Departure.kind) == "post") & (col(Departure.post_before) == person.post))
    for kind in kinds:
        live = (col(Departure.person_id) == person.id, col(Departure.archived_at).is_(None), kind)
        for departure in session.scalars(select(Departure).where(*live).limit(MOST_DEALS)):
            _take_back(session, departure)
    session.flush()


def _take_back(session: ActorSession, departure: Departure) -> None:
    task = session.get(Activity, departure.activity_id) if departure.activity_id else None
    if task is not None and task.state == "planned":
        task.archived_at = clock.now()
    departure.archived_at = clock.now()
