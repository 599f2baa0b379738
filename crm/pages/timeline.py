"""The timeline beside an account or a deal, with the composer over it, and its earlier pages as fragments."""

from functools import partial
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from core.db import ActorSession, get
from core.errors import NotFound
from core.i18n import _
from core.module import Panel
from crm.accounts import Account
from crm.deal_parts import parts
from crm.opportunities import Opportunity
from crm.pages.composer import About, composer_of
from crm.timeline import LIMIT, timeline
from web.kit.rendering import render, render_part
from web.kit.requests import Ask, Routes
from web.kit.shell import fragment, page
from web.kit.views import Badge, Crumb

MODELS: dict[str, Any] = {"account": Account, "deal": Opportunity}
FIRST = 4
STEMS = {"account": "account", "deal": "opportunity"}


def add_routes(made: Routes) -> None:
    made.get("/crm/timeline", "crm.activity.read", earlier)


def panels() -> tuple[Panel, ...]:
    return (
        Panel("crm.account", partial(draw, "account"), "crm.activity.read", place="side", order=20),
        Panel("crm.opportunity", partial(draw, "deal"), "crm.activity.read", place="side", order=20),
    )


def draw(kind: str, session: ActorSession, record: Any) -> str:
    """Nothing for people of outside firms, who work with their tasks."""
    if session.actor.profile.is_outside:
        return ""
    about = About(account=record) if kind == "account" else About(deal=record, account=_account(session, record))
    may_write = record.archived_at is None and session.actor.may("crm.activity.create")
    return render(
        "crm/timeline.html",
        composer=composer_of(session, about) if may_write else None,
        tags=_tags(session, record) if kind == "deal" else (),
        **_found(session, kind, record),
    )


def below_composer(session: ActorSession, deal: Opportunity) -> Markup:
    """The timeline without its composer, for a page on which somebody may be writing."""
    return render_part("crm/timeline_found.html", composer=None, **_found(session, "deal", deal))


def _found(session: ActorSession, kind: str, record: Any) -> dict[str, Any]:
    return {
        "found": _read(session, kind, record.id, limit=FIRST), "address": f"/crm/timeline?{kind}={record.id}",
        "with_deal": kind == "account", "me": session.actor.user_id,
    }  # fmt: skip


def _tags(session: ActorSession, deal: Opportunity) -> tuple[Badge, ...]:
    found = sorted(parts(session, deal)["tag"], key=lambda row: str(row.name))
    return tuple(Badge(text=row.name, tone=row.sub or "", icon="tag") for row in found)


def _account(session: ActorSession, deal: Opportunity) -> Account | None:
    return session.get(Account, deal.account_id) if deal.account_id else None


def _read(session: ActorSession, kind: str, key: int, before: str = "", limit: int = LIMIT) -> Any:
    return timeline(session, **{f"{kind}_id": key}, before=before, limit=limit)


def earlier(ask: Ask) -> Response:
    """One page of the timeline of `account` or `deal`, from `before` on."""
    kind = next((name for name in MODELS if ask.query.get(name, "").isdecimal()), "")
    key = ask.query.get(kind, "")
    if not kind or len(key) > 18 or ask.actor.profile.is_outside:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    with ask.reading() as session:
        record = get(session, MODELS[kind], int(key))
        found = _read(session, kind, record.id, ask.query.get("before", ""))
    view = {
        "found": found, "address": f"/crm/timeline?{kind}={record.id}", "with_deal": kind == "account",
        "me": ask.actor.user_id, "title": record.name,
    }  # fmt: skip
    if ask.is_fragment:
        return fragment("crm/timeline_part.html", view)
    path = f"/crm/{STEMS[kind]}/{key}"
    crumbs = (Crumb(text=record.name, href=path), Crumb(text=_("Timeline")))
    return page(ask, "crm/timeline_page.html", view, crumbs)
