"""Asking for a whole campaign, from its page: how its request stands, and the form."""

from dataclasses import dataclass

from campaigns.campaigns import CAMPAIGN, Campaign
from campaigns.consent import needs_consent, weapon_of
from campaigns.requests import NAME
from core.approvals.finding import of_record
from core.db import ActorSession
from core.errors import Invalid
from core.history import may
from core.i18n import pick
from crm.ceilings import BOUND
from web.kit.approvals import PATH, state_badge
from web.kit.views.common import Badge


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
