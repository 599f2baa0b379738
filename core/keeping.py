"""What the background work does by the clock: tell of what is due, forget what has had its time, look at the tables."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from core import clock, files
from core.access import OPERATOR
from core.db import engine, kernel_session, unit_of_work
from core.dialects import analyze
from core.i18n import use_language
from core.module import Due, Forget
from core.notices import Notice, insert_notices
from core.outbox import Outgoing
from core.queue import JobRecord, enqueue_later
from core.registry import registry
from core.settings import settings

EARLIEST_HOUR = 7
AT_ONCE = 500
KEEP_SENT = timedelta(days=30)

_done: dict[str, date] = {}


def keep_day() -> None:
    """Once a day and process, in the morning. Twice does no harm: each step asks what is still to be done."""
    today = clock.today()
    if _done.get("day") == today or clock.local(clock.now()).hour < EARLIEST_HOUR:
        return
    tell_dues(today)
    forget_old()
    ask_daily(today)
    analyze(engine())
    _done["day"] = today


def tell_dues(today: date) -> int:
    """A notice for the owner of each record whose day it is, once a day. Returns how many were written."""
    return sum(_tell(due, today) for due in registry().dues())


def _tell(due: Due, today: date) -> int:
    told, statement = 0, _untold(due, today)
    while rows := _some(statement):
        fixed = {"entity": due.entity, "day": today}
        try:
            with kernel_session() as session:
                insert_notices(session, "due", [{"user_id": user, "record_id": row, **fixed} for row, user in rows])
        except IntegrityError:
            # Another machine tells of the same day, and will come to the end of it.
            return told
        told += len(rows)
    return told


def _some(statement: Any) -> list[tuple[int, int]]:
    with kernel_session(writes=False) as session:
        return [(row[0], row[1]) for row in session.execute(statement)]


def _untold(due: Due, today: date) -> Any:
    entity = registry().entity(due.entity)
    assert entity is not None, due.entity
    table = entity.table
    before = exists().where(
        col(Notice.user_id) == table.c.owner_id, col(Notice.kind) == "due", col(Notice.entity) == due.entity,
        col(Notice.record_id) == table.c.id, col(Notice.day) == today,
    )  # fmt: skip
    is_live = (table.c.archived_at.is_(None), table.c.owner_id.is_not(None))
    return select(table.c.id, table.c.owner_id).where(due.where(today), *is_live, ~before).limit(AT_ONCE)


def ask_daily(today: date) -> int:
    """The daily work of the modules, unless somebody asked for it today. Returns how much was asked for.

    What it writes into records is Chinese, whatever the console speaks.
    """
    names = [job.name for module in registry().modules for job in module.jobs if job.is_daily]
    with use_language("zh"), unit_of_work(OPERATOR) as session:
        asked = {
            *session.scalars(select(col(JobRecord.name)).where(col(JobRecord.created_at) >= clock.start_of(today)))
        }
        wanted = [name for name in names if name not in asked]
        for name in wanted:
            enqueue_later(session, name)
    return len(wanted)


# --- forgetting -----------------------------------------------------------------------------------------------


def forget_old() -> None:
    """Finished work with its files, notices and what was sent of them, and what modules keep for a time only.

    The journal of imports and changes stays.
    """
    while _forget_jobs():
        continue
    for each in registry().forgets():
        _empty(each)
    now = clock.now()
    with kernel_session() as session:
        session.execute(delete(Notice).where(col(Notice.at) < now - timedelta(days=settings().keep_notices_days)))
        is_over = (col(Outgoing.state) != "waiting", col(Outgoing.next_at) < now - KEEP_SENT)
        session.execute(delete(Outgoing).where(*is_over))


def _empty(what: Forget) -> None:
    table = what.table.__table__
    columns = [table.c[name] for name in what.columns]
    is_old = table.c[what.at] < clock.now() - timedelta(days=what.days())
    with kernel_session() as session:
        is_filled = or_(*(column.is_not(None) for column in columns))
        session.execute(update(table).where(is_old, is_filled).values(dict.fromkeys(what.columns)))


def _forget_jobs() -> int:
    """The row first: a file without a row is only space, a row without its file is a broken promise."""
    limit = clock.now() - timedelta(days=settings().keep_jobs_days)
    is_old = (col(JobRecord.state).in_(("done", "failed", "cancelled")), col(JobRecord.finished_at) < limit)
    with kernel_session() as session:
        old = session.execute(select(col(JobRecord.id), col(JobRecord.result)).where(*is_old).limit(AT_ONCE)).all()
        session.execute(delete(JobRecord).where(col(JobRecord.id).in_([row[0] for row in old])))
    for _job_id, result in old:
        if result and "digest" in result and "file" in result:
            files.remove(str(result["file"]))
    return len(old)
