"""The weekly meeting as a table: of each person how many deals there are to talk about. No deal leaves by it."""

from core.i18n import _
from reports.engine.numbers import long_day
from reports.engine.workbook import Book, Value
from reports.meeting import words
from reports.meeting.data import REASONS, MeetingData, Person


def book(data: MeetingData) -> Book:
    days = _("{first} to {last}", first=long_day(data.since), last=long_day(data.until))
    about = " · ".join((days, data.unit or _("All units"), data.currency, data.reader))
    heads = [_("Owner"), _("Open deals"), _("Amount"), _("To talk about"), _("Amount of these")]
    rows = [_row(person.name, person) for person in data.people]
    if (rest := _rest(data)).open:
        rows.append(_row(_("Others"), rest))
    rows.append(_row(_("Total"), data.totals))
    return Book(about, [(_("Weekly meeting"), [*heads, *map(words.label, REASONS)], rows)], data)


def _rest(data: MeetingData) -> Person:
    """Who is in the totals only."""
    names = ("open", "amount", "flagged", "flagged_amount", *REASONS)
    left = {name: getattr(data.totals, name) - sum(getattr(each, name) for each in data.people) for name in names}
    return Person(0, "", **left)


def _row(name: str, its: Person) -> list[Value]:
    counts = [getattr(its, reason) for reason in REASONS]
    return [name, its.open, its.amount / 100, its.flagged, its.flagged_amount / 100, *counts]
