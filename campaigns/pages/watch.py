"""The channel manager's first page: how campaigns stand, by weapon, channel, firm and city; and one campaign."""

from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.responses import Response

from agents.firms import Firm
from campaigns import dispatch, revoking, watching
from campaigns.campaigns import CAMPAIGN, OUTCOMES, Campaign, cities_of, end, start
from campaigns.pages import consent
from campaigns.tasks import outcome_label
from core import clock, entry
from core.db import get
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_, _
from core.module import Menu
from core.people import User
from core.settings import settings
from core.titles import titles
from web.kit.papers import files_of
from web.kit.requests import Ask, Routes, local_path, number_of, see_other, site_of
from web.kit.shell import FLASHES, UNDOS, page
from web.kit.views import Crumb, Tab

WATCH, READ = "/campaigns/watch", "campaigns.watch.read"
REVOKE = "agents.handover.update"
MENU = Menu(N_("Results of campaigns"), WATCH, "radar", permission=READ, start=70)
STATES = (("running", N_("Running")), ("planned", N_("Planned")), ("ended", N_("Ended")), ("all", N_("All")))

FLASHES.update(
    {
        "dispatched": N_("The tasks are given out, and whoever does them has been told."),
        "revoked": N_("Revoked. From now on the firm sees nothing of it."),
        "none-in-force": N_("No hand-over is in force here."),
        "given-back": N_("In force again."),
        "taken-back": N_("Taken back. What was reported already stays."),
    }
)
UNDOS.update({"dispatched": WATCH + "/dispatch/{id}/undo", "revoked": WATCH + "/revoked/{id}/undo"})


def add_routes(made: Routes) -> None:
    made.get(WATCH, READ, show)
    made.get(f"{WATCH}/{{id:int}}", READ, one)
    for name, verb in (("start", start), ("end", end)):
        made.post(f"{WATCH}/{{id:int}}/{name}", CAMPAIGN.permission("update"), partial(move, verb=verb))
    made.post(f"{WATCH}/{{id:int}}/revoke", REVOKE, revoke_campaign)
    made.post(f"{WATCH}/firm/{{id:int}}/revoke", REVOKE, revoke_firm)
    made.post(f"{WATCH}/revoked/{{id:int}}/undo", REVOKE, give_back)
    made.post(f"{WATCH}/staff/{{id:int}}/link", REVOKE, link)


def show(ask: Ask) -> Response:
    state = next((code for code, _text in STATES if code == ask.query.get("state")), "running")
    base: watching.Filter = () if state == "all" else (("campaign.state", state),)
    with ask.reading() as session:
        all_ = watching.campaigns(session, "" if state == "all" else state)
        found = watching.cells(session, all_)
        found_tables = watching.tables(session, all_, found, base)
        firms = dispatch.targets(session)
    lines = watching.by_campaign(all_, found)
    view = {
        "title": _("Results of campaigns"), "total": watching.total(_("All"), found, base), "campaigns": all_,
        "lines": lines, "tables": found_tables, "tabs": tabs(state), "today": clock.today(),
        "outcomes": watching.outcomes_shown(lines.values()), "outcome_label": outcome_label,
        "may_create": ask.actor.may(CAMPAIGN.permission("create")), "state": state, "good": watching.GOOD,
        "may_revoke": ask.actor.may(REVOKE), "firms": {who.firm_id: who.firm for who in firms},
        "done": OUTCOMES, "paper": files_of(ask.actor, "campaign", (("state", state),)),
    }  # fmt: skip
    return page(ask, "campaigns/watch/index.html", view, (Crumb(text=_("Results of campaigns")),))


def tabs(state: str) -> tuple[Tab, ...]:
    return tuple(Tab(text=_(text), href=f"{WATCH}?state={code}", current=code == state) for code, text in STATES)


def one(ask: Ask) -> Response:
    return draw(ask)


