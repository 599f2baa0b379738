"""Workers: threads that run what stands in the queue, in the web process or in one of their own.

A job runs at least once. A worker holds it by a lease that it renews while it works; when a worker is killed the
lease runs out and another takes the job up. Only the holder of the lease may write the outcome.
"""

import json
import logging
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, or_, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from core import clock
from core.access import OPERATOR, Actor
from core.db import kernel_session
from core.dialects import is_out_of_reach
from core.errors import DomainError
from core.i18n import _, use_language
from core.notices import insert_notices
from core.queue import JobRecord as JobRecord
from core.queue import cancel as cancel
from core.queue import declared, woken
from core.queue import enqueue_later as enqueue_later
from core.queue import find as find
from core.queue import jobs_of as jobs_of
from core.sending import send_due
from core.signin import actor_by_id, forget_attempts

LEASE = timedelta(seconds=60)
RENEW_EVERY = timedelta(seconds=15)
RETRY_AFTER = timedelta(seconds=10)
MAX_ATTEMPTS = 5
BEAT_SECONDS, POLL_SECONDS, SEND_SECONDS, KEEP_SECONDS, GRACE_SECONDS = 0.5, 1.0, 5.0, 20.0, 20.0

log = logging.getLogger("octant.jobs")


class Cancelled(DomainError):
    """Raised inside a job when somebody cancelled it, or when another worker holds it now."""


class Interrupted(Exception):
    """Raised inside a job when its process is told to stop."""


# --- what a running job is given ------------------------------------------------------------------------------


class Progress:
    """Told by the job how far it is: `progress(done, total, note)`. It knows for whom the job runs.

    The figures are written by a thread of their own: a job in the middle of its transaction would wait for itself.
    """

    def __init__(self, job: JobRecord, actor: Actor, stop: threading.Event) -> None:
        self.job_id, self.actor, self.language = job.id, actor, job.language
        self._worker, self._stop = job.worker, stop
        self._figures = self._written = (job.done, job.total, job.note)
        self._renewed = clock.now()
        self._is_lost, self._is_over = threading.Event(), threading.Event()

    def __call__(self, done: int, total: int, note: str = "") -> None:
        self._figures = (done, total, note[:200])
        if self._is_lost.is_set():
            raise Cancelled(_("The work was cancelled."))
        if self._stop.is_set():
            raise Interrupted

    @contextmanager
    def kept_alive(self) -> Iterator[None]:
        beat = threading.Thread(target=self._beat, name=f"job-{self.job_id}", daemon=True)
        beat.start()
        try:
            yield
        finally:
            self._is_over.set()
            beat.join()

    def figures(self) -> dict[str, Any]:
        return dict(zip(("done", "total", "note"), self._figures, strict=True))

    def _beat(self) -> None:
        while not self._is_over.wait(BEAT_SECONDS):
            if self._figures == self._written and clock.now() - self._renewed < RENEW_EVERY:
                continue
            try:
                self._write()
            except SQLAlchemyError as error:
                if not is_out_of_reach(error):
                    raise

    def _write(self) -> None:
        now, figures = clock.now(), self._figures
        if not _update(self.job_id, self._worker, ("running",), lease_until=now + LEASE, **self.figures()):
            self._is_lost.set()
        self._renewed, self._written = now, figures


# --- workers --------------------------------------------------------------------------------------------------


def work_forever(stop: threading.Event, threads: int) -> None:
    """Run jobs and seal the journal until told to stop; then give running jobs a while to go back to the queue."""
    workers = [threading.Thread(target=_work, args=(stop,), name=f"worker-{n}", daemon=True) for n in range(threads)]
    workers.append(threading.Thread(target=_keep, args=(stop,), name="keeper", daemon=True))
    workers.append(threading.Thread(target=_send, args=(stop,), name="sender", daemon=True))
    for worker in workers:
        worker.start()
    stop.wait()
    woken.set()
    deadline = clock.monotonic() + GRACE_SECONDS
    for worker in workers:
        worker.join(max(0.0, deadline - clock.monotonic()))


def work_once() -> int:
    """Run every job that is due, in this thread. Returns how many were run."""
    count = 0
    while run_next(threading.Event()):
        count += 1
    return count


