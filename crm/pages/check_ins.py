"""Checking in at a visit: the button on a planned visit, and the page on which one agrees to it or takes that back."""

from dataclasses import dataclass

from starlette.responses import Response

from core import clock
from core.db import ActorSession, get
from core.errors import Conflict, Invalid
from core.history import may
from core.i18n import N_, _
from core.module import Action, Panel
from core.settings import settings
from core.titles import titles
from crm.activities import Activity
from crm.activity_verbs import ACTIVITY
from crm.check_ins import (
    STEP,
    CheckIn,
    check_in,
    check_ins_of,
    consent,
    forget_place,
    give_consent,
    my_check_ins,
    revoke_consent,
)
from web.kit import format as texts
from web.kit.rendering import render
from web.kit.requests import Ask, Routes, address, local_path, see_other
from web.kit.shell import FLASHES, UNDOS, page
from web.kit.views import Crumb, Link

HOME = "/me/check-ins"
READ, GIVE = "crm.location_consent.read", "crm.location_consent.create"
TO_PLACES = ("visit", "meeting")
SHOWN = 30

FLASHES.update(
    agreed=N_("You agreed. A place is kept only where you press “Check in”."),
    withdrawn=N_("Taken back. Places that were kept are deleted."),
    checked=N_("Checked in."),
)  # fmt: skip
UNDOS["checked"] = "/crm/activity/{id}/check-in/undo"


def add_routes(made: Routes) -> None:
    made.get(HOME, READ, show)
    made.post(f"{HOME}/give", GIVE, give)
    made.post(f"{HOME}/take-back", GIVE, take_back)
    made.post("/crm/activity/{id:int}/check-in", "crm.check_in.create", save)
    made.post("/crm/activity/{id:int}/check-in/undo", "crm.check_in.create", undo)


def panels() -> tuple[Panel, ...]:
    return (Panel(ACTIVITY.stem, of_activity, "crm.check_in.read", order=5),)


def action() -> Action:
    return Action("me", N_("Check-ins at visits"), lambda _none: HOME, READ, "map-pin")


# --- the page of one's consent --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Kept:
    visit: Link
    when: str
    place: str


@dataclass(frozen=True, kw_only=True)
class ConsentPage:
    title: str
    given: str
    days: int
    kept: tuple[Kept, ...]
    back: str


def show(ask: Ask) -> Response:
    with ask.reading() as session:
        given, found = consent(session), my_check_ins(session, SHOWN)
        names = titles(session, {"crm_activity": {each.activity_id for each in found}})
    made = ConsentPage(
        title=_("Check-ins at visits"), given=texts.day_in_words(given.given_on) if given else "",
        days=settings().keep_places_days, back=local_path(ask.query.get("back", ""), otherwise=""),
        kept=tuple(
            Kept(
                visit=Link(
                    text=names.get(("crm_activity", each.activity_id), _("(not visible to you)")),
                    href=f"{ACTIVITY.path}/{each.activity_id}",
                ), when=texts.instant(each.at), place=place_of(each),
            ) for each in found
        ),
    )  # fmt: skip
    return page(ask, "crm/check_ins.html", made, (Crumb(text=made.title),))


def give(ask: Ask) -> Response:
    with ask.writing() as session:
        give_consent(session)
    return see_other(local_path(ask.typed("back"), otherwise=HOME), flash="agreed")


def take_back(ask: Ask) -> Response:
    with ask.writing() as session:
        revoke_consent(session)
    return see_other(HOME, flash="withdrawn")


# --- at a visit -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class There:
    """Who was there: planned against done, and about where."""

    who: str
    when: str
    plan: str
    place: str
    undo: str


def of_activity(session: ActorSession, activity: Activity) -> str:
    """For a visit only; the button stands on one that is planned, for whoever may log it."""
    found = check_ins_of(session, activity.id) if activity.kind in TO_PLACES else []
    me = session.actor.user_id
    is_there = any(each.user_id == me for each in found)
    asks = (
        activity.kind in TO_PLACES and activity.state == "planned" and not is_there and activity.archived_at is None
        and session.actor.may("crm.check_in.create") and may(session, ACTIVITY, activity.id, "update")
    )  # fmt: skip
    if not (found or asks):
        return ""
    names = titles(session, {"core_user": {each.user_id for each in found}}) if found else {}
    path = f"{ACTIVITY.path}/{activity.id}"
    return render(
        "crm/activity/check_in.html", found=[_there(each, names, me, path) for each in found], asks=asks,
        has_consent=asks and consent(session) is not None, action=f"{path}/check-in", path=path,
        agree=address(HOME, [("back", path)]), days=settings().keep_places_days,
    )  # fmt: skip


def _there(each: CheckIn, names: dict[tuple[str, int], str], me: int | None, path: str) -> There:
    return There(
        who=names.get(("core_user", each.user_id), _("(not visible to you)")), when=texts.instant(each.at),
        plan=delay_of(each), place=place_of(each), undo=f"{path}/check-in/undo" if each.user_id == me else "",
    )  # fmt: skip


def delay_of(each: CheckIn) -> str:
    if each.planned_at is None or each.delay is None:
        return _("no hour was planned")
    planned, minutes = clock.local(each.planned_at).strftime("%m-%d %H:%M"), round(each.delay.total_seconds() / 60)
    if abs(minutes) < 1:
        return _("planned for {time}: on time", time=planned)
    span = _span(abs(minutes))
    if minutes < 0:
        return _("planned for {time}: {span} early", time=planned, span=span)
    return _("planned for {time}: {span} late", time=planned, span=span)


def _span(minutes: int) -> str:
    """Minutes up to two hours, then hours up to two days, then days."""
    if minutes <= 120:
        return _("{n} min", n=minutes)
    return _("{n} h", n=minutes // 60) if minutes <= 2880 else texts.days(minutes // 1440)


def place_of(each: CheckIn) -> str:
    if each.latitude is None or each.longitude is None:
        return ""
    return f"{each.latitude / STEP:.2f}°, {each.longitude / STEP:.2f}°"


def save(ask: Ask) -> Response:
    """Without a place the time alone is noted."""
    path = f"{ACTIVITY.path}/{ask.id}"
    try:
        with ask.writing() as session:
            activity = get(session, Activity, ask.id)
            if activity.state != "planned":
                raise Invalid(_("This activity is not planned any more."))
            check_in(session, activity, at_place=_place(ask.typed("latitude"), ask.typed("longitude")))
    except Conflict:
        return see_other(path)
    return see_other(path, flash=f"checked:{ask.id}")


def _place(latitude: str, longitude: str) -> tuple[float, float] | None:
    try:
        return float(latitude), float(longitude)
    except ValueError:
        return None


def undo(ask: Ask) -> Response:
    with ask.writing() as session:
        get(session, Activity, ask.id)
        for each in check_ins_of(session, ask.id):
            if each.user_id == ask.actor.user_id:
                forget_place(each)
                each.archived_at = clock.now()
    return see_other(f"{ACTIVITY.path}/{ask.id}", flash="undone")
