"""Jobs: committed with their data, run as the one who asked, ended with a sentence."""

import threading
from typing import Any

import pytest
from sqlalchemy import func
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from core import jobs
from core.access import OPERATOR
from core.db import kernel_session, reading, unit_of_work
from core.errors import Conflict, Forbidden, Invalid, NotFound, Unscoped
from core.i18n import language, use_language
from core.jobs import JobRecord, Progress
from core.people import User
from core.signin import actor_for
from tests.core.asking import ask, state
from tests.core.asking import declare as declare
from tests.core.kernel import Clock, add_user
from tests.core.kernel import database as database
from tests.core.kernel import tables as tables
from tests.core.kernel import time as time

pytestmark = pytest.mark.usefixtures("database")


# --- asking ---------------------------------------------------------------------------------------------------


def test_a_job_runs_with_its_arguments_and_keeps_its_result(declare: Any) -> None:
    declare(job=lambda progress, **given: {"got": given})
    job_id = ask(number=3, name="深圳")
    assert jobs.work_once() == 1
    done = jobs.find(OPERATOR, job_id)
    assert (done.state, done.result) == ("done", {"got": {"number": 3, "name": "深圳"}})
    assert done.finished_at is not None


def test_a_job_asked_for_in_a_transaction_that_fails_does_not_exist(declare: Any) -> None:
    declare(job=lambda progress: None)

    def fail_after_asking() -> None:
        with unit_of_work(OPERATOR) as session:
            jobs.enqueue_later(session, "job")
            raise Invalid("no")

    with pytest.raises(Invalid):
        fail_after_asking()
    assert jobs.work_once() == 0
    assert jobs.jobs_of(OPERATOR) == []


def test_a_session_for_reading_can_ask_for_nothing(declare: Any) -> None:
    declare(job=lambda progress: None)
    with pytest.raises(Unscoped), reading(OPERATOR) as session:
        jobs.enqueue_later(session, "job")


def test_a_job_that_no_module_declares_cannot_be_asked_for(declare: Any) -> None:
    declare(job=lambda progress: None)
    with pytest.raises(LookupError, match="other"):
        ask("other")


def test_asking_for_a_job_needs_no_grant_and_opens_no_other_door(declare: Any) -> None:
    declare(job=lambda progress: None)
    add_user("wei")

    def forge() -> None:
        with unit_of_work(actor_for("wei")) as session:
            jobs.enqueue_later(session, "job")
            session.add(JobRecord(name="job", username="admin", user_id=None))
            session.flush()

    with pytest.raises(Forbidden):
        forge()
    assert jobs.work_once() == 0


def test_jobs_run_in_the_order_they_were_asked_for(declare: Any) -> None:
    ran: list[int] = []
    declare(job=lambda progress, n: ran.append(n))
    for n in range(4):
        ask(n=n)
    jobs.work_once()
    assert ran == [0, 1, 2, 3]


# --- for whom -------------------------------------------------------------------------------------------------


def test_a_job_runs_as_the_one_who_asked_in_their_language(declare: Any) -> None:
    seen: list[tuple[Any, ...]] = []
    declare(job=lambda progress: seen.append((progress.actor.user_id, progress.actor.may("x.y.read"), language())))
    user_id = add_user("wei", grants={"x.*": "own"})
    with use_language("en"):
        ask(actor=actor_for("wei"))
    jobs.work_once()
    assert seen == [(user_id, True, "en")]


def test_a_job_of_someone_shut_out_meanwhile_fails_with_a_sentence(declare: Any) -> None:
    declare(job=lambda progress: pytest.fail("it ran"))
    user_id = add_user("wei")
    job_id = ask(actor=actor_for("wei"))
    with kernel_session() as session:
        session.get_one(User, user_id).is_active = False
    jobs.work_once()
    failed = jobs.find(OPERATOR, job_id)
    assert failed.state == "failed"
    assert "wei" in (failed.error or "")


def test_a_person_sees_and_cancels_only_their_own_jobs(declare: Any) -> None:
    declare(job=lambda progress: None)
    for name in ("wei", "lan"):
        add_user(name)
    wei, lan = actor_for("wei"), actor_for("lan")
    job_id = ask(actor=wei)
    assert jobs.find(wei, job_id).username == "wei"
    assert [job.id for job in jobs.jobs_of(wei)] == [job_id]
    assert jobs.jobs_of(lan) == []
    for act in (jobs.find, jobs.cancel):
        with pytest.raises(NotFound):
            act(lan, job_id)
    assert state(job_id) == "queued"


