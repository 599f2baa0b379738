"""The phone of staff of an outside firm: the clients in the firm's hands, and what was reported and earned."""

from starlette.responses import Response

from agents.handovers import Handover
from campaigns import field as work
from campaigns import holdings
from campaigns.campaigns import Campaign
from campaigns.pages.field import CLIENTS, ICONS, READ, RESULTS, more, skip_of
from campaigns.reporting import UNDO_FOR
from campaigns.tasks import outcome_label
from core import clock
from core.db import ActorSession, get
from core.errors import Conflict, NotFound
from core.i18n import _
from core.notices import notify
from core.once import once
from crm.accounts import Account
from web.kit.requests import Ask, Routes, see_other
from web.kit.shell import page
from web.kit.views import Crumb

CLIENT = "/campaigns/client"


def add_routes(made: Routes) -> None:
    made.get(CLIENTS, READ, clients, outside=True)
    made.get(f"{CLIENT}/{{id:int}}", READ, client, outside=True)
    made.post(f"{CLIENT}/{{id:int}}/ask", READ, ask_for_consent, outside=True)
    made.get(RESULTS, READ, results, outside=True)


# --- clients --------------------------------------------------------------------------------------------------


def clients(ask: Ask) -> Response:
    skip = skip_of(ask)
    with ask.reading(clear=True) as session:
        held = holdings.held_accounts(session, skip=skip)
        firm = work.firm_name(session)
    view = {
        "title": _("My clients"), "firm": firm, "held": held[: work.PAGE], "more": more(CLIENTS, held, skip),
        "today": clock.today(),
    }  # fmt: skip
    return page(ask, "campaigns/field/clients.html", view, (Crumb(text=_("My clients")),))


def client(ask: Ask) -> Response:
    with ask.reading(clear=True) as session:
        held = _held(session, ask.id)
        cards = work.tasks_at(session, ask.id)
    view = {"title": held.client.name, "held": held, "cards": cards, "today": clock.today()}
    crumbs = (Crumb(text=_("My clients"), href=CLIENTS), Crumb(text=held.client.name))
    return page(ask, "campaigns/field/client.html", view, crumbs)


def _held(session: ActorSession, account_id: int) -> holdings.Held:
    found = holdings.held_accounts(session, account_id=account_id)
    if not found:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    return found[0]


def ask_for_consent(ask: Ask) -> Response:
    """Only the client agrees, and only the carrier notes it: the account's manager is asked, once a day."""

    def write(session: ActorSession) -> str:
        held = _held(session, ask.id)
        if held.handover.accepted_at is not None:
            raise Conflict(_("The client has accepted already."))
        owner = get(session, Account, ask.id).owner_id
        notify(session, to=owner, kind="approval", about=get(session, Handover, held.handover.id))
        return f"{CLIENT}/{ask.id}"

    key = f"consent-{ask.id}-{clock.today().isoformat()}"
    return see_other(once(ask.actor, key, (), write), flash="asked")


# --- results --------------------------------------------------------------------------------------------------


def results(ask: Ask) -> Response:
    skip = skip_of(ask)
    with ask.reading() as session:
        earned = holdings.earned(session)
        cards = work.reported_tasks(session, skip=skip)
    fresh = {card.id for card in cards if card.reported_at and clock.now() - card.reported_at < UNDO_FOR}
    view = {
        "title": _("My results"), "earned": earned, "cards": cards[: work.PAGE], "icons": ICONS, "fresh": fresh,
        "total": sum(one.amount for one in earned), "count": sum(one.count for one in earned),
        "more": more(RESULTS, cards, skip), "outcome_label": outcome_label, "pays": pays,
    }  # fmt: skip
    return page(ask, "campaigns/field/results.html", view, (Crumb(text=_("My results")),))


def pays(campaign: Campaign, outcome: str) -> bool:
    return bool(campaign.rate_per_result) and outcome in (campaign.counts or ())
