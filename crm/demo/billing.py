"""Twelve months of billing facts for each client, and targets: numbers that follow from clients and deals."""

from collections.abc import Iterator
from functools import cache

from crm.demo.accounts import accounts
from crm.demo.chance import number, one_of
from crm.demo.cities import further_users
from crm.demo.crowd import crowd
from crm.demo.crowd_deals import crowd_deals
from crm.demo.deals import deals
from crm.demo.shapes import Account, AccountMonth, Target
from crm.demo.tables import fen, table

MONTHS = range(-12, 0)

# How many days of revenue a client has left unpaid at the end of each month.
UNPAID_DAYS = {"ceramics": 48, "builder": 35, "textile": 62, "catering": 20}

# Since when a client pays less than before, and how many per cent less: some of its services went to somebody else.
FALLS = {"foods": (-2, 27)}


@cache
def account_months() -> tuple[AccountMonth, ...]:
    clients = [row for row in (*accounts(), *crowd()) if row.monthly_fen]
    return tuple(account_month(client, month) for client in clients for month in MONTHS)


def account_month(client: Account, month: int) -> AccountMonth:
    level = past(before_fall(client, month), client.trend_percent, month)
    revenue = level * (985 + number(client.key, month, below=31)) // 1000
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


def before_fall(client: Account, month: int) -> int:
    """What the client pays at the level of this month: the whole sum until the fall, what is left of it after."""
    since, percent = FALLS.get(client.key, (0, 0))
    return client.monthly_fen if month >= since else client.monthly_fen * 100 // (100 - percent)


def was_sold(account: str, product: str, month: int) -> bool:
    """A product that a won deal brought is billed from the month after the signature."""
    signed = first_signed().get((account, product))
    return signed is None or signed // 30 < month


@cache
def first_signed() -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for row in (*deals(), *crowd_deals()):
        if row.state == "won" and row.closed_on:
            for line in row.lines:
                key = row.account, line.product
                found[key] = min(found.get(key, 0), row.closed_on)
    return found


# --- targets --------------------------------------------------------------------------------------------------

# What the cities are asked for, in per cent of what they sign in a month: some will miss it, some are well above it.
DEMANDS = (70, 80, 90, 100, 110, 125, 150)
SPAN = range(-12, 12)
NEAR = range(-6, 6)


@cache
def targets() -> tuple[Target, ...]:
    """Of units two years around this month, of people one."""
    return (*by_hand(), *of_units(), *of_people())


def by_hand() -> Iterator[Target]:
    for row in table("targets"):
        for month in NEAR:
            yield target(row["holder"], row["measure"], month, row["monthly"])


def target(holder: str, measure: str, month: int, monthly: str) -> Target:
    if measure == "won_amount":
        return Target(holder=holder, measure="won_amount", month=month, amount=fen(monthly))
    return Target(holder=holder, measure="visits", month=month, amount=int(monthly))


def of_units() -> Iterator[Target]:
    """Each city is asked for its own share, the province for all of them."""
    asked = {
        letters: amount // 12 * one_of(DEMANDS, letters, "demand") // 100 for letters, amount in won_in_a_year().items()
    }
    for holder, monthly in {**asked, "GD": sum(asked.values())}.items():
        for month in SPAN:
            yield Target(holder=holder, measure="won_amount", month=month, amount=rounded(monthly))


@cache
def won_in_a_year() -> dict[str, int]:
    """What each city signed, by the letters of its code."""
    letters = {row.key: row.code[:2] for row in (*accounts(), *crowd())}
    found: dict[str, int] = {}
    for row in (*deals(), *crowd_deals()):
        if row.state == "won" and row.closed_on is not None and row.closed_on > -365:
            found[letters[row.account]] = found.get(letters[row.account], 0) + row.amount_fen
    return found


def of_people() -> Iterator[Target]:
    managers = [row for row in further_users() if row.role == "account_manager"]
    for user in managers:
        won = [row for row in crowd_deals() if row.owner == user.login and row.state == "won"]
        year = sum(row.amount_fen for row in won if (row.closed_on or 0) > -365)
        for month in NEAR:
            amount = rounded(year // 12 * one_of(DEMANDS, user.login, "demand") // 100)
            yield Target(holder=user.login, measure="won_amount", month=month, amount=amount)
            yield Target(holder=user.login, measure="visits", month=month, amount=16)


def rounded(amount: int) -> int:
    """To whole ten thousand yuan, and never nothing."""
    return max(1_000_000, amount // 1_000_000 * 1_000_000)
