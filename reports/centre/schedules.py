"""Papers that come by themselves: what, how often, and to whom. Each reader's is made with the reader's own rights."""

from datetime import date
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy import CheckConstraint, FromClause, false, func, or_, select
from sqlmodel import col

from core.access import Asker, Level, Me, Predicate, any_of, owned, table_of, via
from core.entity import Entity, Section
from core.errors import Invalid
from core.fields import choice, day, flag, number, ref, text
from core.i18n import N_, _, language
from core.lists import Query
from core.people import User
from core.record import Owned, Record
from core.registry import registry
from crm.tables import derived_text, live_unique
from reports.centre.kinds import LABELS, named, offered

DAYS = {
    "mon": N_("Monday"), "tue": N_("Tuesday"), "wed": N_("Wednesday"), "thu": N_("Thursday"), "fri": N_("Friday"),
    "sat": N_("Saturday"), "sun": N_("Sunday"),
}  # fmt: skip
WEEKDAYS = tuple(DAYS)
OFTEN = {"daily": N_("Every day"), "weekly": N_("Every week"), "monthly": N_("Every month")}
# A month has at least so many days.
LAST_DAY, MOST_READERS = 28, 50


class Schedule(Owned, table=True):
    """A paper that is made again and again. `query` narrows it as the address of its page does, where it is chosen:
    `unit=12&trade=3`; it is typed nowhere."""

    __tablename__ = "reports_schedule"
    __table_args__ = (CheckConstraint(f"month_day BETWEEN 1 AND {LAST_DAY}", name="month_day"),)
    name: str = derived_text(120)
    report: str = choice(*LABELS, required=True, labels=LABELS, label="Report")
    often: str = choice(*OFTEN, default="weekly", labels=OFTEN, label="How often")
    weekday: str | None = choice(*WEEKDAYS, labels=DAYS, label="On which weekday")
    month_day: int | None = number(label="On which day of the month")
    language: str = choice("zh", "en", default="zh", labels={"zh": "中文", "en": "English"})
    query: str | None = text(400, label="Filters", status=True)
    is_paused: bool = flag(label="Paused")


class ScheduleReader(Record, table=True):
    """Somebody who gets the paper in their inbox, and by mail where their notices go there.

    `last_on` is the day they got it last, written in one transaction with the work that makes it.
    """

    __tablename__ = "reports_schedule_reader"
    __table_args__ = (live_unique("uq_reports_schedule_reader", "schedule_id", "user_id"),)
    schedule_id: int = ref("reports_schedule.id", required=True)
    user_id: int = ref("core_user.id", required=True, label="Reader")
    last_on: date | None = day(label="Got it last on", status=True)


def _is_reader(ask: Asker, table: FromClause) -> Predicate:
    """Whoever gets a paper sees what says so; who stands in for them does not get it."""
    if ask.verb != "read" or ask.level < Level.OWN:
        return false()
    lines = table_of("reports_schedule_reader").alias()
    mine = select(lines.c.schedule_id).where(lines.c.user_id == Me.user_id, lines.c.archived_at.is_(None))
    return table.c.id.in_(mine)


def reader_rule(ask: Asker, table: FromClause) -> Predicate:
    """Whoever made the schedule says who reads; whoever reads sees their own line, and may end it: no line that gives
    access is written by whom it gives access."""
    made = via("schedule_id", "reports_schedule")(ask, table)
    mine = table.c.user_id == Me.user_id
    return or_(made, mine) if ask.verb in ("read", "delete") and ask.level >= Level.OWN else made


def complete(session: Any, schedule: Schedule) -> None:
    """Only what its maker may read is scheduled; the day that is not asked for is emptied."""
    kind = named(schedule.report)
    if kind is None or kind not in offered(session.actor):
        sentence = _("Choose a report that you may read.")
        raise Invalid(sentence, {"report": sentence})
    if (schedule.often or "weekly") not in OFTEN:
        sentence = _("Choose a value from the list.")
        raise Invalid(sentence, {"often": sentence})
    schedule.name = schedule.name or _(kind.label)
    schedule.often, schedule.language = schedule.often or "weekly", schedule.language or language()
    schedule.weekday = (schedule.weekday or WEEKDAYS[0]) if schedule.often == "weekly" else None
    schedule.month_day = (schedule.month_day or 1) if schedule.often == "monthly" else None
    if schedule.month_day is not None and not 1 <= schedule.month_day <= LAST_DAY:
        sentence = _("Choose a day from 1 to {last}: every month has it.", last=LAST_DAY)
        raise Invalid(sentence, {"month_day": sentence})
    schedule.query = (schedule.query or "").lstrip("?") or None
    _check_filters(session, schedule)


def _check_filters(session: Any, schedule: Schedule) -> None:
    """Raises Invalid for what the report is not narrowed by, NotFound for what its maker does not see."""
    report = registry().report(schedule.report)
    if report is not None and report.words is not None:
        filters = {name: tuple(values) for name, values in filters_of(schedule).items()}
        words = " ".join(filters.pop("q", ()))
        report.words(session, Query(words=words, filters=filters))


def complete_reader(session: Any, reader: ScheduleReader) -> None:
    user = session.get(User, reader.user_id)
    if user is not None and (user.firm_id is not None or not user.is_active or user.archived_at is not None):
        sentence = _("Choose a colleague who can sign in.")
        raise Invalid(sentence, {"user_id": sentence})
    if readers_number(session, reader.schedule_id) > MOST_READERS:
        raise Invalid(_("A paper goes to {n} people at most.", n=MOST_READERS))


def readers_number(session: Any, schedule_id: int) -> int:
    own = (col(ScheduleReader.schedule_id) == schedule_id, col(ScheduleReader.archived_at).is_(None))
    return int(session.scalar(select(func.count()).select_from(ScheduleReader).where(*own)) or 0)


def filters_of(schedule: Schedule) -> dict[str, list[str]]:
    return parse_qs(schedule.query or "", max_num_fields=50)


SCHEDULE = Entity(
    stem="reports.schedule",
    model=Schedule,
    label=N_("Scheduled report"),
    plural=N_("Scheduled reports"),
    rule=any_of(owned(), _is_reader),
    key=(Schedule.name, Schedule.owner_id),
    columns=(
        Schedule.name, Schedule.report, Schedule.often, Schedule.weekday, Schedule.month_day, Schedule.is_paused,
        Schedule.owner_id,
    ),
    form=(
        Section(
            N_("Scheduled report"),
            (Schedule.report, Schedule.name, Schedule.often, Schedule.weekday, Schedule.month_day, Schedule.language),
        ),
        Section(N_("To whom"), (Schedule.is_paused, Schedule.owner_id)),
    ),
    search=(Schedule.name,),
    facets=(Schedule.report, Schedule.often, Schedule.owner_id),
    order=Schedule.name,
    complete=complete,
)  # fmt: skip

SCHEDULE_READER = Entity(
    stem="reports.schedule_reader",
    model=ScheduleReader,
    label=N_("Reader"),
    plural=N_("Readers"),
    rule=reader_rule,
    key=(ScheduleReader.schedule_id, ScheduleReader.user_id),
    title=ScheduleReader.user_id,
    columns=(ScheduleReader.schedule_id, ScheduleReader.user_id, ScheduleReader.last_on),
    form=(Section(N_("Reader"), (ScheduleReader.schedule_id, ScheduleReader.user_id)),),
    facets=(ScheduleReader.schedule_id, ScheduleReader.user_id),
    complete=complete_reader,
)
