"""What staff of a firm report on a task: what came of the visit, and taking it back while it is fresh."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from campaigns.campaigns import OUTCOMES, UNMET, Campaign
from campaigns.photos import MOST, cleaned
from campaigns.rules import AGAIN
from campaigns.tasks import Task, outcome_label
from core import clock
from core.db import get
from core.errors import Conflict, Forbidden, Invalid
from core.i18n import _, pick
from core.notices import notify
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_verbs import drop, finish
from crm.files import attach
from crm.products import Product
from web.kit.format import listed

UNDO_FOR = timedelta(minutes=15)
LONGEST_NOTE = 1000


@dataclass(frozen=True)
class Result:
    """One report: what came of it, the day of the next visit where it is to be made again, and what goes with it."""

    outcome: str
    again_on: date | None = None
    products: tuple[str, ...] = ()
    note: str = ""
    photos: tuple[tuple[str, bytes], ...] = ()


def report(session: Any, task: Task, result: Result) -> None:
    """Finish the task's activity with its result, plan the next visit where one is wanted, tell the client's owner."""
    _check(result)
    activity = get(session, Activity, task.activity_id)
    if activity.state != "planned":
        raise Conflict(_("This task has been reported already."))
    # What is reported may be paid: only while the campaign runs, also from a page that was opened before.
    if get(session, Campaign, task.campaign_id).state != "running":
        raise Conflict(_("This campaign does not run at present, so nothing can be reported for it."))
    session.info["verb"] = "report"
    task.outcome, task.products = result.outcome, _known(session, result.products)
    task.reported_at, task.reported_by_id = clock.now(), session.actor.user_id
    _end(session, activity, result.outcome, _in_words(session, task, result))
    for name, content in result.photos:
        kept_name, kept = cleaned(name, content)
        attach(session, "crm.activity", activity.id, name=kept_name, content=kept)
    session.flush()
    if result.outcome == "again" and result.again_on is not None:
        _plan_again(session, task, activity, result.again_on)
    _tell(session, task, activity)


def _end(session: Any, activity: Activity, outcome: str, words: str) -> None:
    """A visit that met nobody was no use of a weapon, and no contact with the client."""
    if outcome in UNMET:
        drop(session, activity, result=words)
    else:
        finish(session, activity, result=words)


def _check(result: Result) -> None:
    problems = {}
    if result.outcome not in OUTCOMES:
        problems["outcome"] = _("Choose what came of it.")
    if result.outcome == "again" and result.again_on is None:
        problems["again_on"] = _("Choose the day on which you go again.")
    if result.outcome == "again" and result.again_on is not None and result.again_on < clock.today():
        problems["again_on"] = _("Choose a day to come.")
    if len(result.photos) > MOST:
        problems["photo"] = _("At most {n} photos.", n=MOST)
    if len(result.note) > LONGEST_NOTE:
        problems["note"] = _("At most {n} characters, please.", n=LONGEST_NOTE)
    if problems:
        raise Invalid(next(iter(problems.values())), problems)


def _known(session: Any, codes: Iterable[str]) -> list[str]:
    wanted = list(codes)
    found = select(col(Product.code)).where(col(Product.code).in_(wanted)).order_by(col(Product.position))
    return list(session.scalars(found)) if wanted else []


def _in_words(session: Any, task: Task, result: Result) -> str:
    """The activity's result as the account's timeline shows it."""
    lines = [outcome_label(result.outcome)]
    if task.products:
        named = select(col(Product.name_zh), col(Product.name_en)).where(col(Product.code).in_(task.products))
        lines.append(listed(pick(zh, en) for zh, en in session.execute(named.order_by(col(Product.position)))))
    return "\n".join(filter(None, [" · ".join(lines), result.note.strip()]))


def _plan_again(session: Any, task: Task, before: Activity, day: date) -> None:
    """The next visit, as a task of its own; the one that was taken back with an earlier report is used again."""
    follower = _follower(session, task)
    if follower is not None:
        visit = get(session, Activity, follower.activity_id)
        visit.state, visit.due_on, visit.starts_at = "planned", day, None
        return
    code = f"{before.code}{AGAIN}"
    if len(code) > 40:
        raise Invalid(_("This client was visited again too often. Ask the channel manager for a new task."))
    names = ("subject", "kind", "weapon_id", "weapon_version_id", "account_id", "owner_id", "purpose", "approval")
    visit = Activity(code=code, due_on=day, **{name: getattr(before, name) for name in names})
    session.add(visit)
    session.flush()
    kept = ("campaign_id", "firm_id", "user_id", "name", "account_id", "seat_city_id", "seat_county_id")
    values = {name: getattr(task, name) for name in kept}
    session.add(Task(activity_id=visit.id, follows_id=task.id, **values))
    session.flush()


def _follower(session: Any, task: Task) -> Task | None:
    found: Task | None = session.scalar(select(Task).where(col(Task.follows_id) == task.id).limit(1))
    return found


def _tell(session: Any, task: Task, activity: Activity) -> None:
    """The client's owner, and whoever gave the task."""
    owner = session.scalar(select(col(Account.owner_id)).where(col(Account.id) == task.account_id))
    notify(session, to={owner, activity.owner_id} - {None}, kind="assignment", about=activity)


def take_back(session: Any, task: Task) -> None:
    """As if it had not been reported; photos stay where they are. Only by who reported it, and only for a while."""
    if task.reported_by_id != session.actor.user_id or task.reported_at is None:
        raise Forbidden(_("Only who reported it takes it back."))
    if clock.now() - task.reported_at > UNDO_FOR:
        raise Conflict(_("It is too late to take this back. Ask the channel manager."))
    follower = _follower(session, task)
    if follower is not None:
        visit = get(session, Activity, follower.activity_id)
        if follower.outcome is not None:
            raise Conflict(_("The next visit has been reported already."))
        if visit.state == "planned":
            drop(session, visit)
    session.info["verb"] = "undo"
    activity = get(session, Activity, task.activity_id)
    activity.state, activity.done_at, activity.result = "planned", None, None
    task.outcome, task.products, task.reported_at, task.reported_by_id = None, [], None, None
