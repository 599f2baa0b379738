"""The reports module: figures and papers made from what the reader may see."""

from typer import Typer

from core.i18n import N_
from core.module import Command, DefaultRole, Job, Menu, Module
from reports.adoption import page as adoption_page
from reports.adoption import view as adoption_view
from reports.catalogue import REPORTS
from reports.centre import page as centre_page
from reports.centre import scheduling
from reports.centre.schedules import SCHEDULE, SCHEDULE_READER
from reports.centre.sending import send_due
from reports.client import panel as client_panel
from reports.client import ticked
from reports.evidence import deal_panel
from reports.evidence import page as evidence_page
from reports.evidence import rows as evidence
from reports.evidence.behind import CONDITION
from reports.evidence.job import JOBS
from reports.executive import page as executive_page
from reports.executive.rows import PATH
from reports.forecast import freezing, frozen
from reports.forecast import page as forecast_page
from reports.forecast.ask import PATH as FORECAST
from reports.helps import HELPS
from reports.meeting import ask as meeting_ask
from reports.meeting import page as meeting_page
from reports.offer import panel as offer_panel
from reports.past import page as past_page
from reports.past.ask import PATH as PAST


def evidence_commands() -> Typer:
    from reports.evidence.command import app

    return app


def evidence_at(level: str, *, may_refresh: bool = True) -> dict[str, str]:
    """The page, and its findings: the same for all who may read them; the chance of a deal is read with the deal."""
    again = {evidence.REFRESH: level} if may_refresh else {}
    return {evidence.READ: level, "reports.finding.read": level, "reports.win_chance.read": level, **again}


# Whoever reads reports has them come by themselves, to themselves and to others.
SCHEDULES = {"reports.centre.read": "own", "reports.schedule.*": "own", "reports.schedule_reader.*": "own"}
# The pages for whoever leads people, and the frozen sums of their units.
LEADS = {
    **{page.PERMISSION: "subtree" for page in (executive_page, adoption_page, past_page, meeting_ask, forecast_page)},
    frozen.READ: "subtree",
}

MODULE = Module(
    name="reports",
    summary=N_("Reports as PDF, made from what the reader may see."),
    needs=("crm", "agents", "campaigns"),
    menus=(
        Menu(
            N_("Business overview"),
            PATH,
            "chart-no-axes-combined",
            permission=executive_page.PERMISSION,
            start=80,
        ),
        Menu(N_("Weekly meeting"), meeting_ask.PATH, "messages-square", permission=meeting_ask.PERMISSION),
        Menu(N_("Pipeline on a day"), PAST, "history", permission=past_page.PERMISSION),
        Menu(N_("Forecast"), FORECAST, "telescope", permission=forecast_page.PERMISSION),
        Menu(N_("Playbook in use"), adoption_view.PATH, "gauge", permission=adoption_page.PERMISSION),
        Menu(N_("Report centre"), centre_page.PATH, "files", permission=centre_page.PERMISSION),
        Menu(N_("What weapons are worth"), evidence.PATH, "flask-conical", permission=evidence.READ),
    ),
    entities=(SCHEDULE, SCHEDULE_READER),
    panels=(*deal_panel.panels(), *offer_panel.panels(), *client_panel.panels(), *scheduling.panels()),
    bulks=(ticked.bulk(),),
    conditions=(CONDITION,),
    tables=(*evidence.TABLES, *frozen.TABLES),
    rights=(evidence.REFRESH,),
    roles=(
        DefaultRole("executive", "领导", "Executive", LEADS | SCHEDULES | evidence_at("subtree")),
        DefaultRole("team_lead", "团队主管", "Team lead", LEADS | SCHEDULES | evidence_at("subtree")),
        DefaultRole(
            "account_manager",
            "客户经理",
            "Account manager",
            SCHEDULES
            | evidence_at("own", may_refresh=False)
            | {past_page.PERMISSION: "own", meeting_ask.PERMISSION: "own", forecast_page.PERMISSION: "own"},
        ),
        DefaultRole(
            "data_keeper",
            "数据管理员",
            "Data keeper",
            evidence_at("all") | {past_page.PERMISSION: "all", forecast_page.PERMISSION: "all", frozen.READ: "all"},
        ),
    ),
    jobs=(
        *JOBS,
        Job(freezing.NAME, freezing.freeze_due, N_("Forecasts are frozen"), is_daily=True),
        Job("reports.schedules", send_due, N_("Reports that come by themselves"), is_daily=True),
    ),
    demo=freezing.freeze_past,
    routes=ticked.routes(
        forecast_page.routes(
            meeting_page.routes(
                past_page.routes(
                    adoption_page.routes(
                        evidence_page.routes(scheduling.routes(centre_page.routes(executive_page.routes())))
                    )
                )
            )
        )
    ),
    helps=HELPS,
    commands=(Command("evidence", evidence_commands),),
    reports=REPORTS,
)
