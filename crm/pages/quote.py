"""The page of a quote: where it stands and what comes next, its lines with floor and tax, its proposal and versions."""

import secrets
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.approvals.finding import of_record, seats_of
from core.approvals.rows import Approval
from core.db import ActorSession
from core.history import may
from core.i18n import N_, _
from core.module import Action, Panel
from crm.contracts import Contract
from crm.quotes.acceptance import contracts_of_quote
from crm.quotes.quotes import QUOTE, Quote
from crm.quotes.reading import QuoteView, quote_view
from crm.quotes.requests import NAME
from crm.quotes.standing import Standing, standing
from web.kit import format as texts
from web.kit.approvals import PATH as APPROVALS
from web.kit.approvals import approval_panel, names_of
from web.kit.rendering import render, render_part
from web.kit.views import Figure, Link

READ, UPDATE = QUOTE.permission("read"), QUOTE.permission("update")
AFTER = {
    "approved": N_("Its price stands. Send it to the client, then mark it as sent."),
    "sent": N_("It is with the client. When the answer comes, note it above."),
    "refused": N_("The client refused it. A new version takes its lines and words."),
    "expired": N_("Its validity is over. A new version takes today’s rates and a new day."),
}  # fmt: skip
ENDED = {"refused": N_("Turned down"), "timed_out": N_("Not answered in time"), "recalled": N_("Taken back")}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the parts of one page share. `stand` is of a draft: what was issued is past its checks."""

    quote: Quote
    view: QuoteView
    stand: Standing | None
    may_update: bool
    versions: tuple[Quote, ...]

    @property
    def is_draft(self) -> bool:
        return self.quote.state == "draft" and self.quote.archived_at is None

    @property
    def is_over(self) -> bool:
        return self.view.valid_until < clock.today()

    @property
    def is_editable(self) -> bool:
        return self.is_draft and self.may_update

    @property
    def path(self) -> str:
        return f"{QUOTE.path}/{self.quote.id}"

    @property
    def newest(self) -> Quote | None:
        """The version that has replaced this one."""
        newest = self.versions[0] if self.versions else None
        return newest if newest is not None and newest.version_no > self.quote.version_no else None


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


def seen_of(session: ActorSession, quote: Quote) -> Seen:
    """Read once per session: the panels of one page share it."""
    kept: dict[int, Seen] = session.info.setdefault("crm.quote_seen", {})
    if quote.id not in kept or session.info["writes"]:
        kept[quote.id] = _read(session, quote)
    return kept[quote.id]


def _read(session: ActorSession, quote: Quote) -> Seen:
    return Seen(
        quote=quote, view=quote_view(session, quote.id),
        stand=standing(session, quote) if quote.state == "draft" else None,
        may_update=may(session, QUOTE, quote.id, "update"), versions=_versions(session, quote),
    )  # fmt: skip


def _versions(session: ActorSession, quote: Quote) -> tuple[Quote, ...]:
    same = col(Quote.code) == quote.code, col(Quote.archived_at).is_(None)
    return tuple(session.scalars(select(Quote).where(*same).order_by(col(Quote.version_no).desc()).limit(40)))


# --- where it stands ------------------------------------------------------------------------------------------


def top(session: ActorSession, quote: Quote) -> str:
    return top_part(session, seen_of(session, quote))


def top_part(session: ActorSession, seen: Seen, *, error: str = "", typed: str = "") -> Markup:
    return render_part(
        "crm/quote/top.html", path=seen.path, key=secrets.token_urlsafe(12), figures=figures(seen), seen=seen,
        waits=waiting(session, seen), ended=ended(session, seen), error=error, typed=typed,
        after=_(AFTER.get(seen.quote.state, N_("This version does not change any more."))),
        may_version=seen.may_update and seen.quote.state in ("approved", "sent", "refused", "expired"),
    )  # fmt: skip


def figures(seen: Seen) -> tuple[Figure, ...]:
    view = seen.view
    when, due = texts.due(view.valid_until)
    tax = texts.money(view.tax)
    monthly = _("monthly {amount}", amount=texts.money(view.month_gross)) if view.month_gross else ""
    return (
        Figure(label=_("Total including tax"), text=texts.money(view.gross), note=monthly),
        Figure(label=_("Amount before tax"), text=texts.money(view.net), note=_("tax {amount}", amount=tax)),
        _discount(seen),
        Figure(
            label=_("Valid until"), text=texts.day(view.valid_until),
            note=when if view.state in ("draft", "asked", "approved", "sent") else "",
            tone="bad" if due == "over" and view.state in ("approved", "sent") else "",
        ),
    )  # fmt: skip


def _discount(seen: Seen) -> Figure:
    stand = seen.stand
    text = texts.percent(seen.view.discount)
    if stand is None:
        return Figure(label=_("Discount"), text=text)
    limit = texts.percent(stand.limit.own_limit)
    note = _("the deepest {depth}; your own limit is {limit}", depth=texts.percent(stand.depth), limit=limit)
    return Figure(label=_("Discount"), text=text, note=note, tone="warn" if stand.steps else "ok")


def waiting(session: ActorSession, seen: Seen) -> Link | None:
    """Who is asked now, where it waits for an answer."""
    if seen.quote.state != "asked":
        return None
    found = _asked(session, seen)
    if found is None:
        return None
    asked = [seat.user_id for seat in seats_of(session, [found.id]) if seat.state == "asked"]
    names = texts.listed(name for name in names_of(session, asked).values())
    return Link(text=_("Waits for {names}", names=names or _("somebody")), href=f"{APPROVALS}/{found.id}", icon="clock")


def ended(session: ActorSession, seen: Seen) -> str:
    """Why the last request ended without an approval, on the draft that came back."""
    found = _asked(session, seen) if seen.quote.state == "draft" and seen.quote.version > 2 else None
    if found is None or found.state not in ENDED:
        return ""
    words = _(ENDED[found.state])
    return _("{state}: {why}", state=words, why=found.ended_why) if found.ended_why else words


def _asked(session: ActorSession, seen: Seen) -> Approval | None:
    return next(iter(of_record(session, QUOTE.stem, seen.quote.id, kind=NAME, limit=1)), None)


# --- lines ----------------------------------------------------------------------------------------------------


def lines(session: ActorSession, quote: Quote) -> str:
    from crm.pages.quote_lines import lines_part

    return lines_part(session, seen_of(session, quote))


# --- proposal, versions, contracts, approvals ---------------------------------------------------------------------


def proposal(session: ActorSession, quote: Quote) -> str:
    from crm.pages.quote_proposal import proposal_part

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
