"""The list of Today: what is overdue, due today and to come, each with its tick and where it is logged."""

from dataclasses import dataclass
from datetime import date, timedelta

from core.access import Actor
from core.i18n import N_, _
from crm.agenda import WHEN, Agenda, Item, When, local_time
from crm.whose import Whose
from web.kit import format as texts
from web.kit.requests import address
from web.kit.views import Link

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
    next: Link | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    key: When
    head: str
    count: int
    lines: tuple[Line, ...]
    more: Link | None


def groups(actor: Actor, found: Agenda, whose: Whose, today: date) -> tuple[Group, ...]:
    return tuple(group(actor, found, whose, when, today) for when in WHEN if found.count(when))


def group(actor: Actor, found: Agenda, whose: Whose, when: When, today: date) -> Group:
    items = found.items[when]
    hidden = found.count(when) - len(items)
    more = Link(text=_("{n} more", n=texts.number(hidden)), href=address("/crm/activity", due(when, today, whose)))
    return Group(
        key=when,
        head=_(HEADS[when]),
        count=found.count(when),
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
        next=next_of(item),
        done=f"{HOME}/{kind}/{item.id}/done" if may else "",
        log=log if actor.may("crm.activity.create") else "",
    )


def next_of(item: Item) -> Link | None:
    if not item.next_weapon or item.deal_id is None:
        return None
    return Link(
        text=_("Suggested next: {weapon}", weapon=item.next_weapon), href=f"/crm/opportunity/{item.deal_id}#p-deal-next"
    )


def due_text(item: Item, today: date) -> str:
    if item.due_on == today and item.starts_at:
        return _("today {time}", time=local_time(item))
    if item.due_on == today + timedelta(days=1) and item.starts_at:
        return _("tomorrow {time}", time=local_time(item))
    return _("no day") if item.due_on is None else texts.due(item.due_on, today)[0]


def due(when: When, today: date, whose: Whose) -> list[tuple[str, str]]:
    """What a list of activities asks for; what has no day is to come."""
    tomorrow = today + timedelta(days=1)
    days = {"over": [f"..{today}"], "today": [f"{today}..{tomorrow}"], "plan": [f"{tomorrow}..", "-"]}[when]
    return [("state", "planned"), *(("due_on", day) for day in days), *whose.pairs()]
