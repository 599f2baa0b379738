"""Making a request: whom its steps ask is settled before it is made, so that nobody waits for an answer in vain."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from core import clock
from core.access import ACCESS, demand
from core.approvals import line
from core.approvals.kinds import KINDS, Holders, Kind, Named, Step, Superiors, kind_of
from core.approvals.line import Person, may_decide, superiors
from core.approvals.outcomes import settle
from core.approvals.rows import Approval, Seat
from core.audit import table_name
from core.db import ActorSession
from core.errors import Conflict, Forbidden, Invalid
from core.i18n import _
from core.notices import notify
from core.record import Record


def request(
    session: ActorSession,
    kind: str,
    record: Record,
    *,
    reason: str,
    amount: int | None = None,
    facts: dict[str, Any] | None = None,
    by: int | None = None,
) -> Approval:
    """Ask for an approval of something about the record, as the session's actor; the operator also for `by`.

    Raises Invalid where a step has nobody left who may answer, Conflict where the same is asked for already. Where no
    step is due at this amount the request is approved at once, its hook included.
    """
    demand(session.actor, "core.approval.create")
    if not reason.strip():
        sentence = _("Say why: whoever approves reads it.")
        raise Invalid(sentence, {"reason": sentence})
    made = _made(session, KINDS[kind], record, amount, facts or {})
    made.owner_id = by or made.owner_id
    made.reason = reason.strip()[:1000]
    _demand_free(session, made)
    seats = _seats(session, made)
    _save(session, made, seats)
    if seats:
        settle(session, made)
        open_step(session, made, seats, min(seat.step for seat in seats))
    else:
        close(session, made, seats, "approved")
    return made


def foresee(
    session: ActorSession, kind: str, record: Record, *, amount: int | None = None, facts: dict[str, Any] | None = None
) -> list[list[int]]:
    """The users whom a request would ask, step by step, without making it. Raises Invalid where nobody is left."""
    seats = _seats(session, _made(session, KINDS[kind], record, amount, facts or {}))
    steps = sorted({seat.step for seat in seats})
    return [[seat.user_id for seat in seats if seat.step == step] for step in steps]


def _made(session: ActorSession, kind: Kind, record: Record, amount: int | None, facts: dict[str, Any]) -> Approval:
    entity = ACCESS[table_name(record)].stem
    if entity != kind.entity:
        raise LookupError(f"a request of the kind {kind.name} is about {kind.entity}, not {entity}")
    return Approval(
        kind=kind.name, entity=entity, record_id=record.id, amount=amount, facts=facts,
        owner_id=session.actor.user_id, slot=f"{kind.name}:{entity}:{record.id}",
    )  # fmt: skip


def _demand_free(session: ActorSession, made: Approval) -> None:
    if session.scalar(select(col(Approval.id)).where(col(Approval.slot) == made.slot)) is not None:
        raise _asked_already()


def _asked_already() -> Conflict:
    return Conflict(_("This has been asked for already and waits for an answer."))


def _save(session: ActorSession, made: Approval, seats: list[Seat]) -> None:
    """The slot is unique: of two who ask at the same moment the second is refused by the database."""
    session.flush()
    session.info["verb"] = "request"
    try:
        session.add(made)
        session.flush()
        session.add_all(seats)
        session.flush()
    except IntegrityError as error:
        raise _asked_already() from error
    finally:
        session.info.pop("verb", None)


# --- whom the steps ask ---------------------------------------------------------------------------------------


def _seats(session: ActorSession, made: Approval) -> list[Seat]:
    """Everybody asked, each in one step only: nobody's second answer counts as another's."""
    requester = line.person_of(session, made.owner_id)
    if requester is None:
        raise Forbidden(_("Only people of the house ask for an approval."))
    seats: list[Seat] = []
    for number, step in enumerate(s for s in kind_of(made).steps(session, made) if (made.amount or 0) >= s.since):
        taken = {seat.user_id for seat in seats}
        asked = [person for person in _candidates(session, requester, step) if person.id not in taken]
        if not asked:
            raise Invalid(_nobody(number, step))
        seats += [_seat(made, number, step, person) for person in asked]
    return seats


def _candidates(session: ActorSession, requester: Person, step: Step) -> list[Person]:
    who = step.who
    if isinstance(who, Superiors):
        levels = superiors(requester, line.people(session, line.in_line(requester)))[: who.levels]
        found = [person for level in levels for person in level]
    elif isinstance(who, Holders):
        found = line.people(session, line.holding(who.role, who.within, requester))
    else:
        found = line.people(session, line.named(who.user_id))
    return [person for person in found if may_decide(person, requester)]


def _nobody(number: int, step: Step) -> str:
    sentences = {
        Superiors: _("There is nobody above you whom step {n} could ask, so this cannot be approved.", n=number + 1),
        Holders: _(
            "Nobody with the role that step {n} asks for is left beside you and the people under you, "
            "so this cannot be approved.",
            n=number + 1,
        ),
        Named: _(
            "The person whom step {n} asks for may not answer you: never you, nor anybody under you. "
            "This cannot be approved.",
            n=number + 1,
        ),
    }
    return sentences[type(step.who)]


def _seat(made: Approval, number: int, step: Step, person: Person) -> Seat:
    sources = {Superiors: "line", Named: "user"}
    source = sources.get(type(step.who)) or f"role:{step.who.role}"  # type: ignore[union-attr]  # Holders
    return Seat(
        approval_id=made.id, step=number, is_needed=step.takes == "all", source=source, user_id=person.id,
        state="waiting",
    )  # fmt: skip


# --- a step begins, and the request ends ----------------------------------------------------------------------


def open_step(session: ActorSession, approval: Approval, seats: list[Seat], step: int) -> None:
    """Ask everybody of the step who has not answered, and tell them."""
    asked = [seat for seat in seats if seat.step == step and seat.state == "waiting"]
    approval.step = step
    approval.due_at = due_at(approval)
    for seat in asked:
        seat.state = "asked"
    session.flush()
    notify(session, to=[seat.user_id for seat in asked], kind="approval", about=approval, by=approval.owner_id)


def due_at(approval: Approval) -> datetime | None:
    days = kind_of(approval).days
    return None if days is None else clock.now() + timedelta(days=days)


def close(session: ActorSession, approval: Approval, seats: list[Seat], state: str) -> None:
    """The request has ended: nobody is asked any more, its kind does what follows, who asked is told."""
    approval.state, approval.closed_at, approval.due_at, approval.slot = state, clock.now(), None, None
    for seat in seats:
        if seat.state in ("asked", "waiting"):
            seat.state = "passed"
    session.flush()
    kind = kind_of(approval)
    settle(session, approval)
    hooks = {"approved": kind.on_approved, "recalled": kind.on_recalled}
    hooks.get(state, kind.on_refused)(session, approval)
    session.flush()
    notify(session, to=approval.owner_id, kind="approval", about=approval)
