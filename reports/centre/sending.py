"""The morning's papers: each schedule that is due is made once for each of its readers, as that reader."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import col

from core import clock
from core.access import OPERATOR, Actor
from core.actors import actor_by_id
from core.db import reading, unit_of_work
from core.errors import Conflict, DomainError
from core.i18n import use_language
from core.papers import MAKE
from core.queue import enqueue_for
from core.registry import registry
from reports.centre.schedules import WEEKDAYS, Schedule, ScheduleReader, filters_of


def send_due(progress: Any) -> dict[str, int]:
    """The job: safe to run twice, and in two processes at once. Whoever may not read the report gets none."""
    today, told = clock.today(), {"sent": 0, "left_out": 0}
    waiting = [(reader, schedule) for reader, schedule in _waiting(today) if _is_due(schedule, reader, today)]
    for number, (reader, schedule) in enumerate(waiting, start=1):
        told["sent" if _send(reader.id, schedule, today) else "left_out"] += 1
        progress(number, len(waiting))
    return told


def _waiting(today: date) -> list[tuple[ScheduleReader, Schedule]]:
    """The readers of live schedules who got nothing today."""
    with reading(OPERATOR) as session:
        found = session.execute(
            select(ScheduleReader, Schedule)
            .join(Schedule, col(Schedule.id) == col(ScheduleReader.schedule_id))
            .where(
                col(Schedule.archived_at).is_(None),
                col(Schedule.is_paused).is_(False),
                col(ScheduleReader.archived_at).is_(None),
                or_(col(ScheduleReader.last_on).is_(None), col(ScheduleReader.last_on) < today),
            )
            .order_by(col(ScheduleReader.id))
        )
        return [(reader, schedule) for reader, schedule in found]


def _is_due(schedule: Schedule, reader: ScheduleReader, today: date) -> bool:
    """A day on which nothing ran is made up for; days before somebody became a reader are not."""
    day = due_on(schedule, today)
    since = clock.local(reader.created_at).date()
    return day >= since and (reader.last_on is None or reader.last_on < day)


def _send(reader_id: int, schedule: Schedule, today: date) -> bool:
    try:
        with unit_of_work(OPERATOR) as session:
            line = session.get(ScheduleReader, reader_id)
            if line is None or line.last_on == today:
                return False
            line.last_on = today
            actor = actor_by_id(line.user_id, "")
            if not _may_read(actor, schedule):
                return False
            found = filters_of(schedule)
            words = " ".join(found.pop("q", []))
            with use_language(schedule.language):
                enqueue_for(session, actor, MAKE, report=schedule.report, words=words, filters=found)
    except Conflict:
        return False  # another machine sends it
    except DomainError:
        return False  # the reader is gone
    return True


def _may_read(actor: Actor, schedule: Schedule) -> bool:
    report = registry().report(schedule.report)
    return report is not None and actor.may(report.permission)


def due_on(schedule: Schedule, today: date) -> date:
    """The last day, today or earlier, on which the schedule says that the paper comes."""
    if schedule.often == "weekly":
        return today - timedelta(days=(today.weekday() - WEEKDAYS.index(schedule.weekday or WEEKDAYS[0])) % 7)
    if schedule.often == "monthly":
        first = today.replace(day=1)
        here = first.replace(day=schedule.month_day or 1)
        earlier = first - timedelta(days=1)
        return here if here <= today else earlier.replace(day=schedule.month_day or 1)
    return today
