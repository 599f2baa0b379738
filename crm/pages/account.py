"""The account's page: key figures, power map, weapons and people, deals, products, contracts and files."""

from dataclasses import dataclass
from typing import Any

from core import clock
from core.db import ActorSession
from core.i18n import _
from core.module import Panel
from crm.account_map import lines, power_map
from crm.account_offers import FEWEST_PEERS
from crm.account_view import Deal, Known, known_of
from crm.accounts import ACCOUNT, Account
from crm.ageing import half_lives
from crm.pages.account_keys import closed, keys
from crm.playbook.ageing import WORDS
from web.kit import format as texts
from web.kit.rendering import render
from web.kit.views import Tab

DEALS = 8
CONTRACTS = 8
WHITE = 8
READ = "crm.account.read"


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
        "crm/account/people.html", map=power_map(known, half_lives(session)), lines=lines(known),
        account=account, people=known.people,
        may_add=_may(session, account, "crm.key_person.create"), may_log=_may(session, account, "crm.activity.create"),
        may_judge=_may(session, account, "crm.key_person.update"), words=WORDS,
        chart=f"{ACCOUNT.path}/{account.id}/chart" if known.people else "",
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
    return (
        *(ware for _place, ware in sorted(wares, key=lambda pair: pair[0])),
        *(
            Ware(state="white", name=offer.name, note=_("{n} of {all} peers", n=offer.peers, all=known.peers))
            for offer in shown
            if offer.peers
        ),
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
