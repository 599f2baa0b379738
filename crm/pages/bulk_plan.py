"""Clients ticked in their list are added to one activity that is planned, or to a new one: all of them or none."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col
from starlette.responses import Response

from core import clock
from core.db import ActorSession, get
from core.errors import Conflict, Forbidden, Invalid
from core.fields import view
from core.history import may
from core.i18n import N_, _
from core.module import Bulk
from crm.accounts import ACCOUNT, Account
from crm.activities import Activity
from crm.activity_verbs import ACTIVITY
from crm.guests import Guests, add_guests, last_tie, take_back
from web.kit import format as texts
from web.kit.inputs import input_for, offer_for
from web.kit.requests import Ask, Routes, number_of, see_other
from web.kit.shell import FLASHES, UNDOS, page
from web.kit.views import Crumb, Field, Option

NEEDED = "crm.activity_account.create"
PATH = f"{ACCOUNT.path}/plan"
MOST, MOST_PLANS = 5_000, 50
# An act by which an activity got its first client, and one that made the activity itself, are undone further.
FLASHES["guests-first"] = FLASHES["guests-new"] = N_("Added to this activity.")
UNDOS["guests-first"] = UNDOS["guests-new"] = "/crm/activity/{id}/clients/undo"
NEW = ("subject", "kind", "weapon_id", "due_on")


@dataclass(frozen=True, kw_only=True)
class PlanPage:
    title: str
    action: str
    back: str
    ids: str
    names: tuple[str, ...]
    more: int
    plans: tuple[Option, ...]
    fields: tuple[Field, ...]
    error: str = ""


def bulk() -> Bulk:
    return Bulk(ACCOUNT.stem, N_("Add to an activity"), PATH, NEEDED, "calendar-plus")


def add_routes(made: Routes) -> None:
    made.post(PATH, NEEDED, choose)
    made.post(f"{PATH}/add", NEEDED, add)
    made.post(f"{ACTIVITY.path}/{{id:int}}/clients/undo", NEEDED, undo)


def choose(ask: Ask) -> Response:
    """The ticked clients, and which activity they come to."""
    return _page(ask)


def add(ask: Ask) -> Response:
    try:
        with ask.writing() as session:
            accounts = chosen(session, ask.typed("id"))
            is_new = ask.typed("activity") == "new"
            activity = _made(session, ask) if is_new else _planned(session, number_of(ask.typed("activity")) or 0)
            had_none = activity.account_id is None
            count, moment = add_guests(session, activity, Guests(tuple(each.id for each in accounts)))
            flash = _flash(session, activity, moment, is_new=is_new, had_none=had_none) if count else "saved"
    except (Invalid, Conflict) as error:
        return _page(ask, error=str(error))
    return see_other(f"{ACTIVITY.path}/{activity.id}", flash=flash)


def _flash(session: ActorSession, activity: Activity, moment: datetime | None, *, is_new: bool, had_none: bool) -> str:
    if is_new:
        return f"guests-new:{activity.id}:0"
    if had_none:
        return f"guests-first:{activity.id}:{activity.account_id}"
    return f"guests:{activity.id}:{last_tie(session, activity.id, moment) if moment else 0}"


def chosen(session: ActorSession, typed: str) -> list[Account]:
    """The clients of these ids. Raises Invalid where one of them is not there for the reader, or there are too many."""
    ids = {key for part in typed.split(",") if (key := number_of(part))}
    if not ids:
        raise Invalid(_("Tick at least one client."))
    if len(ids) > MOST:
        raise Invalid(_("At most {n} rows at once, please.", n=texts.number(MOST)))
    live = select(Account).where(col(Account.id).in_(ids), col(Account.archived_at).is_(None))
    found = list(session.scalars(live.order_by(col(Account.id))))
    if len(found) < len(ids):
        raise Invalid(_("One of these clients is not there any more, or not yours to see. Nothing was added."))
    return found


def _planned(session: ActorSession, key: int) -> Activity:
    if not key:
        raise Invalid(_("Choose an activity, or begin a new one."))
    activity: Activity = get(session, Activity, key)
    if not may(session, ACTIVITY, key, "update"):
        raise Forbidden(_("You may see this record, but not change it."))
    if activity.state != "planned" or activity.archived_at is not None:
        raise Conflict(_("This activity is not planned any more. Choose another one."))
    return activity


def _made(session: ActorSession, ask: Ask) -> Activity:
    if not ask.typed("subject").strip():
        raise Invalid(_("Say what the new activity is about."))
    views = {name: view(getattr(Activity, name)) for name in NEW}
    typed = {name: each.read(ask.typed(name)) for name, each in views.items() if ask.typed(name)}
    activity = Activity(**typed, owner_id=session.actor.user_id)
    session.add(activity)
    session.flush()
    return activity


def undo(ask: Ask) -> Response:
    """What the act added is taken out; without a first client's number the activity came with it, and goes with it."""
    first = number_of(ask.typed("next")) or 0
    with ask.writing() as session:
        activity = _planned(session, ask.id)
        take_back(session, activity, first)
        if not first:
            activity.archived_at = clock.now()
    return see_other(f"{ACTIVITY.path}/{ask.id}" if first else ACCOUNT.path, flash="undone")


# --- the page -------------------------------------------------------------------------------------------------


def _page(ask: Ask, error: str = "") -> Response:
    with ask.reading() as session:
        try:
            accounts = chosen(session, ask.typed("id"))
        except Invalid as refused:
            accounts, error = [], str(refused)
        views = [view(getattr(Activity, name)) for name in NEW]
        offer = offer_for(session, views, {})
        made = PlanPage(
            title=_("Add clients to an activity"), action=f"{PATH}/add", back=ACCOUNT.path, error=error,
            ids=",".join(str(each.id) for each in accounts), names=tuple(each.name for each in accounts[:12]),
            more=max(len(accounts) - 12, 0), plans=_plans(session, ask.typed("activity")),
            fields=tuple(input_for(each, ask.typed(each.name), offer, required=False) for each in views),
        )  # fmt: skip
    crumbs = (Crumb(text=_(ACCOUNT.plural), href=ACCOUNT.path), Crumb(text=made.title))
    return page(ask, "crm/bulk_plan.html", made, crumbs, 422 if error else 200)


def _plans(session: ActorSession, held: str) -> tuple[Option, ...]:
    """The own ones that are planned, the next first."""
    own = select(Activity).where(
        col(Activity.owner_id) == session.actor.user_id, col(Activity.state) == "planned",
        col(Activity.archived_at).is_(None),
    )  # fmt: skip
    found = session.scalars(own.order_by(col(Activity.due_on), col(Activity.id)).limit(MOST_PLANS))
    return tuple(
        Option(
            value=str(each.id), selected=str(each.id) == held,
            text=_("{subject}, {day}", subject=each.subject, day=texts.day(each.due_on) or _("no day set")),
        ) for each in found
    )  # fmt: skip
