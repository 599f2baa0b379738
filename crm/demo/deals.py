"""Opportunities, contracts and tenders of the demo world. Prices are the demo's own."""

from functools import cache
from typing import cast

from crm.demo.accounts import accounts
from crm.demo.shapes import Contract, Deal, Line, State, Tender
from crm.demo.tables import Row, fen, number, table


@cache
def deals() -> tuple[Deal, ...]:
    owner = {row.key: row.owner for row in accounts()}
    return tuple(deal(row, owner[row["account"]]) for row in table("deals"))


def deal(row: Row, owner: str) -> Deal:
    is_closed = row["state"] in ("won", "lost")
    return Deal(
        code=row["code"],
        account=row["account"],
        title=row["title"],
        owner=owner,
        lines=tuple(line(part) for part in row["lines"].split()),
        stage=row["stage"],
        state=cast(State, row["state"]),
        engaged_on=-int(row["engaged"]),
        stage_since=int(row["close"]) if is_closed else -int(row["since"]),
        expected_close=int(row["close"]),
        closed_on=int(row["close"]) if is_closed else None,
        wake_on=int(row["close"]) if row["state"] == "on_hold" else None,
        delivery_stage=delivery_stage(int(row["close"])) if row["state"] == "won" else None,
        rival=row["rival"] or None,
        reason=row["reason"] or None,
        next_step=row["next"] or None,
        next_on=number(row["next_in"]),
        next_weapon=row["weapon"] or None,
        next_with=tuple(row["who"].split()),
    )


def line(text: str) -> Line:
    """A line as the table writes it: product*quantity@months, and =yuan where the one-off price is the deal's own."""
    what, _, own_price = text.partition("=")
    product, _, rest = what.partition("*")
    quantity, _, months = rest.partition("@")
    price = prices()[product]
    return Line(
        product=product,
        quantity=int(quantity),
        unit_one_off_fen=fen(own_price or price["one_off"]),
        unit_monthly_fen=fen(price["monthly"]),
        months=int(months or 0),
    )


@cache
def prices() -> dict[str, Row]:
    return {row["product"]: row for row in table("prices")}


def delivery_stage(closed_on: int) -> str:
    """A won deal is being delivered for two months, then billed."""
    return "O7" if closed_on >= -60 else "O8"


@cache
def contracts() -> tuple[Contract, ...]:
    return tuple(
        Contract(
            number=row["number"],
            account=row["account"],
            title=row["title"],
            product=row["product"],
            monthly_fen=fen(row["monthly"]),
            starts_on=int(row["started"]),
            ends_on=int(row["ends"]),
            rival=None if row["supplier"] == "ours" else row["supplier"],
            renews_itself=row["auto_renew"] == "1",
        )
        for row in table("contracts")
    )


@cache
def tenders() -> tuple[Tender, ...]:
    return tuple(
        Tender(
            account=row["account"],
            deal=row["deal"],
            title=row["title"],
            number=row["number"],
            agency=row["agency"],
            noticed_on=int(row["notice"]),
            closes_on=int(row["closes"]),
            opens_on=int(row["opens"]),
            budget_fen=fen(row["budget"]),
        )
        for row in table("tenders")
    )
