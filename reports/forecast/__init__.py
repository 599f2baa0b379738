"""The forecast of a period in four ways side by side, frozen on the first of each month, and how it came out."""

from reports.forecast.gather import gather
from reports.forecast.papers import draw, draw_slides
from reports.forecast.workbook import book

__all__ = ["book", "draw", "draw_slides", "gather"]
