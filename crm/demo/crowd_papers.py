"""Contracts and tenders of the many: ours and rivals', ending at any distance from today, some ended."""

from collections.abc import Iterator
from functools import cache

from crm.demo.chance import number, one_of
from crm.demo.crowd import crowd
from crm.demo.crowd_deals import RIVALS, crowd_deals
from crm.demo.deals import prices
from crm.demo.names import spread
from crm.demo.shapes import Account, Contract, Deal, Tender

ENDS = (-200, -60, -12, 15, 26, 40, 58, 80, 112, 150, 200, 290, 420, 700)
TERMS = (365, 730, 1095)
AGENCY = "粤采屿招标代理"


@cache
def crowd_contracts() -> tuple[Contract, ...]:
    return tuple(_contracts())


def _contracts() -> Iterator[Contract]:
    for serial, account in enumerate(crowd(), start=1):
        for place, product in enumerate(account.products[:2]):
            yield _contract(f"GD-{account.code[:2]}-C{serial:03}{place}", account, product, rival=None)
        if serial % 2:
            product = one_of(("D01", "D03", "V04", "D02"), account.key, "theirs")
            yield _contract(f"RV-C{serial:03}", account, product, rival=one_of(RIVALS, account.key, "supplier"))


def _contract(number_: str, account: Account, product: str, *, rival: str | None) -> Contract:
    ends = one_of(ENDS, number_, "ends") + number(number_, "shift", below=5)
    what = prices()[product]["short"].strip()
    return Contract(
        number=number_,
        account=account.key,
        title=f"{what}（友商）" if rival else f"{what}服务合同",
        product=product,
        monthly_fen=max(account.monthly_fen // 4, 80_000) * spread(30, 110, number_, "monthly") // 100,
        starts_on=ends - one_of(TERMS, number_, "term"),
        ends_on=ends,
        rival=rival,
        renews_itself=False,
    )


@cache
def crowd_tenders() -> tuple[Tender, ...]:
    """Ten for open deals, from a notice to come to an award that is near, and twenty of the past."""
    in_play = [row for row in crowd_deals() if row.state == "open" and row.stage in ("O3", "O4")][:10]
    past = [row for row in crowd_deals() if row.closed_on is not None and -300 < row.closed_on < -20][:20]
    first = [_tender(row, at, notice=14 - 4 * at, days=26 + at) for at, row in enumerate(in_play)]
    return (*first, *(_tender(row, 50 + at, notice=(row.closed_on or 0) - 40, days=30) for at, row in enumerate(past)))


def _tender(deal: Deal, place: int, *, notice: int, days: int) -> Tender:
    return Tender(
        account=deal.account,
        deal=deal.code,
        title=f"{deal.title}公开招标",
        number=f"YUE-{place:03}",
        agency=AGENCY,
        noticed_on=notice,
        closes_on=notice + days,
        opens_on=notice + days + 4,
        budget_fen=deal.amount_fen * 11 // 10,
    )
