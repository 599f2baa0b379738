"""Asking for a whole campaign, from its page: how its request stands, and the form."""

from dataclasses import dataclass

from starlette.responses import Response

from campaigns.campaigns import CAMPAIGN, Campaign
from campaigns.consent import needs_consent, weapon_of
from campaigns.requests import NAME, ask_for
from core.approvals.finding import of_record
from core.db import ActorSession, get
from core.errors import Conflict, Invalid
from core.fields import KINDS
from core.history import may
from core.i18n import N_, _, pick
from crm.ceilings import BOUND
from web.kit.approvals import PATH, state_badge
from web.kit.requests import Ask, Routes, see_other
from web.kit.shell import FLASHES
from web.kit.views.common import Badge

FLASHES["campaign-asked"] = N_("Asked for. You are told when it is answered.")


@dataclass(frozen=True, kw_only=True)
class Consent:
    """How a campaign whose weapon needs an approval stands. `action` is where it is asked for, empty where not now."""

    weapon: str
    badge: Badge | None = None
    why: str = ""
    href: str = ""
    action: str = ""
    is_open: bool = False
    is_gift: bool = False
    reason: str = ""
    amount: str = ""
    error: str = ""
    problem: str = ""


def consent_of(
    session: ActorSession,
    campaign: Campaign,
    base: str,
    typed: dict[str, str] | None = None,
    error: Invalid | None = None,
) -> Consent | None:
    """None where nothing has to be asked. One statement."""
    weapon = weapon_of(session, campaign)
    if weapon is None or not (needs_consent(weapon) or weapon.compliance in BOUND):
        return None
    name = pick(weapon.name_zh, weapon.name_en)
    if weapon.compliance in BOUND:
        return Consent(weapon=name, is_gift=True)
    last = next(iter(of_record(session, CAMPAIGN.stem, campaign.id, kind=NAME, limit=1)), None)
    may_ask = campaign.approval in ("none", "refused") and campaign.state != "ended"
    return Consent(
        weapon=name, badge=state_badge(last.state) if last else None, why=last.ended_why if last else "",
        href=f"{PATH}/{last.id}" if last else "", is_open=campaign.approval == "approved",
        action=f"{base}/ask" if may_ask and may(session, CAMPAIGN, campaign.id, "update") else "",
        reason=(typed or {}).get("reason", ""), amount=(typed or {}).get("amount", ""),
        error=str(error) if error else "", problem=next(iter(error.problems), "") if error else "",
    )  # fmt: skip


def add_routes(made: Routes, base: str) -> None:
    made.post(f"{base}/{{id:int}}/ask", CAMPAIGN.permission("update"), ask_now)


def ask_now(ask: Ask) -> Response:
    from campaigns.pages.watch import WATCH, draw

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
