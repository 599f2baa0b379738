"""Results of campaigns: what was given out, reported and came of it, what it cost, and what was won since."""

from reports.campaign.gather import gather
from reports.campaign.paper import draw, draw_slides
from reports.campaign.words import in_words
from reports.campaign.workbook import book

__all__ = ["book", "draw", "draw_slides", "gather", "in_words"]
