"""The report on open deals (在途商机): what is open, where it concentrates, what is late, what to do first."""

from reports.engine.shares import Share
from reports.pipeline.conclude import conclude
from reports.pipeline.data import Deal, Missing, PipelineData, Problem, Stalled, Totals
from reports.pipeline.gather import gather
from reports.pipeline.pages import draw, draw_slides
from reports.pipeline.workbook import book

__all__ = [
    "Deal", "Missing", "PipelineData", "Problem", "Share", "Stalled", "Totals", "book", "conclude", "draw",
    "draw_slides", "gather",
]  # fmt: skip
