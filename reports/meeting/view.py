"""The page of the weekly meeting as its templates draw it: figures, people, and the deals of whoever is unfolded."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as field_of

from core import clock
from core.i18n import _
from crm.pages.deal_next import first_day
from reports.engine.numbers import long_day
from reports.meeting import words
from reports.meeting.ask import PATH, Ask
from reports.meeting.data import REASONS, Line, Person
from reports.meeting.gather import EACH, MOST_PEOPLE, total
from reports.past.top import units_of
from web.kit import format as texts
from web.kit.papers import Papers, files_of
from web.kit.requests import address
from web.kit.views import Badge, Figure, Link, Option, Tab

TONES = {"changed": "", "slipped": "warn", "stalled": "bad", "idle": "warn"}
# What its badge says already.
SAID = ("idle",)
# What a list of deals narrows to the same rows.
LISTS = {"stalled": ("pace", "stalled"), "idle": ("next", "none")}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What comes back from an attempt to plan the next step of a deal."""

    deal: int = 0
    typed: Mapping[str, str] = field_of(default_factory=dict)
    problems: Mapping[str, str] = field_of(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class DealRow:
    """`action` is where its next step goes; empty where the reader plans nothing."""

    id: int
    name: str
    badges: tuple[Badge, ...]
    why: str
    facts: tuple[str, ...]
    next: str
    due: str
    due_text: str
    action: str
    kept: tuple[tuple[str, str], ...]
    text: str
    day: str
    today: str
    problems: Mapping[str, str]
    error: str


@dataclass(frozen=True, kw_only=True)
class PersonPart:
    """`href` and `part` unfold or fold it, without and with a script."""

    id: int
    name: str
    counts: tuple[Link, ...]
    href: str
    part: str
    is_open: bool
    rows: tuple[DealRow, ...]
    more: Link | None
    more_part: str


@dataclass(frozen=True, kw_only=True)
class MeetingPage:
    title: str
    when: str
    path: str
    since: str
    today: str
    units: tuple[Option, ...]
    ways: tuple[Tab, ...]
    figures: tuple[Figure, ...]
    people: tuple[PersonPart, ...]
    rest: str
    empty: str
    paper: Papers | None
    why: str


@dataclass(frozen=True, kw_only=True)
class Open:
    """Whoever is unfolded, with the deals from `skip` on, of which the reader may plan the next step of some."""

    person: int
    lines: tuple[Line, ...] = ()
    plannable: frozenset[int] = frozenset()
    skip: int = 0
    told: Told = field_of(default_factory=Told)


def meeting_page(ask: Ask, found: list[Person], opened: Open) -> MeetingPage:
    shown = [person for person in found if person.flagged]
    rest = len(shown) - MOST_PEOPLE
    units = units_of(ask.reach) if not ask.is_own else ()
    return MeetingPage(
        title=_("Weekly meeting"),
        when=_("What changed since the end of {day}, and what does not move", day=long_day(ask.since)),
        path=PATH,
        since=ask.since.isoformat(),
        today=clock.today().isoformat(),
        units=units if len(units) > 1 else (),
        ways=_ways(ask),
        figures=figures(ask, found),
        people=tuple(person_part(ask, person, opened) for person in shown[:MOST_PEOPLE]),
        rest=_("People who are in the totals only: {n}. Choose a unit.", n=rest) if rest > 0 else "",
        empty="" if shown else _("Nothing to talk about: no open deal changed, slipped, stalled or lacks a next step."),
        paper=files_of(ask.session.actor, "meeting", ask.whole().pairs()),
        why=ask.why,
    )


def _ways(ask: Ask) -> tuple[Tab, ...]:
    named = (("", _("All reasons")), *((why, words.label(why)) for why in REASONS))
    return tuple(Tab(text=text, href=address(PATH, ask.pairs(why=why)), current=why == ask.why) for why, text in named)


def figures(ask: Ask, found: list[Person]) -> tuple[Figure, ...]:
    """Of everybody. Where a list of deals shows the same rows, it is where a number leads."""
    sums = total(found)
    opens = address("/crm/opportunity", ask.in_list())
    return (
        Figure(label=_("Open deals"), text=texts.number(sums.open), note=texts.money_short(sums.amount), href=opens),
        *(
            Figure(
                label=words.label(why), text=texts.number(getattr(sums, why)),
                href=_href(ask, why, []) if getattr(sums, why) else "",
            )
            for why in REASONS
        ),
    )  # fmt: skip


def _href(ask: Ask, why: str, more: list[tuple[str, str]]) -> str:
    if why in LISTS:
        return address("/crm/opportunity", [LISTS[why], *ask.in_list(), *more])
    return address(PATH, ask.pairs(why=why))


def person_part(ask: Ask, person: Person, opened: Open) -> PersonPart:
    is_open = opened.person == person.id
    to, query = f"{PATH}/person/{person.id}", ask.pairs()
    after = opened.skip + EACH
    more = person.flagged - after if is_open else 0
    further = [*query, ("open", str(person.id)), ("skip", str(after))]
    return PersonPart(
        id=person.id, name=person.name, counts=counts(ask, person), is_open=is_open,
        href=address(PATH, [*query, ("open", "-" if is_open else str(person.id))]) + f"#p-{person.id}",
        part=address(to, [*query, *([("folded", "1")] if is_open else [])]),
        rows=tuple(deal_row(ask, line, opened) for line in opened.lines) if is_open else (),
        more=Link(text=_("and {n} more", n=texts.number(more)), href=address(PATH, further)) if more > 0 else None,
        more_part=address(to, [*query, ("skip", str(after))]),
    )  # fmt: skip


def counts(ask: Ask, person: Person) -> tuple[Link, ...]:
    owner = [("owner", str(person.id))] if person.id and not ask.is_own else []
    found = [
        Link(
            text=_("{n} of {open} open deals, {amount}", n=texts.number(person.flagged), open=texts.number(person.open),
                   amount=texts.money_short(person.flagged_amount)),
            href=address("/crm/opportunity", [*ask.in_list(), *owner]) if person.id else "",
        )
    ]  # fmt: skip
    for why in REASONS:
        if n := getattr(person, why):
            text = _("{label}: {value}", label=words.label(why), value=texts.number(n))
            found.append(Link(text=text, href=_of_person(ask, why, person, owner)))
    return tuple(found)


def _of_person(ask: Ask, why: str, person: Person, owner: list[tuple[str, str]]) -> str:
    if why in LISTS:
        return _href(ask, why, owner) if person.id else ""
    return address(PATH, [*ask.pairs(why=why), ("open", str(person.id))]) + f"#p-{person.id}"


def deal_row(ask: Ask, line: Line, opened: Open) -> DealRow:
    told = opened.told if opened.told.deal == line.id else Told()
    due, state = texts.due(line.next_on) if line.next_on else ("", "")
    may_plan = line.id in opened.plannable
    return DealRow(
        id=line.id, name=line.name,
        badges=tuple(Badge(text=words.label(why), tone=TONES[why]) for why in line.reasons),  # type: ignore[arg-type]
        why=words.all_why(line, texts.money_short, SAID), facts=facts(line),
        next=line.next_text, due=state, due_text=due,
        action=f"{PATH}/deal/{line.id}" if may_plan else "",
        kept=(("key", secrets.token_urlsafe(9)), *ask.pairs(), ("skip", str(opened.skip))) if may_plan else (),
        text=told.typed.get("text", ""), day=told.typed.get("day", first_day(clock.today()).isoformat()),
        today=clock.today().isoformat(), problems=told.problems, error=told.error,
    )  # fmt: skip


def facts(line: Line) -> tuple[str, ...]:
    last = _("last touch {when}", when=texts.ago(line.last_on)) if line.last_on else _("nothing logged yet")
    amount = texts.money_short(line.amount) if line.amount is not None else _("no amount")
    return tuple(filter(None, (line.account, line.stage, amount, last)))
