"""The key figures of an account, each linked to its rows; of what is not recorded it says where it would come from."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from core import clock
from core.db import ActorSession
from core.i18n import _
from crm.account_view import Known
from web.kit import format as texts
from web.kit.charts import spark
from web.kit.views import Link


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key figure. Without a `text` the record does not hold it, and `fix` is where it would come from."""

    label: str
    text: str = ""
    unit: str = ""
    href: str = ""
    note: str = ""
    tone: str = ""
    due: str = ""
    bar: int | None = None
    line: Markup | str = ""
    fix: Link | None = None


def keys(session: ActorSession, known: Known) -> tuple[Key, ...]:
    return (
        revenue(known),
        wallet(session, known),
        open_deals(known),
        contract_end(session, known),
        members(session, known),
    )


def revenue(known: Known) -> Key:
    """The newest month against the mean of the three before. Without months: what deals have brought."""
    months = [month for month in known.months if month.revenue is not None]
    if not months:
        return won(known)
    last, before = months[-1], [month.revenue or 0 for month in months[-4:-1]]
    mean = sum(before) / len(before) if before else 0
    change = round(((last.revenue or 0) - mean) / mean * 1000) if mean > 0 else None
    label = _("Revenue of {month}", month=last.month.strftime("%Y-%m"))
    return Key(
        label=label, text=texts.money_short(last.revenue), href=f"/crm/account_month?account={known.account.id}",
        note=trend(change), tone="" if change is None or change == 0 else "ok" if change > 0 else "bad",
        line=spark([float(each.revenue or 0) for each in months[-12:]], label=_("Revenue, the last 12 months")),
    )  # fmt: skip


def trend(tenths: int | None) -> str:
    if tenths is None:
        return _("no earlier months to compare with")
    share = f"{abs(tenths) / 10:g}%"
    if tenths == 0:
        return _("as in the three months before")
    return (
        _("{share} above the three months before", share=share)
        if tenths > 0
        else _("{share} below the three months before", share=share)
    )


def won(known: Known) -> Key:
    sums = closed(known)
    path = f"/crm/opportunity?account={known.account.id}&state=won"
    if not sums["won"]:
        fix = Link(text=_("Add billing months"), href=f"/crm/account_month?account={known.account.id}")
        return Key(label=_("Monthly revenue"), note=_("no billing months yet"), fix=fix)
    return Key(
        label=_("Won so far"), text=texts.money_short(sums["amount"]) or "—", href=path,
        note=texts.plural(sums["won"], _("1 deal"), _("{n} deals", n=sums["won"])),
    )  # fmt: skip


def wallet(session: ActorSession, known: Known) -> Key:
    share, fix = known.account.wallet_share, fill_in(session, known, "wallet_share")
    if share is None:
        return Key(label=_("Share of wallet"), note=_("not estimated yet"), fix=fix)
    return Key(
        label=_("Share of wallet"), text=texts.percent(share), bar=share // 100, href=fix.href if fix else ""
    )  # fmt: skip


def fill_in(session: ActorSession, known: Known, name: str) -> Link | None:
    """To the field of the account's form, for whom may change it."""
    if known.account.archived_at is not None or not session.actor.may("crm.account.update"):
        return None
    return Link(text=_("Fill in"), href=f"/crm/account/{known.account.id}/edit#f-{name}")


def open_deals(known: Known) -> Key:
    amounts = [deal.record.amount for deal in known.open_deals if deal.record.amount is not None]
    worth = [deal.weighted for deal in known.open_deals if deal.weighted is not None]
    number = len(known.open_deals)
    count = texts.plural(number, _("1 deal"), _("{n} deals", n=number))
    if amounts:
        note = _("{count}, weighted {sum}", count=count, sum=texts.money_short(sum(worth)))
    else:
        note = _("{count}, without an amount", count=count) if number else ""
    return Key(
        label=_("Open deals"), text=texts.money_short(sum(amounts)) if amounts else texts.number(number),
        href=f"/crm/opportunity?account={known.account.id}&state=open", note=note,
    )  # fmt: skip


def contract_end(session: ActorSession, known: Known) -> Key:
    today = clock.today()
    ours = [
        row[0] for row in known.contracts if row[0].supplier == "ours" and row[0].ends_on and row[0].ends_on >= today
    ]
    if not ours:
        has_any = any(row[0].supplier == "ours" for row in known.contracts)
        note = _("no contract of ours in force") if has_any else _("no contract of ours yet")
        may_add = known.account.archived_at is None and session.actor.may("crm.contract.create")
        add = Link(text=_("Add"), href=f"/crm/contract/new?account={known.account.id}")
        return Key(label=_("Next contract end"), note=note, fix=add if may_add else None)
    left = (ours[0].ends_on - today).days
    return Key(
        label=_("Next contract end"), text=texts.days(left), href=f"/crm/contract/{ours[0].id}",
        note=texts.day(ours[0].ends_on), tone="bad" if left < 30 else "warn" if left <= 90 else "",
    )  # fmt: skip


def members(session: ActorSession, known: Known) -> Key:
    """The newest month's number, else the number on the account; who left in that month is said beside."""
    months = [month for month in known.months if month.member_count is not None]
    if months:
        last = months[-1]
        left = (last.left_group or 0) + (last.left_network or 0)
        note = (
            _("{n} left in {month}", n=texts.number(left), month=last.month.strftime("%Y-%m"))
            if left
            else _("none left")
        )
        return Key(
            label=_("Members"), text=texts.number(last.member_count), tone="bad" if left else "",
            href=f"/crm/account_month?account={known.account.id}", note=note,
        )  # fmt: skip
    if known.account.member_count is None:
        return Key(label=_("Members"), note=_("not known yet"), fix=fill_in(session, known, "member_count"))
    return Key(label=_("Members"), text=texts.number(known.account.member_count))


def closed(known: Known) -> dict[str, Any]:
    lost = sum(deal.record.state == "lost" for deal in known.deals)
    amounts = [deal.record.amount for deal in known.won if deal.record.amount is not None]
    return {"won": len(known.won), "lost": lost, "amount": sum(amounts) if amounts else None}
