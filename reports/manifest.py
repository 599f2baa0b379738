"""The reports module: papers made from what the reader may see."""

from core.i18n import N_
from core.module import Module

MODULE = Module(
    name="reports",
    summary=N_("Reports as PDF, made from what the reader may see."),
    needs=("crm", "agents", "campaigns"),
)
