"""The page of a deal: its course, its key figures, what it takes to go on, its lines, people, rivals and tenders."""

from dataclasses import dataclass
from typing import Any

from core import clock
from core.db import ActorSession
from core.i18n import _, pick
from core.module import Panel
from crm.deal_course import Step
from crm.deal_view import DealView, Met, view_of
from crm.key_persons import KEY_PERSON
from crm.opportunities import OPPORTUNITY, Opportunity, weighted
from crm.stages import Stage
from web.kit import format as texts
from web.kit.rendering import render
from web.kit.requests import address
from web.kit.views import Figure, Link
from web.kit.views import Step as StepView

READ = OPPORTUNITY.permission("read")
TONES = {"exclusive": "ok", "supportive": "ok", "opposed": "bad", "with_rival": "bad", "neutral": "line"}


@dataclass(frozen=True, kw_only=True)
class Test:
    """What must be true to leave a stage; passed ones say when the deal went on, and who moved it."""

    stage: str
    text: str
    place: str
    left: str = ""
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Advance:
    """The move to the next stage, as one button."""

    text: str
    action: str
    to: str
    next: str


@dataclass(frozen=True, kw_only=True)
class Next:
    """What is planned first, with its due state, and what can be done about it."""

    text: str
    due: str
    state: str
    links: tuple[Link, ...]


@dataclass(frozen=True, kw_only=True)
class Person:
    href: str
    name: str
    post: str
    level: str
    support: str
    tone: str
    parts: str
    last: str


def panels() -> tuple[Panel, ...]:
    return (
        Panel(OPPORTUNITY.stem, top, READ, place="top", order=10),
        Panel(OPPORTUNITY.stem, tests, READ, order=10),
        Panel(OPPORTUNITY.stem, lines, READ, order=20),
        Panel(OPPORTUNITY.stem, people, READ, order=30),
        Panel(OPPORTUNITY.stem, rivals, READ, order=40),
        Panel(OPPORTUNITY.stem, files, READ, place="side", order=70),
    )


def top(session: ActorSession, deal: Opportunity) -> str:
    view = view_of(session, deal)
    return render(
        "crm/opportunity/top.html",
        stalled=stalled_sentence(view),
        steps=tuple(step(each, view) for each in view.steps),
        figures=figures(view),
        next=next_of(view),
        outcome=outcome(view),
    )


def stalled_sentence(view: DealView) -> str:
    if not view.stand.is_stalled:
        return ""
    return _(
        "Stalled: {days} in this stage, the limit is {limit}, and no activity is planned within it.",
        days=texts.days(view.stand.days or 0), limit=texts.days(view.stand.limit or 0),
    )  # fmt: skip


def outcome(view: DealView) -> str:
    """How a decided or waiting deal stands, in one sentence."""
    deal = view.deal
    if deal.state == "on_hold" and deal.wake_on:
        return _("On hold; it wakes up on {day}.", day=texts.day_in_words(deal.wake_on))
    if deal.state in ("won", "lost") and deal.closed_on:
        day = texts.day_in_words(deal.closed_on)
        return _("Won on {day}.", day=day) if deal.state == "won" else _("Lost on {day}.", day=day)
    return ""


# --- the course -----------------------------------------------------------------------------------------------


def step(each: Step, view: DealView) -> StepView:
    is_over = view.deal.state in ("won", "lost")
    place = "done" if each.place == "current" and view.deal.state == "won" else each.place
    return StepView(text=name_of(each.stage), state=place, note=step_note(each, view, is_over=is_over))


def name_of(stage: Stage) -> str:
    return pick(stage.name_zh, stage.name_en)


def step_note(each: Step, view: DealView, *, is_over: bool) -> str:
    if each.place == "todo":
        return texts.percent(each.stage.probability)
    if each.days is None:
        return _("days not known")
    if each.place == "current" and view.is_open and each.stage.limit_days:
        return _("{days} of {limit}", days=texts.days(each.days), limit=texts.number(each.stage.limit_days))
    return texts.days(each.days)


