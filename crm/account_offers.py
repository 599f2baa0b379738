"""Products towards one client: what its open deals hold of each, and how many of its peers have it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, String, cast, func, literal, null, or_, select, union_all
from sqlmodel import col

from core import clock
from core.db import ActorSession
from crm.accounts import Account
from crm.contracts import Contract
from crm.opportunities import Opportunity
from crm.opportunity_lines import OpportunityLine
from crm.products import PRODUCT

# Below so many peers a share says nothing.
FEWEST_PEERS = 5


@dataclass(frozen=True)
class Offer:
    """A product towards this client: in a deal, or held by so many of its peers."""

    id: int
    name: str
    in_deals: int = 0
    amount: int | None = None
    peers: int = 0


def offers_of(session: ActorSession, account: Account) -> tuple[tuple[Offer, ...], int]:
    """Every product with what this client's open deals hold of it, and how many peers have it under contract."""
    rows = list(session.execute(union_all(*_offer_parts(account))))
    deals = {row[1]: (row[3], row[4]) for row in rows if row[0] == "deal"}
    peers = {row[1]: row[3] for row in rows if row[0] == "peer"}
    found = tuple(
        Offer(row[1], row[2], *deals.get(row[1], (0, None)), peers=peers.get(row[1], 0))
        for row in rows
        if row[0] == "product"
    )
    return found, next((row[3] for row in rows if row[0] == "peers"), 0)


def _offer_parts(account: Account) -> Iterable[Any]:
    nothing, none = cast(null(), String), cast(null(), BigInteger)
    product = PRODUCT.table
    yield select(
        literal("product"), product.c.id, cast(PRODUCT.title_in(product), String), cast(literal(0), BigInteger), none
    ).where(product.c.archived_at.is_(None))
    line = OpportunityLine
    worth = func.coalesce(col(line.one_off), 0) + func.coalesce(col(line.monthly), 0) * func.coalesce(
        col(line.months), 0
    )
    yield (
        select(literal("deal"), col(line.product_id), nothing, func.count(), cast(func.sum(worth), BigInteger))
        .join(Opportunity, col(Opportunity.id) == col(line.opportunity_id))
        .where(
            col(Opportunity.account_id) == account.id, col(Opportunity.state) == "open",
            col(Opportunity.archived_at).is_(None), col(line.archived_at).is_(None),
        )
        .group_by(col(line.product_id))
    )  # fmt: skip
    if account.trade_id is None:
        return
    peers = func.count(col(Contract.account_id).distinct())
    of_peers = (
        col(Account.trade_id) == account.trade_id, col(Account.id) != account.id, col(Account.archived_at).is_(None),
        col(Contract.supplier) == "ours", col(Contract.archived_at).is_(None),
        or_(col(Contract.ends_on).is_(None), col(Contract.ends_on) >= clock.today()),
        col(Contract.product_id).is_not(None),
    )  # fmt: skip
    joined = col(Contract.account_id) == col(Account.id)
    yield (
        select(literal("peer"), col(Contract.product_id), nothing, peers, none)
        .select_from(Account)
        .join(Contract, joined)
        .where(*of_peers)
        .group_by(col(Contract.product_id))
    )
    yield (
        select(literal("peers"), none, nothing, peers, none)
        .select_from(Account)
        .join(Contract, joined)
        .where(*of_peers)
    )
