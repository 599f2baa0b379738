"""The kernel as a module of the product: the work that it does behind every entity and report."""

from core.helps import HELPS
from core.i18n import N_
from core.module import DefaultRole, Job, Menu, Module
from core.oversight import PERMISSION
from core.papers import MAKE, run_report
from core.transfer.exporting import run_export
from core.transfer.job import run_import

MODULE = Module(
    name="core",
    summary=N_("The kernel: records, access, history, import, work behind the pages."),
    menus=(
        Menu(N_("Approvals"), "/me/approvals", "stamp", "", "core.approvals.read", count=lambda actor: actor.to_answer),
        Menu(N_("Administration"), "/admin", "shield-check", N_("People and units"), PERMISSION, start=40),
    ),
    roles=(
        DefaultRole(
            "administrator", "系统管理员（不看客户数据）", "Administrator (no client data)", {PERMISSION: "all"}
        ),
    ),
    helps=HELPS,
    jobs=(
        Job("transfer.import", run_import, N_("Import")),
        Job("transfer.export", run_export, N_("Export")),
        Job(MAKE, run_report, N_("Report")),
    ),
)
