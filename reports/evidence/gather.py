"""What the evidence is calculated from, read from the database: closed and open deals as they were when opened.

It is read as the province, not as anybody: for whoever may read everything. What a field held when a deal was opened
is read from the journal, where it was changed later. What nobody can have known by then is left empty: the amount of a
deal that was only written down after it was closed (it would give the outcome away), and rivals named later.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, func, select

from core import clock
from core.access import table_of
from core.db import ActorSession
from core.past import changes
from crm.accounts import ACCOUNT
from crm.activity_verbs import ACTIVITY
from crm.categories import CATEGORY
from crm.channels import CHANNEL
from crm.divisions import DIVISION
from crm.grades import GRADE
from crm.opportunity_rivals import OPPORTUNITY_RIVAL
from crm.opportunity_verbs import OPPORTUNITY
from crm.products import PRODUCT
from crm.suggestions import WHOLE
from crm.trades import TRADE
from crm.weapons import WEAPON
from reports.evidence.found import DECIDED, Draw, Found, Name, Use

AT_ONCE = 5000
DEAL, CLIENT = OPPORTUNITY.table, ACCOUNT.table
# Facts by the field that holds them.
OF_THE_DEAL = {"owner_id": "seller", "product_id": "product", "source_id": "source", "amount": "amount"}
OF_THE_CLIENT = {"grade_id": "grade", "trade_id": "trade", "staff_count": "staff", "seat_city_id": "city"}
NAMED = {
    "grade": GRADE, "trade": TRADE, "city": DIVISION, "source": CHANNEL, "product": PRODUCT, "category": CATEGORY,
}  # fmt: skip


def gather(session: ActorSession) -> Found:
    """A dozen statements, however many deals there are."""
    deals = list(_deals(session))
    by_id = {row["id"]: row for row in deals}
    _as_opened(session, deals, by_id)
    _add_rivals(session, by_id)
    _add_categories(session, deals)
    return Found(
        on=clock.today(),
        deals=deals,
        uses=list(_uses(session, by_id)),
        weapons=list(session.scalars(_live(WEAPON.table, WEAPON.table.c.id))),
        draws=list(_draws(session, by_id)),
        names={fact: _names(session, entity.table) for fact, entity in NAMED.items()},
    )


def _deals(session: ActorSession) -> Iterator[dict[str, Any]]:
    own = [DEAL.c[name].label(fact) for name, fact in OF_THE_DEAL.items()]
    client = [CLIENT.c[name].label(fact) for name, fact in OF_THE_CLIENT.items()]
    statement = (
        select(DEAL.c.id, DEAL.c.state, DEAL.c.account_id, DEAL.c.engaged_on, DEAL.c.closed_on, DEAL.c.created_at)
        .add_columns(*own, *client)
        .outerjoin(CLIENT, CLIENT.c.id == DEAL.c.account_id)
        .where(DEAL.c.archived_at.is_(None))
        .order_by(DEAL.c.id)
    )
    for row in _read(session, statement):
        yield _deal(row._asdict())


def _deal(row: dict[str, Any]) -> dict[str, Any]:
    """Without a client a deal is a cluster of its own; without a day of its beginning it began when written down."""
    written = _day(row.pop("created_at"))
    opened, closed = row.pop("engaged_on") or written, row.pop("closed_on")
    is_late = closed is not None and written > closed
    account = row.pop("account_id")
    return row | {
        "account": account or -row["id"], "opened": opened, "closed": closed, "rival": False,
        "amount": None if is_late else row["amount"], "is_late": is_late,
    }  # fmt: skip


def _as_opened(session: ActorSession, deals: list[dict[str, Any]], by_id: dict[int, dict[str, Any]]) -> None:
    """Put back what was changed since: in a deal since it was written down, in its client since it was opened."""
    seen: set[tuple[int, str]] = set()
    for each in changes(session, OPPORTUNITY, OF_THE_DEAL):
        deal, fact = by_id.get(each.record_id), OF_THE_DEAL[each.field]
        if deal is not None and (each.record_id, fact) not in seen:
            seen.add((each.record_id, fact))
            deal[fact] = None if fact == "amount" and deal["is_late"] else each.old
    later: dict[int, list[tuple[date, str, Any]]] = {}
    for each in changes(session, ACCOUNT, OF_THE_CLIENT):
        later.setdefault(each.record_id, []).append((_day(each.at), OF_THE_CLIENT[each.field], each.old))
    for deal in deals:
        deal.update(_at(deal["opened"], later.get(deal["account"], ())))


def _at(opened: date, later: Iterable[tuple[date, str, Any]]) -> dict[str, Any]:
    """The oldest of the values that were given up after the day."""
    found: dict[str, Any] = {}
    for day, fact, old in later:
        if day > opened:
            found.setdefault(fact, old)
    return found


def _add_rivals(session: ActorSession, by_id: dict[int, dict[str, Any]]) -> None:
    """A rival counts who was written down by the day the deal was opened."""
    tie = OPPORTUNITY_RIVAL.table
    first = func.min(tie.c.created_at).label("first")
    statement = select(tie.c.opportunity_id, first).where(tie.c.archived_at.is_(None)).group_by(tie.c.opportunity_id)
    for deal_id, at in _read(session, statement):
        if deal_id in by_id:
            by_id[deal_id]["rival"] = _day(at) <= by_id[deal_id]["opened"]


def _uses(session: ActorSession, by_id: dict[int, dict[str, Any]]) -> Iterator[Use]:
    """Whoever made it: account manager, firm, campaign. What came after the end was no help in it."""
    use = ACTIVITY.table
    statement = (
        select(use.c.opportunity_id, use.c.weapon_id, func.min(use.c.done_at), func.min(use.c.due_on))
        .where(
            use.c.state == "done",
            use.c.weapon_id.is_not(None),
            use.c.opportunity_id.is_not(None),
            use.c.archived_at.is_(None),
        )
        .group_by(use.c.opportunity_id, use.c.weapon_id)
    )
    for deal_id, weapon_id, done_at, due_on in _read(session, statement):
        deal, day = by_id.get(deal_id), _day(done_at) if done_at else due_on
        if deal is not None and day is not None and (deal["closed"] is None or day <= deal["closed"]):
            yield Use(deal_id, weapon_id, max((day - deal["opened"]).days, 0))


def _add_categories(session: ActorSession, deals: list[dict[str, Any]]) -> None:
    table = PRODUCT.table
    known = {row[0]: row[1] for row in _read(session, select(table.c.id, table.c.category_id))}
    for deal in deals:
        deal["category"] = known.get(deal["product"])


def _draws(session: ActorSession, by_id: dict[int, dict[str, Any]]) -> Iterator[Draw]:
    """Of decided deals, whatever was answered: what is told is the worth of suggesting."""
    log = table_of("crm_suggestion")
    statement = select(log.c.opportunity_id, log.c.seller_id, log.c.weapon_id, log.c.candidates)
    for deal_id, seller, drawn, candidates in _read(session, statement.where(log.c.archived_at.is_(None))):
        if deal_id in by_id and by_id[deal_id]["state"] in DECIDED:
            chances = {each["weapon_id"]: each["probability"] / WHOLE for each in candidates}
            yield Draw(deal_id, seller, drawn, chances)


def _names(session: ActorSession, table: Table) -> dict[int, Name]:
    rows = _read(session, select(table.c.id, table.c.code, table.c.name_zh, table.c.name_en))
    return {row[0]: Name(row[1], row[2], row[3] or row[2]) for row in rows}


def _live(table: Table, column: Any) -> Any:
    return select(column).where(table.c.archived_at.is_(None)).order_by(table.c.position, table.c.id)


def _read(session: ActorSession, statement: Any) -> Iterator[Any]:
    yield from session.execute(statement, execution_options={"yield_per": AT_ONCE})


def _day(at: datetime) -> date:
    return clock.local(at).date()
