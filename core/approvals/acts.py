"""Answering a request, and what else becomes of it. Its row is locked first, so that one answer decides.

Each act waits until whoever was quicker has committed, and then reads everything anew: correct at READ COMMITTED,
where every statement sees what is committed by then, and on SQLite, whose writers are one at a time.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.approvals import line
from core.approvals.asking import close, due_at, open_step
from core.approvals.line import Person, may_decide
from core.approvals.rows import Approval, Seat
from core.db import ActorSession, get
from core.dialects import lock_row
from core.errors import Conflict, Forbidden, Invalid
from core.i18n import N_, _
from core.notices import notify
from core.wall import whole

Where = Literal["also", "before", "after"]
ENDED = {
    "approved": N_("This was approved already."), "refused": N_("This was refused already."),
    "recalled": N_("Whoever asked has taken this back."), "timed_out": N_("The time for an answer is over."),
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """A request with everybody asked, locked: what is read of it is in force until the transaction ends."""

    approval: Approval
    seats: list[Seat]

    def of_step(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.step == self.approval.step]

    def people(self) -> set[int]:
        """Everybody who was asked or has answered: none of them is asked a second time."""
        return {seat.user_id for seat in self.seats} | {seat.answered_by_id or 0 for seat in self.seats}


def approve(session: ActorSession, approval_id: int, *, comment: str = "") -> Approval:
    """Agree. The last answer that is needed opens the next step, or approves the request."""
    locked = lock(session, approval_id)
    seat = _demand_seat(session, locked, "approved")
    if seat.state == "asked":
        _answer(session, seat, "approved", comment)
        if _is_done(locked.of_step()):
            _go_on(session, locked)
    return locked.approval


def refuse(session: ActorSession, approval_id: int, *, reason: str) -> Approval:
    """One refusal ends the request, whatever others have said or will say."""
    if not reason.strip():
        sentence = _("Say why you refuse: whoever asked reads it.")
        raise Invalid(sentence, {"comment": sentence})
    locked = lock(session, approval_id)
    seat = _demand_seat(session, locked, "refused")
    if seat.state == "asked":
        _answer(session, seat, "refused", reason)
        locked.approval.ended_why = reason.strip()[:1000]
        close(session, locked.approval, locked.seats, "refused")
    return locked.approval


def recall(session: ActorSession, approval_id: int, *, reason: str = "") -> Approval:
    """Take one's own request back while it is open."""
    locked = lock(session, approval_id)
    if locked.approval.owner_id != session.actor.user_id:
        raise Forbidden(_("Only whoever asked takes a request back."))
    if locked.approval.state == "recalled":
        return locked.approval
    _demand_open(locked.approval)
    locked.approval.ended_why = reason.strip()[:1000]
    close(session, locked.approval, locked.seats, "recalled")
    return locked.approval


def hand_on(session: ActorSession, approval_id: int, *, to: str, comment: str = "") -> Approval:
    """Let somebody else answer in one's place."""
    locked = lock(session, approval_id)
    seat = _demand_seat(session, locked, "handed_on")
    if seat.state == "asked":
        person = _demand_person(session, locked, to)
        _answer(session, seat, "handed_on", comment)
        made = _further(session, seat, person, via="handed_on", step=seat.step, is_needed=seat.is_needed)
        _ask(session, locked.approval, made)
    return locked.approval


def add(session: ActorSession, approval_id: int, *, who: str, where: Where, comment: str = "") -> Approval:
    """Ask one more person, who has to agree too: beside me, before I answer, or after this step."""
    locked = lock(session, approval_id)
    seat = _demand_seat(session, locked, "added")
    person = _demand_person(session, locked, who)
    step = seat.step + (where == "after")
    if where != "also":
        _make_room(locked, step)
    made = _further(session, seat, person, via="added", step=step, is_needed=True)
    made.comment = comment.strip()[:1000]
    if where == "also":
        _ask(session, locked.approval, made)
    else:
        session.add(made)
        session.flush()
        open_step(session, locked.approval, [*locked.seats, made], locked.approval.step)
    return locked.approval


# --- the lock, and who may act --------------------------------------------------------------------------------


def lock(session: ActorSession, approval_id: int) -> Answer:
    """Raises NotFound where the request is hidden, before anything is locked."""
    get(session, Approval, approval_id)
    session.flush()
    row = whole(Approval)
    session.connection().execute(lock_row(select(row.c.id).where(row.c.id == approval_id))).all()
    fresh = {"populate_existing": True}
    approval = session.scalars(select(Approval).where(col(Approval.id) == approval_id), execution_options=fresh).one()
    found = select(Seat).where(col(Seat.approval_id) == approval_id).order_by(col(Seat.step), col(Seat.id))
    return Answer(approval, list(session.scalars(found, execution_options=fresh)))


