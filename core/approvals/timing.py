"""Requests that nobody answered in time go to the next superior, or end: a step of the background work."""

import logging

from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.approvals import line
from core.approvals.acts import Answer, lock
from core.approvals.asking import close, open_step
from core.approvals.kinds import KINDS
from core.approvals.line import Person, may_decide, superiors
from core.approvals.rows import Approval, Seat
from core.db import ActorSession, reading, unit_of_work

AT_ONCE = 100

log = logging.getLogger("octant.approvals")


def time_out_due() -> int:
    """Every open request whose step is over, each in a transaction of its own. Returns how many there were.

    Several processes may do it at once: whoever comes second finds the request not due any more.
    """
    is_due = (col(Approval.state) == "open", col(Approval.due_at) <= clock.now(), col(Approval.kind).in_(list(KINDS)))
    with reading(OPERATOR) as session:
        due = session.scalars(select(col(Approval.id)).where(*is_due).order_by(col(Approval.due_at)).limit(AT_ONCE))
        ids = list(due)
    return sum(_timed_out(approval_id) for approval_id in ids)


def _timed_out(approval_id: int) -> bool:
    try:
        with unit_of_work(OPERATOR) as session:
            session.info["origin"] = "job"
            return time_out(session, approval_id)
    except Exception:
        # A kind's own hook failed. The request stays as it is; the others are not held up.
        log.exception("The time of request %s could not be ended.", approval_id)
        return False


def time_out(session: ActorSession, approval_id: int) -> bool:
    """End the step of one request, if it is over."""
    locked = lock(session, approval_id)
    approval = locked.approval
    if approval.state != "open" or approval.due_at is None or approval.due_at > clock.now():
        return False
    late = [seat for seat in locked.seats if seat.state == "asked"]
    above = _next(session, locked) if KINDS[approval.kind].after_days == "next" else []
    for seat in late:
        seat.state, seat.at = "timed_out", clock.now()
    if above:
        made = [_escalated(approval, person) for person in above]
        session.add_all(made)
        open_step(session, approval, [*locked.seats, *made], approval.step)
    else:
        close(session, approval, locked.seats, "timed_out")
    return True


def _next(session: ActorSession, locked: Answer) -> list[Person]:
    """The next level of the requester's line above everybody who was asked in this step, with somebody new in it."""
    requester = line.person_of(session, locked.approval.owner_id)
    if requester is None:
        return []
    levels = superiors(requester, line.people(session, line.in_line(requester)))
    asked = {seat.user_id for seat in locked.of_step()}
    highest = max((n for n, level in enumerate(levels) if asked & {person.id for person in level}), default=-1)
    for level in levels[highest + 1 :]:
        if found := [p for p in level if p.id not in locked.people() and may_decide(p, requester)]:
            return found
    return []


def _escalated(approval: Approval, person: Person) -> Seat:
    """One of the level is enough, whatever the step took before."""
    return Seat(approval_id=approval.id, step=approval.step, user_id=person.id, state="waiting", via="time")
