"""The account's page: key figures, power map, weapons and people, deals, products, contracts and files."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from core import clock
from core.db import ActorSession
from core.i18n import _
from core.module import Panel
from crm.account_map import lines, power_map
from crm.account_view import FEWEST_PEERS, Deal, Known, known_of
from crm.accounts import Account
from web.kit import format as texts
from web.kit.charts import spark
from web.kit.rendering import render
from web.kit.views import Link, Tab

DEALS = 8
CONTRACTS = 8
WHITE = 8
READ = "crm.account.read"


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


def panels() -> tuple[Panel, ...]:
    return (
        Panel("crm.account", top, READ, place="top", order=10),
        Panel("crm.account", people, READ, order=10),
        Panel("crm.account", business, READ, order=20),
    )


def top(session: ActorSession, account: Account) -> str:
    """People of outside firms get the plain page: they work with what was handed over, not with the account."""
    if session.actor.profile.is_outside:
        return ""
    known = known_of(session, account)
    may_log = account.archived_at is None and session.actor.may("crm.activity.create")
    return render(
        "crm/account/top.html", keys=keys(session, known), tabs=tabs(known), tags=known.tied("tag"),
        tenders=known.tied("tender"), log=f"/crm/log?account={account.id}" if may_log else "",
    )  # fmt: skip


def people(session: ActorSession, account: Account) -> str:
    if session.actor.profile.is_outside:
        return ""
    known = known_of(session, account)
    return render(
        "crm/account/people.html", map=power_map(known), lines=lines(known), account=account, people=known.people,
        may_add=_may(session, account, "crm.key_person.create"), may_log=_may(session, account, "crm.activity.create"),
    )  # fmt: skip


def business(session: ActorSession, account: Account) -> str:
    if session.actor.profile.is_outside:
        return ""
    known = known_of(session, account)
    return render(
        "crm/account/business.html", account=account, deals=_first_deals(known), open=len(known.open_deals),
        closed=closed(known), contracts=known.contracts[:CONTRACTS], count=len(known.contracts), today=clock.today(),
        files=known.tied("file"), products=products(known), peers=known.peers, fewest=FEWEST_PEERS,
        may_deal=_may(session, account, "crm.opportunity.create"),
        may_contract=_may(session, account, "crm.contract.create"),
    )  # fmt: skip


def _may(session: ActorSession, account: Account, permission: str) -> bool:
    return account.archived_at is None and session.actor.may(permission)


def _first_deals(known: Known) -> tuple[Deal, ...]:
    """Open ones first, then those on hold; of the decided ones only the numbers are told."""
    held = tuple(deal for deal in known.deals if deal.record.state == "on_hold")
    return (*known.open_deals, *held)[:DEALS]


def closed(known: Known) -> dict[str, Any]:
    lost = sum(deal.record.state == "lost" for deal in known.deals)
    amounts = [deal.record.amount for deal in known.won if deal.record.amount is not None]
    return {"won": len(known.won), "lost": lost, "amount": sum(amounts) if amounts else None}


# --- key figures ----------------------------------------------------------------------------------------------


def keys(session: ActorSession, known: Known) -> tuple[Key, ...]:
    return (revenue(known), wallet(session, known), open_deals(known), contract_end(known), members(known))


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
    share, path = known.account.wallet_share, f"/crm/account/{known.account.id}/edit#f-wallet_share"
    if share is None:
        may_edit = session.actor.may("crm.account.update")
        return Key(
            label=_("Share of wallet"), note=_("not estimated yet"),
            fix=Link(text=_("Fill in"), href=path) if may_edit else None,
        )  # fmt: skip
    return Key(label=_("Share of wallet"), text=texts.percent(share), bar=share // 100, href=path)


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


def contract_end(known: Known) -> Key:
    today = clock.today()
    ours = [
        row[0] for row in known.contracts if row[0].supplier == "ours" and row[0].ends_on and row[0].ends_on >= today
    ]
    if not ours:
        has_any = any(row[0].supplier == "ours" for row in known.contracts)
        note = _("no contract of ours in force") if has_any else _("no contract of ours yet")
        return Key(label=_("Next contract end"), note=note)
    left = (ours[0].ends_on - today).days
    return Key(
        label=_("Next contract end"), text=texts.days(left), href=f"/crm/contract/{ours[0].id}",
        note=texts.day(ours[0].ends_on), tone="bad" if left < 30 else "warn" if left <= 90 else "",
    )  # fmt: skip


def members(known: Known) -> Key:
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
        return Key(label=_("Members"), note=_("not known yet"))
    return Key(label=_("Members"), text=texts.number(known.account.member_count))


def tabs(known: Known) -> tuple[Tab, ...]:
    found = (
        (_("Key persons"), "h-map", len(known.people)), (_("Weapons"), "h-weapons", None),
        (_("Open deals"), "h-deals", len(known.open_deals)), (_("Products"), "h-products", None),
        (_("Contracts"), "h-contracts", len(known.contracts)), (_("Timeline"), "h-stream", None),
    )  # fmt: skip
    return tuple(Tab(text=text, href=f"#{key}", count="" if n is None else texts.number(n)) for text, key, n in found)


# --- products -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Ware:
    """A product towards this client: held, a rival's, in a deal, or white space with how many peers hold it."""

    state: str
    name: str
    note: str
    href: str = ""


def products(known: Known) -> tuple[Ware, ...]:
    """What is held and wanted first, then the white space that most peers have filled."""
    held = _held(known, "ours")
    rivals = {key: value for key, value in _held(known, "rival").items() if key not in held}
    main = {deal.record.product_id: deal for deal in known.open_deals if deal.record.product_id}
    wares, white = [], []
    for offer in known.offers:
        if offer.id in held:
            contract = held[offer.id][0]
            note = _("until {day}", day=texts.day(contract.ends_on)) if contract.ends_on else _("in force")
            wares.append((0, Ware(state="held", name=offer.name, note=note, href=f"/crm/contract/{contract.id}")))
        elif offer.in_deals or offer.id in main:
            amount = offer.amount if offer.in_deals else main[offer.id].record.amount
            href = f"/crm/opportunity/{main[offer.id].record.id}" if offer.id in main else _open(known)
            note = _("in a deal · {amount}", amount=texts.money_short(amount)) if amount else _("in a deal")
            wares.append((1, Ware(state="deal", name=offer.name, note=note, href=href)))
        elif offer.id in rivals:
            contract, rival = rivals[offer.id]
            note = _("with {rival}", rival=rival) if rival else _("with a rival")
            wares.append((2, Ware(state="rival", name=offer.name, note=note, href=f"/crm/contract/{contract.id}")))
        else:
            white.append(offer)
    shown = sorted(white, key=lambda offer: (-offer.peers, offer.name))[:WHITE] if known.peers >= FEWEST_PEERS else []
    note_of = lambda offer: _("{n} of {all} peers", n=offer.peers, all=known.peers)  # noqa: E731 one line, one use
    return (
        *(ware for _place, ware in sorted(wares, key=lambda pair: pair[0])),
        *(Ware(state="white", name=offer.name, note=note_of(offer)) for offer in shown if offer.peers),
    )


def _held(known: Known, supplier: str) -> dict[int, tuple[Any, str]]:
    """Contracts in force by product."""
    today = clock.today()
    return {
        contract.product_id: (contract, rival)
        for contract, _product, rival in known.contracts
        if contract.supplier == supplier
        and contract.product_id
        and (contract.ends_on is None or contract.ends_on >= today)
    }


def _open(known: Known) -> str:
    return f"/crm/opportunity?account={known.account.id}&state=open"
