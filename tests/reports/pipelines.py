"""Open deals to draw reports of: an ordinary pipeline, an empty one, one of a single deal, a huge one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from reports.pipeline import Deal, Missing, PipelineData, Problem, Share, Stalled, Totals

STAGES = ("线索", "需求确认", "内部立项", "方案设计", "评估投标", "商务谈判")
ON = date(2026, 11, 23)
LONG_NAME = "广东岭南智造装备（集团）股份有限公司数字化转型与工业互联网创新发展中心及其下属各分公司"

_DEALS = (
    (
        "5G 专网二期（6 厂区）",
        "岭南智造装备股份有限公司",
        "评估投标",
        1260_0000,
        55,
        "林嘉怡",
        -12,
        "与 IT 部复核评分标准，约定答辩日期",
    ),
    ("两地三中心专线扩容", "华穗城市银行", "商务谈判", 980_0000, 75, "何思远", 20, "价格审批通过后送合同"),
    ("质检回传视频云", "岭南智造装备股份有限公司", "需求确认", 890_0000, 10, "林嘉怡", 190, None),
    ("港区 5G + 边缘云一期", "珠江湾港务集团", "方案设计", 860_0000, 40, "林嘉怡", 55, "技术交流：边缘云时延实测"),
    ("数据中心机柜扩容", "华穗城市银行", "评估投标", 540_0000, 55, "何思远", 48, "样品测试报告签字"),
    ("园区算力资源池", "东莞精一电子科技有限公司", "评估投标", 430_0000, 55, "陈柏年", 80, "邀请参观南沙算力中心"),
    ("电池工厂视频云与等保", LONG_NAME, "评估投标", 320_0000, 55, "林嘉怡", -3, "登门拜访分管副总"),
    ("三甲等保 + 云安全", "云山医院（三甲）", "方案设计", 280_0000, 40, "林嘉怡", 60, "补齐等保测评清单"),
    ("智慧水务感知网", "肇庆西江水务", "内部立项", 240_0000, 25, "何思远", 140, None),
    ("工厂 SD-WAN 改造", "东莞精一电子科技有限公司", "方案设计", 210_0000, 40, "陈柏年", 75, "核实分支点位数量"),
    ("办公楼 WLAN", None, "线索", None, 0, "陈柏年", None, None),
)


def _deal(
    name: str,
    account: str | None,
    stage: str,
    yuan: int | None,
    chance: int,
    owner: str,
    days: int | None,
    step: str | None,
) -> Deal:
    close_on = None if days is None else ON + timedelta(days=days)
    return Deal(name, account, stage, None if yuan is None else yuan * 100, chance * 100, owner, close_on, step)


DEALS = tuple(_deal(*deal) for deal in _DEALS)


def ordinary(**changes: object) -> PipelineData:
    """Eleven deals of 60.1 million yuan; every sum in it follows from the deals."""
    return replace(of(DEALS), **changes)


def empty() -> PipelineData:
    return replace(of(()), by_stage=())


def single() -> PipelineData:
    return of(DEALS[:1])


def huge(rows: int = 300) -> PipelineData:
    """As many rows as asked for, each with its own owner and city, and names that are too long."""
    deals = tuple(
        Deal(
            f"{LONG_NAME}第 {i} 期",
            LONG_NAME,
            "评估投标",
            123_456_789_012 + i,
            5500,
            f"客户经理{i}",
            ON - timedelta(days=i),
            LONG_NAME,
        )
        for i in range(1, rows + 1)
    )
    data = of(deals)
    cities = tuple(Share(f"地市{i}", 1, deal.amount or 0, _weighted(deal)) for i, deal in enumerate(deals))
    return replace(data, by_city=cities, stalled_deals=data.stalled_deals[:40], overdue_deals=data.overdue_deals[:40])


def of(deals: tuple[Deal, ...]) -> PipelineData:
    known = [deal for deal in deals if deal.amount is not None]
    late = tuple(deal for deal in deals if deal.close_on and deal.close_on < ON)
    stalled = tuple(Stalled(deal, 45 + 31, 45) for deal in deals if deal.stage == "评估投标")
    missing = (
        sum(deal.account is None for deal in deals),
        len(deals) - len(known),
        sum(deal.close_on is None for deal in deals),
    )
    cities = {"林嘉怡": "佛山", "何思远": "广州", "陈柏年": "东莞"}
    return PipelineData(
        on=ON,
        made_at=datetime(2026, 11, 23, 0, 0, tzinfo=UTC),
        currency="CNY",
        reader="林嘉怡",
        filters=(("区域", "广东公司"), ("预计签约", "2026-10-01 至 2027-12-31")),
        totals=Totals(len(deals), _amount(known), sum(map(_weighted, known)), missing[1]),
        by_stage=tuple(
            sorted(_shares(deals, [deal.stage for deal in deals]), key=lambda share: STAGES.index(share.name))
        ),
        by_owner=_shares(deals, [deal.owner or "" for deal in deals]),
        by_city=_shares(deals, [cities.get(deal.owner or "", "") for deal in deals]),
        by_month=_months(deals),
        top=tuple(sorted(deals, key=lambda deal: -(deal.amount or 0))),
        stalled=Problem(len(stalled), _amount([each.deal for each in stalled])),
        stalled_deals=stalled,
        overdue=Problem(len(late), _amount(late)),
        overdue_deals=late,
        missing=Missing(*missing),
    )


def _shares(deals: tuple[Deal, ...], names: list[str]) -> tuple[Share, ...]:
    groups = {
        name: [deal for deal, its in zip(deals, names, strict=True) if its == name] for name in dict.fromkeys(names)
    }
    return tuple(_share(name, group) for name, group in groups.items())


def _share(name: str, deals: list[Deal]) -> Share:
    unknown = sum(deal.amount is None for deal in deals)
    return Share(name, len(deals), _amount(deals), sum(map(_weighted, deals)), unknown)


def _months(deals: tuple[Deal, ...]) -> tuple[Share, ...]:
    """Twelve months from November 2026 on."""
    names = [f"{2026 + (10 + i) // 12}-{(10 + i) % 12 + 1:02d}" for i in range(12)]
    due = {
        name: [deal for deal in deals if deal.close_on and deal.close_on >= ON and f"{deal.close_on:%Y-%m}" == name]
        for name in names
    }
    return tuple(_share(name, group) for name, group in due.items())


def _amount(deals: tuple[Deal, ...] | list[Deal]) -> int:
    return sum(deal.amount or 0 for deal in deals)


def _weighted(deal: Deal) -> int:
    return (deal.amount or 0) * (deal.probability or 0) // 10_000