def _demand_open(approval: Approval) -> None:
    if approval.state != "open":
        raise Conflict(_(ENDED[approval.state]))


def _demand_seat(session: ActorSession, locked: Answer, act: str) -> Seat:
    """The seat that the actor answers for: one's own, or that of somebody whom one stands in for.

    Where a button was pressed twice it is the seat that was answered so before.
    """
    me, selves = session.actor.user_id, line.selves(session)
    own = sorted((s for s in locked.seats if s.user_id in selves), key=lambda s: s.user_id != me)
    asked = [s for s in own if s.state == "asked"]
    if asked:
        _demand_decider(session, locked)
        return asked[0]
    if before := [s for s in locked.seats if s.answered_by_id == me and s.state == act]:
        return before[-1]
    _demand_open(locked.approval)
    if any(s.state == "passed" for s in own):
        raise Conflict(_("Somebody else has answered this step."))
    raise Forbidden(_("You are not asked to answer this now."))


def _demand_decider(session: ActorSession, locked: Answer) -> None:
    """A deputy may be under the requester, or have answered for themselves."""
    me = line.person_of(session, session.actor.user_id)
    requester = line.person_of(session, locked.approval.owner_id)
    if me is None or (requester is not None and not may_decide(me, requester)):
        raise Forbidden(_("Neither who asks nor anybody under them answers a request."))
    if any(s.answered_by_id == me.id and s.state == "approved" for s in locked.seats):
        raise Forbidden(_("You have agreed to this once. The second answer is another person’s."))


def _demand_person(session: ActorSession, locked: Answer, name: str) -> Person:
    found = line.people(session, line.called(name))
    requester = line.person_of(session, locked.approval.owner_id)
    if len(found) != 1:
        sentence = _("Choose one colleague, by user name.")
    elif requester is None or not may_decide(found[0], requester):
        sentence = _("{name} may not answer this: not who asks, nor anybody under them.", name=found[0].name)
    elif found[0].id in locked.people():
        sentence = _("{name} is asked in this request already.", name=found[0].name)
    else:
        return found[0]
    raise Invalid(sentence, {"who": sentence})


# --- writing --------------------------------------------------------------------------------------------------


def _answer(session: ActorSession, seat: Seat, state: str, comment: str) -> None:
    me = session.actor.user_id
    seat.state, seat.answered_by_id, seat.at, seat.comment = state, me, clock.now(), comment.strip()[:1000]
    if seat.user_id != me:
        seat.via = "deputy"
    session.info["verb"] = {"approved": "approve", "refused": "refuse", "handed_on": "hand_on"}[state]
    session.flush()
    session.info.pop("verb")


def _is_done(seats: list[Seat]) -> bool:
    """Everybody needed has agreed, and one of those of whom one is enough."""
    live = [seat for seat in seats if seat.state in ("asked", "waiting", "approved")]
    needed = [seat.state == "approved" for seat in live if seat.is_needed]
    others = [seat.state == "approved" for seat in live if not seat.is_needed]
    return all(needed) and (not others or any(others))


def _go_on(session: ActorSession, locked: Answer) -> None:
    for seat in locked.of_step():
        if seat.state == "asked":
            seat.state = "passed"
    left = [seat.step for seat in locked.seats if seat.state == "waiting"]
    if left:
        open_step(session, locked.approval, locked.seats, min(left))
    else:
        close(session, locked.approval, locked.seats, "approved")


def _make_room(locked: Answer, step: int) -> None:
    """Everybody from this step on comes one later; who was asked there waits again."""
    for seat in locked.seats:
        if seat.step >= step and seat.state in ("asked", "waiting"):
            seat.step, seat.state = seat.step + 1, "waiting"


def _further(session: ActorSession, seat: Seat, person: Person, *, via: str, step: int, is_needed: bool) -> Seat:
    return Seat(
        approval_id=seat.approval_id, step=step, is_needed=is_needed, source=seat.source, user_id=person.id,
        state="waiting", via=via, by_id=session.actor.user_id,
    )  # fmt: skip


def _ask(session: ActorSession, approval: Approval, seat: Seat) -> None:
    seat.state, approval.due_at = "asked", due_at(approval)
    session.add(seat)
    session.flush()
    notify(session, to=seat.user_id, kind="approval", about=approval, by=approval.owner_id)
