"""Campaigns of weapons that need an approval: one request for the whole campaign, before it starts or gives out tasks.

Gifts, hospitality and trips go to named people within their ceilings. A campaign names nobody, so it has none of them.
"""

from typing import Any

from sqlalchemy.orm.attributes import get_history

from core.errors import Invalid
from core.i18n import _, pick
from crm.ceilings import BOUND
from crm.weapons import Weapon

APPROVALS = ("none", "asked", "approved", "refused")
# What whoever answers has seen, and what may not change unseen.
SEEN = ("weapon_id", "product_id", "channel_id", "starts_on", "ends_on", "rate_per_result", "counts", "goal")


def weapon_of(session: Any, campaign: Any) -> Weapon | None:
    found: Weapon | None = session.get(Weapon, campaign.weapon_id) if campaign.weapon_id else None
    return found


def needs_consent(weapon: Weapon | None) -> bool:
    return weapon is not None and weapon.needs_approval


def demand_consent(session: Any, campaign: Any) -> None:
    """Before it starts, and before tasks are given out."""
    weapon = weapon_of(session, campaign)
    if weapon is not None and weapon.compliance in BOUND:
        raise Invalid(_no_gifts(weapon))
    if weapon is None or not weapon.needs_approval or campaign.approval == "approved":
        return
    name = pick(weapon.name_zh, weapon.name_en)
    if campaign.approval == "asked":
        raise Invalid(_("Approval first: the request for this campaign of {weapon} waits for an answer.", weapon=name))
    raise Invalid(_("Approval first: ask for this campaign of {weapon} before it starts.", weapon=name))


def demand_no_gifts(session: Any, campaign: Any) -> None:
    """Where the weapon is chosen."""
    weapon = weapon_of(session, campaign) if get_history(campaign, "weapon_id").has_changes() else None
    if weapon is not None and weapon.compliance in BOUND:
        raise Invalid(_no_gifts(weapon), {"weapon_id": _no_gifts(weapon)})


def _no_gifts(weapon: Weapon) -> str:
    return _(
        "{weapon} goes to named people within their ceilings, and a campaign names nobody. Choose another weapon; "
        "ask for this one at the client.",
        weapon=pick(weapon.name_zh, weapon.name_en),
    )


def demand_as_asked(campaign: Any, *, is_widened: bool = False) -> None:
    """While a request waits, and once it was approved, the campaign stays what its superiors saw."""
    if campaign.approval not in ("asked", "approved"):
        return
    changed = [name for name in SEEN if get_history(campaign, name).deleted]
    if changed or is_widened:
        sentence = _(
            "This is asked for already and stays as it was asked. Make another campaign for what is different."
        )
        raise Invalid(sentence, dict.fromkeys(changed, sentence))
