"""Promises and what was measured: by product and city, the gaps one by one, on the contract's and the client's page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import col
from starlette.responses import Response

from core.db import ActorSession, get
from core.errors import Conflict, Invalid, NotFound
from core.fields import KINDS
from core.i18n import _
from core.module import Panel
from crm.accounts import ACCOUNT, Account
from crm.contracts import CONTRACT, Contract
from crm.opportunities import Opportunity
from crm.pages.quote_acts import refused
from crm.pages.quote_lines import changeable
from crm.quotes.lines import PROMISE_LABELS, QuoteLine
from crm.quotes.measured import Measured, Summed, measure, missed, promises, summed
from crm.quotes.promises import in_words, read
from crm.quotes.quotes import QUOTE
from web.kit import format as texts
from web.kit.rendering import render
from web.kit.requests import Ask, Routes, address, number_of, see_other
from web.kit.shell import page
from web.kit.views import Crumb, Link

PATH, READ = "/crm/promises", "crm.promises.read"
MOST_SHOWN = 60


@dataclass(frozen=True, kw_only=True)
class Shown:
    quote: str
    href: str
    account: str
    account_href: str
    product: str
    city: str
    promised: str
    measured: str
    on: str
    is_kept: bool | None
    gap: str


@dataclass(frozen=True, kw_only=True)
class SumRow:
    product: str
    city: str
    tested: str
    missed: int
    share: str
    worst: str
    href: str


@dataclass(frozen=True, kw_only=True)
class PromisePage:
    title: str
    sums: tuple[SumRow, ...]
    rows: tuple[Shown, ...]
    waiting: tuple[Shown, ...]
    narrowed: Link | None


def add_routes(made: Routes) -> None:
    made.get(PATH, READ, show)
    made.post(f"{QUOTE.path}/{{id:int}}/measure", QUOTE.permission("update"), save)


def panels() -> tuple[Panel, ...]:
    return (
        Panel(CONTRACT.stem, of_contract, QUOTE.permission("read"), order=30),
        Panel(ACCOUNT.stem, of_account, QUOTE.permission("read"), place="side", order=65),
    )


def show(ask: Ask) -> Response:
    with ask.reading() as session:
        found = promises(session, *_where(ask))
    is_narrow = bool(_where(ask))
    made = PromisePage(
        title=_("Promises kept"), sums=tuple(_sum(each) for each in summed(found)),
        rows=tuple(shown(each) for each in _worst(found)[:MOST_SHOWN]),
        waiting=tuple(shown(each) for each in found if each.measured is None)[:MOST_SHOWN],
        narrowed=Link(text=_("Show all"), href=PATH) if is_narrow else None,
    )  # fmt: skip
    return page(ask, "crm/promises.html", made, (Crumb(text=made.title),))


def _where(ask: Ask) -> list[ColumnElement[bool]]:
    columns = {"product": col(QuoteLine.product_id), "city": col(Opportunity.city_id)}
    numbers = {name: number_of(ask.query.get(name, "")) for name in columns}
    return [columns[name] == number for name, number in numbers.items() if number is not None]


def _worst(found: Sequence[Measured]) -> list[Measured]:
    return sorted((each for each in found if each.is_kept is False), key=lambda each: (-each.share, -each.line_id))


def _sum(each: Summed) -> SumRow:
    pairs = [("product", str(each.product_id)), *([("city", str(each.city_id))] if each.city_id else [])]
    return SumRow(
        product=each.product, city=each.city or "—", tested=texts.number(each.tested), missed=each.missed,
        share=texts.percent(round(each.missed * 100 / each.tested) * 100), worst=texts.percent(each.worst),
        href=address(PATH, pairs),
    )  # fmt: skip


def shown(each: Measured) -> Shown:
    return Shown(
        quote=each.quote, href=f"{QUOTE.path}/{each.quote_id}#p-quote-lines", account=each.account or "—",
        account_href=f"{ACCOUNT.path}/{each.account_id}" if each.account_id else "", product=each.product,
        city=each.city, promised=f"{_(PROMISE_LABELS[each.kind])} {in_words(each.unit, each.promised)}",
        measured=in_words(each.unit, each.measured), on=texts.day(each.on), is_kept=each.is_kept,
        gap=_("{gap} short, {share} of the promise", gap=in_words(each.unit, each.gap), share=texts.percent(each.share))
        if each.is_kept is False else "",
    )  # fmt: skip


# --- on the pages of a contract and a client --------------------------------------------------------------------


def of_contract(session: ActorSession, contract: Contract) -> str:
    if contract.quote_line_id is None:
        return ""
    found = promises(session, col(QuoteLine.id) == contract.quote_line_id, limit=1)
    return render("crm/promise_panel.html", rows=[shown(each) for each in found], all="") if found else ""


def of_account(session: ActorSession, account: Account) -> str:
    found = promises(session, col(Opportunity.account_id) == account.id, missed(), limit=5)
    return render("crm/promise_panel.html", rows=[shown(each) for each in found], all=PATH) if found else ""


# --- written down at the delivery -------------------------------------------------------------------------------


def save(ask: Ask) -> Response:
    try:
        with ask.writing() as session:
            _save(session, ask)
    except NotFound:
        raise
    except (Invalid, Conflict) as error:
        return refused(ask, error)
    return see_other(f"{QUOTE.path}/{ask.id}#p-quote-lines", flash="saved")


def _save(session: ActorSession, ask: Ask) -> None:
    quote = changeable(session, ask.id)
    line = get(session, QuoteLine, number_of(ask.typed("line")) or 0)
    if line.quote_id != quote.id:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    typed = ask.typed("measured_on")
    measure(session, quote, line, read(ask.typed("measured")), KINDS["date"].read(typed) if typed else None)
