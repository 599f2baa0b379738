"""Beside the list of the day: deals at risk, contracts that end, clients whose bills tell something."""

from dataclasses import dataclass

from core import clock
from core.access import Actor
from core.i18n import N_, _
from crm.client_signals import FALL_PERCENT, Bills, Ending, Endings, Fall, Leaving, window
from crm.risks import Risk, Risks
from crm.whose import Whose
from web.kit import format as texts
from web.kit.requests import address
from web.kit.views import Link

BADGES = {
    "key_left": N_("Key person gone"), "stalled": N_("Stalled"), "next_over": N_("Step overdue"),
    "late_close": N_("Close passed"), "silent": N_("Out of touch"), "opposed": N_("Opposed"),
    "no_next": N_("No next step"),
}  # fmt: skip
SOON, VERY_SOON = 31, 20


@dataclass(frozen=True, kw_only=True)
class RiskLine:
    """`plan` is where the next step of a deal that has none is planned. Without a client the code tells deals apart."""

    badge: str
    deal: Link
    account: Link | None
    why: str
    amount: str
    code: str = ""
    plan: str = ""


@dataclass(frozen=True, kw_only=True)
class EndLine:
    days: int
    tone: str
    account: str
    href: str
    note: str
    is_ours: bool


@dataclass(frozen=True, kw_only=True)
class BillLine:
    account: Link
    note: str
    figure: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Side:
    """`gaps` say what the records do not hold yet, and what would fill it."""

    risks: tuple[RiskLine, ...]
    risk_count: str
    risk_more: str
    endings: tuple[EndLine, ...]
    ending_more: Link | None
    falls: tuple[BillLine, ...]
    fall_note: str
    leaving: tuple[BillLine, ...]
    leaving_note: str
    month: str
    gaps: tuple[str, ...]


def side_of(actor: Actor, whose: Whose, *, risks: Risks, endings: Endings, bills: Bills) -> Side:
    month = bills.month.strftime("%Y-%m") if bills.month else ""
    return Side(
        risks=tuple(risk(each) for each in risks.deals), risk_count=texts.number(risks.count),
        risk_more=address("/crm/opportunity", [("risk", "any"), ("state", "open"), *whose.pairs()]),
        endings=tuple(end(each) for each in endings.contracts), ending_more=ending_more(endings, whose),
        falls=tuple(fall(each) for each in bills.falls) if actor.may("crm.account_month.read") else (),
        fall_note=_("At least {n}% below the mean of the three months before", n=FALL_PERCENT),
        leaving=tuple(left(each, month) for each in bills.leaving) if actor.may("crm.account_month.read") else (),
        leaving_note=_("Members who left the group or the network in {month}", month=month), month=month,
        gaps=tuple(gaps(endings, bills)),
    )  # fmt: skip


def risk(each: Risk) -> RiskLine:
    return RiskLine(
        badge=_(BADGES[each.reasons[0]]), deal=Link(text=each.name, href=f"/crm/opportunity/{each.id}"),
        account=Link(text=each.account, href=f"/crm/account/{each.account_id}") if each.account else None,
        why=texts.listed(why(each, reason) for reason in each.reasons),
        code="" if each.account else each.code, amount=texts.money_short(each.amount),
        plan=address("/crm/log", [("kind", "plan"), ("deal", str(each.id))]) if "no_next" in each.reasons else "",
    )  # fmt: skip


def why(each: Risk, reason: str) -> str:
    """One reason in words, with the figures that make it one."""
    today = clock.today()
    days = texts.days((today - each.since).days) if each.since else ""
    if reason == "stalled":
        return _("{days} in “{stage}”, limit {limit}", days=days, stage=each.stage, limit=each.limit)
    if reason == "late_close" and each.expected_close_on:
        return _("expected close passed {days} ago", days=texts.days((today - each.expected_close_on).days))
    if reason == "silent":
        return (
            _("no contact for {days}", days=texts.days(each.silent_days))
            if each.silent_days
            else _("no contact of late")
        )
    if reason == "key_left":
        return _("a key person has gone, nobody took the seat yet")
    if reason == "opposed":
        return _("a decision maker is against us, none for us")
    if reason == "next_over":
        return _("next step overdue")
    if days and "stalled" not in each.reasons:
        return _("no next step, {days} in “{stage}”", days=days, stage=each.stage)
    return _("no next step")


def end(each: Ending) -> EndLine:
    monthly = _("{amount} a month", amount=texts.money_short(each.monthly)) if each.monthly else ""
    tone = "bad" if each.days < VERY_SOON else "warn" if each.days < SOON else ""
    return EndLine(
        days=each.days, tone=tone if each.is_ours else "tip", account=each.account, href=f"/crm/contract/{each.id}",
        note=" · ".join(filter(None, (each.name, monthly))), is_ours=each.is_ours,
    )  # fmt: skip


def ending_more(found: Endings, whose: Whose) -> Link | None:
    n = found.ours + found.rivals
    first, after = window()
    href = address("/crm/contract", [("ends_on", f"{first}..{after}"), *whose.pairs()])
    return Link(text=_("{n} within 90 days", n=texts.number(n)), href=href) if n else None


def fall(each: Fall) -> BillLine:
    values = {"before": texts.money_short(each.before), "last": texts.money_short(each.last), "n": each.months}
    return BillLine(
        account=Link(text=each.account, href=f"/crm/account/{each.account_id}"),
        note=_("{before} on average of {n} months, now {last}", **values), figure=f"−{each.percent}%",
        href=address("/crm/account_month", [("account", str(each.account_id)), ("sort", "-month")]),
    )  # fmt: skip


def left(each: Leaving, month: str) -> BillLine:
    values = {"group": texts.number(each.left_group), "network": texts.number(each.left_network)}
    gone, members = texts.number(each.left_group + each.left_network), texts.number(each.members)
    return BillLine(
        account=Link(text=each.account, href=f"/crm/account/{each.account_id}"),
        note=_("left the group {group}, left the network {network}", **values),
        figure=_("{n} of {members}", n=gone, members=members) if each.members else gone,
        href=address("/crm/account_month", [("account", str(each.account_id)), ("month", month)]),
    )


def gaps(endings: Endings, bills: Bills) -> list[str]:
    found = []
    if not endings.contracts:
        found.append(
            _("No contract ends within 90 days. Contracts with their end, ours and rivals’, are noted on the client.")
        )
    if bills.month is None:
        found.append(_("Falling revenue and leaving members are told by the monthly bills, once these are imported."))
    return found
