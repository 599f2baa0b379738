"""The campaigns module: campaigns in cities, and their tasks for firms and our own people."""

from campaigns import demo, pages
from campaigns.campaigns import CAMPAIGN, CampaignCity
from campaigns.helps import HELPS
from campaigns.pages import field, giving, watch
from campaigns.panels import TASKS
from campaigns.requests import CAMPAIGN_REQUEST
from campaigns.rules import RULES
from campaigns.tasks import TASK
from core.access import via
from core.i18n import N_
from core.module import DefaultRole, Menu, Module

GROUP = N_("Channels and campaigns")


def _on_all(verb: str, level: str) -> dict[str, str]:
    return {f"campaigns.{name}.{verb}": level for name in ("campaign", "city", "task")}


MODULE = Module(
    name="campaigns",
    summary=N_("Campaigns in cities, and their tasks for firms and our own people."),
    needs=("crm", "agents"),
    entities=(CAMPAIGN, TASK),
    tables=((CampaignCity, "campaigns.city", via("campaign_id", "campaigns_campaign")),),
    menus=(
        *field.MENUS,
        watch.MENU,
        Menu(N_("Campaigns"), "campaigns.campaign", "megaphone", GROUP, "campaigns.campaign.read"),
        Menu(N_("Tasks"), "campaigns.task", "list-checks", GROUP, "campaigns.task.read"),
    ),
    roles=(
        DefaultRole(
            "account_manager",
            "客户经理",
            "Account manager",
            {
                "campaigns.campaign.read": "all",
                "campaigns.city.read": "all",
                "campaigns.task.read": "own",
            },
        ),
        DefaultRole(
            "team_lead",
            "团队主管",
            "Team lead",
            {
                "campaigns.campaign.read": "all",
                "campaigns.city.read": "all",
                "campaigns.task.read": "subtree",
            },
        ),
        DefaultRole(
            "channel_manager",
            "渠道经理",
            "Channel manager",
            {**_on_all("*", "subtree"), "campaigns.watch.read": "subtree"},
        ),
        DefaultRole(
            "executive",
            "领导",
            "Executive",
            {**_on_all("read", "subtree"), "campaigns.watch.read": "subtree"},
        ),
        DefaultRole("data_keeper", "数据管理员", "Data keeper", _on_all("*", "all")),
        DefaultRole(
            "agent_staff",
            "代理商人员",
            "Agent staff",
            {
                "campaigns.campaign.read": "shared",
                **{f"campaigns.task.{verb}": "shared" for verb in ("read", "create", "update")},
                "crm.activity.create": "shared",
                "crm.activity.update": "shared",
                "crm.file.read": "shared",
                "crm.file.create": "shared",
                "campaigns.field.read": "shared",
            },
        ),
    ),
    demo=demo.plant,
    routes=pages.routes(),
    helps=HELPS,
    jobs=giving.JOBS,
    panels=(TASKS,),
    rules=RULES,
    approvals=(CAMPAIGN_REQUEST,),
)
