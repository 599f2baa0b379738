"""The executive's figures: signing against target, what is open, what stalls and what ends, on page and paper."""

from reports.executive.conclude import conclude
from reports.executive.data import ExecutiveData
from reports.executive.gather import gather
from reports.executive.paper import draw, draw_slides
from reports.executive.workbook import book

__all__ = ["ExecutiveData", "book", "conclude", "draw", "draw_slides", "gather"]
