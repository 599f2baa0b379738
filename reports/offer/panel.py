"""The papers of a quote, on its page: a press makes one, and leads to it when it is ready."""

from core.db import ActorSession
from core.module import Panel
from crm.quotes.quotes import QUOTE, Quote
from reports.offer.gather import FILTER
from web.kit.rendering import render

PERMISSION = "crm.quote.read"


def panels() -> tuple[Panel, ...]:
    return (Panel(QUOTE.stem, papers, PERMISSION, place="top", order=20),)


def papers(_session: ActorSession, quote: Quote) -> str:
    return render("reports/offer.html", fields=((FILTER, str(quote.id)),), is_draft=quote.state == "draft")
