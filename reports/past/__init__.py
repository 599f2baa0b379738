"""The pipeline on a day, and what changed between two, from the spans in which deals stood: no past is guessed."""

from reports.past.change import gather as gather_change
from reports.past.gather import gather
from reports.past.papers import draw, draw_change, draw_change_slides, draw_slides
from reports.past.workbook import change_book, past_book

__all__ = [
    "change_book",
    "draw",
    "draw_change",
    "draw_change_slides",
    "draw_slides",
    "gather",
    "gather_change",
    "past_book",
]
