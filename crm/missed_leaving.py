"""The tasks of key persons who left in a way that opened none, as in a file: looked for every morning, opened once.

A file passes the bulk door, which sees sets of rows and not the change of one person.
"""

from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.clauses import lists_code
from core.db import reading, unit_of_work
from core.i18n import N_
from core.jobs import Progress
from core.module import Job
from crm.activities import Activity
from crm.activity_links import ActivityPerson
from crm.departures import Departure
from crm.key_persons import KeyPerson
from crm.leaving import WATCHED, Going, open_tasks, was_there
from crm.opportunities import Opportunity

NAME = "crm.departures"
# People in one transaction, and in one morning.
PART, MOST = 50, 2000


def run(progress: Progress) -> dict[str, int]:
    ids = missed()
    opened = 0
    for at in range(0, len(ids), PART):
        progress(at, len(ids))
        opened += open_missed(ids[at : at + PART])
    return {"people": len(ids), "tasks": opened}


def missed() -> list[int]:
    """Who left, is still with the client that was left, and counts in an open deal of that time without a task."""
    left = (col(KeyPerson.left_on).is_not(None), col(KeyPerson.left_on) <= clock.today())
    where = (*left, col(KeyPerson.archived_at).is_(None), exists(_deals()))
    with reading(OPERATOR) as session:
        found = select(col(KeyPerson.id)).where(*where).order_by(col(KeyPerson.left_on).desc(), col(KeyPerson.id))
        return list(session.scalars(found.limit(MOST)))


def _deals() -> Any:
    known = select(col(Departure.id)).where(
        col(Departure.person_id) == col(KeyPerson.id), col(Departure.opportunity_id) == col(Opportunity.id),
        col(Departure.archived_at).is_(None),
    )  # fmt: skip
    met = (
        select(col(Activity.id))
        .join(ActivityPerson, col(ActivityPerson.activity_id) == col(Activity.id))
        .where(
            col(ActivityPerson.person_id) == col(KeyPerson.id), col(ActivityPerson.archived_at).is_(None),
            col(Activity.opportunity_id) == col(Opportunity.id), col(Activity.state) == "done",
            col(Activity.archived_at).is_(None),
        )
    )  # fmt: skip
    decides = or_(col(KeyPerson.level) == "decision", _is_decider())
    return (
        select(col(Opportunity.id))
        .where(
            and_(col(Opportunity.account_id) == col(KeyPerson.account_id), col(Opportunity.state) == "open"),
            col(Opportunity.archived_at).is_(None), was_there(col(KeyPerson.left_on)),
            or_(decides, exists(met.correlate(KeyPerson, Opportunity))),
            ~exists(known.correlate(KeyPerson, Opportunity)),
        )
        .correlate(KeyPerson)
    )  # fmt: skip


def _is_decider() -> Any:
    return lists_code(col(KeyPerson.roles), "decider")


def open_missed(ids: list[int]) -> int:
    with unit_of_work(OPERATOR) as session:
        session.info["origin"] = "job"
        people = session.scalars(select(KeyPerson).where(col(KeyPerson.id).in_(ids)).order_by(col(KeyPerson.id)))
        return sum(len(open_tasks(session, _gone(person))) for person in people.all())


def _gone(person: KeyPerson) -> Going:
    """As if the day had just been written down."""
    return Going(person, {**{name: getattr(person, name) for name in WATCHED}, "left_on": None})


JOBS = (Job(NAME, run, N_("Tasks of key persons who left"), is_daily=True),)
