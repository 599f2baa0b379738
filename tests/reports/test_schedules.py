"""Papers that come by themselves: on which day, to whom, once, and made with whose rights."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from core import clock
from core.access import OPERATOR
from core.actors import actor_for
from core.db import kernel_session, unit_of_work
from core.errors import Forbidden, Invalid
from core.i18n import use_language
from core.people import Role, User, UserRole
from core.queue import JobRecord, enqueue_for
from reports.centre.schedules import WEEKDAYS, Schedule, ScheduleReader, complete, complete_reader
from reports.centre.sending import due_on, send_due
from tests.reports.branch import Branch, opened

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("often", "weekday", "month_day", "today", "due"),
    [
        ("daily", None, None, MONDAY, MONDAY),
        ("weekly", "mon", None, MONDAY, MONDAY),
        ("weekly", "mon", None, MONDAY + timedelta(days=6), MONDAY),
        ("weekly", "tue", None, MONDAY, MONDAY - timedelta(days=6)),
        ("monthly", None, 23, MONDAY, MONDAY),
        ("monthly", None, 24, MONDAY, date(2026, 10, 24)),
        ("monthly", None, 28, date(2026, 1, 1), date(2025, 12, 28)),
    ],
)
def test_the_day_it_comes_is_the_last_one_of_its_rhythm(
    often: str, weekday: str | None, month_day: int | None, today: date, due: date
) -> None:
    schedule = Schedule(report="pipeline", often=often, weekday=weekday, month_day=month_day)
    assert due_on(schedule, today) == due


@pytest.fixture
def branch(tmp_path: Path) -> Iterator[Branch]:
    with opened(f"sqlite:///{tmp_path / 'octant.db'}", tmp_path) as made, use_language("zh"):
        for user, level in ((made.lin, "own"), (made.he, "own")):
            give(user, {"crm.opportunity.read": level, "reports.schedule.*": "own", "reports.schedule_reader.*": "own"})
        yield made


def give(user: User, grants: dict[str, str]) -> None:
    with kernel_session() as session:
        role = Role(code=user.username, name_zh=user.name, grants=grants)
        session.add(role)
        session.flush()
        session.add(UserRole(user_id=user.id, role_id=role.id))


def scheduled(maker: User, *readers: User, **values: object) -> Schedule:
    schedule = Schedule(**{"report": "pipeline", "often": "daily", "owner_id": maker.id, **values})
    with unit_of_work(actor_for(maker.username)) as session:
        complete(session, schedule)
        session.add(schedule)
        session.flush()
        for reader in readers:
            session.add(ScheduleReader(schedule_id=schedule.id, user_id=reader.id))
    return schedule


def jobs() -> list[JobRecord]:
    with kernel_session(writes=False) as session:
        return list(session.exec(select(JobRecord).order_by(col(JobRecord.id))))


def quiet(*_progress: object) -> None:
    return None


def test_each_reader_gets_a_job_of_their_own_once_a_day(branch: Branch) -> None:
    scheduled(branch.lin, branch.lin, branch.he, query="stage=3&q=云", language="en")
    assert send_due(quiet) == {"sent": 2, "left_out": 0}
    assert send_due(quiet) == {"sent": 0, "left_out": 0}
    assert [(job.name, job.user_id, job.language) for job in jobs()] == [
        ("reports.make", branch.lin.id, "en"), ("reports.make", branch.he.id, "en"),
    ]  # fmt: skip
    assert jobs()[0].arguments == {"report": "pipeline", "words": "云", "filters": {"stage": ["3"]}}


def test_whoever_may_not_read_the_report_gets_none(branch: Branch) -> None:
    stranger = branch._user("stranger", "新人", branch.foshan)
    scheduled(branch.lin, stranger)
    assert send_due(quiet) == {"sent": 0, "left_out": 1}
    assert jobs() == []


def test_paused_and_archived_schedules_send_nothing(branch: Branch) -> None:
    scheduled(branch.lin, branch.lin, is_paused=True)
    gone = scheduled(branch.lin, branch.lin)
    with unit_of_work(actor_for("lin")) as session:
        session.get(Schedule, gone.id).archived_at = clock.now()  # type: ignore[union-attr]
    assert send_due(quiet)["sent"] == 0


def test_a_day_on_which_nothing_ran_is_made_up_for_and_none_before_the_reader_came(
    branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = clock.now()
    yesterday = WEEKDAYS[(clock.today() - timedelta(days=1)).weekday()]
    scheduled(branch.lin, branch.lin, often="weekly", weekday=yesterday)
    assert send_due(quiet)["sent"] == 0
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(days=8))  # two days after the next one
    assert send_due(quiet)["sent"] == 1
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(days=9))
    assert send_due(quiet)["sent"] == 0


def test_only_a_report_that_its_maker_may_read_is_scheduled(branch: Branch) -> None:
    with pytest.raises(Invalid) as refused:
        scheduled(branch.lin, report="executive")
    assert "report" in refused.value.problems


def test_what_the_rhythm_does_not_ask_for_is_emptied_and_a_bad_day_is_refused(branch: Branch) -> None:
    daily = scheduled(branch.lin, often="daily", weekday="fri", month_day=3)
    assert (daily.weekday, daily.month_day, daily.name) == (None, None, "在途商机")
    with pytest.raises(Invalid) as refused:
        scheduled(branch.lin, often="monthly", month_day=31)
    assert "month_day" in refused.value.problems


def test_nobody_of_an_outside_firm_is_a_reader(branch: Branch) -> None:
    outside = branch._user("outside", "代理", branch.foshan)
    with kernel_session() as session:
        session.get(User, outside.id).firm_id = 7  # type: ignore[union-attr]
    schedule = scheduled(branch.lin)
    with unit_of_work(OPERATOR) as session, pytest.raises(Invalid):
        complete_reader(session, ScheduleReader(schedule_id=schedule.id, user_id=outside.id))


def test_only_the_operator_asks_for_work_in_somebody_elses_name(branch: Branch) -> None:
    lin, he = actor_for("lin"), actor_for("he")
    with unit_of_work(lin) as session, pytest.raises(Forbidden):
        enqueue_for(session, he, "reports.make", report="pipeline")
