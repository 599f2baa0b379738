"""The weekly meeting on one page: the sums, then person by person the deals to talk about, and what is planned.

Eight people stand on a page; of more there are more pages. Of each person there are as many deals as the page holds.
"""

from collections.abc import Sequence

from reportlab.platypus import Flowable, PageBreak

from core.i18n import _
from reports.engine.blocks import Conclusion
from reports.engine.numbers import Money, count, day, long_day, moment
from reports.engine.onepage import Block, Fixed, Listed, across, fitted, height_of
from reports.engine.page import BOTTOM, HEIGHT, INNER, TOP, Paper, render, room_of, seal_height
from reports.engine.styles import SMALL, style
from reports.engine.tables import TIGHT, Cell, Column, figures, narrow, widths_of
from reports.engine.wrap import Text, plain
from reports.meeting import words
from reports.meeting.data import REASONS, Line, MeetingData, Person, Planned

ON_PAGE = 8


def draw(data: MeetingData) -> bytes:
    """The PDF, in the current language."""
    slots = {"first": long_day(data.since), "last": long_day(data.until), "currency": data.currency}
    unit = _("{label}: {value}", label=_("Unit"), value=data.unit or _("All units"))
    paper = Paper(
        title=_("Weekly meeting"),
        subtitle=_("From {first} to {last} · {currency} · what {reader} may see", reader=data.reader, **slots),
        kicker=data.unit or _("All units"),
        author=data.reader,
        scope=_("Data of {moment} · {filters}", moment=moment(data.made_at), filters=unit),
        data=data,
        is_low=True,
    )
    ended = seal_height(paper)
    rooms = room_of(paper) + ended, HEIGHT - TOP - BOTTOM, ended
    return render(paper, lambda: _story(data, rooms))


def _story(data: MeetingData, rooms: tuple[float, float, float]) -> list[Flowable]:
    """`rooms` are that of the first page, that of a later one, and what the seal takes of the last."""
    money = Money.fitting(data.currency, data.amounts())
    found: list[Flowable] = [Conclusion(_said(data, money))]
    first, later, ended = rooms
    pages, room = _pages(data, money), first - height_of(found)
    for number, blocks in enumerate(pages, start=1):
        found += fitted([across(each) for each in blocks], room - ended if number == len(pages) else room)
        found += [] if number == len(pages) else [PageBreak()]
        room = later
    return found


def _pages(data: MeetingData, money: Money) -> list[list[Block]]:
    """What was planned and how to read it stand on the last."""
    rows = [_row(line, money) for person in data.people for line in person.lines]
    widths = widths_of(_columns(), rows, INNER, TIGHT) if rows else ()
    people = [
        _person(person, widths, money, is_first=number % ON_PAGE == 0) for number, person in enumerate(data.people)
    ]
    pages: list[list[Block]] = [list(people[at : at + ON_PAGE]) for at in range(0, len(people), ON_PAGE)] or [[]]
    pages[-1] += [*_planned(data.planned), _notes(data)]
    return pages


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
    found.append(_counted(sums))
    if sums.idle:
        found.append(_("Deals without a next step: {n}. Agree on one with a day for each.", n=count(sums.idle)))
    return tuple(found)


def _counted(sums: Person) -> str:
    counts = {why: count(getattr(sums, why)) for why in REASONS}
    return _("Changed {changed}, slipped {slipped}, stalled {stalled}, without a next step {idle}.", **counts)


def _person(person: Person, widths: Sequence[float], money: Money, *, is_first: bool) -> Listed:
    """All people of a page stand in the columns of its first."""
    hint = _("{n} of {open} open deals, {amount}", n=count(person.flagged), open=count(person.open),
             amount=money.short(person.flagged_amount))  # fmt: skip
    rows = [_row(line, money) for line in person.lines]
    return Listed(person.name, _columns(), rows, person.flagged, hint, widths, has_head=is_first, above=5.0)


def _columns() -> list[Column]:
    return [Column(_("Deal"), 1.7), Column(_("What to talk about"), 1.7), Column(_("Stage"), 0.9), figures(_("Amount")),
            narrow(_("Last touch")), Column(_("Next step"), 1.2)]  # fmt: skip


def _row(line: Line, money: Money) -> list[Cell]:
    name = f"{line.name} · {line.account}" if line.account else line.name
    coming = " · ".join(filter(None, (line.next_text, day(line.next_on) if line.next_on else ""))) or "—"
    amount = "—" if line.amount is None else money.short(line.amount)
    return [name, words.all_why(line, money.short), line.stage or "—", amount, day(line.last_on), coming]


def _planned(planned: Sequence[Planned]) -> list[Block]:
    """A deal that has its next step since today stands among the others no more."""
    if not planned:
        return []
    columns = [Column(_("Deal"), 1.5), Column(_("Owner"), 0.7), Column(_("Next step"), 1.6), narrow(_("Due on"))]
    rows: list[list[Cell]] = [
        [f"{each.deal} · {each.account}" if each.account else each.deal, each.owner or "—", each.text,
         day(each.due_on)]
        for each in planned
    ]  # fmt: skip
    return [Listed(_("Planned today"), columns, rows, len(planned))]


def _notes(data: MeetingData) -> Block:
    pairs = (
        (_("Changed"), _("Since the end of {day}: another amount or another stage, or begun since then.",
                         day=long_day(data.since))),
        (_("Slipped"), _("The expected close is later than it was then.")),
        (_("Stalled"), _("Longer in the stage than its limit, and nothing planned within that limit.")),
        (_("No next step"), _("Neither a planned activity nor a next step with a day.")),
    )  # fmt: skip
    said = " ".join(_("{label}: {value}", label=label, value=value) for label, value in pairs)
    return Fixed("", (Text(plain(said, 900), style(SMALL, tone="quiet", spread=1.35)),))
