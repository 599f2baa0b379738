"""What the background work does by the clock: owners are told of the day's activities; what is old is forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock, files, keeping
from core.actors import actor_for
from core.bulk import update_rows
from core.db import kernel_session, reading, unit_of_work
from core.errors import NotFound
from core.ids import new_id
from core.keeping import forget_old, tell_dues
from core.messages import told
from core.notices import Notice, notices_of
from core.people import User
from core.queue import JobRecord, enqueue_later
from crm.accounts import ACCOUNT, Account
from crm.activities import Activity
from crm.activity_verbs import ACTIVITY

pytestmark = pytest.mark.usefixtures("fresh_carrier")


def plan(owner: str, subject: str, days: int, state: str = "planned") -> None:
    with unit_of_work(actor_for("keeper")) as session:
        user = session.scalar(select(User).where(User.username == owner))
        activity = Activity(subject=subject, owner_id=user.id, due_on=clock.today() + timedelta(days=days))
        activity.state = state
        ACTIVITY.complete(session, activity)
        session.add(activity)


def due_titles(user: str) -> list[str]:
    with reading(actor_for(user)) as session:
        found = [notice for notice in notices_of(session, limit=50) if notice.kind == "due"]
        return [each.title for each in told(session, found)]


def test_an_owner_is_told_once_of_what_is_planned_for_the_day() -> None:
    plan("am", "visit the harbour", 0)
    plan("am", "tomorrow's call", 1)
    plan("am", "held already", 0, "done")
    plan("am2", "another's visit", 0)
    assert tell_dues(clock.today()) == 2
    assert tell_dues(clock.today()) == 0, "once a day"
    assert due_titles("am") == ["visit the harbour"]
    assert due_titles("am2") == ["another's visit"]


def test_the_days_work_is_done_in_the_morning_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_done", {})
    days: list[object] = []
    monkeypatch.setattr(keeping, "tell_dues", days.append)
    monkeypatch.setattr(keeping, "EARLIEST_HOUR", 24)
    keeping.keep_day()
    assert days == []
    monkeypatch.setattr(keeping, "EARLIEST_HOUR", 0)
    keeping.keep_day()
    keeping.keep_day()
    assert days == [clock.today()]


def test_clients_given_as_a_set_are_told_with_their_number() -> None:
    with unit_of_work(actor_for("lead")) as session:
        mine = session.scalars(select(Account.id).where(Account.owner_id == actor_for("am").user_id)).all()
        update_rows(session, ACCOUNT, {i: {"owner_id": actor_for("am3").user_id} for i in mine}, batch=new_id())
    with reading(actor_for("am3")) as session:
        found = [n for n in notices_of(session, limit=5) if n.kind == "assignment"]
    assert [(n.entity, n.record_id, n.number) for n in found] == [("crm.account", None, len(mine))]


def test_finished_work_is_forgotten_with_its_file_and_what_goes_on_is_kept() -> None:
    stored = files.store("old.pdf", b"%PDF-1.4 old")
    with unit_of_work(actor_for("am")) as session:
        old, open_ = (enqueue_later(session, "reports.make", report="pipeline") for _n in range(2))
    long_ago = clock.now() - timedelta(days=91)
    with kernel_session() as session:
        job = session.get(JobRecord, old)
        assert job is not None
        job.state, job.finished_at = "done", long_ago
        job.result = {"file": stored.key, "digest": stored.digest, "name": "old.pdf", "mime": stored.type}
        told_of = Notice(user_id=actor_for("am").user_id, kind="job", entity="core.job", record_id=old)
        told_of.at = clock.now() - timedelta(days=181)
        session.add(told_of)
    forget_old()
    with kernel_session(writes=False) as session:
        assert [row[0] for row in session.execute(select(JobRecord.id))] == [open_]
        assert session.scalars(select(Notice.id).where(Notice.record_id == old)).all() == []
    with pytest.raises(NotFound):
        files.read(stored.key, stored.digest)
