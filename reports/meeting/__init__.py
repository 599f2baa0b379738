"""The weekly meeting: of each person the open deals to talk about, and why; what is agreed is planned on the spot."""

from reports.meeting.gather import gather
from reports.meeting.papers import draw
from reports.meeting.workbook import book

__all__ = ["book", "draw", "gather"]
