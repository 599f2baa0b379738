"""What comes by itself: papers that somebody scheduled who sees everything, made for somebody who does not; notices."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select, update
from sqlmodel import col

from core import clock, files, jobs
from core.actors import actor_for
from core.db import kernel_session, reading
from core.i18n import use_language
from core.messages import _composed, told
from core.notices import KINDS, Notice, insert_notices
from core.papers import MAKE
from core.people import User
from core.registry import registry
from reports.centre.kinds import offered
from reports.centre.schedules import Schedule, ScheduleReader
from reports.centre.sending import send_due
from tests.isolation.real.asking import Person

MAKER, LANGUAGE = "executive", "zh"


def papers(name: str) -> Iterator[tuple[str, bytes]]:
    """Each report that this person may read, with the file that came."""
    reader = actor_for(name)
    with kernel_session() as session:
        session.execute(update(ScheduleReader).values(last_on=clock.today()))
    for kind in offered(reader):
        _schedule(kind.name, reader.user_id or 0)
    send_due(lambda *_progress: None)
    jobs.work_once()
    for job in jobs.jobs_of(reader):
        if job.name == MAKE and job.result:
            yield job.arguments["report"], files.read(job.result["file"], job.result["digest"])


def _schedule(report: str, reader: int) -> None:
    made = Schedule(report=report, name=report, often="daily", language=LANGUAGE, owner_id=actor_for(MAKER).user_id)
    with kernel_session() as session:
        session.add(made)
        session.flush()
        session.add(ScheduleReader(schedule_id=made.id, user_id=reader))


def messages(name: str) -> list[Any]:
    """What is sent of the work that was done."""
    with use_language(LANGUAGE), reading(actor_for(name)) as session:
        mine = select(Notice).where(col(Notice.user_id) == actor_for(name).user_id, col(Notice.entity) == "core.job")
        notices = list(session.scalars(mine))
        return [_composed(each, User(username=name, name="", email="x@example.com")) for each in told(session, notices)]


def notices(me: Person) -> list[tuple[str, ...]]:
    """What is sent of a notice of each kind about rows of every table, open to the person or not."""
    rows = [
        {"user_id": me.id, "entity": entity.stem, "record_id": number}
        for entity in registry().entities() for number in [*me.world.rows[entity.table.name]][::5][:3]
    ]  # fmt: skip
    for place, kind in enumerate(KINDS[:4]):
        with kernel_session() as session:
            insert_notices(session, kind, rows[place::4], by_id=1 + place)
    mine = select(Notice).where(col(Notice.user_id) == me.id, col(Notice.entity) != "core.job")
    order = (col(Notice.entity), col(Notice.record_id), col(Notice.kind))
    with use_language(LANGUAGE), reading(actor_for(me.user["username"])) as session:
        found = list(session.scalars(mine.order_by(*order)))
        return [(each.headline, each.who, each.title, each.kind, each.path) for each in told(session, found)]
