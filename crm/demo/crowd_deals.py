"""The deals of the many: some four hundred open ones, and four thousand closed ones of two years."""

from collections.abc import Iterator
from functools import cache

from crm import reference
from crm.demo.chance import number, one_of
from crm.demo.course import PACE, sales_stages
from crm.demo.crowd import crowd
from crm.demo.crowd_lives import Life, life, rival_is_known
from crm.demo.deals import delivery_stage, prices
from crm.demo.names import spread
from crm.demo.shapes import Account, Deal, Line, State
from crm.demo.tables import fen, table

OPEN, ON_HOLD, CLOSED = 440, 26, 3960
DAYS = 730
WORTH = {"A1": 900_000, "A2": 480_000, "B1": 210_000, "B2": 90_000, "C": 36_000, "D": 12_000, "P": 150_000}
# Small clients have fewer deals than large ones.
DEALS = {"A1": 6, "A2": 5, "B1": 4, "B2": 3, "C": 2, "D": 1, "P": 0}
ACTS = ("新增", "扩容", "续约", "升级", "迁改", "二期", "优化")
NEXT = (
    ("上门确认需求清单", "W04_VISIT"), ("电话确认立项进度", "W03_CALL"), ("方案技术交流", "W02_TECH"),
    ("提交测试报告", "W05_TRIAL"), ("拜访分管领导", "W04_VISIT"), ("核对报价和开通时间", "W04_VISIT"),
    ("邀请参加产品推介会", "W01_EXPO"),
)  # fmt: skip
WON, LOST = (tuple(row.code for row in rows) for rows in (reference.win_reasons(), reference.loss_reasons()))
LOST_EARLY, LOST_LATE = ("O1", "O2", "O3"), ("O3", "O3", "O4", "O4", "O5")
RIVALS = ("RA", "RA", "RB", "RC")


@cache
def crowd_deals() -> tuple[Deal, ...]:
    return tuple(_deals())


def _deals() -> Iterator[Deal]:
    for code, account in _closed_ones():
        yield _closed(code, account)
    everybody = [*_pool(), *(row for row in crowd() if row.grade == "P")]
    for serial in range(OPEN + ON_HOLD):
        yield _undecided(f"G{serial + 1:04}", everybody[serial * 29 % len(everybody)], is_held=serial >= OPEN)


@cache
def lives() -> dict[str, Life]:
    """By deal, of those that are closed."""
    return {
        code: life(code, account, _product(code, account), _worth(code, account)) for code, account in _closed_ones()
    }


def _closed_ones() -> Iterator[tuple[str, Account]]:
    pool = _pool()
    return ((f"H{serial + 1:04}", pool[serial * 37 % len(pool)]) for serial in range(CLOSED))


def _pool() -> list[Account]:
    return [row for row in crowd() for _ in range(DEALS[row.grade])]


def _closed(code: str, account: Account) -> Deal:
    went, closed = lives()[code], -number(code, "closed", below=DAYS)
    stage = "O6" if went.is_won else one_of(LOST_EARLY if went.is_early else LOST_LATE, code, "stage")
    last = 0 if went.is_won else spread(3, min(2 * PACE[stage], went.days // 2), code, "last")
    reason = one_of(WON[:10] if went.is_won else LOST[:12], code, "reason")
    contested = rival_is_known(code) or (not went.is_won and reason not in ("budget", "no_decision"))
    return _deal(
        code,
        account,
        state="won" if went.is_won else "lost",
        stage=stage,
        since=closed - last,
        engaged=closed - went.days,
        closed_on=closed,
        expected_close=closed + spread(-20, 25, code, "expected"),
        rival=one_of(RIVALS, code, "who") if contested or number(code, "rival", below=3) > 1 else None,
        reason=reason,
        delivery=delivery_stage(closed) if went.is_won else None,
    )


def _undecided(code: str, account: Account, *, is_held: bool) -> Deal:
    stage = one_of(("O0", "O1", "O1", "O2", "O2", "O3", "O3", "O4", "O5"), code, "stage")
    is_late = number(code, "late", below=4) == 0
    since = -spread(PACE[stage] + 40, PACE[stage] + 90, code, "since") if is_late else -number(code, "days", below=14)
    has_next = not is_held and not is_late and number(code, "next", below=10) > 0
    what, weapon = one_of(NEXT, code, "step")
    is_due_past = number(code, "due", below=12) == 0
    return _deal(
        code,
        account,
        state="on_hold" if is_held else "open",
        stage=stage,
        since=since,
        engaged=since - _way(code, stage),
        closed_on=None,
        expected_close=-spread(1, 25, code, "past") if is_due_past else spread(4, 130, code, "future"),
        rival=one_of(RIVALS, code, "who") if number(code, "rival", below=5) > 1 else None,
        wake_on=spread(3, 90, code, "wake") if is_held else None,
        next_step=what if has_next else None,
        next_on=one_of((-6, -3, -2, -1, 0, 0, 1, 1, 2, 3, 4, 6, 8, 11, 15), code, "on") if has_next else None,
        next_weapon=weapon if has_next else None,
    )


def _deal(
    code: str,
    account: Account,
    *,
    state: State,
    stage: str,
    since: int,
    engaged: int,
    closed_on: int | None,
    expected_close: int,
    rival: str | None,
    reason: str | None = None,
    delivery: str | None = None,
    wake_on: int | None = None,
    next_step: str | None = None,
    next_on: int | None = None,
    next_weapon: str | None = None,
) -> Deal:
    line = _line(code, account)
    return Deal(
        code=code,
        account=account.key,
        title=f"{prices()[line.product]['short'].strip()}{one_of(ACTS, code, 'act')}项目",
        owner=account.owner,
        lines=(line,),
        stage=stage,
        state=state,
        engaged_on=engaged,
        stage_since=since,
        expected_close=expected_close,
        closed_on=closed_on,
        wake_on=wake_on,
        delivery_stage=delivery,
        rival=rival,
        reason=reason,
        next_step=next_step,
        next_on=next_on,
        next_weapon=next_weapon,
        next_with=(),
    )


def _way(code: str, stage: str) -> int:
    """How many days it took to reach the stage."""
    before = sum(PACE[row.code] for row in sales_stages() if row.code < stage)
    return before * spread(70, 150, code, "way") // 100


def _line(code: str, account: Account) -> Line:
    """As many pieces of a product of the client's trade as make an amount of the client's size."""
    product = _product(code, account)
    worth, price = 100 * _worth(code, account), prices()[product]
    months = one_of((12, 24, 24, 36), code, "months") if price["monthly"] != "0" else 0
    each = fen(price["one_off"]) + months * fen(price["monthly"])
    return Line(product, max(1, worth // each), fen(price["one_off"]), fen(price["monthly"]), months)


def _worth(code: str, account: Account) -> int:
    """In yuan."""
    return WORTH[account.grade] * spread(25, 240, code, "worth") // 100


def _product(code: str, account: Account) -> str:
    return one_of(_wanted(account.trade, account.nature), code, "product")


@cache
def _wanted(trade: str, nature: str) -> tuple[str, ...]:
    rows = (row for row in table("businesses") if (row["trade"], row["nature"]) == (trade, nature))
    return tuple(code for row in rows for code in row["products"].split() if code != "D06")
