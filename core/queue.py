"""The queue: a job is a row, committed with the data that asks for it. `core.jobs` runs what stands here."""

import threading
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, event, insert, update
from sqlmodel import Field, col, select

from core import clock
from core import registry as registries
from core.access import OPERATOR, Actor, Level, personal, protect
from core.db import ActorSession, kernel_session
from core.errors import Conflict, Forbidden, NotFound
from core.i18n import _, language
from core.ids import new_id
from core.module import Job as Declared
from core.record import Row

woken = threading.Event()


class JobRecord(Row, table=True):
    """A job that somebody asked for. State: queued, running, done, failed or cancelled.

    `error` is for whoever asked and may name records; `fault` is the class of what failed, for the administrator.
    """

    __tablename__ = "core_job"
    __table_args__ = (Index("ix_core_job_state", "state", "id"), Index("ix_core_job_user", "user_id", "id"))
    name: str = Field(max_length=80)
    arguments: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    user_id: int | None = Field(default=None, sa_type=BigInteger)
    username: str = Field(max_length=80)
    language: str = Field(default="zh", max_length=8)
    state: str = Field(default="queued", max_length=12)
    done: int = 0
    total: int = 0
    note: str = Field(default="", max_length=200)
    result: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    error: str | None = Field(default=None, max_length=1000)
    fault: str = Field(default="", max_length=80)
    attempts: int = 0
    lease_until: datetime | None = None
    worker: str | None = Field(default=None, max_length=120)
    created_at: datetime = Field(default_factory=clock.now)
    started_at: datetime | None = None
    finished_at: datetime | None = None


protect(JobRecord, "core.job", personal("user_id"))


def enqueue_later(session: ActorSession, name: str, /, **arguments: Any) -> int:
    """Ask for a job in this transaction, for the session's own actor and nobody else. Returns the job's id."""
    return _put(session, session.actor, name, arguments)


def enqueue_for(session: ActorSession, actor: Actor, name: str, /, **arguments: Any) -> int:
    """The operator asks for a job that runs with the rights of somebody else, and is theirs. Raises Forbidden."""
    if session.actor is not OPERATOR:
        raise Forbidden(_("Work is asked for in one’s own name."))
    return _put(session, actor, name, arguments)


def _put(session: ActorSession, actor: Actor, name: str, arguments: dict[str, Any]) -> int:
    declared(name)
    job_id, connection = new_id(), session.connection()
    row = JobRecord(
        id=job_id, name=name, arguments=arguments, user_id=actor.user_id, username=actor.username, language=language()
    )
    before = connection.info.get("may_write", False)
    connection.info["may_write"] = session.info["writes"]
    try:
        connection.execute(insert(JobRecord).values(row.model_dump()))
    finally:
        connection.info["may_write"] = before
    event.listen(session, "after_commit", lambda _session: woken.set(), once=True)
    return job_id


def declared(name: str) -> Declared:
    """The job that a module declares under this name. Raises LookupError."""
    for declaration in (job for each in registries.registry().modules for job in each.jobs):
        if declaration.name == name:
            return declaration
    raise LookupError(f"no module declares the job {name}")


def job_title(job: JobRecord) -> str:
    """What kind of work it is, in the current language."""
    return label_of_job(job.name)


def label_of_job(name: str) -> str:
    labels = (each.label for owner in registries.registry().modules for each in owner.jobs if each.name == name)
    return _(next(labels, "")) or name


def find(actor: Actor, job_id: int) -> JobRecord:
    """The actor's own job, or anybody's for those who may read all jobs. Raises NotFound."""
    with kernel_session(writes=False) as session:
        job = session.get(JobRecord, job_id)
    if job is None or not (job.user_id == actor.user_id or actor.level("core.job.read") is Level.ALL):
        raise NotFound(_("There is no such record, or it is not yours to see."))
    return job


def jobs_of(actor: Actor, limit: int = 50) -> list[JobRecord]:
    """The actor's own jobs, the newest first."""
    with kernel_session(writes=False) as session:
        statement = select(JobRecord).where(JobRecord.user_id == actor.user_id)
        return list(session.exec(statement.order_by(col(JobRecord.id).desc()).limit(limit)))


def cancel(actor: Actor, job_id: int) -> None:
    """Cancel a job: a running one stops at its next step and changes nothing more."""
    find(actor, job_id)
    with kernel_session() as session:
        is_open = (col(JobRecord.id) == job_id, col(JobRecord.state).in_(("queued", "running")))
        ended = session.exec(update(JobRecord).where(*is_open).values(state="cancelled", finished_at=clock.now()))
        if ended.rowcount != 1:
            raise Conflict(_("This work has already ended."))
