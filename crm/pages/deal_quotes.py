"""The quotes of a deal on its page, and the button that makes one from its lines in one press."""

import secrets
from typing import Any

from core.db import ActorSession
from core.module import Panel
from crm.deal_parts import parts
from crm.deal_view import view_of
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.pages.quote_seen import READ
from crm.quotes.quotes import QUOTE
from web.kit.rendering import render

TONES = {"asked": "warn", "approved": "brand", "sent": "brand", "accepted": "ok", "refused": "bad", "expired": "warn"}
MOST = 5


def panels() -> tuple[Panel, ...]:
    return (Panel(OPPORTUNITY.stem, draw, READ, place="side", order=15),)


def draw(session: ActorSession, deal: Opportunity) -> str:
    view, found = view_of(session, deal), list(reversed(parts(session, deal)["quote"]))
    may_make = view.is_live and bool(view.lines) and session.actor.may(QUOTE.permission("create"))
    if not found and not may_make:
        return ""
    return render(
        "crm/opportunity/quotes.html", quotes=[_row(each) for each in found[:MOST]], more=len(found) - MOST,
        all=f"{QUOTE.path}?opportunity={deal.id}", count=len(found), may_make=may_make,
        path=f"{OPPORTUNITY.path}/{deal.id}/quote", key=secrets.token_urlsafe(12),
    )  # fmt: skip


def _row(each: Any) -> dict[str, Any]:
    return {
        "id": each.id, "name": each.name, "gross": each.n1, "until": each.d1, "tone": TONES.get(each.sub, "line"),
        "state": QUOTE.fields["state"].choice_label(each.sub),
    }  # fmt: skip
