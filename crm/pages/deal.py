"""The parts of a deal's page: its lines, people, rivals and tenders, and files."""

import secrets
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from core import clock
from core.db import ActorSession
from core.module import Panel
from crm.deal_view import DealView, Met, view_of
from crm.key_persons import KEY_PERSON
from crm.opportunities import Opportunity
from crm.opportunity_verbs import OPPORTUNITY
from crm.pages.deal_gate_panel import tests
from crm.pages.deal_top import top
from crm.pages.way_back import add_person, back_to
from web.kit import format as texts
from web.kit.rendering import render, render_part
from web.kit.requests import address

READ = OPPORTUNITY.permission("read")
TONES = {"exclusive": "ok", "supportive": "ok", "opposed": "bad", "with_rival": "bad", "neutral": "line"}


@dataclass(frozen=True, kw_only=True)
class Person:
    href: str
    name: str
    post: str
    level: str
    support: str
    tone: str
    parts: str
    last: str


def panels() -> tuple[Panel, ...]:
    return (
        Panel(OPPORTUNITY.stem, top, READ, place="top", order=10),
        Panel(OPPORTUNITY.stem, tests, READ, order=10),
        Panel(OPPORTUNITY.stem, lines, READ, order=20),
        Panel(OPPORTUNITY.stem, people, READ, order=30),
        Panel(OPPORTUNITY.stem, rivals, READ, order=40),
        Panel(OPPORTUNITY.stem, files, READ, place="side", order=70),
    )


# --- lines, people, rivals, tenders, files --------------------------------------------------------------------


def lines(session: ActorSession, deal: Opportunity, *, is_open: bool = False) -> str:
    return lines_part(session, view_of(session, deal), is_open=is_open)


def _quote_key(session: ActorSession, view: DealView) -> str:
    """After the lines comes the quote: its button stands where they were saved, with the key of its form."""
    may_make = view.is_live and session.actor.may("crm.quote.create")
    return secrets.token_urlsafe(12) if may_make else ""


def lines_part(
    session: ActorSession, view: DealView, form: Any = None, *, is_saved: bool = False, is_open: bool = True
) -> Markup:
    may_add = view.is_live and session.actor.may("crm.opportunity_line.create")
    if not view.lines and not may_add:
        return Markup()
    total = sum(line.worth for line in view.lines)
    return render_part(
        "crm/opportunity/lines.html", lines=view.lines, total=total,
        differs=bool(view.lines) and total != view.deal.amount,
        amount=view.deal.amount, once=sum(line.one_off for line in view.lines),
        monthly=sum(line.monthly for line in view.lines), path=f"{OPPORTUNITY.path}/{view.deal.id}/line",
        may_add=may_add, form=form, is_saved=is_saved, quote_key=_quote_key(session, view) if is_saved else "",
        is_open=is_open, back=f"{OPPORTUNITY.path}/{view.deal.id}",
    )  # fmt: skip


def people(session: ActorSession, deal: Opportunity, *, is_open: bool = False) -> str:
    view = view_of(session, deal)
    if not session.actor.may("crm.key_person.read"):
        return ""
    never = sum(1 for each in view.people if each.last_at is None)
    account = str(deal.account_id or "")
    return render(
        "crm/opportunity/people.html", people=[person(each) for each in view.people], never=never,
        has_account=deal.account_id is not None, edit=f"{OPPORTUNITY.path}/{deal.id}/edit" if view.is_live else "",
        all=address("/crm/key_person", [("account", account)]), is_open=is_open, path=f"{OPPORTUNITY.path}/{deal.id}",
        add=add_person(deal) if account and session.actor.may("crm.key_person.create") else "",
    )  # fmt: skip


def person(each: Met) -> Person:
    who, fields = each.person, KEY_PERSON.fields
    return Person(
        href=f"/crm/key_person/{who.id}", name=who.name, post=who.post or "",
        level=fields["level"].choice_label(who.level) if who.level else "",
        support=fields["support"].choice_label(who.support), tone=TONES.get(who.support, ""),
        parts=texts.listed(fields["roles"].choice_label(role) for role in who.roles or []),
        last=texts.when(each.last_at) if each.last_at else "",
    )  # fmt: skip


def rivals(session: ActorSession, deal: Opportunity) -> str:
    view = view_of(session, deal)
    may_add = view.is_live and session.actor.may("crm.opportunity_rival.create")
    if not (view.rivals or view.tenders or may_add):
        return ""
    number = str(deal.id)
    add = address("/crm/opportunity_rival/new", [("opportunity", number), back_to(deal)]) if may_add else ""
    of_client = [("account", str(deal.account_id or "")), ("opportunity", number), back_to(deal)]
    may_tender = may_add and deal.account_id and session.actor.may("crm.tender.create")
    return render(
        "crm/opportunity/rivals.html", rivals=view.rivals, tenders=view.tenders, add=add, today=clock.today(),
        add_tender=address("/crm/tender/new", of_client) if may_tender else "",
        add_rival=add,
    )  # fmt: skip


def files(session: ActorSession, deal: Opportunity) -> str:
    found = view_of(session, deal).files
    return render("crm/opportunity/files.html", files=found) if found else ""
