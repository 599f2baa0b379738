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
    "quote",
    "quote_line",
    "reference_client",
    "renewal",
    "activity",
    "activity_account",
    "activity_person",
    "activity_user",
    "check_in",
    "deal_check",
    "exit_proof",
    "departure",
    "contract",
    "tender",
    "note",
    "mention",
    "file",
    "tagging",
)
ACTIVITIES = ("activity", "activity_account", "activity_person", "activity_user")
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
    "floor_price",
    "discount_limit",
    "clause",
    "logo",
    "rival",
    "reason",
    "step",
    "cost_class",
    "ageing",
    "weapon",
    "weapon_fit",
    "weapon_version",
    "weapon_worth",
    "ceiling",
    "pipeline",
    "stage",
    "exit_test",
    "tag",
)
OUTSIDE = (
    "division",
    "grade",
    "trade",
    "channel",
    "category",
    "product",
    "step",
    "weapon",
    "weapon_fit",
    "weapon_version",
)


def grants(verb: str, names: tuple[str, ...], level: str) -> dict[str, str]:
    return {f"crm.{name}.{verb}": level for name in names}


def approvals(level: str) -> dict[str, str]:
    """Asking and answering. At SUBTREE one is asked for the people of one's unit and below, as their superior."""
    return {"core.approvals.read": level, "core.approval.*": level, "core.approval_seat.*": level}


BASE = {
    **grants("read", (*CONFIGURATION, "unit", "user"), "all"),
    **approvals("own"),
    "crm.tag.create": "all",
    "crm.deputy.*": "own",
    "core.view.*": "own",
    "crm.location_consent.*": "own",
}


def commitments(level: str) -> dict[str, str]:
    """A request is made and followed one by one: no file brings a set of them in, and none is removed."""
    return {f"crm.commitment.{verb}": level for verb in ("read", "create", "update", "export")}


def ends(level: str) -> dict[str, str]:
    """The pages of contracts that end, and of promises."""
    return {"crm.renewals.read": level, "crm.promises.read": level}


def workers(level: str) -> dict[str, str]:
    """Everything with clients, at one level."""
    return {
        **BASE,
        **grants("*", WORK, level),
        **grants("read", ("account_month", "stage_move", "deal_standing", "target"), level),
        "crm.stage_move.create": level,
        **{f"crm.suggestion.{verb}": level for verb in ("read", "create", "update")},
        **commitments(level),
        "crm.account_month.export": level,
        "crm.today.read": level,
        **ends(level),
    }


def readers(level: str) -> dict[str, str]:
    """Reading and exporting, phones masked."""
    return {
        **BASE,
        **ends(level),
        **grants(
            "read", (*WORK, "account_month", "stage_move", "deal_standing", "suggestion", "target", "commitment"), level
        ),
        **grants(
            "export",
            ("account", "opportunity", "activity", "quote", "contract", "tender", "account_month", "commitment"),
            level,
        ),
    }


ROLES = (
    DefaultRole("account_manager", "客户经理", "Account manager", workers("own")),
    DefaultRole(
        "team_lead",
        "团队主管",
        "Team lead",
        {
            **workers("subtree"),
            **approvals("subtree"),
            **grants("*", ("target", "deputy", "reassignment"), "subtree"),
            "crm.team.read": "subtree",
            "crm.stage_override.create": "subtree",
        },
    ),
    DefaultRole(
        "channel_manager",
        "渠道经理",
        "Channel manager",
        {**readers("subtree"), **grants("*", ACTIVITIES, "subtree")},
    ),
    DefaultRole(
        "executive",
        "领导",
        "Executive",
        {**readers("subtree"), **approvals("subtree"), **grants("*", ("target",), "subtree")},
    ),
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
            **grants("read", ("suggestion", "deal_standing"), "all"),
            **grants("*", CONFIGURATION, "all"),
            **commitments("all"),
        },
    ),
)
