"""The use of a weapon on the page of its activity, and the page on which many clients and people are added to it."""

from dataclasses import dataclass, replace

from starlette.responses import Response

from core.db import ActorSession, get
from core.errors import Forbidden, Invalid
from core.fields import view
from core.history import may
from core.i18n import N_, _, pick
from core.module import Action, Panel
from crm.activities import Activity
from crm.activity_links import ActivityPerson
from crm.activity_verbs import ACTIVITY
from crm.files import File
from crm.guests import MOST_LINES, Guests, add_guests, last_tie, read_lines, take_out
from crm.pages.guest_picks import Picks, picked, picks_of
from crm.use_view import FEWEST, use_of
from web.kit import format as texts
from web.kit.rendering import render
from web.kit.requests import Ask, Routes, number_of, see_other
from web.kit.shell import FLASHES, UNDOS, page
from web.kit.views import Crumb

NEEDED = "crm.activity_account.create"
FLASHES["guests"] = N_("Added to this activity.")
UNDOS["guests"] = "/crm/activity/{id}/guests/undo"


def add_routes(made: Routes) -> None:
    path = f"{ACTIVITY.path}/{{id:int}}/guests"
    made.get(path, NEEDED, show)
    made.post(path, NEEDED, save)
    made.post(f"{path}/undo", NEEDED, undo)


def panels() -> tuple[Panel, ...]:
    return (Panel(ACTIVITY.stem, use, ACTIVITY.permission("read"), order=10),)


def action() -> Action:
    return Action(
        ACTIVITY.stem, N_("Add many clients"), lambda record: f"{ACTIVITY.path}/{record.id}/guests", NEEDED,
        "users-round", offered=lambda record: record.archived_at is None,
    )  # fmt: skip


# --- the use --------------------------------------------------------------------------------------------------


def use(session: ActorSession, activity: Activity) -> str:
    if session.actor.profile.is_outside:
        return ""
    found = use_of(session, activity)
    if found is None:
        return ""
    level, proof = view(ActivityPerson.level), view(File.evidence)
    return render(
        "crm/activity/use.html", use=found, fewest=FEWEST, weapon=pick(found.weapon.name_zh, found.weapon.name_en),
        levels=[(level.choice_label(code) if code else _("Level not known"), n) for code, n in found.levels],
        proofs=[(proof.choice_label(code), code not in found.missing) for code in found.asked],
        is_planned=activity.state == "planned",
        accounts=f"{ACTIVITY.path}/{activity.id}/guests" if session.actor.may(NEEDED) else "",
    )  # fmt: skip


# --- many guests ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class GuestsPage:
    title: str
    action: str
    back: str
    typed: str = ""
    error: str = ""
    unknown: tuple[str, ...] = ()
    most: int = MOST_LINES
    known: str = ""
    picks: Picks | None = None
    ticked: tuple[str, ...] = ()


def show(ask: Ask) -> Response:
    with ask.reading() as session:
        activity = _changeable(session, ask.id)
        return _page(ask, activity, picks=picks_of(session, activity, ask))


def save(ask: Ask) -> Response:
    """All or nothing, unless the reader says to leave out what is unknown."""
    typed = ask.typed("lines")
    with ask.reading() as session:
        activity = _changeable(session, ask.id)
        try:
            found = _with_picks(session, ask, read_lines(session, typed))
        except Invalid as error:
            return _page(ask, activity, typed=typed, error=str(error), status=422)
        if not (found.accounts or found.unknown):
            return _page(ask, activity, error=_("Tick or write at least one client."), status=422)
        if found.unknown and not (ask.typed("leave_out") and found.accounts):
            known = _("{n} other lines are known.", n=texts.number(len(found.accounts))) if found.accounts else ""
            return _page(ask, activity, typed=typed, unknown=found.unknown, known=known, status=422)
    with ask.writing() as session:
        activity = _changeable(session, ask.id)
        count, moment = add_guests(session, activity, _with_picks(session, ask, read_lines(session, typed)))
        tie = last_tie(session, activity.id, moment) if count and moment else 0
    return see_other(f"{ACTIVITY.path}/{ask.id}", flash=f"guests:{ask.id}:{tie}" if tie else "saved")


def _with_picks(session: ActorSession, ask: Ask, found: Guests) -> Guests:
    return replace(found, accounts=tuple(dict.fromkeys((*found.accounts, *picked(session, ask)))))


def undo(ask: Ask) -> Response:
    with ask.writing() as session:
        take_out(session, _changeable(session, ask.id), number_of(ask.typed("next")) or 0)
    return see_other(f"{ACTIVITY.path}/{ask.id}", flash="undone")


def _changeable(session: ActorSession, key: int) -> Activity:
    activity = get(session, Activity, key)
    if not may(session, ACTIVITY, key, "update"):
        raise Forbidden(_("You may see this record, but not change it."))
    return activity


def _page(
    ask: Ask, activity: Activity, *, typed: str = "", error: str = "", unknown: tuple[str, ...] = (), known: str = "",
    status: int = 200, picks: Picks | None = None,
) -> Response:  # fmt: skip
    path = f"{ACTIVITY.path}/{activity.id}"
    made = GuestsPage(
        title=_("Clients and people of {activity}", activity=activity.subject), action=f"{path}/guests", back=path,
        typed=typed, error=error, unknown=unknown, known=known, picks=picks,
        ticked=tuple(value for value in ask.form.getlist("pick") if isinstance(value, str)) if ask.form else (),
    )  # fmt: skip
    crumbs = (
        Crumb(text=_(ACTIVITY.plural), href=ACTIVITY.path), Crumb(text=activity.subject, href=path),
        Crumb(text=_("Add many clients")),
    )  # fmt: skip
    return page(ask, "crm/guests.html", made, crumbs, status)