def draw(ask: Ask, typed: dict[str, str] | None = None, error: Invalid | None = None) -> Response:
    """With what was typed into the form of its request, where that was wrong."""
    with ask.reading() as session:
        campaign = get(session, Campaign, ask.id)
        found = watching.cells(session, [campaign])
        base = (("campaign", str(campaign.id)),)
        found_tables = watching.tables_of_one(session, found, base)
        whos = dispatch.targets(session)
        given = watching.batches(session, campaign.id)
        kept = revoking.kept(session, campaign.id) if ask.actor.may(REVOKE) else None
        names = titles(session, _named(campaign, cities_of(session, campaign)))
        asked = consent.consent_of(session, campaign, f"{WATCH}/{ask.id}", typed, error)
    view = {
        "title": campaign.name, "campaign": campaign, "total": watching.total(campaign.name, found, base),
        "tables": found_tables, "outcomes": OUTCOMES, "outcome_label": outcome_label,
        "about": [name for (table, _id), name in names.items() if table != "core_unit"],
        "cities": [name for (table, _id), name in names.items() if table == "core_unit"], "batches": given,
        "staff": [who for who in whos if who.user_id], "today": clock.today(),
        "may_give": ask.actor.may("campaigns.task.create"), "may_revoke": ask.actor.may(REVOKE),
        "may_change": ask.actor.may(CAMPAIGN.permission("update")), "done": OUTCOMES,
        "good": watching.GOOD, "days_left": watching.days_left(campaign), "kept": kept,
        "consent": asked, "is_free": asked is None or asked.is_open,
    }  # fmt: skip
    crumbs = (Crumb(text=_("Results of campaigns"), href=WATCH), Crumb(text=campaign.name))
    return page(ask, "campaigns/watch/campaign.html", view, crumbs, 422 if error else 200)


def _named(campaign: Campaign, cities: list[int]) -> dict[str, set[int]]:
    wanted: dict[str, Any] = {
        "crm_weapon": {campaign.weapon_id}, "crm_product": {campaign.product_id}, "crm_channel": {campaign.channel_id},
        "core_unit": set(cities), "core_user": {campaign.owner_id},
    }  # fmt: skip
    return {table: ids - {None} for table, ids in wanted.items()}


def move(ask: Ask, verb: Any) -> Response:
    with ask.writing() as session:
        session.info["verb"] = verb.__name__
        verb(session, get(session, Campaign, ask.id))
    return see_other(f"{WATCH}/{ask.id}", flash="done")


# --- revoking, and taking back --------------------------------------------------------------------------------


def revoke_campaign(ask: Ask) -> Response:
    """Of one firm, where the form names one."""
    firm = ask.typed("firm")
    firm_id = (number_of(firm) or 0) if firm else None
    return see_other(
        f"{WATCH}/{ask.id}", flash=_revoked(ask, Campaign, partial(revoking.revoke_campaign, firm_id=firm_id))
    )


def revoke_firm(ask: Ask) -> Response:
    return see_other(WATCH, flash=_revoked(ask, Firm, revoking.revoke_firm))


def _revoked(ask: Ask, model: Any, revoke: Callable[[Any, int], int]) -> str:
    """What to say afterwards. Where nothing is in force there is nothing to lose: the page is shown again."""
    try:
        with ask.writing() as session:
            get(session, model, ask.id)
            return f"revoked:{revoke(session, ask.id)}"
    except Conflict:
        return "none-in-force"


def give_back(ask: Ask) -> Response:
    with ask.writing() as session:
        revoking.give_back(session, ask.id)
    return see_other(WATCH, flash="given-back")


# --- the link that signs a member of staff in -----------------------------------------------------------------


def link(ask: Ask) -> Response:
    """Shown once: whoever holds it is that person, for one short session. Only for staff that the actor reaches."""
    with ask.reading() as session:
        user = get(session, User, ask.id)
        _demand_staff(session, ask.id)
        name = user.name
    token = entry.entry_link(ask.id, by=ask.actor)
    view = {
        "title": _("Sign-in link"), "name": name, "url": f"{site_of(ask)}/enter/{token}",
        "minutes": settings().entry_link_minutes, "back": local_path(ask.typed("back"), otherwise=WATCH),
    }  # fmt: skip
    crumbs = (Crumb(text=_("Results of campaigns"), href=WATCH), Crumb(text=_("Sign-in link")))
    return page(ask, "campaigns/watch/link.html", view, crumbs)


def _demand_staff(session: Any, user_id: int) -> None:
    """The firm's channel manager sees its staff; nobody makes a link for people of a firm that is not theirs."""
    if user_id not in {who.user_id for who in dispatch.targets(session)}:
        raise NotFound(_("There is no such record, or it is not yours to see."))
