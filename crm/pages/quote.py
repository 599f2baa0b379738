"""The parts of a quote's page, in their order, and what may be done with it."""

from core.db import ActorSession
from core.i18n import N_
from core.module import Action, Panel
from crm.contracts import Contract
from crm.pages.quote_lines import lines_part
from crm.pages.quote_proposal import proposal_part
from crm.pages.quote_seen import READ, UPDATE, seen_of
from crm.pages.quote_top import top
from crm.quotes.acceptance import contracts_of_quote
from crm.quotes.quotes import QUOTE, Quote
from crm.quotes.requests import NAME
from web.kit.approvals import approval_panel
from web.kit.rendering import render


def panels() -> tuple[Panel, ...]:
    return (
        Panel(QUOTE.stem, top, READ, place="top", order=10),
        Panel(QUOTE.stem, lines, READ, order=10),
        Panel(QUOTE.stem, proposal, READ, order=20),
        Panel(QUOTE.stem, versions, READ, place="side", order=10),
        Panel(QUOTE.stem, contracts, "crm.contract.read", place="side", order=20),
        Panel(QUOTE.stem, approvals, "core.approvals.read", place="side", order=30),
    )


def actions() -> tuple[Action, ...]:
    return (
        Action(
            QUOTE.stem, N_("The client accepts"), lambda quote: f"{QUOTE.path}/{quote.id}/accept", UPDATE, "file-check",
            is_first=True, offered=lambda quote: quote.state == "sent",
        ),
        Action(
            QUOTE.stem, N_("The client accepts"), lambda quote: f"{QUOTE.path}/{quote.id}/accept", UPDATE, "file-check",
            offered=lambda quote: quote.state == "approved",
        ),
        Action(
            QUOTE.stem, N_("What the client gets"), lambda quote: f"{QUOTE.path}/{quote.id}/client", READ, "eye",
        ),
    )  # fmt: skip


def lines(session: ActorSession, quote: Quote) -> str:
    return lines_part(session, seen_of(session, quote))


def proposal(session: ActorSession, quote: Quote) -> str:
    return proposal_part(session, seen_of(session, quote))


def versions(session: ActorSession, quote: Quote) -> str:
    seen = seen_of(session, quote)
    state = QUOTE.fields["state"]
    return render("crm/quote/versions.html", seen=seen, state=state.choice_label) if len(seen.versions) > 1 else ""


def contracts(session: ActorSession, quote: Quote) -> str:
    if quote.state != "accepted":
        return ""
    found: list[Contract] = contracts_of_quote(session, quote)
    seen = seen_of(session, quote)
    return render("crm/quote/contracts.html", contracts=found, quote=quote, path=seen.path, may=seen.may_update)


def approvals(session: ActorSession, quote: Quote) -> str:
    return approval_panel(session, QUOTE.stem, quote.id, kind=NAME) if quote.state != "asked" else ""
