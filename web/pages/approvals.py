"""What waits for my approval, what I asked for, what I answered; and one request with its steps and answers."""

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from typing import Literal, cast

from markupsafe import Markup
from starlette.responses import Response

from core.approvals import acts
from core.approvals.finding import Pending, answered, asked_for, could_answer, my_seat, seats_of, to_answer
from core.approvals.kinds import drawn_of, said
from core.approvals.rows import Approval, Seat
from core.db import ActorSession, get
from core.errors import DomainError, NotFound
from core.i18n import N_, _
from core.notices import mark_seen
from core.registry import registry
from web.errors import STATUS
from web.kit import format as texts
from web.kit.approvals import PATH, about_of, asked_line, label_of, names_of, seat_note, state_badge, titles_of
from web.kit.requests import Ask, Routes, address, number_of, see_other
from web.kit.shell import FLASHES, page
from web.kit.views import Crumb, Option, Tab
from web.kit.views.approvals import ApprovalPage, ApprovalsPage, SeatLine, StepLine
from web.kit.views.common import Link

# The page has a right of its own: whoever ticks pages for a role must not open everybody's requests with it.
READ, ANSWER = "core.approvals.read", "core.approval.update"
SHOWN = 40
SHOWS = {"": to_answer, "asked": asked_for, "answered": answered}
EMPTY = {
    "": (N_("Nothing waits for your approval"), N_("You are told in the inbox when somebody asks you.")),
    "asked": (
        N_("You have asked for nothing yet"),
        N_("What needs an approval is asked for on the record’s own page."),
    ),
    "answered": (N_("You have answered nothing yet"), N_("What you approved or refused is kept here.")),
}
FLASHES |= {
    "approval-approve": N_("Your approval is given."), "approval-refuse": N_("The request is refused."),
    "approval-recall": N_("The request is taken back. You may ask again."),
    "approval-hand-on": N_("Handed on."), "approval-add": N_("One more is asked."),
}  # fmt: skip


def routes() -> Routes:
    made = Routes()
    made.get(PATH, READ, show)
    made.get(f"{PATH}/{{id:int}}", READ, show_one)
    for name in ("approve", "refuse", "recall", "hand-on", "add"):
        made.post(f"{PATH}/{{id:int}}/{name}", ANSWER, _answering(name))
    return made


# --- the lists ------------------------------------------------------------------------------------------------


def show(ask: Ask) -> Response:
    chosen = ask.query.get("show", "")
    chosen = chosen if chosen in SHOWS else ""
    after = number_of(ask.query.get("after", ""))
    with ask.reading() as session:
        found = SHOWS[chosen](session, limit=SHOWN + 1, after=after)
        shown = found[:SHOWN]
        titles = titles_of(session, [each.approval for each in shown])
        people = [id for each in shown for id in (each.approval.owner_id, each.seat.user_id if each.seat else None)]
        names = names_of(session, people)
    title, hint = EMPTY[chosen]
    view = ApprovalsPage(
        title=_("Approvals"), tabs=_tabs(chosen, ask.actor.to_answer), empty=_(title), hint=_(hint),
        items=tuple(asked_line(p.approval, names, titles, _note(ask, p, names)) for p in shown),
        next=_next(chosen, shown) if len(found) > SHOWN else "", links=_links(ask),
    )  # fmt: skip
    return page(ask, "approvals/list.html", view, (Crumb(text=view.title),))


def _links(ask: Ask) -> tuple[Link, ...]:
    """Where modules lead from here, such as to naming somebody who answers meanwhile."""
    found = (action for action in registry().actions(READ.removesuffix(".read")) if ask.actor.may(action.permission))
    return tuple(Link(text=_(each.label), href=each.address(None), icon=each.icon) for each in found)


def _tabs(chosen: str, waiting: int) -> tuple[Tab, ...]:
    labels = {"": _("For me to answer"), "asked": _("What I asked for"), "answered": _("What I answered")}
    return tuple(
        Tab(text=text, href=address(PATH, [("show", key)] if key else []), current=key == chosen,
            count=str(waiting) if waiting and not key else "")
        for key, text in labels.items()
    )  # fmt: skip


def _note(ask: Ask, pending: Pending, names: dict[int | None, str]) -> str:
    seat = pending.seat
    if seat is None:
        return ""
    if seat.state == "asked":
        return "" if seat.user_id == ask.actor.user_id else _in_place_of(names.get(seat.user_id, ""))
    return _("My answer: {answer}", answer=state_badge(seat.state).text)


def _in_place_of(name: str) -> str:
    return _("In place of {name}", name=name)


def _next(chosen: str, shown: list[Pending]) -> str:
    last = shown[-1]
    return address(PATH, [("show", chosen), ("after", str(last.seat.id if last.seat else last.approval.id))])


# --- one request ----------------------------------------------------------------------------------------------


def show_one(ask: Ask) -> Response:
    mark_seen(ask.actor, about=("core.approval", ask.id))
    return _page(ask)


