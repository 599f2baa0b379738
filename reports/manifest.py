"""The reports module: figures and papers made from what the reader may see."""

from typer import Typer

from core.i18n import N_
from core.module import Command, DefaultRole, Menu, Module, Report
from reports import executive, pipeline
from reports.executive import page as executive_page
from reports.executive.rows import PATH
from reports.helps import HELPS


def evidence_commands() -> Typer:
    from reports.evidence.command import app

    return app


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
    ),
    roles=(
        DefaultRole("executive", "领导", "Executive", {executive_page.PERMISSION: "subtree"}),
        DefaultRole("team_lead", "团队主管", "Team lead", {executive_page.PERMISSION: "subtree"}),
    ),
    routes=executive_page.routes(),
    helps=HELPS,
    commands=(Command("evidence", evidence_commands),),
    reports=(
        Report("pipeline", N_("Open pipeline"), pipeline.gather, pipeline.draw, "crm.opportunity.read"),
        Report("executive", N_("Business overview"), executive.gather, executive.draw, executive_page.PERMISSION),
    ),
)