# --- key figures ----------------------------------------------------------------------------------------------


def figures(view: DealView) -> tuple[Figure, ...]:
    return amount(view), weight(view), close(view), age(view)


def amount(view: DealView) -> Figure:
    deal = view.deal
    if deal.amount is None:
        return Figure(label=_("Amount"), text="—", note=_("not known yet"))
    return Figure(
        label=_("Amount"), text=texts.money_short(deal.amount), note=amount_note(view),
        href="#p-deal-lines" if view.lines else "",
    )  # fmt: skip


def amount_note(view: DealView) -> str:
    if not view.lines:
        return _("as typed, without lines")
    once, monthly = sum(line.one_off for line in view.lines), sum(line.monthly for line in view.lines)
    if not monthly:
        return _("one-off {once}", once=texts.money_short(once))
    return _("one-off {once}, monthly {monthly}", once=texts.money_short(once), monthly=texts.money_short(monthly))


def weight(view: DealView) -> Figure:
    """By the stage's probability; the owner's own is only named beside."""
    points = view.stage.probability if view.stage else None
    value = weighted(view.deal.amount, points) if view.is_open else None
    stage = _("at the stage’s {percent}", percent=texts.percent(points)) if points is not None else ""
    own = view.deal.probability
    note = _("{stage}; the owner says {percent}", stage=stage, percent=texts.percent(own)) if own is not None else stage
    text = texts.money_short(value) if value is not None else "—"
    return Figure(label=_("Weighted amount"), text=text, note=note if view.is_open else "")


def close(view: DealView) -> Figure:
    deal = view.deal
    if deal.closed_on and not view.is_open:
        return Figure(label=_("Closed on"), text=texts.day(deal.closed_on))
    if deal.expected_close_on is None:
        return Figure(label=_("Expected close"), text="—", note=_("not known yet"))
    left = (deal.expected_close_on - clock.today()).days
    when, _state = texts.due(deal.expected_close_on)
    note = _("{when}; postponed {n} times", when=when, n=view.postponed) if view.postponed else when
    return Figure(
        label=_("Expected close"), text=texts.day(deal.expected_close_on), note=note,
        tone="bad" if left < 0 and view.is_open else "warn" if view.postponed else "",
        href=f"{OPPORTUNITY.path}/{deal.id}/history" if view.postponed else "",
    )  # fmt: skip


def age(view: DealView) -> Figure:
    deal = view.deal
    began = deal.engaged_on or clock.local(deal.created_at).date()
    until = (deal.closed_on if not view.is_open else None) or clock.today()
    label = _("Open for") if view.is_open else _("Took")
    return Figure(
        label=label, text=texts.days(max((until - began).days, 0)), note=_("since {day}", day=texts.day(began))
    )  # fmt: skip


def next_of(view: DealView) -> Next | None:
    """Nothing to plan where the deal is decided."""
    if not view.is_open:
        return None
    stand = view.stand
    text, state = texts.due(stand.next_on)
    if stand.next_on is None and stand.next_text:
        text, state = _("no day set"), "plan"
    return Next(text=stand.next_text, due=text, state=state, links=next_links(view))


def next_links(view: DealView) -> tuple[Link, ...]:
    if not view.is_live:
        return ()
    deal = ("deal", str(view.deal.id))
    plan = Link(text=_("Plan"), href=address("/crm/log", [("kind", "plan"), deal]), icon="calendar-plus")
    if not view.stand.next_text:
        return (plan,)
    of = [("activity", str(view.stand.plan_id))] if view.stand.plan_id else [deal]
    return (Link(text=_("Log the result"), href=address("/crm/log", of), icon="check"), plan)


# --- what it takes to go on -----------------------------------------------------------------------------------


def tests(session: ActorSession, deal: Opportunity) -> str:
    view = view_of(session, deal)
    shown = shown_tests(view)
    if not shown and view.following is None:
        return ""
    return render("crm/opportunity/tests.html", tests=shown, advance=advance(view))


