"""Twelve months of billing facts for each client, and targets: numbers that follow from the tables."""

from functools import cache

from crm.demo.accounts import accounts
from crm.demo.chance import number
from crm.demo.deals import deals
from crm.demo.shapes import Account, AccountMonth, Target
from crm.demo.tables import fen, table

MONTHS = range(-12, 0)

# How many days of revenue a client has left unpaid at the end of each month.
UNPAID_DAYS = {"ceramics": 48, "builder": 35, "textile": 62, "catering": 20}


@cache
def account_months() -> tuple[AccountMonth, ...]:
    clients = [row for row in accounts() if row.monthly_fen]
    return tuple(account_month(client, month) for client in clients for month in MONTHS)


def account_month(client: Account, month: int) -> AccountMonth:
    revenue = (
        past(client.monthly_fen, client.trend_percent, month) * (985 + number(client.key, month, below=31)) // 1000
    )
    members = past(client.members, client.trend_percent // 2, month)
    leavers = members * (4 + number(client.key, month, "leavers", below=6) + max(0, -client.trend_percent)) // 1000
    gone = leavers * (35 + number(client.key, month, "gone", below=20)) // 100
    return AccountMonth(
        account=client.key,
        month=month,
        revenue_fen=revenue,
        products=tuple(product for product in client.products if was_sold(client.key, product, month)),
        members=members,
        left_group=leavers - gone,
        left_network=gone,
        arrears_fen=revenue * UNPAID_DAYS.get(client.key, 0) // 30,
    )


def past(now: int, percent_a_year: int, month: int) -> int:
    """What a figure of last month (-1) was in an earlier month, on a straight line of so many per cent a year."""
    return now - now * percent_a_year * (-1 - month) // 1200


def was_sold(account: str, product: str, month: int) -> bool:
    """A product that a won deal of the last year brought is billed from the month after the signature."""
    won = [row for row in deals() if (row.account, row.state) == (account, "won")]
    signed = [row.closed_on for row in won if row.closed_on and product in {line.product for line in row.lines}]
    return not signed or min(signed) // 30 < month


@cache
def targets() -> tuple[Target, ...]:
    """Twelve months each: six behind, this one and five ahead."""
    return tuple(
        Target(holder=row["holder"], measure="won_amount", month=month, amount=fen(row["monthly"]))
        if row["measure"] == "won_amount"
        else Target(holder=row["holder"], measure="visits", month=month, amount=int(row["monthly"]))
        for row in table("targets")
        for month in range(-6, 6)
    )
