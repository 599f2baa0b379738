"""Deputies: who stands in for whom and until when, naming one, and ending it early."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import ColumnElement, select
from sqlmodel import col
from starlette.responses import Response

from core import clock
from core.db import ActorSession, get
from core.errors import Conflict, Forbidden, Invalid
from core.fields import view
from core.history import history, may, undo_entry
from core.i18n import N_, _
from core.module import Action
from core.once import once
from core.people import Deputy, Unit, User
from crm.deputies import DEPUTY
from crm.whose import MOST_PEOPLE, Absence, absences, has_team, in_team
from web.kit import format as texts
from web.kit.requests import Ask, Routes, see_other
from web.kit.shell import FLASHES, UNDOS, page
from web.kit.views import Crumb, Option, Post

HOME = "/crm/team/deputies"
AHEAD_DAYS = 366
FIELDS = ("absent_id", "deputy_id", "starts_on", "ends_on")

FLASHES.update({"deputy": N_("Saved. The deputy sees the work from the first day on."), "back": N_("Ended.")})
UNDOS["back"] = "/crm/team/deputies/{id}/resume"


@dataclass(frozen=True, kw_only=True)
class AbsenceLine:
    text: str
    days: str
    is_now: bool
    end: Post | None


@dataclass(frozen=True, kw_only=True)
class DeputiesPage:
    title: str
    lines: tuple[AbsenceLine, ...]
    absent: tuple[Option, ...]
    deputies: tuple[Option, ...]
    starts_on: str
    ends_on: str
    key: str
    error: str = ""
    problems: dict[str, str] = field(default_factory=dict)


def actions() -> tuple[Action, ...]:
    """From one's own menu, and from the approvals, which a deputy answers meanwhile."""
    label, needed = N_("Name a deputy"), DEPUTY.permission("create")
    return tuple(
        Action(place, label, lambda _none: HOME, needed, "user-round-check") for place in ("me", "core.approvals")
    )


def add_routes(made: Routes) -> None:
    made.get(HOME, DEPUTY.permission("read"), show)
    made.post(HOME, DEPUTY.permission("create"), name_one)
    made.post("/crm/team/deputies/{id:int}/end", DEPUTY.permission("update"), end)
    made.post("/crm/team/deputies/{id:int}/resume", DEPUTY.permission("update"), resume)


def show(ask: Ask) -> Response:
    today = clock.today().isoformat()
    return _page(ask, {"absent_id": str(ask.actor.user_id or ""), "starts_on": today, "ends_on": today})


def name_one(ask: Ask) -> Response:
    typed = {name: ask.typed(name) for name in FIELDS}

    def write(session: ActorSession) -> str:
        values = {name: view(getattr(Deputy, name)).read(typed[name]) for name in FIELDS}
        deputy = Deputy(**values)
        DEPUTY.complete(session, deputy)
        session.add(deputy)
        session.flush()
        return HOME

    try:
        return see_other(once(ask.actor, ask.typed("key"), ask.pairs(), write), flash="deputy")
    except Invalid as error:
        return _page(ask, typed, error=error, status=422)


def end(ask: Ask) -> Response:
    """Whoever is back is themselves again today; what had not begun yet is taken away."""
    yesterday = clock.today() - timedelta(days=1)
    with ask.writing() as session:
        deputy = _mine_to_change(session, ask.id)
        if deputy.starts_on > yesterday:
            deputy.archived_at = clock.now()
        else:
            deputy.ends_on = min(deputy.ends_on, yesterday)
    return see_other(HOME, flash=f"back:{ask.id}")


def resume(ask: Ask) -> Response:
    with ask.writing() as session:
        _mine_to_change(session, ask.id)
        last = next(iter(history(session, DEPUTY, ask.id, limit=1)), None)
        if last is None or not set(last.fields) <= {"ends_on", "archived_at"}:
            raise Conflict(_("This was changed again since."))
        undo_entry(session, DEPUTY, ask.id, last.id)
    return see_other(HOME, flash="undone")


def _mine_to_change(session: ActorSession, record_id: int) -> Deputy:
    deputy: Deputy = get(session, Deputy, record_id)
    if not may(session, DEPUTY, record_id, "update"):
        raise Forbidden(_("You may see this record, but not change it."))
    return deputy


def _page(ask: Ask, typed: dict[str, str], *, error: Invalid | None = None, status: int = 200) -> Response:
    with ask.reading() as session:
        people = _colleagues(session)
        found = absences(session, until=clock.today() + timedelta(days=AHEAD_DAYS))
    mine = {i: name for i, name in people.items() if has_team(ask.actor) or i == ask.actor.user_id}
    problems = getattr(error, "problems", None) or {}
    shown = DeputiesPage(
        title=_("Deputies"),
        lines=tuple(_line(ask, each) for each in found),
        absent=tuple(Option(value=str(i), text=n, selected=str(i) == typed.get("absent_id")) for i, n in mine.items()),
        deputies=tuple(
            Option(value=str(i), text=n, selected=str(i) == typed.get("deputy_id")) for i, n in people.items()
        ),
        starts_on=typed.get("starts_on", ""),
        ends_on=typed.get("ends_on", ""),
        key=secrets.token_urlsafe(12),
        error=str(error) if error else "",
        problems=dict(problems),
    )
    up = (
        (Crumb(text=_("My team"), href="/crm/team"),)
        if has_team(ask.actor)
        else (Crumb(text=_("Today"), href="/crm/today"),)
    )
    return page(ask, "crm/team_deputies.html", shown, (*up, Crumb(text=shown.title)), status)


def _colleagues(session: ActorSession) -> dict[int, str]:
    """A lead chooses among the people of the team; everybody else among those of the own city, or unit."""
    place = session.actor.place
    inside = col(User.firm_id).is_(None)
    where = in_team(session.actor) if has_team(session.actor) else _near(place)
    statement = (
        select(col(User.id), col(User.name))
        .where(inside, where, col(User.is_active), col(User.archived_at).is_(None))
        .order_by(col(User.name), col(User.id))
        .limit(MOST_PEOPLE)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _near(place: dict[str, int | None]) -> ColumnElement[bool]:
    kind = "city_id" if place.get("city_id") else "province_id"
    return col(User.unit_id).in_(select(col(Unit.id)).where(col(getattr(Unit, kind)) == place.get(kind)))


def _line(ask: Ask, each: Absence) -> AbsenceLine:
    is_now = each.starts_on <= clock.today()
    allowed = ask.actor.may(DEPUTY.permission("update")) and (
        each.absent_id == ask.actor.user_id or has_team(ask.actor)
    )
    post = Post(text=_("End today") if is_now else _("Take away"), action=f"{HOME}/{each.id}/end", icon="calendar-x")
    return AbsenceLine(
        text=_("{name} is away, {deputy} stands in", name=each.absent, deputy=each.deputy),
        is_now=is_now,
        days=_("{first} to {last}", first=texts.day(each.starts_on), last=texts.day(each.ends_on)),
        end=post if allowed else None,
    )
