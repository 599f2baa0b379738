"""The roles that the carrier starts with. An administrator may change their grants; upper modules add their own.

The administrator looks after people, units, roles and configuration and reads no client data: who gives out the
keys does not also use them. Whoever loads and corrects data for everybody is a data keeper, a role of its own.
"""

from core.module import DefaultRole

# What belongs to the daily work with clients; `*` is every verb on the records within reach.
WORK = (
    "account",
    "account_coowner",
    "key_person",
    "opportunity",
    "opportunity_line",
    "opportunity_rival",
    "activity",
    "activity_account",
    "activity_person",
    "contract",
    "tender",
    "note",
    "mention",
    "file",
    "tagging",
)
PEOPLE = ("unit", "user", "user_role", "role", "deputy")
CONFIGURATION = (
    "division",
    "grade",
    "trade",
    "nature",
    "channel",
    "category",
    "product",
    "vat_class",
    "vat_rate",
    "rival",
    "reason",
    "step",
    "cost_class",
    "weapon",
    "weapon_fit",
    "pipeline",
    "stage",
    "tag",
)
OUTSIDE = ("division", "grade", "trade", "channel", "category", "product", "step", "weapon", "weapon_fit")


def grants(verb: str, names: tuple[str, ...], level: str) -> dict[str, str]:
    return {f"crm.{name}.{verb}": level for name in names}


BASE = {
    **grants("read", (*CONFIGURATION, "unit", "user"), "all"),
    "crm.tag.create": "all",
    "crm.deputy.*": "own",
    "core.view.*": "own",
}


def workers(level: str) -> dict[str, str]:
    """Everything with clients, at one level."""
    return {
        **BASE,
        **grants("*", WORK, level),
        **grants("read", ("account_month", "stage_move", "target"), level),
        "crm.stage_move.create": level,
        "crm.account_month.export": level,
        "crm.today.read": level,
    }


def readers(level: str) -> dict[str, str]:
    """Reading and exporting, phones masked."""
    return {
        **BASE,
        **grants("read", (*WORK, "account_month", "stage_move", "target"), level),
        **grants("export", ("account", "opportunity", "activity", "contract", "tender", "account_month"), level),
    }


ROLES = (
    DefaultRole("account_manager", "客户经理", "Account manager", workers("own")),
    DefaultRole(
        "team_lead",
        "团队主管",
        "Team lead",
        {
            **workers("subtree"),
            **grants("*", ("target", "deputy", "reassignment"), "subtree"),
            "crm.team.read": "subtree",
        },
    ),
    DefaultRole(
        "channel_manager",
        "渠道经理",
        "Channel manager",
        {**readers("subtree"), **grants("*", ("activity", "activity_account", "activity_person"), "subtree")},
    ),
    DefaultRole("executive", "领导", "Executive", {**readers("subtree"), **grants("*", ("target",), "subtree")}),
    DefaultRole(
        "administrator",
        "系统管理员（不看客户数据）",
        "Administrator (no client data)",
        {"core.view.*": "own", **grants("*", (*PEOPLE, *CONFIGURATION), "all")},
    ),
    DefaultRole(
        "data_keeper",
        "数据管理员",
        "Data keeper",
        {
            **BASE,
            **grants("*", (*WORK, "account_month", "stage_move", "target"), "all"),
            **grants("*", CONFIGURATION, "all"),
        },
    ),
)
