"""Contracts that end: ours and rivals', by the days that are left, with what they bring in a month."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, select
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
MOST, MOST_OF_BAND = 1000, 40
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
    is_cut: bool


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
    made = RenewalPage(title=_("Contracts that end"), tabs=tabs, bands=bands, is_cut=len(found) == MOST)
    return page(ask, "crm/renewals.html", made, (Crumb(text=made.title),))


@dataclass(frozen=True)
class Row:
    contract: Contract
    account: str
    product: str
    rival: str
    owner: str

    @property
    def left(self) -> int:
        return (self.contract.ends_on - clock.today()).days if self.contract.ends_on else 0


def _read(session: ActorSession, whose: str) -> list[Row]:
    product, rival = PRODUCT.table.alias(), RIVAL.table.alias()
    statement = (
        select(Contract, col(Account.name), PRODUCT.title_in(product), RIVAL.title_in(rival), col(User.name))
        .join(Account, col(Account.id) == col(Contract.account_id))
        .outerjoin(product, product.c.id == col(Contract.product_id))
        .outerjoin(rival, rival.c.id == col(Contract.rival_id))
        .outerjoin(User, col(User.id) == col(Account.owner_id))
        .where(ends_within(clock.today()), *([col(Contract.supplier) == whose] if whose else []))
        .order_by(col(Contract.ends_on), col(Contract.id))
        .limit(MOST)
    )
    return [Row(row[0], row[1], row[2] or "", row[3] or "", row[4] or "") for row in session.execute(statement)]


def _band(band: int, found: list[Row], whose: str) -> Band:
    low = max((each for each in BANDS if each < band), default=-1)
    rows = [row for row in found if low < row.left <= band]
    pairs = [("ends", str(band)), *([("supplier", whose)] if whose else [])]
    return Band(
        id=f"b{band}", title=_(LABELS[band]), count=len(rows), href=address(CONTRACT.path, pairs),
        monthly=texts.money_short(sum(row.contract.monthly or 0 for row in rows)),
        rows=tuple(_ending(row) for row in rows[:MOST_OF_BAND]), more=max(len(rows) - MOST_OF_BAND, 0),
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
