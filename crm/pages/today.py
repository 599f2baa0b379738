"""Today: where an account manager's day begins, and the ticks that take things off the list."""

from starlette.responses import Response

from core.db import ActorSession, get
from core.errors import Conflict, Forbidden, NotFound
from core.history import history, may, undo_entry
from core.i18n import N_, _
from crm.activities import Activity
from crm.activity_verbs import ACTIVITY, finish, plan_again
from crm.agenda import agenda
from crm.client_signals import bills, endings
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.own_figures import open_deals, signing
from crm.pages.today_asked import requests_of
from crm.pages.today_list import HOME
from crm.pages.today_page import Found, today_page
from crm.risks import deals_at_risk
from crm.whose import TODAY, Absence, Whose, has_team, mine, my_absences, of_person, of_team
from web.kit.requests import Ask, Routes, see_other
from web.kit.shell import FLASHES, UNDOS, page
from web.kit.views import Crumb

STEP = {"next_step", "next_step_on"}

FLASHES.update({"ticked": N_("Done, and off the list."), "stepped": N_("Done. Say what comes next for this deal.")})
UNDOS.update({"ticked": "/crm/today/activity/{id}/again", "stepped": "/crm/today/step/{id}/again"})


def add_routes(made: Routes) -> None:
    made.get(HOME, TODAY, show)
    made.post("/crm/today/activity/{id:int}/done", ACTIVITY.permission("update"), tick)
    made.post("/crm/today/activity/{id:int}/again", ACTIVITY.permission("update"), untick)
    made.post("/crm/today/step/{id:int}/done", OPPORTUNITY.permission("update"), take_step)
    made.post("/crm/today/step/{id:int}/again", OPPORTUNITY.permission("update"), restore_step)


def show(ask: Ask) -> Response:
    with ask.reading() as session:
        away = my_absences(session)
        whose = whose_of(session, ask.query.get("whose", ""), away)
        found = Found(
            whose, away, signing(session, whose), open_deals(session, whose), agenda(session, whose),
            deals_at_risk(session, whose), endings(session, whose), bills(session, whose),
            requests_of(session, whose),
        )  # fmt: skip
    return page(ask, "crm/today.html", today_page(ask.actor, found), (Crumb(text=_("Today")),))


def whose_of(session: ActorSession, wanted: str, away: list[Absence]) -> Whose:
    """Who leads a team sees the team's day, unless they ask for their own or a colleague's."""
    actor = session.actor
    if not has_team(actor) or wanted == "mine":
        return mine(actor, away)
    if not wanted or wanted == "team":
        return of_team()
    if not wanted.isdecimal() or len(wanted) > 18:
        raise NotFound(_("There is nothing at this address."))
    return of_person(session, int(wanted))


# --- ticks ----------------------------------------------------------------------------------------------------


def tick(ask: Ask) -> Response:
    """A form that comes twice finds the activity done, and says so like the first time."""
    with ask.writing() as session:
        activity = get(session, Activity, ask.id)
        _demand_may(may(session, ACTIVITY, ask.id, "update"))
        if activity.state != "done":
            session.info["verb"] = "finish"
            finish(session, activity)
            _take_its_step(session, activity)
    return _back(ask, "ticked")


def _take_its_step(session: ActorSession, activity: Activity) -> None:
    """The deal's next step, where it is this activity in other words: the list has shown the two as one."""
    deal = session.get(Opportunity, activity.opportunity_id) if activity.opportunity_id else None
    is_same = deal is not None and deal.state == "open" and deal.next_step_on == activity.due_on is not None
    if deal is not None and is_same and may(session, OPPORTUNITY, deal.id, "update"):
        deal.next_step = deal.next_step_on = None


def untick(ask: Ask) -> Response:
    with ask.writing() as session:
        activity = get(session, Activity, ask.id)
        _demand_may(may(session, ACTIVITY, ask.id, "update"))
        if activity.state != "planned":
            session.info["verb"] = "plan_again"
            plan_again(session, activity)
            session.flush()
            _restore_its_step(session, activity)
    return _back(ask, "undone")


def _restore_its_step(session: ActorSession, activity: Activity) -> None:
    if activity.opportunity_id is None or not may(session, OPPORTUNITY, activity.opportunity_id, "update"):
        return
    last = next(iter(history(session, OPPORTUNITY, activity.opportunity_id, limit=1)), None)
    day = activity.due_on.isoformat() if activity.due_on else ""
    if last is not None and set(last.fields) <= STEP and last.fields.get("next_step_on") == [day, None]:
        undo_entry(session, OPPORTUNITY, activity.opportunity_id, last.id)


def take_step(ask: Ask) -> Response:
    """The next step of a deal is taken: the field is free for the one after it. The journal keeps what it was."""
    with ask.writing() as session:
        deal = get(session, Opportunity, ask.id)
        _demand_may(may(session, OPPORTUNITY, ask.id, "update"))
        deal.next_step = deal.next_step_on = None
    return _back(ask, "stepped")


def restore_step(ask: Ask) -> Response:
    """Only while nothing else was changed on the deal since."""
    with ask.writing() as session:
        get(session, Opportunity, ask.id)
        _demand_may(may(session, OPPORTUNITY, ask.id, "update"))
        last = next(iter(history(session, OPPORTUNITY, ask.id, limit=1)), None)
        if last is None or not set(last.fields) <= STEP:
            raise Conflict(_("This deal was changed again since. Open it to see what it says now."))
        undo_entry(session, OPPORTUNITY, ask.id, last.id)
    return _back(ask, "undone")


def _demand_may(is_allowed: bool) -> None:
    if not is_allowed:
        raise Forbidden(_("You may see this record, but not change it."))


def _back(ask: Ask, flash: str) -> Response:
    """To the same list as before. The message carries whose it was as a number, so that its undo leads there too."""
    typed = ask.typed("whose") or ask.typed("next")
    whose = {"0": "mine", "1": "team"}.get(typed, typed)
    if not (whose in ("mine", "team") or whose.isdecimal()):
        return see_other(HOME, flash=f"{flash}:{ask.id}" if flash in UNDOS else flash)
    number = {"mine": "0", "team": "1"}.get(whose, whose)
    return see_other(f"{HOME}?whose={whose}", flash=f"{flash}:{ask.id}:{number}" if flash in UNDOS else flash)
