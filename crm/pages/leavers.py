"""Reassigning somebody's clients: who leaves, who takes over, what that means, one press, and the way back."""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from starlette.responses import Response

from core.db import ActorSession
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_, _
from core.once import once
from core.people import User
from crm.leavers import Estate, Plan, plan_of, reassign, undo
from crm.reassignments import Reassignment
from crm.whose import MOST_PEOPLE, in_team
from web.kit import format as texts
from web.kit.requests import Ask, Routes, see_other
from web.kit.shell import FLASHES, UNDOS, page
from web.kit.views import Crumb, Option, Post

HOME = "/crm/team/handover"
MAKES, TAKES_BACK = "crm.reassignment.create", "crm.reassignment.update"
SHOWN_CLIENTS, SHOWN_PAST = 12, 10

FLASHES["reassigned"] = N_("Reassigned. The new owners are told.")
UNDOS["reassigned"] = "/crm/team/handover/{id}/undo"


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one colleague would get, or all of them together."""

    name: str
    accounts: str
    deals: str
    amount: str
    activities: str
    contracts: str
    ties: str


@dataclass(frozen=True, kw_only=True)
class Preview:
    shares: tuple[Share, ...]
    total: Share
    clients: tuple[tuple[str, str, str], ...]
    hidden_clients: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Past:
    text: str
    when: str
    at: str
    undo: Post | None


@dataclass(frozen=True, kw_only=True)
class HandoverPage:
    title: str
    people: tuple[Option, ...]
    receivers: tuple[Option, ...]
    leaver: str
    note: str
    error: str
    preview: Preview | None
    past: tuple[Past, ...]


def add_routes(made: Routes) -> None:
    made.get(HOME, MAKES, show)
    made.post(HOME, MAKES, press)
    made.post("/crm/team/handover/{id:int}/undo", TAKES_BACK, take_back)


def show(ask: Ask) -> Response:
    return _page(ask, _ids([ask.query.get("from", "")]), _ids(ask.query.getlist("to")))


def press(ask: Ask) -> Response:
    """What changed meanwhile is shown anew, and nothing is written."""
    leaver, receivers = _ids([ask.typed("from")]), _ids([str(each) for each in ask.form.getlist("to")])
    if not leaver:
        raise Invalid(_("Choose whose clients are reassigned."))

    def write(session: ActorSession) -> str:
        return str(reassign(session, plan_of(session, leaver[0], receivers), mark=ask.typed("mark")).id)

    try:
        made = once(ask.actor, ask.typed("key"), ask.pairs(), write)
    except (Conflict, Invalid) as error:
        return _page(ask, leaver, receivers, error=str(error), status=409 if isinstance(error, Conflict) else 422)
    return see_other("/crm/team", flash=f"reassigned:{made}")


def take_back(ask: Ask) -> Response:
    with ask.writing() as session:
        session.info.update(origin="undo", verb="undo")
        undo(session, ask.id)
    return see_other(HOME, flash="undone")


def _ids(typed: list[str]) -> list[int]:
    return [int(each) for each in typed if each.isdecimal() and len(each) < 19]


def _page(ask: Ask, leaver: list[int], receivers: list[int], *, error: str = "", status: int = 200) -> Response:
    with ask.reading() as session:
        people = _people(session)
        past = _past(session, people)
        known = leaver and leaver[0] in people
        if leaver and not known:
            raise NotFound(_("There is no such record, or it is not yours to see."))
        plan = plan_of(session, leaver[0], receivers) if leaver else None
    view = HandoverPage(
        title=_("Reassign clients"),
        error=error,
        people=tuple(Option(value=str(i), text=name, selected=i in leaver) for i, name in people.items()),
        receivers=tuple(
            Option(value=str(i), text=name, selected=i in receivers) for i, name in people.items() if i not in leaver
        ),
        leaver=people[leaver[0]] if leaver else "",
        note=_note(plan, people) if plan else "",
        preview=preview(plan, people) if plan and plan.receivers and not plan.estate.is_empty else None,
        past=past,
    )
    crumbs = (Crumb(text=_("My team"), href="/crm/team"), Crumb(text=view.title))
    return page(ask, "crm/team_handover.html", view, crumbs, status)


def _people(session: ActorSession) -> dict[int, str]:
    """Those of the team; whoever may no longer sign in leaves something behind as well."""
    statement = (
        select(col(User.id), col(User.name))
        .where(in_team(session.actor), col(User.archived_at).is_(None))
        .order_by(col(User.name), col(User.id))
        .limit(MOST_PEOPLE)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _note(plan: Plan, people: dict[int, str]) -> str:
    if plan.estate.is_empty:
        return _("{name} looks after nothing that could be reassigned.", name=people[plan.leaver_id])
    return "" if plan.receivers else _("Choose who takes over: several share the clients evenly.")


def preview(plan: Plan, people: dict[int, str]) -> Preview:
    sums: dict[int, int] = {}
    for deal in plan.estate.deals:
        sums[deal.account_id or 0] = sums.get(deal.account_id or 0, 0) + deal.amount
    largest = sorted(plan.estate.accounts, key=lambda piece: (-sums.get(piece.id, 0), piece.name, piece.id))
    clients = tuple(
        (each.name, texts.money_short(sums[each.id]) if sums.get(each.id) else "", people[plan.heir(each)])
        for each in largest[:SHOWN_CLIENTS]
    )
    hidden = len(largest) - len(clients)
    return Preview(
        shares=tuple(share(people[receiver], plan.share(receiver)) for receiver in plan.receivers),
        total=share(_("Together"), plan.estate),
        clients=clients,
        hidden_clients=_("{n} more clients", n=texts.number(hidden)) if hidden else "",
        fields=(
            ("from", str(plan.leaver_id)),
            *(("to", str(each)) for each in plan.receivers),
            ("mark", plan.mark),
            ("key", secrets.token_urlsafe(12)),
        ),
    )


def share(name: str, estate: Estate) -> Share:
    return Share(
        name=name,
        accounts=texts.number(len(estate.accounts)),
        deals=texts.number(len(estate.deals)),
        amount=texts.money_short(estate.amount) if estate.amount else "—",
        activities=texts.number(len(estate.activities)),
        contracts=texts.number(len(estate.contracts)),
        ties=texts.number(len(estate.ties)),
    )


def _past(session: ActorSession, people: dict[int, str]) -> tuple[Past, ...]:
    live = select(Reassignment).where(col(Reassignment.archived_at).is_(None))
    found = session.scalars(live.order_by(col(Reassignment.id).desc()).limit(SHOWN_PAST))
    may = session.actor.may(TAKES_BACK)
    return tuple(_past_one(each, people, may=may) for each in found)


def _past_one(each: Reassignment, people: dict[int, str], *, may: bool) -> Past:
    values: dict[str, Any] = {
        "name": people.get(each.from_id, "—"),
        "accounts": texts.number(each.accounts),
        "deals": texts.number(each.deals),
        "n": each.receivers,
    }
    text = _("{name}: clients {accounts}, open deals {deals}, colleagues {n}", **values)
    if each.undone_at:
        text = _("{name}: clients {accounts}, open deals {deals}, colleagues {n}; taken back", **values)
    post = Post(text=_("Take back"), action=f"{HOME}/{each.id}/undo", icon="undo-2")
    return Past(
        text=text,
        when=texts.when(each.created_at),
        at=texts.instant(each.created_at),
        undo=post if may and not each.undone_at else None,
    )
