"""What each role can do here, for the page of help: some ten lines for each."""

# ruff: noqa: E501  # a sentence is a line

from core.i18n import N_
from core.module import Help

EXECUTIVE = Help(
    N_("Executive"),
    "reports.executive.read",
    (
        N_(
            "The first page says in one sentence how the year stands, and shows signing against target by month and by city."
        ),
        N_(
            "Choose period, unit and trade above. The address keeps the choice: send it to somebody who may see the same."
        ),
        N_("Every number opens its rows: from a city’s signing to its deals."),
        N_("A rate stands beside its number of deals. With few deals it says little: the page tells you so."),
        N_("Top deals and stalled deals are listed with their owners. A deal with a planned step is not stalled."),
        N_("One button makes the PDF of what you see, with the same figures."),
        N_("You read; you change no client’s data. Phones are masked."),
    ),
)

HELPS = (EXECUTIVE,)
