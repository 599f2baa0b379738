"""Workers: each job is run by one of them, and taken up again when one is killed."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from core import jobs
from core.access import OPERATOR
from core.jobs import Progress
from core.settings import settings
from tests.core.asking import ask, state
from tests.core.asking import declare as declare
from tests.core.kernel import Clock
from tests.core.kernel import database as database
from tests.core.kernel import tables as tables
from tests.core.kernel import time as time

pytestmark = pytest.mark.usefixtures("database")


def test_two_workers_never_run_one_job_twice(declare: Any) -> None:
    ran: list[int] = []
    declare(job=lambda progress, n: ran.append(n))
    for n in range(20):
        ask(n=n)
    workers = [threading.Thread(target=jobs.work_once) for _worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    jobs.work_once()
    assert sorted(ran) == list(range(20))


@contextmanager
def workers(threads: int) -> Iterator[threading.Event]:
    stop = threading.Event()
    crew = threading.Thread(target=jobs.work_forever, args=(stop, threads))
    crew.start()
    try:
        yield stop
    finally:
        stop.set()
        crew.join()


def test_a_worker_in_the_same_process_wakes_when_a_job_is_committed(
    declare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "POLL_SECONDS", 600)
    begun, ran = threading.Event(), threading.Event()
    run_next = jobs.run_next

    def noted(stop: threading.Event) -> bool:
        found = run_next(stop)
        begun.set()
        return found

    monkeypatch.setattr(jobs, "run_next", noted)
    declare(job=lambda progress: ran.set())
    with workers(1):
        assert begun.wait(20)
        ask()
        assert ran.wait(20)


def test_a_stopping_process_gives_its_running_job_back_to_the_queue(declare: Any) -> None:
    begun = threading.Event()

    def endless(progress: Progress) -> None:
        begun.set()
        while not progress._stop.wait(20):
            pass
        progress(1, 2)

    declare(job=endless)
    job_id = ask()
    with workers(1) as stop:
        assert begun.wait(20)
        stop.set()
    waiting = jobs.find(OPERATOR, job_id)
    assert (waiting.state, waiting.attempts, waiting.lease_until) == ("queued", 0, None)


def test_a_job_whose_lease_still_runs_is_left_to_its_worker(declare: Any, time: Clock) -> None:
    declare(job=lambda progress: None)
    job_id = ask()
    assert jobs._claim() is not None
    time.pass_by(seconds=59)
    assert jobs.work_once() == 0
    time.pass_by(seconds=2)
    assert jobs.work_once() == 1
    assert state(job_id) == "done"


def test_a_worker_that_lost_its_lease_cannot_write_its_outcome(declare: Any, time: Clock) -> None:
    declare(job=lambda progress: {"by": "second"})
    job_id = ask()
    first = jobs._claim()
    assert first is not None
    time.pass_by(minutes=2)
    jobs.work_once()
    declare(job=lambda progress: {"by": "first"})
    jobs._run(first, threading.Event())
    assert jobs.find(OPERATOR, job_id).result == {"by": "second"}


def test_a_job_that_kills_its_worker_each_time_is_given_up_with_a_sentence(declare: Any, time: Clock) -> None:
    declare(job=lambda progress: pytest.fail("it ran a sixth time"))
    job_id = ask()
    for _kill in range(5):
        assert jobs._claim() is not None
        time.pass_by(minutes=2)
    jobs.work_once()
    failed = jobs.find(OPERATOR, job_id)
    assert failed.state == "failed"
    assert "5" in (failed.error or "")


WORKER = """
import sys
from core import jobs
from core import registry as registries
from core.module import Job, Module
from core.registry import Registry

def hang(progress, n):
    print("begun", n, flush=True)
    sys.stdin.read()

registry = Registry((Module(name="testing", summary="", jobs=(Job("job", hang),)),))
registries.registry = lambda: registry
jobs.work_once()
"""


def test_a_job_whose_worker_was_killed_in_the_middle_is_taken_up_by_another(
    declare: Any, time: Clock, database: str
) -> None:
    declare(job=lambda progress, n: {"n": n})
    job_id = ask(n=7)
    place = {"OCTANT_DATABASE_URL": database, "OCTANT_DATA_DIR": str(settings().data_dir)}
    command = [sys.executable, "-c", WORKER]
    with subprocess.Popen(
        command, env=os.environ | place, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "begun 7\n"
        os.kill(worker.pid, signal.SIGKILL)
    held = jobs.find(OPERATOR, job_id)
    assert (held.state, held.attempts) == ("running", 1)
    assert held.lease_until is not None
    # The clock of this process is moved past the lease of the other one instead of waiting for it.
    time.moment = held.lease_until + timedelta(seconds=1)
    assert jobs.work_once() == 1
    taken_up = jobs.find(OPERATOR, job_id)
    assert (taken_up.state, taken_up.attempts, taken_up.result) == ("done", 2, {"n": 7})
