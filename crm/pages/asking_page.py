"""The page of one request: how it stands and why, what it holds, its ceilings, and what can be done next."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.responses import Response

from core.approvals.finding import of_record, seats_of
from core.approvals.rows import Approval, Seat
from core.db import ActorSession, get
from core.errors import Conflict, DomainError, Forbidden, Invalid
from core.history import may
from core.i18n import _
from core.titles import titles
from crm.activities import Activity
from crm.activity_verbs import ACTIVITY
from crm.commitment_requests import NAME
from crm.commitments import Commitment, commitments_of, has_receipt
from crm.files import files_of
from crm.pages.asking_findings import Room, Share, papers, rooms, shares
from crm.playbook.weighing import held, people_of
from web.kit import format as texts
from web.kit.approvals import PATH as APPROVALS
from web.kit.approvals import asked_line, names_of, state_badge
from web.kit.rendering import render
from web.kit.requests import Ask, address
from web.kit.shell import page
from web.kit.views import Crumb
from web.kit.views.approvals import Asked
from web.kit.views.common import Badge, Link

READ = "crm.commitment.read"
STATUS = {Invalid: 422, Conflict: 409, Forbidden: 403}


@dataclass(frozen=True, kw_only=True)
class Ending:
    """Why the last request ended without an approval: who said what."""

    text: str
    why: str
    again: str


@dataclass(frozen=True, kw_only=True)
class RequestPage:
    title: str
    base: str
    key: str
    badge: Badge
    about: tuple[Link, ...]
    when: str
    place: str
    purpose: str
    total: str
    shares: tuple[Share, ...]
    rooms: tuple[Room, ...]
    asked: tuple[Asked, ...]
    waits_for: str
    files: tuple[Link, ...]
    ending: Ending | None
    may: frozenset[str]
    more: str
    log: str
    error: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


def show(ask: Ask) -> Response:
    return draw(ask)


def draw(ask: Ask, error: DomainError | None = None) -> Response:
    """With an error the page comes back with what was typed."""
    with ask.reading() as session:
        view = view_of(session, get(session, Activity, ask.id), ask, error)
    status = STATUS.get(type(error), 422) if error is not None else 200
    crumbs = (Crumb(text=_("Gifts and hospitality"), href="/crm/commitment"), Crumb(text=view.title))
    return page(ask, "crm/asking/one.html", view, crumbs, status)


def view_of(session: ActorSession, activity: Activity, ask: Ask, error: DomainError | None) -> RequestPage:
    rows = commitments_of(session, activity.id)
    asked = of_record(session, ACTIVITY.stem, activity.id, kind=NAME)
    seats = seats_of(session, [asked[0].id]) if asked else []
    names = names_of(session, _ids(asked, seats))
    people = people_of(session, rows)
    live = [row for row in rows if row.state != "released"]
    return RequestPage(
        title=activity.subject, base=f"/crm/asking/{activity.id}", key=secrets.token_urlsafe(12),
        badge=_badge(activity, asked, rows), about=_about(session, activity), when=texts.day(activity.due_on),
        place=next((row.supplier for row in reversed(rows) if row.supplier), ""), purpose=activity.purpose or "",
        total=texts.money(sum(row.amount for row in live)) if live else texts.money(activity.cost),
        shares=shares(live or rows, people), rooms=rooms(held(session, live), people),
        asked=tuple(asked_line(each, names, {}) for each in asked), waits_for=_waits_for(seats, names),
        files=papers(files_of(session, ACTIVITY.stem, [activity.id])), ending=_ending(activity, asked, seats, names),
        may=_may(session, activity, live, asked), more=address("/crm/asking/new", [("like", str(activity.id))]),
        log=_log(session, activity, live),
        error=str(error) if error else "", problems=error.problems if isinstance(error, Invalid) else {},
        typed={name: ask.typed(name) for name in ask.form} if error else {},
    )  # fmt: skip


def _ids(asked: Sequence[Approval], seats: Sequence[Seat]) -> list[int | None]:
    return [*(each.owner_id for each in asked), *(id for each in seats for id in (each.user_id, each.answered_by_id))]


def _badge(activity: Activity, asked: Sequence[Approval], rows: Sequence[Commitment]) -> Badge:
    """The furthest that its parts have come, else how the request stands."""
    states = {row.state for row in rows}
    if "closed" in states and not states & {"approved", "spent"}:
        return Badge(text=_("Closed with the receipt"), tone="ok", icon="receipt")
    if "spent" in states:
        return Badge(text=_("Spent, the receipt is missing"), tone="warn", icon="wallet")
    if (asked and activity.approval != "none") or (asked and "requested" not in states):
        return state_badge(asked[0].state)
    return Badge(text=_("Not asked for yet"), tone="line")


def _about(session: ActorSession, activity: Activity) -> tuple[Link, ...]:
    wanted = {"crm_account": {activity.account_id} - {None}, "crm_opportunity": {activity.opportunity_id} - {None}}
    found = titles(session, {table: {i for i in ids if i} for table, ids in wanted.items() if ids})
    paths = {"crm_account": ("/crm/account", "building-2"), "crm_opportunity": ("/crm/opportunity", "handshake")}
    made = [
        Link(text=title, href=f"{paths[table][0]}/{key}", icon=paths[table][1]) for (table, key), title in found.items()
    ]
    return (*made, Link(text=_("The activity"), href=f"{ACTIVITY.path}/{activity.id}", icon="calendar-check"))


def _waits_for(seats: Sequence[Seat], names: Mapping[int | None, str]) -> str:
    waiting = [names.get(seat.user_id, "") or _("somebody") for seat in seats if seat.state == "asked"]
    return _("Waits for {names}", names=texts.listed(waiting)) if waiting else ""


def _ending(
    activity: Activity, asked: Sequence[Approval], seats: Sequence[Seat], names: Mapping[int | None, str]
) -> Ending | None:
    last = asked[0] if asked else None
    if last is None or last.state not in ("refused", "recalled", "timed_out"):
        return None
    who = next((names.get(seat.answered_by_id, "") for seat in seats if seat.state == "refused"), "")
    sentences = {
        "refused": _("Turned down by {name}", name=who or _("somebody")), "recalled": _("Taken back by who asked"),
        "timed_out": _("Not answered in time"),
    }  # fmt: skip
    again = address("/crm/asking/new", [("activity", str(activity.id))]) if activity.state == "planned" else ""
    return Ending(text=sentences[last.state], why=last.ended_why, again=again)


def _log(session: ActorSession, activity: Activity, live: Sequence[Commitment]) -> str:
    """Once all is spent, what came of it is missing."""
    is_due = activity.state == "planned" and activity.archived_at is None and live
    if not is_due or {row.state for row in live} - {"spent", "closed"}:
        return ""
    is_mine = session.actor.may("crm.activity.create") and may(session, ACTIVITY, activity.id, "update")
    return address("/crm/log", [("activity", str(activity.id))]) if is_mine else ""


def _may(
    session: ActorSession, activity: Activity, live: Sequence[Commitment], asked: Sequence[Approval]
) -> frozenset[str]:
    """What the reader is offered now."""
    is_open = bool(asked) and asked[0].state == "open"
    if is_open:
        mine = asked[0].owner_id == session.actor.user_id
        return frozenset({"recall"} if mine else ())
    if activity.archived_at is not None or not may(session, ACTIVITY, activity.id, "update"):
        return frozenset()
    if not session.actor.may("crm.commitment.update"):
        return frozenset()
    states = {row.state for row in live}
    spent = {"close"} if live and has_receipt(session, live[0]) else {"close", "back"}
    steps = {"requested": {"ask", "release"}, "approved": {"spend", "release"}, "spent": spent}
    found = {act for state in states for act in steps.get(state, ())} | ({"back"} if "closed" in states else set())
    return frozenset(found | {"file", *({"more"} if activity.approval == "approved" else ())})


def panel(session: ActorSession, activity: Activity) -> str:
    """On the activity's own page: how its request stands. Empty where nothing was ever asked."""
    asked = of_record(session, ACTIVITY.stem, activity.id, kind=NAME, limit=1)
    rows = commitments_of(session, activity.id)
    if not asked and not rows:
        return ""
    link = f"{APPROVALS}/{asked[0].id}" if asked else ""
    total = texts.money(sum(row.amount for row in rows if row.state != "released"))
    badge, why = _badge(activity, asked, rows), asked[0].ended_why if asked else ""
    return render(
        "crm/asking/panel.html", badge=badge, why=why, total=total, approval=link, base=f"/crm/asking/{activity.id}"
    )
