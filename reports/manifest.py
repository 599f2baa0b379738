"""The reports module: papers made from what the reader may see."""

from core.i18n import N_
from core.module import Module, Report
from reports import pipeline

MODULE = Module(
    name="reports",
    summary=N_("Reports as PDF, made from what the reader may see."),
    needs=("crm", "agents", "campaigns"),
    reports=(Report("pipeline", N_("Open pipeline"), pipeline.gather, pipeline.draw, "crm.opportunity.read"),),
)
