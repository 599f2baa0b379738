"""Where a deal stands, over its page: its course, its key figures, what comes next, and how it was decided."""

from dataclasses import dataclass

from markupsafe import Markup

from core import clock
from core.db import ActorSession
from core.i18n import _, pick
from crm.deal_course import Step
from crm.deal_view import DealView, view_of
from crm.opportunities import Opportunity, weighted
from crm.opportunity_verbs import OPPORTUNITY
from crm.playbook.deals import played
from crm.stages import Stage
from web.kit import format as texts
from web.kit.rendering import render_part
from web.kit.requests import address
from web.kit.views import Figure, Link
from web.kit.views import Step as StepView


@dataclass(frozen=True, kw_only=True)
class Next:
    """What is planned first, with its due state, and what can be done about it."""

    text: str
    due: str
    state: str
    links: tuple[Link, ...]


def top(session: ActorSession, deal: Opportunity) -> Markup:
    view = view_of(session, deal)
    return render_part(
        "crm/opportunity/top.html",
        stalled=stalled_sentence(view),
        steps=tuple(step(each, view) for each in view.steps),
        figures=figures(session, view),
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


def figures(session: ActorSession, view: DealView) -> tuple[Figure, ...]:
    chance = played(session, view.deal).probability if view.is_open else None
    return amount(view), weight(view, chance), close(view), age(view)


def amount(view: DealView) -> Figure:
    deal = view.deal
    if deal.amount is None:
        return unknown(view, _("Amount"), "amount")
    return Figure(
        label=_("Amount"), text=texts.money_short(deal.amount), note=amount_note(view),
        href="#p-deal-lines" if view.lines else "",
    )  # fmt: skip


def unknown(view: DealView, label: str, name: str) -> Figure:
    """What the deal does not say yet, with the way to its field."""
    path = f"{OPPORTUNITY.path}/{view.deal.id}/edit#f-{name}"
    return Figure(
        label=label, text="—", note=_("not known yet"), fix=Link(text=_("Fill in"), href=path) if view.is_live else None
    )


def amount_note(view: DealView) -> str:
    if not view.lines:
        return _("as typed, without lines")
    once, monthly = sum(line.one_off for line in view.lines), sum(line.monthly for line in view.lines)
    if not monthly:
        return _("one-off {once}", once=texts.money_short(once))
    return _("one-off {once}, monthly {monthly}", once=texts.money_short(once), monthly=texts.money_short(monthly))


def weight(view: DealView, chance: int | None) -> Figure:
    """By the chance that every sum uses; the stage's, where that is higher, and the owner's own are named beside."""
    value = weighted(view.deal.amount, chance) if view.is_open else None
    used, own = chance_note(view.stage.probability if view.stage else None, chance), view.deal.probability
    note = _("{stage}; the owner says {percent}", stage=used, percent=texts.percent(own)) if own is not None else used
    text = texts.money_short(value) if value is not None else "—"
    return Figure(label=_("Weighted amount"), text=text, note=note if view.is_open else "")


def chance_note(of_stage: int | None, chance: int | None) -> str:
    if of_stage is None or chance is None:
        return ""
    if chance == of_stage:
        return _("at the stage’s {percent}", percent=texts.percent(chance))
    return _("judged {percent}; the stage’s is {stage}", percent=texts.percent(chance), stage=texts.percent(of_stage))


def close(view: DealView) -> Figure:
    deal = view.deal
    if deal.closed_on and not view.is_open:
        return Figure(label=_("Closed on"), text=texts.day(deal.closed_on))
    if deal.expected_close_on is None:
        return unknown(view, _("Expected close"), "expected_close_on")
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
