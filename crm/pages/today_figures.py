"""The key figures of Today, each linked to its rows: what was signed, what is open, what is to do, what ends."""

from dataclasses import dataclass
from datetime import date, timedelta

from core.i18n import _
from crm.agenda import WHEN, Agenda
from crm.client_signals import Endings, window
from crm.own_figures import Open, Signing
from crm.pages.today_list import due
from crm.whose import Whose
from web.kit import format as texts
from web.kit.requests import address
from web.kit.views import Figure


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of several numbers that stand together in a figure."""

    text: str
    label: str
    href: str
    tone: str


def signed(found: Signing, whose: Whose) -> Figure:
    after = (found.month + timedelta(days=32)).replace(day=1)
    won = [("state", "won"), ("closed_on", f"{found.month}..{after}"), *whose.pairs()]
    note = texts.plural(found.deals, _("1 deal signed"), _("{n} deals signed", n=texts.number(found.deals)))
    if found.percent is None:
        return Figure(
            label=_("Signed this month"),
            text=texts.money_short(found.amount),
            href=address("/crm/opportunity", won),
            note=_("signed deals: {n}; no target is set", n=texts.number(found.deals)),
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
        note=_("{amount}, open deals: {n}, by their chance", **values),
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


def steps_note(found: Agenda) -> str:
    steps = sum(found.steps.values())
    if steps:
        return _("and next steps of deals: {n}", n=texts.number(steps))
    return _("Plan the first one with “New”.") if found.is_empty else ""
