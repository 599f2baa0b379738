"""Plants reference clients: some clients of won deals have agreed to be named."""

from core.bulk import Values
from crm.accounts import Account
from crm.demo import shapes
from crm.demo.bulk import create
from crm.demo.chance import one_of
from crm.demo.planter import Planter
from crm.demo.world import World
from crm.quotes.cases import REFERENCE_CLIENT

MOST = 12
STORIES = (
    ("三处双路由专线，十个工作日内全部开通；投入使用以来可用率 99.96%。",
     "Two ways into each of three sites, in service within ten working days; 99.96 % available since."),
    ("全部网点统一接入，一个服务台受理故障，两小时内到场。",
     "All sites on one network, with one desk for every fault and somebody on site within two hours."),
    ("专线与云主机一并交付，按季度提供可用率报告。",
     "Line and cloud hosts handed over together, with a report of their availability every quarter."),
)  # fmt: skip
AGREED = "客户信息中心书面同意在方案中署名"


def plant_cases(made: Planter, all_: World) -> None:
    won = {row.account for row in all_.deals if row.state == "won"}
    clients = [row for row in all_.accounts if row.key in won]
    chosen = clients[:: max(len(clients) // MOST, 1)][:MOST]
    create(made, REFERENCE_CLIENT, [_values(made, at, row) for at, row in enumerate(chosen, start=1)])


def _values(made: Planter, number: int, row: shapes.Account) -> Values:
    story, story_en = one_of(STORIES, row.key, "story")
    return {
        "account_id": made.id(Account, row.key), "code": f"R{number:03d}", "name": row.name.zh, "name_en": row.name.en,
        "story": story, "story_en": story_en, "agreed_on": made.sure(-20), "agreed_how": AGREED,
    }  # fmt: skip
