"""Contracts that end: ours and rivals', by the days that are left, with what they bring in a month."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlmodel import col
from starlette.responses import Response

from core import clock
from core.db import ActorSession
from core.i18n import N_, _
from core.module import Case, Condition
from core.people import User
from crm.accounts import ACCOUNT, Account
from crm.contracts import CONTRACT, Contract
from crm.products import PRODUCT
from crm.quotes.renewals import BANDS, ends_within, is_renewed
from crm.rivals import RIVAL
from web.kit import format as texts
from web.kit.requests import Ask, Routes, address
from web.kit.shell import page
from web.kit.views import Crumb, Tab

PATH, READ = "/crm/renewals", "crm.renewals.read"
# Of each band so many are shown; the list behind its number holds them all.
MOST = 20
WHOSE = {"": N_("All"), "ours": N_("Ours"), "rival": N_("Rivals’")}
LABELS = {30: N_("In 30 days"), 60: N_("In 31 to 60 days"), 90: N_("In 61 to 90 days"), 180: N_("In 91 to 180 days")}


@dataclass(frozen=True, kw_only=True)
class Ending:
    name: str
    href: str
    account: str
    account_href: str
    what: tuple[str, ...]
    owner: str
    monthly: str
    due: str
    ends_on: str
    is_rivals: bool
    deal: str


@dataclass(frozen=True, kw_only=True)
class Band:
    id: str
    title: str
    count: int
    href: str
    monthly: str
    rows: tuple[Ending, ...]
    more: int


@dataclass(frozen=True, kw_only=True)
class RenewalPage:
    title: str
    tabs: tuple[Tab, ...]
    bands: tuple[Band, ...]


def add_routes(made: Routes) -> None:
    made.get(PATH, READ, show)


def conditions() -> tuple[Condition, ...]:
    """The rows behind each band of the page: the list of contracts, narrowed by the days that are left."""
    lows = (0, *(band + 1 for band in BANDS[:-1]))
    cases = tuple(_case(low, band) for low, band in zip(lows, BANDS, strict=True))
    return (Condition(CONTRACT.stem, "ends", N_("Ends, and is not renewed"), cases),)


def _case(low: int, band: int) -> Case:
    return Case(str(band), LABELS[band], lambda: between(low, band))


def between(low: int, high: int) -> ColumnElement[bool]:
    today = clock.today()
    return and_(
        col(Contract.ends_on) >= today + timedelta(days=low), col(Contract.ends_on) <= today + timedelta(days=high),
        col(Contract.archived_at).is_(None), ~is_renewed(Contract),
    )  # fmt: skip


def show(ask: Ask) -> Response:
    whose = ask.query.get("whose", "")
    whose = whose if whose in WHOSE else ""
    with ask.reading() as session:
        found = _read(session, whose)
    bands = tuple(_band(band, found, whose) for band in BANDS)
    tabs = tuple(
        Tab(text=_(label), href=address(PATH, [("whose", code)] if code else []), current=code == whose)
        for code, label in WHOSE.items()
    )
    made = RenewalPage(title=_("Contracts that end"), tabs=tabs, bands=bands)
    return page(ask, "crm/renewals.html", made, (Crumb(text=made.title),))


@dataclass(frozen=True)
class Row:
    """`number` and `monthly` are those of the whole band."""

    contract: Contract
    account: str
    product: str
    rival: str
    owner: str
    band: int
    number: int
    monthly: int


def _read(session: ActorSession, whose: str) -> list[Row]:
    """The first of each band, and what the band comes to, in one statement."""
    product, rival, found = PRODUCT.table.alias(), RIVAL.table.alias(), _numbered(whose)
    statement = (
        select(
            Contract, col(Account.name), PRODUCT.title_in(product), RIVAL.title_in(rival), col(User.name),
            found.c.band, found.c.number, found.c.sum,
        )
        .join(found, found.c.id == col(Contract.id))
        .join(Account, col(Account.id) == col(Contract.account_id))
        .outerjoin(product, product.c.id == col(Contract.product_id))
        .outerjoin(rival, rival.c.id == col(Contract.rival_id))
        .outerjoin(User, col(User.id) == col(Account.owner_id))
        .where(found.c.place <= MOST)
        .order_by(col(Contract.ends_on), col(Contract.id))
        .limit(MOST * len(BANDS))
    )  # fmt: skip
    rows = session.execute(statement)
    return [Row(r[0], r[1], r[2] or "", r[3] or "", r[4] or "", r[5], r[6], int(r[7] or 0)) for r in rows]


def _numbered(whose: str) -> Any:
    """Contracts with their band, their place in it, and the number and the sum of all that are in it."""
    today = clock.today()
    band = case(*((col(Contract.ends_on) <= today + timedelta(days=each), each) for each in BANDS))
    within = [ends_within(today), *([col(Contract.supplier) == whose] if whose else [])]
    kept = (col(Contract.id), col(Contract.ends_on), col(Contract.monthly))
    each = select(*kept, band.label("band")).where(*within).subquery().c
    place = func.row_number().over(partition_by=each.band, order_by=(each.ends_on, each.id))
    number, monthly = (
        sum_.over(partition_by=each.band) for sum_ in (func.count(), func.sum(each.monthly))
    )  # fmt: skip
    return select(
        each.id, each.band, place.label("place"), number.label("number"), monthly.label("sum")
    ).subquery()  # fmt: skip


def _band(band: int, found: list[Row], whose: str) -> Band:
    rows = [row for row in found if row.band == band]
    number, monthly = (rows[0].number, rows[0].monthly) if rows else (0, 0)
    pairs = [("ends", str(band)), *([("supplier", whose)] if whose else [])]
    return Band(
        id=f"b{band}", title=_(LABELS[band]), count=number, href=address(CONTRACT.path, pairs),
        monthly=texts.money_short(monthly), rows=tuple(_ending(row) for row in rows), more=number - len(rows),
    )  # fmt: skip


def _ending(row: Row) -> Ending:
    contract = row.contract
    is_rivals = contract.supplier == "rival"
    pairs = [("account", str(contract.account_id))]
    return Ending(
        name=contract.name, href=f"{CONTRACT.path}/{contract.id}", account=row.account,
        account_href=f"{ACCOUNT.path}/{contract.account_id}", owner=row.owner,
        what=tuple(part for part in (row.product, (row.rival or _("a rival")) if is_rivals else "") if part),
        monthly=_("{amount} a month", amount=texts.money_short(contract.monthly)) if contract.monthly else "",
        due=texts.due(contract.ends_on)[0], ends_on=texts.day(contract.ends_on), is_rivals=is_rivals,
        deal=address("/crm/opportunity/new", pairs),
    )  # fmt: skip