@pytest.mark.parametrize(("grants", "seen"), [({}, 0), ({"core.job.read": "own"}, 1), ({"core.job.read": "all"}, 2)])
def test_through_the_wall_a_person_sees_their_own_jobs_and_an_administrator_all(
    declare: Any, grants: dict[str, str], seen: int
) -> None:
    declare(job=lambda progress: None)
    add_user("wei", grants=grants)
    ask()
    ask(actor=actor_for("wei"))
    with reading(actor_for("wei")) as session:
        assert session.scalar(select(func.count()).select_from(JobRecord)) == seen


# --- how it ends ----------------------------------------------------------------------------------------------


def test_an_error_of_the_user_is_shown_as_it_was_said(declare: Any) -> None:
    def refuse(progress: Progress) -> None:
        raise Invalid("The file holds no table.")

    declare(job=refuse)
    job_id = ask()
    jobs.work_once()
    assert (state(job_id), jobs.find(OPERATOR, job_id).error) == ("failed", "The file holds no table.")


def test_a_defect_is_logged_and_its_words_are_not_shown(declare: Any, caplog: pytest.LogCaptureFixture) -> None:
    declare(job=lambda progress: {}["secret inside"])
    job_id = ask()
    jobs.work_once()
    failed = jobs.find(OPERATOR, job_id)
    assert failed.state == "failed"
    assert str(job_id) in (failed.error or "")
    assert "secret inside" not in (failed.error or "")
    assert "secret inside" in caplog.text


def test_a_result_that_cannot_be_kept_is_a_defect(declare: Any) -> None:
    declare(job=lambda progress: {"file": object()})
    job_id = ask()
    jobs.work_once()
    assert state(job_id) == "failed"


def test_when_the_database_is_out_of_reach_the_job_is_tried_again_later(declare: Any, time: Clock) -> None:
    tries: list[int] = []

    def flaky(progress: Progress) -> str:
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("select", None, Exception("server closed the connection"))
        return "well"

    declare(job=flaky)
    job_id = ask()
    assert jobs.work_once() == 1
    assert jobs.work_once() == 0
    time.pass_by(seconds=11)
    jobs.work_once()
    assert (state(job_id), len(tries)) == ("done", 2)


def test_progress_is_seen_while_the_job_works_even_inside_its_own_transaction(
    declare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, seen = threading.Event(), []
    write = Progress._write

    def signalled(self: Progress) -> None:
        write(self)
        written.set()

    monkeypatch.setattr(Progress, "_write", signalled)
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 0.01)

    def work(progress: Progress) -> None:
        progress(3, 10, "客户")
        assert written.wait(20)
        seen.append(jobs.find(OPERATOR, progress.job_id))
        with unit_of_work(OPERATOR) as session:
            session.connection()
            progress(10, 10)

    declare(job=work)
    job_id = ask()
    jobs.work_once()
    assert (seen[0].done, seen[0].total, seen[0].note) == (3, 10, "客户")
    assert (state(job_id), jobs.find(OPERATOR, job_id).done) == ("done", 10)


def test_a_cancelled_job_stops_at_its_next_step_and_its_work_is_rolled_back(
    declare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 0.01)
    lost = threading.Event()

    def work(progress: Progress) -> None:
        progress._is_lost = lost
        jobs.cancel(OPERATOR, progress.job_id)
        with unit_of_work(OPERATOR) as session:
            progress(1, 2)
            assert lost.wait(20)
            jobs.enqueue_later(session, "other")
            progress(2, 2)

    declare(job=work, other=lambda progress: pytest.fail("it was committed"))
    job_id = ask()
    assert jobs.work_once() == 1
    assert state(job_id) == "cancelled"


def test_a_job_cancelled_before_it_began_never_runs_and_cannot_be_cancelled_twice(declare: Any) -> None:
    declare(job=lambda progress: pytest.fail("it ran"))
    job_id = ask()
    jobs.cancel(OPERATOR, job_id)
    assert jobs.work_once() == 0
    with pytest.raises(Conflict):
        jobs.cancel(OPERATOR, job_id)


def test_a_job_that_was_done_before_it_noticed_its_cancelling_says_that_it_is_done(declare: Any) -> None:
    declare(job=lambda progress: jobs.cancel(OPERATOR, progress.job_id))
    job_id = ask()
    jobs.work_once()
    assert state(job_id) == "done"
