"""What Today shows, made from what the records say: sentences, figures, the list, and what to look out for."""

from dataclasses import dataclass

from core import clock
from core.access import Actor
from core.i18n import _
from crm.agenda import WHEN, Agenda, local_time
from crm.client_signals import Bills, Endings
from crm.own_figures import Open, Signing
from crm.pages.today_asked import Requests
from crm.pages.today_figures import Part, ending, parts, signed, steps_note, weighted
from crm.pages.today_list import HOME, Group, groups
from crm.pages.today_side import Side, side_of
from crm.risks import Risks
from crm.whose import Absence, Whose, has_team
from web.kit import format as texts
from web.kit.requests import address
from web.kit.views import Figure, Link, Tab


@dataclass(frozen=True)
class Found:
    whose: Whose
    away: list[Absence]
    signing: Signing
    open: Open
    agenda: Agenda
    risks: Risks
    endings: Endings
    bills: Bills
    requests: Requests


@dataclass(frozen=True, kw_only=True)
class TodayPage:
    title: str
    greeting: str
    day: str
    sentence: str
    notices: tuple[str, ...]
    tabs: tuple[Tab, ...]
    whose: str
    figures: tuple[Figure, ...]
    parts: tuple[Part, ...]
    parts_note: str
    groups: tuple[Group, ...]
    count: int
    start: Link | None
    may_log: bool
    requests: Requests
    side: Side


def today_page(actor: Actor, found: Found) -> TodayPage:
    today, whose = clock.today(), found.whose
    return TodayPage(
        title=_("Today"),
        greeting=_("{name}’s day", name=whose.person) if whose.person else texts.greeting(actor.name),
        day=_("{day}, {weekday}", day=texts.day_in_words(today), weekday=texts.weekday(today)),
        sentence=sentence(found.agenda, found.risks),
        notices=tuple(stand_ins(actor, found.away)),
        tabs=tabs(actor, whose),
        whose=code_of(whose),
        figures=(signed(found.signing, whose), weighted(found.open, whose), ending(found.endings, whose)),
        parts=tuple(parts(found.agenda, whose, today)),
        parts_note=steps_note(found.agenda),
        groups=groups(actor, found.agenda, whose, today),
        count=sum(found.agenda.count(when) for when in WHEN),
        start=start(found),
        may_log=actor.may("crm.activity.create"),
        requests=found.requests,
        side=side_of(actor, whose, risks=found.risks, endings=found.endings, bills=found.bills),
    )


def start(found: Found) -> Link | None:
    """Where nothing is planned, the deals that wait for a next step are the place to begin."""
    if not any("no_next" in each.reasons for each in found.risks.deals):
        return None
    href = address("/crm/opportunity", [("next", "none"), ("state", "open"), *found.whose.pairs()])
    return Link(text=_("Begin with the deals without a next step"), href=href, icon="handshake")


def code_of(whose: Whose) -> str:
    return "team" if whose.is_team else str((whose.owners or (0,))[0]) if whose.person else "mine"


def tabs(actor: Actor, whose: Whose) -> tuple[Tab, ...]:
    if not has_team(actor):
        return ()
    choices = [("mine", _("Mine")), ("team", _("Team"))]
    if whose.person:
        choices.append((code_of(whose), whose.person))
    return tuple(Tab(text=t, href=f"{HOME}?whose={c}", current=c == code_of(whose)) for c, t in choices)


def stand_ins(actor: Actor, away: list[Absence]) -> list[str]:
    found = []
    for each in away:
        if each.deputy_id == actor.user_id:
            until = texts.day_in_words(each.ends_on)
            found.append(
                _("You stand in for {name} until {day}: their work is in your list.", name=each.absent, day=until)
            )
        else:
            until = texts.day_in_words(each.ends_on)
            found.append(_("You are away until {day}; {name} stands in for you.", name=each.deputy, day=until))
    return found


def sentence(found: Agenda, risks: Risks) -> str:
    """What to do first, by rules: what is late, then what has an hour, then what only has a day, then risks."""
    late, due = found.count("over"), found.count("today")
    first = next((item for item in found.items["today"] if item.starts_at), None)
    if late and first:
        return _("First clear {n} overdue, then at {time}: {what}.", n=late, time=local_time(first), what=first.what)
    if late and due:
        return _("First clear {n} overdue; {m} more are due today.", n=late, m=due)
    if late:
        return _("First clear {n} overdue.", n=late)
    if first:
        return _("{n} to do today, the first at {time}: {what}.", n=due, time=local_time(first), what=first.what)
    if due:
        return _("{n} to do today.", n=due)
    if risks.count:
        return _("Nothing is due today. Deals that need a move: {n}.", n=texts.number(risks.count))
    return _("Nothing is due today.")