def _work(stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            if run_next(stop):
                continue
        except SQLAlchemyError:
            log.exception("The database could not be asked for jobs.")
        woken.wait(POLL_SECONDS)
        woken.clear()


def _keep(stop: threading.Event) -> None:
    from core.approvals.timing import time_out_due
    from core.keeping import keep_day
    from core.seal import seal_pending

    while True:
        try:
            seal_pending()
            forget_attempts()
            keep_day()
            time_out_due()
        except SQLAlchemyError:
            log.exception("The journal could not be sealed or the day's work not be done now.")
        if stop.wait(KEEP_SECONDS):
            return


def _send(stop: threading.Event) -> None:
    """A slow mail server holds up nothing but the next message."""
    while not stop.wait(SEND_SECONDS):
        try:
            send_due()
        except SQLAlchemyError:
            log.exception("The database could not be asked for what is to be sent.")


def run_next(stop: threading.Event) -> bool:
    """Claim one job that is due and run it. False where there is none."""
    job = _claim()
    if job is None:
        return False
    with use_language(job.language):
        _run(job, stop)
    return True


def _claim() -> JobRecord | None:
    now = clock.now()
    lease_is_over = or_(col(JobRecord.lease_until).is_(None), col(JobRecord.lease_until) < now)
    is_due = and_(col(JobRecord.state).in_(("queued", "running")), lease_is_over)
    with kernel_session(writes=False) as session:
        due = session.exec(select(JobRecord.id).where(is_due).order_by(col(JobRecord.id)).limit(20)).all()
    worker = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(8)}"
    taken = {"state": "running", "worker": worker, "lease_until": now + LEASE, "started_at": now}
    for job_id in due:
        with kernel_session() as session:
            claim = update(JobRecord).where(col(JobRecord.id) == job_id, is_due)
            if session.exec(claim.values(attempts=JobRecord.attempts + 1, **taken)).rowcount == 1:
                return session.get(JobRecord, job_id)
    return None


def _run(job: JobRecord, stop: threading.Event) -> None:
    try:
        outcome = _outcome(job, stop)
    except Cancelled:
        return
    except Interrupted:
        outcome = {"state": "queued", "attempts": job.attempts - 1}
    except DomainError as error:
        outcome = _failed(str(error), type(error).__name__)
    except Exception as error:
        outcome = _after_defect(job, error)
    is_over = outcome["state"] != "queued"
    ended = {"finished_at": clock.now() if is_over else None}
    # A job that was done before it noticed its cancelling is done: the data says so too.
    values = {"lease_until": None, **ended, **outcome}
    _update(job.id, job.worker, ("running", "cancelled"), told=job.user_id if is_over else None, **values)


def _outcome(job: JobRecord, stop: threading.Event) -> dict[str, Any]:
    if job.attempts > MAX_ATTEMPTS:
        return _failed(_("The work was begun {n} times and never came to its end.", n=MAX_ATTEMPTS), "Interrupted")
    actor = OPERATOR if job.user_id is None else actor_by_id(job.user_id, job.username)
    progress = Progress(job, actor, stop)
    with progress.kept_alive():
        result = declared(job.name).run(progress, **job.arguments)
    json.dumps(result)
    kept = result if result is None or isinstance(result, dict) else {"value": result}
    return {"state": "done", "result": kept, "error": None, **progress.figures()}


def _failed(sentence: str, fault: str) -> dict[str, Any]:
    return {"state": "failed", "error": sentence[:1000], "fault": fault[:80]}


def _after_defect(job: JobRecord, error: Exception) -> dict[str, Any]:
    if is_out_of_reach(error) and job.attempts < MAX_ATTEMPTS:
        return {"state": "queued", "lease_until": clock.now() + RETRY_AFTER}
    log.error("Job %s (%s) failed.", job.id, job.name, exc_info=error)
    sentence = _("The work failed by a fault of the program. Tell an administrator the number {id}.", id=job.id)
    return _failed(sentence, type(error).__name__)


def _update(
    job_id: int, worker: str | None, states: tuple[str, ...], *, told: int | None = None, **values: Any
) -> bool:
    """Write to a job that this worker holds, and tell a user. False where it does not hold it any more."""
    held = (col(JobRecord.id) == job_id, col(JobRecord.worker) == worker, col(JobRecord.state).in_(states))
    with kernel_session() as session:
        is_held = session.exec(update(JobRecord).where(*held).values(**values)).rowcount == 1
        if is_held and told is not None:
            insert_notices(session, "job", [{"user_id": told, "entity": "core.job", "record_id": job_id}])
    return is_held
