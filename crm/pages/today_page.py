"""What Today shows, made from what the records say: sentences, figures, the list, and what to look out for."""

from dataclasses import dataclass
from datetime import date, timedelta

from core import clock
from core.access import Actor
from core.i18n import N_, _
from crm.agenda import WHEN, Agenda, Item, When, local_time
from crm.client_signals import Bills, Endings, window
from crm.own_figures import Open, Signing
from crm.pages.today_side import Side, side_of
from crm.risks import Risks
from crm.whose import Absence, Whose, has_team
from web.kit import format as texts
from web.kit.requests import address
from web.kit.views import Figure, Link, Tab

HOME = "/crm/today"
ICONS = {
    "visit": "footprints",
    "call": "phone",
    "meeting": "presentation",
    "message": "message-circle",
    "task": "clipboard-check",
    "other": "circle-dot",
    "step": "milestone",
}
KINDS = {
    "visit": N_("Visit"),
    "call": N_("Phone call"),
    "meeting": N_("Meeting"),
    "message": N_("Message"),
    "task": N_("Task"),
    "other": N_("Other"),
    "step": N_("Next step of a deal"),
}
HEADS: dict[When, str] = {"over": N_("Overdue"), "today": N_("Today"), "plan": N_("Coming up")}


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


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing to do. `done` is where its tick goes, empty where the reader may not; `log` where it is logged."""

    key: str
    what: str
    href: str
    icon: str
    due: str
    due_text: str
    title: str
    notes: tuple[str, ...]
    account: Link | None
    deal: Link | None
    owner: str
    done: str
    log: str


@dataclass(frozen=True, kw_only=True)
class Group:
    key: When
    head: str
    count: int
    lines: tuple[Line, ...]
    more: Link | None


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of several numbers that stand together in a figure."""

    text: str
    label: str
    href: str
    tone: str


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
    may_log: bool
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
        groups=tuple(group(actor, found, when, today) for when in WHEN if found.agenda.count(when)),
        count=sum(found.agenda.count(when) for when in WHEN),
        may_log=actor.may("crm.activity.create"),
        side=side_of(actor, whose, risks=found.risks, endings=found.endings, bills=found.bills),
    )


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


# --- figures --------------------------------------------------------------------------------------------------


def signed(found: Signing, whose: Whose) -> Figure:
    after = (found.month + timedelta(days=32)).replace(day=1)
    won = [("state", "won"), ("closed_on", f"{found.month}..{after}"), *whose.pairs()]
    note = _("{n} deals signed", n=texts.number(found.deals))
    if found.percent is None:
        return Figure(
            label=_("Signed this month"),
            text=texts.money_short(found.amount),
            href=address("/crm/opportunity", won),
            note=_("{n} deals signed; no target is set", n=texts.number(found.deals)),
        )
    of = _("{amount} of {target}", amount=texts.money_short(found.amount), target=texts.money_short(found.target))
    return Figure(
        label=_("Signed this month against the target"),
        text=f"{found.percent}%",
        unit=of,
        bar=min(found.percent, 100),
        tone="ok" if found.percent >= 100 else "",
        note=note,
        href=address("/crm/opportunity", won),
    )


def weighted(found: Open, whose: Whose) -> Figure:
    """Where no amount is known, the number of deals is what can be said."""
    href = address("/crm/opportunity", [("state", "open"), *whose.pairs()])
    if not found.known:
        return Figure(
            label=_("Open deals"),
            text=texts.number(found.count),
            href=href,
            note=_("No amounts are known yet") if found.count else "",
        )
    values = {"amount": texts.money_short(found.amount), "n": texts.number(found.known)}
    return Figure(
        label=_("Weighted open deals"),
        text=texts.money_short(found.weighted),
        href=href,
        note=_("{amount} in {n} open deals, by the stage’s probability", **values),
    )


def ending(found: Endings, whose: Whose) -> Figure:
    first, after = window()
    href = address("/crm/contract", [("ends_on", f"{first}..{after}"), ("supplier", "ours"), *whose.pairs()])
    monthly = _("{amount} a month", amount=texts.money_short(found.ours_monthly)) if found.ours_monthly else ""
    note = _("Of rivals: {n}, a chance for us", n=found.rivals) if found.rivals else ""
    return Figure(
        label=_("Our contracts that end within 90 days"),
        text=texts.number(found.ours),
        unit=monthly,
        note=note,
        href=href,
    )


def parts(found: Agenda, whose: Whose, today: date) -> list[Part]:
    hrefs = {when: address("/crm/activity", due(when, today, whose)) for when in WHEN}
    labels = {"over": _("overdue"), "today": _("today"), "plan": _("planned")}
    tones = {"over": "bad", "today": "warn", "plan": ""}
    return [
        Part(
            text=texts.number(found.activities[when]),
            label=labels[when],
            href=hrefs[when],
            tone=tones[when] if found.activities[when] else "",
        )
        for when in WHEN
    ]


def due(when: When, today: date, whose: Whose) -> list[tuple[str, str]]:
    """What a list of activities asks for; what has no day is to come."""
    tomorrow = today + timedelta(days=1)
    days = {"over": [f"..{today}"], "today": [f"{today}..{tomorrow}"], "plan": [f"{tomorrow}..", "-"]}[when]
    return [("state", "planned"), *(("due_on", day) for day in days), *whose.pairs()]


def steps_note(found: Agenda) -> str:
    steps = sum(found.steps.values())
    if steps:
        return _("and next steps of deals: {n}", n=texts.number(steps))
    return _("Plan the first one with “New”.") if found.is_empty else ""


# --- the list -------------------------------------------------------------------------------------------------


def group(actor: Actor, found: Found, when: When, today: date) -> Group:
    items = found.agenda.items[when]
    hidden = found.agenda.count(when) - len(items)
    more = Link(
        text=_("{n} more", n=texts.number(hidden)), href=address("/crm/activity", due(when, today, found.whose))
    )
    return Group(
        key=when,
        head=_(HEADS[when]),
        count=found.agenda.count(when),
        lines=tuple(line(actor, item, today) for item in items),
        more=more if hidden else None,
    )


def line(actor: Actor, item: Item, today: date) -> Line:
    kind, path = ("step", "/crm/opportunity") if item.is_step else ("activity", "/crm/activity")
    may = actor.may("crm.opportunity.update" if item.is_step else "crm.activity.update")
    log = address("/crm/log", [("deal" if item.is_step else "activity", str(item.id))])
    return Line(
        key=f"{kind}-{item.id}",
        what=item.what or _(KINDS["step"]),
        href=f"{path}/{item.id}",
        icon=item.icon or ICONS.get(item.kind, "circle-dot"),
        due=item.when if item.due_on else "none",
        due_text=due_text(item, today),
        title=texts.day(item.due_on),
        notes=tuple(filter(None, (item.weapon or _(KINDS.get(item.kind, "Other")), texts.listed(item.persons)))),
        account=Link(text=item.account, href=f"/crm/account/{item.account_id}") if item.account else None,
        deal=Link(text=item.deal, href=f"/crm/opportunity/{item.deal_id}") if item.deal else None,
        owner=item.owner if item.owner_id != actor.user_id else "",
        done=f"{HOME}/{kind}/{item.id}/done" if may else "",
        log=log if actor.may("crm.activity.create") else "",
    )


def due_text(item: Item, today: date) -> str:
    if item.due_on == today and item.starts_at:
        return _("today {time}", time=local_time(item))
    if item.due_on == today + timedelta(days=1) and item.starts_at:
        return _("tomorrow {time}", time=local_time(item))
    return _("no day") if item.due_on is None else texts.due(item.due_on, today)[0]
