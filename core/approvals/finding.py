"""What lists and pages read of requests: what waits for whom, what one asked for, what one answered."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlmodel import col

from core.approvals import line
from core.approvals.line import Person, may_decide
from core.approvals.rows import Approval, Seat
from core.db import ActorSession
from core.registry import registry
from core.titles import titles


@dataclass(frozen=True)
class Pending:
    """A request in a list, with the state of the reader's own answer to it, if there is one."""

    approval: Approval
    seat: Seat | None = None


def to_answer(session: ActorSession, *, limit: int, after: int | None = None) -> list[Pending]:
    """What waits for the actor, or for somebody whom the actor stands in for; the oldest first."""
    mine = (col(Seat.state) == "asked", col(Seat.user_id).in_(line.selves(session)))
    further = [col(Seat.id) > after] if after else []
    return _with_seats(session, select(Approval, Seat).where(*mine, *further).order_by(col(Seat.id)), limit)


def answered(session: ActorSession, *, limit: int, after: int | None = None) -> list[Pending]:
    """What the actor has answered, the newest first."""
    mine = [col(Seat.answered_by_id) == session.actor.user_id, *([col(Seat.id) < after] if after else [])]
    return _with_seats(session, select(Approval, Seat).where(*mine).order_by(col(Seat.id).desc()), limit)


def _with_seats(session: ActorSession, statement: Select[Approval, Seat], limit: int) -> list[Pending]:
    joined = statement.join_from(Seat, Approval, col(Approval.id) == col(Seat.approval_id)).limit(limit)
    return [Pending(approval, seat) for approval, seat in session.execute(joined)]


def asked_for(session: ActorSession, *, limit: int, after: int | None = None) -> list[Pending]:
    """What the actor asked for, the newest first."""
    mine = [col(Approval.owner_id) == session.actor.user_id, *([col(Approval.id) < after] if after else [])]
    found = select(Approval).where(*mine).order_by(col(Approval.id).desc()).limit(limit)
    return [Pending(approval) for approval in session.scalars(found)]


def of_record(session: ActorSession, stem: str, record_id: int, *, kind: str = "", limit: int = 5) -> list[Approval]:
    """The requests about a record, the newest first: `[0].state` is how the last one stands."""
    about = [col(Approval.entity) == stem, col(Approval.record_id) == record_id]
    about += [col(Approval.kind) == kind] if kind else []
    return list(session.scalars(select(Approval).where(*about).order_by(col(Approval.id).desc()).limit(limit)))


def seats_of(session: ActorSession, approval_ids: list[int]) -> list[Seat]:
    """Everybody asked, step by step."""
    found = select(Seat).where(col(Seat.approval_id).in_(approval_ids)).order_by(col(Seat.step), col(Seat.id))
    return list(session.scalars(found.limit(1000))) if approval_ids else []


def my_seat(session: ActorSession, seats: list[Seat]) -> Seat | None:
    """The seat that the actor may answer now, one's own before that of somebody who is away."""
    selves = line.selves(session)
    asked = sorted((s for s in seats if s.state == "asked"), key=lambda s: s.user_id != session.actor.user_id)
    return next((seat for seat in asked if seat.user_id in selves), None)


def record_titles(session: ActorSession, approvals: list[Approval]) -> dict[tuple[str, int], str]:
    """By (stem, id), of the records that the reader may see."""
    entities = {each.entity: entity for each in approvals if (entity := registry().entity(each.entity))}
    wanted: dict[str, set[int]] = {}
    for each in approvals:
        if each.entity in entities:
            wanted.setdefault(entities[each.entity].table.name, set()).add(each.record_id)
    found = titles(session, wanted)
    tables = {entity.table.name: stem for stem, entity in entities.items()}
    return {(tables[table], record_id): title for (table, record_id), title in found.items()}


def could_answer(session: ActorSession, approval: Approval, seats: list[Seat]) -> list[Person]:
    """Colleagues of the requester's province who may be asked as well."""
    requester = line.person_of(session, approval.owner_id)
    taken = {seat.user_id for seat in seats}
    if requester is None:
        return []
    found = line.people(session, line.near(requester), limit=600)
    return [person for person in found if person.id not in taken and may_decide(person, requester)]
