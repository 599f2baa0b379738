"""The request for a whole campaign whose weapon needs an approval: who is asked, what they see, what follows."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from campaigns.campaigns import CAMPAIGN, Campaign, cities_of
from campaigns.consent import needs_consent, weapon_of
from core.approvals import asking
from core.approvals.kinds import Kind, Outcome, Step, Superiors
from core.approvals.rows import Approval
from core.db import ActorSession
from core.errors import Conflict, Invalid
from core.i18n import N_, _, pick
from core.people import Unit
from crm.products import Product
from web.kit import format as texts
from web.kit.rendering import render

NAME = "campaigns.campaign"
DAYS = 5


def ask_for(session: ActorSession, campaign: Campaign, *, reason: str, amount: int | None) -> Approval:
    """Ask for the campaign as it stands. From then on it stays so."""
    if not needs_consent(weapon_of(session, campaign)):
        raise Invalid(_("This campaign needs no approval."))
    if campaign.state == "ended":
        raise Conflict(_("This campaign has ended."))
    if campaign.approval == "approved":
        raise Conflict(_("This was approved already."))
    return asking.request(session, NAME, campaign, reason=reason, amount=amount, facts=facts_of(session, campaign))


def facts_of(session: ActorSession, campaign: Campaign) -> dict[str, Any]:
    """What is asked, as it was on the day."""
    weapon = weapon_of(session, campaign)
    product = session.get(Product, campaign.product_id) if campaign.product_id else None
    cities = [unit for key in cities_of(session, campaign) if (unit := session.get(Unit, key))]
    return {
        "name": campaign.name, "weapon": _both(weapon), "product": _both(product), "goal": campaign.goal or "",
        "cities": [_both(city) for city in cities], "rate": campaign.rate_per_result,
        "days": [campaign.starts_on.isoformat(), campaign.ends_on.isoformat()],
    }  # fmt: skip


def _both(row: Any) -> dict[str, str]:
    return {"zh": row.name_zh or "", "en": row.name_en or ""} if row is not None else {}


def named(both: dict[str, str]) -> str:
    return pick(both.get("zh"), both.get("en"))


# --- the kind -------------------------------------------------------------------------------------------------


def say(approval: Approval) -> str:
    facts = approval.facts
    return _("{weapon} in the campaign {name}", weapon=named(facts.get("weapon", {})), name=facts.get("name", ""))


def steps(_session: ActorSession, _approval: Approval) -> tuple[Step, ...]:
    return (Step(who=Superiors(1)),)


def draw(_session: ActorSession, approval: Approval) -> str:
    facts = approval.facts
    shown = {
        _("Weapon"): named(facts.get("weapon", {})), _("Product"): named(facts.get("product", {})),
        _("Cities"): texts.listed(named(each) for each in facts.get("cities", [])),
        _("From and to"): _("{first} to {last}", first=facts["days"][0], last=facts["days"][1]),
        _("What a result earns"): texts.money(facts.get("rate")), _("Goal"): facts.get("goal", ""),
    }  # fmt: skip
    return render("campaigns/asked.html", facts=[(name, text) for name, text in shown.items() if text])


def _tasks_of(campaign_id: int, rows: Callable[[str], Any]) -> Any:
    """The activities that were given out with the campaign's weapon before it needed an approval."""
    task, activity, campaign = map(rows, ("campaigns_task", "crm_activity", "campaigns_campaign"))
    joined = task.join(activity, activity.c.id == task.c.activity_id).join(
        campaign, (campaign.c.id == task.c.campaign_id) & (campaign.c.weapon_id == activity.c.weapon_id)
    )
    return (
        select(activity.c.id)
        .select_from(joined)
        .where(task.c.campaign_id == campaign_id, task.c.archived_at.is_(None), activity.c.state == "planned")
    )


ITSELF = Outcome(
    "campaigns_campaign", "id", "approval",
    {
        "open": {"none": "asked", "refused": "asked"},
        "approved": {"none": "approved", "refused": "approved", "asked": "approved"},
        "refused": {"asked": "refused"}, "timed_out": {"asked": "refused"}, "recalled": {"asked": "none"},
    },
)  # fmt: skip
ITS_TASKS = Outcome("crm_activity", "id", "approval", {"approved": {"none": "approved"}}, among=_tasks_of)

CAMPAIGN_REQUEST = Kind(
    name=NAME, label=N_("Campaign"), entity=CAMPAIGN.stem, say=say, steps=steps, outcomes=(ITSELF, ITS_TASKS),
    draw=draw, days=DAYS,
)  # fmt: skip
