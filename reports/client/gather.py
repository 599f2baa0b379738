"""Read one client as the session's actor sees it: what the client's page on screen reads, and nothing else."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import col

from core import clock
from core.access import demand
from core.db import ActorSession, get
from core.entity import Stand
from core.errors import Invalid
from core.fields import view
from core.i18n import _
from core.lists import Query
from core.settings import settings
from core.titles import Titles, titles
from crm.account_view import Deal as KnownDeal
from crm.account_view import Known, known_of
from crm.accounts import Account
from crm.deal_pace import stands
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.quotes.lines import PROMISE_LABELS
from crm.quotes.measured import Measured, promises
from crm.quotes.promises import in_words
from crm.quotes.quotes import QUOTE
from reports.client.data import ClientData, Deal, Held, Month, Person, Promise
from reports.client.risks import Risks, risks_of

FILTER, PERMISSION = "account", "crm.account.read"
# No page holds more of these, whatever its names: what it holds of them is the paper's matter.
MOST, MOST_PRODUCTS, YEAR = 16, 8, 12
NAMES = ("grade_id", "trade_id", "nature_id", "seat_city_id", "seat_county_id", "owner_id")


def gather(session: ActorSession, *, on: date | None = None, query: Query | None = None) -> ClientData:
    """The client that the query names. Raises Invalid without one, NotFound where it is hidden."""
    named = (query or Query()).filters.get(FILTER, ())
    if len(named) != 1 or not named[0].isdecimal():
        raise Invalid(_("Open the client, and make its paper there."))
    demand(session.actor, PERMISSION)
    account = get(session, Account, int(named[0]))
    return client_data(session, account, risks_of(session, [account.id]))


def client_data(session: ActorSession, account: Account, risks: Risks) -> ClientData:
    """`risks` are those of the client's deals, and may be of others beside."""
    known = known_of(session, account)
    said = _titles(session, account)
    people = sorted(known.people, key=_rank)
    contracts = sorted(known.contracts, key=_worth)
    made = _promises(session, account)
    deals = sorted(known.open_deals, key=lambda deal: -(deal.record.amount or 0))
    steps = stands(session, [each.record.id for each in deals[:MOST]])
    return ClientData(
        name=account.name, code=account.code, facts=_facts(account, said), owner=said.get("owner_id", ""),
        made_at=clock.now(), currency=settings().currency, reader=session.actor.name, members=account.member_count,
        months=tuple(Month(row.month, row.revenue) for row in known.months[-YEAR:]),
        people=tuple(_person(each, known) for each in people[:MOST]), people_count=len(people),
        unmet=sum(1 for each in people if _decides(each) and each.id not in known.last_met),
        deals=tuple(
            _deal(each, steps.get(each.record.id, Stand()), risks.get(each.record.id, ())) for each in deals[:MOST]
        ),
        deals_count=len(deals), risky=sum(1 for each in deals if risks.get(each.record.id)),
        open_amount=sum(each.record.amount or 0 for each in deals), weighted=sum(each.weighted or 0 for each in deals),
        contracts=tuple(
            Held(each.name, product, rival, each.supplier == "ours", each.monthly, each.ends_on)
            for each, product, rival in contracts[:MOST]
        ),
        contracts_count=len(contracts), ours_count=sum(1 for row in contracts if row[0].supplier == "ours"),
        promises=tuple(_promise(each) for each in made[:MOST]), promises_count=len(made),
        missed=sum(1 for each in made if each.is_kept is False),
        open_sales=_in_deals(known), unsold=_unsold(known),
    )  # fmt: skip


def _titles(session: ActorSession, account: Account) -> dict[str, str]:
    """What the client's references are called, by the field; one statement."""
    fields = {name: view(getattr(Account, name)) for name in NAMES}
    wanted: dict[str, set[int]] = {}
    for name, field in fields.items():
        if (value := getattr(account, name)) and field.target:
            wanted.setdefault(field.target, set()).add(value)
    found: Titles = titles(session, wanted)
    return {
        name: found.get((field.target or "", getattr(account, name) or 0), "") for name, field in fields.items()
    }  # fmt: skip


def _facts(account: Account, said: dict[str, str]) -> tuple[tuple[str, str], ...]:
    place = " ".join(part for part in (said.get("seat_city_id"), said.get("seat_county_id")) if part)
    pairs = (
        (_("Grade"), said.get("grade_id", "")), (_("Trade"), said.get("trade_id", "")),
        (_("Nature"), said.get("nature_id", "")), (_("Place"), place), (_("Address"), account.address or ""),
        (_("Owner"), said.get("owner_id", "")),
    )  # fmt: skip
    return tuple((name, value) for name, value in pairs if value)


def _rank(person: KeyPerson) -> tuple[int, bool, int, str]:
    """Who decides first; of one level, whoever stands in a purchase, and who has more weight."""
    levels = {"decision": 0, "management": 1, "operating": 2}
    return levels.get(person.level or "", 3), not person.roles, -(person.influence or 0), person.name


def _worth(row: tuple[Any, str, str]) -> tuple[bool, int, date, str]:
    """Contracts in force first, those that bring most before others."""
    contract = row[0]
    is_over = contract.ends_on is not None and contract.ends_on < clock.today()
    return is_over, -(contract.monthly or 0), contract.ends_on or date.max, contract.name


def _decides(person: KeyPerson) -> bool:
    return person.level == "decision" or "decider" in (person.roles or [])


def _person(person: KeyPerson, known: Known) -> Person:
    last = known.last_met.get(person.id)
    parts = tuple(_label("roles", code) for code in person.roles or [])
    return Person(
        person.name, person.post or "", _label("level", person.level), parts, person.support,
        _label("support", person.support), person.interests or "", clock.local(last).date() if last else None,
        _decides(person),
    )  # fmt: skip


def _deal(each: KnownDeal, stand: Stand, risks: tuple[str, ...]) -> Deal:
    record = each.record
    return Deal(
        record.name, each.stage, record.amount, each.probability, record.expected_close_on, stand.next_text,
        stand.next_on, risks,
    )  # fmt: skip


def _promises(session: ActorSession, account: Account) -> Sequence[Measured]:
    """Those that were not kept first, then those that are still to be measured."""
    if not session.actor.may(QUOTE.permission("read")):
        return ()
    found = promises(session, col(Opportunity.account_id) == account.id)
    order = {False: 0, None: 1, True: 2}
    return sorted(found, key=lambda each: (order[each.is_kept], -each.share, -each.line_id))


def _promise(each: Measured) -> Promise:
    promised = f"{_(PROMISE_LABELS[each.kind])} {in_words(each.unit, each.promised)}"
    return Promise(each.product, promised, in_words(each.unit, each.measured), each.on, each.is_kept)


def _label(field: str, code: str | None) -> str:
    return view(getattr(KeyPerson, field)).choice_label(code) if code else ""


def _in_deals(known: Known) -> tuple[str, ...]:
    return tuple(offer.name for offer in known.offers if offer.in_deals)[:MOST_PRODUCTS]


def _unsold(known: Known) -> tuple[str, ...]:
    """What peers hold under contract, and this client neither holds nor is offered; the most common first."""
    held = {product for contract, product, _rival in known.contracts if contract.supplier == "ours"}
    free = [offer for offer in known.offers if offer.peers and not offer.in_deals and offer.name not in held]
    return tuple(offer.name for offer in sorted(free, key=lambda offer: -offer.peers))[:MOST_PRODUCTS]