def _page(ask: Ask, error: DomainError | None = None) -> Response:
    with ask.reading() as session:
        view = _view(session, get(session, Approval, ask.id))
    if error is not None:
        # What a kind's own rule names is no field here: it is said above all.
        problem = next((each for each in getattr(error, "problems", {}) if each in ("comment", "who")), "")
        view = replace(
            view, error=str(error), problem=problem, comment=ask.typed("comment"), typed_who=ask.typed("who")
        )
    status = STATUS[type(error)] if error is not None else 200
    crumbs = (Crumb(text=_("Approvals"), href=PATH), Crumb(text=view.title))
    return page(ask, "approvals/one.html", view, crumbs, status)


def _view(session: ActorSession, approval: Approval) -> ApprovalPage:
    seats = seats_of(session, [approval.id])
    mine = my_seat(session, seats)
    people = could_answer(session, approval, seats) if mine else []
    ids = [approval.owner_id, *(id for seat in seats for id in (seat.user_id, seat.by_id, seat.answered_by_id))]
    names = names_of(session, [*ids, *(each.id for each in people)])
    me = session.actor.user_id
    return ApprovalPage(
        title=said(approval), base=f"{PATH}/{approval.id}", kind=label_of(approval), badge=state_badge(approval.state),
        amount=texts.money(approval.amount), reason=approval.reason, who=names.get(approval.owner_id, ""),
        when=texts.when(approval.created_at), at=texts.instant(approval.created_at),
        about=about_of(approval, titles_of(session, [approval])), steps=_steps(approval, seats, names),
        due=_("To be answered by {time}", time=texts.instant(approval.due_at)) if approval.due_at else "",
        may_answer=mine is not None, may_recall=approval.state == "open" and approval.owner_id == me,
        ended_why=approval.ended_why, drawn=Markup(drawn_of(session, approval)),  # noqa: S704 its module’s own template made it
        others=None if mine else _others(session),
        in_place_of=_in_place_of(names.get(mine.user_id, "")) if mine and mine.user_id != me else "",
        people=tuple(Option(value=each.username, text=each.name) for each in people if each.id in names),
    )  # fmt: skip


def _others(session: ActorSession) -> Link | None:
    n = session.actor.to_answer
    return Link(text=_("Still for me to answer: {n}", n=texts.number(n)), href=PATH, icon="stamp") if n else None


def _steps(approval: Approval, seats: list[Seat], names: dict[int | None, str]) -> tuple[StepLine, ...]:
    found = [(number, list(group)) for number, group in groupby(seats, key=lambda seat: seat.step)]
    return tuple(
        StepLine(
            title=_("Step {n}", n=position), rule=_rule(group), seats=tuple(_seat(seat, names) for seat in group),
            is_current=approval.state == "open" and number == approval.step,
        ) for position, (number, group) in enumerate(found, 1)
    )  # fmt: skip


def _rule(seats: list[Seat]) -> str:
    """Nothing to say of a single person."""
    live = [seat for seat in seats if seat.state not in ("handed_on", "timed_out")]
    if len(live) < 2:
        return ""
    needed = [seat.is_needed for seat in live]
    return (
        _("All have to agree")
        if all(needed)
        else _("One is enough")
        if not any(needed)
        else _("One, and who was added")
    )


def _seat(seat: Seat, names: dict[int | None, str]) -> SeatLine:
    return SeatLine(
        name=names.get(seat.user_id, "") or _("somebody"), badge=state_badge(seat.state), note=seat_note(seat, names),
        comment=seat.comment, when=texts.when(seat.at) if seat.at else "", at=texts.instant(seat.at),
    )  # fmt: skip


# --- answers --------------------------------------------------------------------------------------------------


def _answering(name: str) -> Callable[[Ask], Response]:
    """An answer is not taken back: whoever asked may ask again."""

    def answer(ask: Ask) -> Response:
        try:
            with ask.writing() as session:
                ACTS[name](session, ask)
        except NotFound:
            raise
        except DomainError as error:
            return _page(ask, error)
        return see_other(f"{PATH}/{ask.id}", flash=f"approval-{name}")

    return answer


def _approve(session: ActorSession, ask: Ask) -> None:
    acts.approve(session, ask.id, comment=ask.typed("comment"))


def _refuse(session: ActorSession, ask: Ask) -> None:
    acts.refuse(session, ask.id, reason=ask.typed("comment"))


def _recall(session: ActorSession, ask: Ask) -> None:
    acts.recall(session, ask.id, reason=ask.typed("comment"))


def _hand_on(session: ActorSession, ask: Ask) -> None:
    acts.hand_on(session, ask.id, to=ask.typed("who"), comment=ask.typed("comment"))


def _add(session: ActorSession, ask: Ask) -> None:
    where = ask.typed("where")
    where = where if where in ("also", "before", "after") else "also"
    place = cast(Literal["also", "before", "after"], where)
    acts.add(session, ask.id, who=ask.typed("who"), where=place, comment=ask.typed("comment"))


ACTS = {"approve": _approve, "refuse": _refuse, "recall": _recall, "hand-on": _hand_on, "add": _add}
