"""The form that asks for a whole campaign is answered: asked for, or back as it was typed."""

from starlette.responses import Response

from campaigns.campaigns import CAMPAIGN, Campaign
from campaigns.pages.watch import WATCH, draw
from campaigns.requests import ask_for
from core.db import get
from core.errors import Conflict, Invalid
from core.fields import KINDS
from core.i18n import N_, _
from web.kit.requests import Ask, Routes, see_other
from web.kit.shell import FLASHES

FLASHES["campaign-asked"] = N_("Asked for. You are told when it is answered.")


def add_routes(made: Routes) -> None:
    made.post(f"{WATCH}/{{id:int}}/ask", CAMPAIGN.permission("update"), ask_now)


def ask_now(ask: Ask) -> Response:
    try:
        with ask.writing() as session:
            amount = _money(ask.typed("amount").strip())
            ask_for(session, get(session, Campaign, ask.id), reason=ask.typed("reason"), amount=amount)
    except (Invalid, Conflict) as error:
        wrong = error if isinstance(error, Invalid) else Invalid(str(error))
        return draw(ask, {"reason": ask.typed("reason"), "amount": ask.typed("amount")}, wrong)
    return see_other(f"{WATCH}/{ask.id}", flash="campaign-asked")


def _money(typed: str) -> int | None:
    try:
        found: int | None = KINDS["money"].read(typed) if typed else None
    except Invalid as error:
        raise Invalid(str(error), {"amount": str(error)}) from error
    if found is not None and found < 0:
        sentence = _("An amount is not below zero.")
        raise Invalid(sentence, {"amount": sentence})
    return found
