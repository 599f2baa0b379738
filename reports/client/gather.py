"""Read one client as the session's actor sees it: what the client's page on screen reads, and nothing else."""

from datetime import date

from core import clock
from core.access import demand
from core.db import ActorSession, get
from core.errors import Invalid
from core.fields import view
from core.i18n import _
from core.lists import Query
from core.settings import settings
from core.titles import Titles, titles
from crm.account_view import Known, known_of
from crm.accounts import Account
from crm.key_persons import KeyPerson
from reports.client.data import ClientData, Deal, Held, Month, Person

FILTER, PERMISSION = "account", "crm.account.read"
MOST_PEOPLE, MOST_DEALS, MOST_CONTRACTS, MOST_PRODUCTS, YEAR = 10, 8, 8, 12, 12
NAMES = ("grade_id", "trade_id", "nature_id", "seat_city_id", "seat_county_id", "owner_id")


def gather(session: ActorSession, *, on: date | None = None, query: Query | None = None) -> ClientData:
    """The client that the query names. Raises Invalid without one, NotFound where it is hidden."""
    named = (query or Query()).filters.get(FILTER, ())
    if len(named) != 1 or not named[0].isdecimal():
        raise Invalid(_("Open the client, and make its paper there."))
    demand(session.actor, PERMISSION)
    return client_data(session, get(session, Account, int(named[0])))


def client_data(session: ActorSession, account: Account) -> ClientData:
    known = known_of(session, account)
    said = _titles(session, account)
    deals = sorted(known.open_deals, key=lambda deal: -(deal.record.amount or 0))
    people = sorted(known.people, key=lambda person: _rank(person, known))
    return ClientData(
        name=account.name, code=account.code, facts=_facts(account, said), owner=said.get("owner_id", ""),
        made_at=clock.now(), currency=settings().currency, reader=session.actor.name, members=account.member_count,
        months=tuple(Month(row.month, row.revenue) for row in known.months[-YEAR:]),
        people=tuple(_person(each, known) for each in people[:MOST_PEOPLE]), people_count=len(people),
        deals=tuple(
            Deal(
                each.record.name, each.stage, each.record.amount, each.probability, each.record.expected_close_on,
                each.record.next_step or "",
            )
            for each in deals[:MOST_DEALS]
        ),
        deals_count=len(deals), open_amount=sum(each.record.amount or 0 for each in deals),
        weighted=sum(each.weighted or 0 for each in deals),
        contracts=tuple(
            Held(each.name, product, rival, each.supplier == "ours", each.monthly, each.ends_on)
            for each, product, rival in known.contracts[:MOST_CONTRACTS]
        ),
        contracts_count=len(known.contracts), open_sales=_in_deals(known), unsold=_unsold(known),
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


def _rank(person: KeyPerson, known: Known) -> tuple[int, str]:
    """Who decides first; of one level, in the order of names."""
    levels = {"decision": 0, "management": 1, "operating": 2}
    return levels.get(person.level or "", 3), person.name


def _person(person: KeyPerson, known: Known) -> Person:
    last = known.last_met.get(person.id)
    return Person(
        person.name, person.post or "", _label("level", person.level), _label("support", person.support),
        clock.local(last).date() if last else None,
    )  # fmt: skip


def _label(field: str, code: str | None) -> str:
    return view(getattr(KeyPerson, field)).choice_label(code) if code else ""


def _in_deals(known: Known) -> tuple[str, ...]:
    return tuple(offer.name for offer in known.offers if offer.in_deals)[:MOST_PRODUCTS]


def _unsold(known: Known) -> tuple[str, ...]:
    """What peers hold under contract, and this client neither holds nor is offered; the most common first."""
    held = {product for contract, product, _rival in known.contracts if contract.supplier == "ours"}
    free = [offer for offer in known.offers if offer.peers and not offer.in_deals and offer.name not in held]
    return tuple(offer.name for offer in sorted(free, key=lambda offer: -offer.peers))[:MOST_PRODUCTS]