def shown_tests(view: DealView) -> list[Test]:
    """Those passed, this stage's, and the next one's, to know what comes."""
    places = {each.stage.id: each for each in view.steps}
    wanted = [each for each in view.steps if each.place != "todo" or each.stage is view.following]
    return [made for each in wanted if (made := test(places[each.stage.id]))]


def test(each: Step) -> Test | None:
    text = pick(each.stage.exit_test_zh or "", each.stage.exit_test_en or "")
    left = texts.day_in_words(each.left_on) if each.left_on else ""
    return Test(stage=name_of(each.stage), text=text, place=each.place, left=left, by=each.by) if text else None


def advance(view: DealView) -> Advance | None:
    if view.following is None or not (view.is_live and view.is_open):
        return None
    path = f"{OPPORTUNITY.path}/{view.deal.id}"
    text = _("Move on to “{stage}”", stage=name_of(view.following))
    return Advance(text=text, action=f"{path}/move", to=str(view.following.id), next=path)


# --- lines, people, rivals, tenders, files --------------------------------------------------------------------


def lines(session: ActorSession, deal: Opportunity) -> str:
    return lines_part(session, view_of(session, deal))


def lines_part(session: ActorSession, view: DealView, form: Any = None, *, is_saved: bool = False) -> str:
    may_add = view.is_live and session.actor.may("crm.opportunity_line.create")
    if not view.lines and not may_add:
        return ""
    total = sum(line.worth for line in view.lines)
    return render(
        "crm/opportunity/lines.html", lines=view.lines, total=total,
        differs=bool(view.lines) and total != view.deal.amount,
        amount=view.deal.amount, once=sum(line.one_off for line in view.lines),
        monthly=sum(line.monthly for line in view.lines), path=f"{OPPORTUNITY.path}/{view.deal.id}/line",
        may_add=may_add, form=form, is_saved=is_saved,
    )  # fmt: skip


def people(session: ActorSession, deal: Opportunity) -> str:
    view = view_of(session, deal)
    if not session.actor.may("crm.key_person.read"):
        return ""
    never = sum(1 for each in view.people if each.last_at is None)
    account = str(deal.account_id or "")
    return render(
        "crm/opportunity/people.html", people=[person(each) for each in view.people], never=never,
        has_account=deal.account_id is not None, edit=f"{OPPORTUNITY.path}/{deal.id}/edit" if view.is_live else "",
        all=address("/crm/key_person", [("account", account)]),
        add=address("/crm/key_person/new", [("account", account)])
        if account and session.actor.may("crm.key_person.create") else "",
    )  # fmt: skip


def person(each: Met) -> Person:
    who, fields = each.person, KEY_PERSON.fields
    return Person(
        href=f"/crm/key_person/{who.id}", name=who.name, post=who.post or "",
        level=fields["level"].choice_label(who.level) if who.level else "",
        support=fields["support"].choice_label(who.support), tone=TONES.get(who.support, ""),
        parts=texts.listed(fields["roles"].choice_label(role) for role in who.roles or []),
        last=texts.when(each.last_at) if each.last_at else "",
    )  # fmt: skip


def rivals(session: ActorSession, deal: Opportunity) -> str:
    view = view_of(session, deal)
    may_add = view.is_live and session.actor.may("crm.opportunity_rival.create")
    if not (view.rivals or view.tenders or may_add):
        return ""
    number = str(deal.id)
    add = address("/crm/opportunity_rival/new", [("opportunity", number)]) if may_add else ""
    of_client = [("account", str(deal.account_id or "")), ("opportunity", number)]
    may_tender = may_add and deal.account_id and session.actor.may("crm.tender.create")
    return render(
        "crm/opportunity/rivals.html", rivals=view.rivals, tenders=view.tenders, add=add, today=clock.today(),
        add_tender=address("/crm/tender/new", of_client) if may_tender else "",
        add_rival=add,
    )  # fmt: skip


def files(session: ActorSession, deal: Opportunity) -> str:
    found = view_of(session, deal).files
    return render("crm/opportunity/files.html", files=found) if found else ""
