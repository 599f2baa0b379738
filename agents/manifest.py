"""The agents module: outside firms, their staff, and what was handed over to them."""

from agents import demo
from agents.firms import FIRM, STAFF
from agents.handovers import HANDOVER, HandoverPerson
from agents.panels import HANDOVERS
from agents.rules import RULES
from core.access import all_of, via
from core.i18n import N_
from core.module import DefaultRole, Menu, Module
from crm.default_roles import OUTSIDE, grants
from crm.rules import by_verb

GROUP = N_("Channels and campaigns")
ALL = ("firm", "staff", "handover", "handover_person")


def _on_all(verb: str, level: str) -> dict[str, str]:
    return {f"agents.{name}.{verb}": level for name in ALL}


def _sharing(level: str) -> dict[str, str]:
    """Whoever looks after accounts hands them over, and reads the list of firms for it."""
    return {"agents.firm.read": "all", "agents.handover.*": level, "agents.handover_person.*": level}


HANDED = via("handover_id", "agents_handover")

MODULE = Module(
    name="agents",
    summary=N_("Outside firms, their staff, and what was handed over to them."),
    needs=("crm",),
    entities=(FIRM, STAFF, HANDOVER),
    tables=(
        (
            HandoverPerson,
            "agents.handover_person",
            by_verb(read=HANDED, write=all_of(HANDED, via("person_id", "crm_key_person"))),
        ),
    ),
    menus=(
        Menu(N_("Firms"), "agents.firm", "store", GROUP, "agents.firm.read"),
        Menu(N_("Staff of firms"), "agents.staff", "users-round", GROUP, "agents.staff.read"),
        Menu(N_("Hand-overs"), "agents.handover", "arrow-right-left", GROUP, "agents.handover.read"),
    ),
    roles=(
        DefaultRole("account_manager", "客户经理", "Account manager", _sharing("own")),
        DefaultRole("team_lead", "团队主管", "Team lead", _sharing("subtree")),
        DefaultRole(
            "channel_manager",
            "渠道经理",
            "Channel manager",
            {
                "agents.firm.*": "subtree",
                "agents.staff.read": "subtree",
                "agents.handover.*": "subtree",
                "agents.handover_person.*": "subtree",
            },
        ),
        DefaultRole("executive", "领导", "Executive", _on_all("read", "subtree")),
        DefaultRole(
            "administrator",
            "系统管理员（不看客户数据）",
            "Administrator (no client data)",
            {
                "agents.firm.read": "all",
                "agents.staff.*": "all",
            },
        ),
        # Staff is the administrator's: a member of staff is a user, and the row changes the user.
        DefaultRole(
            "data_keeper",
            "数据管理员",
            "Data keeper",
            {
                **_on_all("read", "all"),
                "agents.firm.*": "all",
                "agents.handover.*": "all",
                "agents.handover_person.*": "all",
            },
        ),
        DefaultRole(
            "agent_staff",
            "代理商人员",
            "Agent staff",
            {
                **grants("read", OUTSIDE, "shared"),
                **grants(
                    "read",
                    ("account", "key_person", "contract", "tender", "activity", "activity_account", "user"),
                    "shared",
                ),
                "crm.key_person.unmask": "shared",
                **_on_all("read", "shared"),
            },
        ),
    ),
    demo=demo.plant,
    panels=(HANDOVERS,),
    rules=RULES,
)
