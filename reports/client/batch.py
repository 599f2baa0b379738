"""Many clients in one file, each on a page of its own: those that are ticked in their list, or a narrowed list."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from core import clock
from core.access import demand
from core.db import ActorSession
from core.errors import Invalid
from core.i18n import _
from core.lists import Query, conditions
from core.papers import tell
from crm.account_view import forget
from crm.accounts import ACCOUNT, Account
from reports.client.data import ClientData
from reports.client.gather import FILTER, PERMISSION, client_data
from reports.client.risks import risks_of
from reports.engine.numbers import count
from reports.pipeline.filters import shown_filters

MOST = 300


@dataclass(frozen=True)
class ClientsData:
    """In the order of their list. `filters` say in words which they are, where a list was narrowed to them."""

    clients: tuple[ClientData, ...]
    filters: tuple[tuple[str, str], ...]
    made_at: datetime
    currency: str
    reader: str

    @property
    def rows(self) -> int:
        return sum(client.rows for client in self.clients)


def gather(session: ActorSession, *, on: date | None = None, query: Query | None = None) -> ClientsData:
    """Raises Invalid where there is none, where one is not there for the reader, and above three hundred."""
    demand(session.actor, PERMISSION)
    asked = query or Query()
    found = chosen(session, asked)
    risks = risks_of(session, [account.id for account in found])
    clients = []
    for number, account in enumerate(found, start=1):
        clients.append(client_data(session, account, risks))
        forget(session, account)
        tell(number, 3 * len(found), _("Gathering the figures"))
    filters = () if FILTER in asked.filters else shown_filters(session, ACCOUNT, asked)
    first = clients[0]
    return ClientsData(tuple(clients), filters, clock.now(), first.currency, first.reader)


def chosen(session: ActorSession, query: Query) -> list[Account]:
    ticked = query.filters.get(FILTER)
    if ticked is not None and len(set(ticked)) > MOST:
        raise too_many()
    own = select(Account).where(*(conditions(ACCOUNT, query) if ticked is None else _ticked(ticked)))
    found = list(session.scalars(own.order_by(col(Account.code), col(Account.id)).limit(MOST + 1)))
    if not found:
        raise Invalid(_("Tick at least one client."))
    if len(found) > MOST:
        raise too_many()
    if ticked is not None and len(found) < len(set(ticked)):
        raise Invalid(_("One of these clients is not there any more, or not yours to see. No file was made."))
    return found


def _ticked(ids: tuple[str, ...]) -> tuple[ColumnElement[bool], ...]:
    keys = [int(key) for key in ids if key.isdecimal()]
    return col(Account.id).in_(keys), col(Account.archived_at).is_(None)


def too_many() -> Invalid:
    n = count(MOST)
    return Invalid(_("One file holds {n} clients at most, and these are more. Tick fewer, or narrow the list.", n=n))
