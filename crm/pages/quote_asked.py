"""What is shown of a special price to whoever answers it: what was asked, line by line, from the request itself."""

from dataclasses import dataclass
from datetime import date

from core.approvals.rows import Approval
from core.db import ActorSession
from core.i18n import _
from crm.quotes.quotes import QUOTE, Quote
from web.kit import format as texts
from web.kit.rendering import render


@dataclass(frozen=True, kw_only=True)
class AskedLine:
    name: str
    times: str
    listed: str
    price: str
    discount: str
    floor: str
    is_below: bool


@dataclass(frozen=True, kw_only=True)
class AskedPrice:
    """`href` is empty for whoever is asked without seeing the deal."""

    href: str
    total: str
    before_tax: str
    discount: str
    depth: str
    limit: str
    below: int
    valid_until: str
    lines: tuple[AskedLine, ...]


def draw(session: ActorSession, approval: Approval) -> str:
    facts, is_seen = approval.facts, session.get(Quote, approval.record_id) is not None
    until = facts.get("valid_until", "")
    made = AskedPrice(
        href=f"{QUOTE.path}/{approval.record_id}" if is_seen else "", total=texts.money(facts.get("gross")),
        before_tax=texts.money(facts.get("net")), discount=texts.percent(facts.get("discount")),
        depth=texts.percent(facts.get("depth")), limit=texts.percent(facts.get("own_limit")),
        below=facts.get("below", 0), valid_until=texts.day(date.fromisoformat(until)) if until else "",
        lines=tuple(_line(each) for each in facts.get("lines", ())),
    )  # fmt: skip
    return render("crm/quote/asked.html", page=made)


def _line(row: dict[str, int | str | None]) -> AskedLine:
    floor, price, months = row.get("floor"), row["price"], row.get("months")
    times = _("{n} × {months} months", n=row["quantity"], months=months) if months else f"× {row['quantity']}"
    return AskedLine(
        name=str(row["name"]), times=times, listed=texts.money(_fen(row.get("list"))), price=texts.money(_fen(price)),
        discount=texts.percent(_fen(row["discount"])), floor=texts.money(_fen(floor)),
        is_below=floor is not None and (_fen(price) or 0) < (_fen(floor) or 0),
    )  # fmt: skip


def _fen(value: int | str | None) -> int | None:
    return value if isinstance(value, int) else None
