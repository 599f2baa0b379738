"""The paper of the weekly meeting: the sums, then person by person the deals to talk about, and what is planned."""

from reportlab.platypus import CondPageBreak, Flowable, Spacer

from core.i18n import _
from reports.engine.blocks import Conclusion, Figure, Figures, Heading, notes, section
from reports.engine.numbers import Money, count, day, long_day, moment
from reports.engine.page import Paper, render
from reports.engine.tables import Cell, Column, figures, narrow, table
from reports.meeting import words
from reports.meeting.data import REASONS, Line, MeetingData, Person

ROOM = 130.0


def draw(data: MeetingData) -> bytes:
    """The PDF, in the current language."""
    slots = {"first": long_day(data.since), "last": long_day(data.until), "currency": data.currency}
    unit = _("{label}: {value}", label=_("Unit"), value=data.unit or _("All units"))
    paper = Paper(
        title=_("Weekly meeting"),
        subtitle=_("From {first} to {last} · {currency} · what {reader} may see", reader=data.reader, **slots),
        kicker=_("Octant"),
        author=data.reader,
        scope=_("Data of {moment} · {filters}", moment=moment(data.made_at), filters=unit),
        data=data,
    )
    return render(paper, lambda: _story(data))


def _story(data: MeetingData) -> list[Flowable]:
    money = Money.fitting(data.currency, data.amounts())
    persons = [_section(person, money) for person in data.people]
    return [
        Conclusion(_said(data, money)),
        Spacer(1, 12),
        Figures(_figures(data)),
        *_planned(data),
        *(each for part in persons for each in part),
        *_notes(data),
    ]


def _said(data: MeetingData, money: Money) -> tuple[str, ...]:
    sums = data.totals
    if not sums.flagged:
        return (_("Nothing to talk about: no open deal changed, slipped, stalled or lacks a next step."),)
    found = [
        _("To talk about: {n} of {open} open deals, worth {amount}.", n=count(sums.flagged), open=count(sums.open),
          amount=money.short(sums.flagged_amount)),
    ]  # fmt: skip
    if data.others:
        found.append(_("People who are in the totals only: {n}.", n=count(data.others)))
    if sums.idle:
        found.append(_("Deals without a next step: {n}. Agree on one with a day for each.", n=count(sums.idle)))
    return tuple(found)


def _figures(data: MeetingData) -> list[Figure]:
    found = [Figure(_("Open deals"), count(data.totals.open))]
    return found + [Figure(words.label(why), count(getattr(data.totals, why))) for why in REASONS]


def _planned(data: MeetingData) -> list[Flowable]:
    """First what was agreed: a deal that has its next step now stands among the others no more."""
    if not data.planned:
        return []
    columns = [Column(_("Deal"), 1.5), Column(_("Owner"), 0.7), Column(_("Next step"), 1.6), narrow(_("Due on"))]
    rows: list[list[Cell]] = [
        [f"{each.deal} · {each.account}" if each.account else each.deal, each.owner or "—", each.text,
         day(each.due_on)]
        for each in data.planned
    ]  # fmt: skip
    return section(_("Planned today"), table(columns, rows))


def _section(person: Person, money: Money) -> list[Flowable]:
    columns = [Column(_("Deal"), 1.5), Column(_("What to talk about"), 1.7), Column(_("Stage"), 0.8),
               figures(_("Amount")), narrow(_("Last touch")), Column(_("Next step"), 1.1)]  # fmt: skip
    rows = [_row(line, money) for line in person.lines]
    # A table runs on to the next page: what is talked about in a week stands on as few pages as it can.
    return [CondPageBreak(ROOM), Spacer(1, 12), Heading(person.name, _hint(person, money)), table(columns, rows)]


def _hint(person: Person, money: Money) -> str:
    said = _("{n} of {open} open deals, {amount}", n=count(person.flagged), open=count(person.open),
             amount=money.short(person.flagged_amount))  # fmt: skip
    more = person.flagged - len(person.lines)
    return f"{said} · {_('and {n} more', n=count(more))}" if more > 0 else said


def _row(line: Line, money: Money) -> list[Cell]:
    name = f"{line.name} · {line.account}" if line.account else line.name
    coming = " · ".join(filter(None, (line.next_text, day(line.next_on) if line.next_on else ""))) or "—"
    return [name, words.all_why(line, money.short), line.stage or "—", money.exact(line.amount), day(line.last_on),
            coming]  # fmt: skip


def _notes(data: MeetingData) -> list[Flowable]:
    pairs = [
        (_("Changed"), _("Since the end of {day}: another amount or another stage, or begun since then.",
                         day=long_day(data.since))),
        (_("Slipped"), _("The expected close is later than it was then.")),
        (_("Stalled"), _("Longer in the stage than its limit, and nothing planned within that limit.")),
        (_("No next step"), _("Neither a planned activity nor a next step with a day.")),
        (_("Rights"), _("Deals that {reader} may see.", reader=data.reader)),
    ]  # fmt: skip
    return section(_("How to read this"), notes(pairs))
