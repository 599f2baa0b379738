"""The job that finds out what the weapons are worth and how likely each open deal is won. One at a time."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.db import ActorSession, reading
from core.errors import Conflict
from core.i18n import N_, _
from core.jobs import Progress
from core.module import Job
from core.queue import JobRecord, cancel
from reports.evidence.apart import apart
from reports.evidence.findings import FEWEST_PUBLISHED
from reports.evidence.found import DECIDED, Found
from reports.evidence.gather import gather
from reports.evidence.keeping import keep
from reports.evidence.results import Results

NAME = "reports.evidence"
STEPS = 3
Told = Callable[[int], None]


def run(progress: Progress) -> dict[str, Any]:
    """Whoever asks for it: what is read and written is the province's, and the same for everybody."""
    with reading(OPERATOR) as session:
        if _is_running(session, progress.job_id):
            return {"deals": 0, "is_left_to_another": True}
    return refresh(lambda step: progress(step, STEPS))


def refresh(tell: Told) -> dict[str, Any]:
    tell(0)
    with reading(OPERATOR, snapshot=True) as session:
        found = gather(session)
    tell(1)
    results = _calculated(found, lambda: tell(1))
    tell(2)
    keep(results)
    tell(STEPS)
    return {
        "deals": sum(1 for row in found.deals if row["state"] in DECIDED), "uses": len(found.uses),
        "suggestions": len(found.draws), "rows": len(results.worth),
        "chances": len(results.forecast.chances) if results.forecast else 0,
    }  # fmt: skip


def refresh_now() -> dict[str, Any]:
    """At once, in this process; what only waits in the queue is done by it. Raises Conflict while one runs."""
    with reading(OPERATOR) as session:
        states = select(col(JobRecord.id), col(JobRecord.state)).where(col(JobRecord.name) == NAME, is_open())
        waiting_ones = session.execute(states).all()
    if any(state == "running" for _id, state in waiting_ones):
        raise Conflict(_("It is being calculated already."))
    for job_id, _state in waiting_ones:
        cancel(OPERATOR, job_id)
    return refresh(lambda step: None)


def _calculated(found: Found, alive: Callable[[], None]) -> Results:
    """With hardly a deal there is nothing to load a statistics library for."""
    if sum(1 for row in found.deals if row["state"] in DECIDED) < FEWEST_PUBLISHED:
        return Results()
    from reports.evidence.started import calculated

    return apart(calculated, found, alive=alive)


def _is_running(session: ActorSession, job_id: int) -> bool:
    """Another one that was begun earlier and still holds its lease."""
    mine = session.get(JobRecord, job_id)
    begun = mine.started_at if mine is not None and mine.started_at else clock.now()
    is_alive = and_(col(JobRecord.state) == "running", col(JobRecord.lease_until) >= clock.now())
    is_first = or_(
        col(JobRecord.started_at) < begun, and_(col(JobRecord.started_at) == begun, col(JobRecord.id) < job_id)
    )
    others = select(col(JobRecord.id)).where(
        col(JobRecord.name) == NAME, col(JobRecord.id) != job_id, is_alive, is_first
    )
    return session.scalar(others.limit(1)) is not None


def waiting(session: ActorSession) -> int | None:
    """The number of the one that waits or runs, if any."""
    return session.scalar(select(col(JobRecord.id)).where(col(JobRecord.name) == NAME, is_open()).limit(1))


def is_open() -> ColumnElement[bool]:
    return col(JobRecord.state).in_(("queued", "running"))


def is_at_work() -> bool:
    """Whoever asked for it: that it waits or runs is no secret, and says nothing else."""
    with reading(OPERATOR) as session:
        return waiting(session) is not None


JOBS = (Job(NAME, run, N_("What weapons are worth"), is_daily=True),)
