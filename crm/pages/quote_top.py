"""Where a quote stands and what comes next: its figures, whom it waits for, why it came back."""

import secrets

from markupsafe import Markup

from core.approvals.finding import of_record, seats_of
from core.approvals.rows import Approval
from core.db import ActorSession
from core.i18n import N_, _
from crm.pages.quote_seen import Seen, seen_of
from crm.quotes.quotes import QUOTE, Quote
from crm.quotes.requests import NAME
from web.kit import format as texts
from web.kit.approvals import PATH as APPROVALS
from web.kit.approvals import names_of
from web.kit.rendering import render_part
from web.kit.views import Figure, Link

AFTER = {
    "approved": N_("Its price stands. Send it to the client, then mark it as sent."),
    "sent": N_("It is with the client. When the answer comes, note it above."),
    "refused": N_("The client refused it. A new version takes its lines and words."),
    "expired": N_("Its validity is over. A new version takes today’s rates and a new day."),
}  # fmt: skip
ENDED = {"refused": N_("Turned down"), "timed_out": N_("Not answered in time"), "recalled": N_("Taken back")}


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
