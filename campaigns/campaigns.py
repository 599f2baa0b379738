"""Campaigns: one weapon for one product through one channel in some cities, from a day to a day."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Index, select
from sqlmodel import col

from campaigns.consent import APPROVALS, demand_as_asked, demand_consent, demand_no_gifts
from core.access import owned
from core.entity import Entity, Section, Verb
from core.errors import Invalid
from core.fields import choice, day, long_text, money, ref, text
from core.i18n import N_, _
from core.record import Owned, Record
from crm.limits import COUNT, keep_within
from crm.tables import base36, codes, derived_text, live_unique

# What may come of a task of a campaign, in the order of the result form's tiles; and what is paid for where a
# campaign with a rate names nothing else.
OUTCOMES = ("interested", "done", "again", "no_need", "not_met", "wrong_address")
OUTCOME_LABELS = {"done": "Done on the spot", "again": "Come again", "not_met": "Nobody met"}
PAID = ("interested", "done")
UNMET = ("not_met", "wrong_address")


class Campaign(Owned, table=True):
    """`approval` is how the request for the whole campaign stands: set by its answer, by nothing else."""

    __tablename__ = "campaigns_campaign"
    __table_args__ = (
        live_unique("uq_campaigns_campaign_code", "code"),
        Index("ix_campaigns_campaign_city_start", "city_id", "starts_on", "id"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint("rate_per_result >= 0", name="rate_per_result"),
    )
    code: str = derived_text(40)
    name: str = text(200, required=True)
    weapon_id: int | None = ref("crm_weapon.id")
    product_id: int | None = ref("crm_product.id")
    channel_id: int | None = ref("crm_channel.id")
    starts_on: date = day(required=True, label="Starts on")
    ends_on: date = day(required=True, label="Ends on")
    rate_per_result: int | None = money()
    counts: list[str] = codes(*OUTCOMES, label="Results that are paid", labels=OUTCOME_LABELS)
    state: str = choice("planned", "running", "ended", default="planned", status=True)
    approval: str = choice(*APPROVALS, default="none", labels={"none": "Not asked for"})
    goal: str | None = long_text(1000)


class CampaignCity(Record, table=True):
    """A city company in which the campaign runs."""

    __tablename__ = "campaigns_city"
    __table_args__ = (live_unique("uq_campaigns_city", "campaign_id", "unit_id"),)
    campaign_id: int = ref("campaigns_campaign.id", required=True)
    unit_id: int = ref("core_unit.id", required=True)


def complete(session: Any, campaign: Campaign) -> None:
    keep_within(campaign, rate_per_result=COUNT)
    demand_as_asked(campaign)
    demand_no_gifts(session, campaign)
    campaign.code = campaign.code or f"M{base36(campaign.id)}"
    if campaign.rate_per_result and not campaign.counts:
        campaign.counts = list(PAID)
    if campaign.ends_on < campaign.starts_on:
        sentence = _("The end is before the start.")
        raise Invalid(sentence, {"ends_on": sentence})


def add_city(session: Any, campaign: Campaign, *, unit_id: int) -> None:
    if unit_id not in cities_of(session, campaign):
        demand_as_asked(campaign, is_widened=True)
        session.add(CampaignCity(campaign_id=campaign.id, unit_id=unit_id))


def cities_of(session: Any, campaign: Campaign) -> list[int]:
    own = select(col(CampaignCity.unit_id)).where(
        col(CampaignCity.campaign_id) == campaign.id, col(CampaignCity.archived_at).is_(None)
    )
    return list(session.scalars(own.order_by(col(CampaignCity.id))))


def start(session: Any, campaign: Campaign) -> None:
    if campaign.state != "planned":
        raise Invalid(_("Only a planned campaign can be started."))
    demand_consent(session, campaign)
    campaign.state = "running"


def end(_session: Any, campaign: Campaign) -> None:
    if campaign.state != "running":
        raise Invalid(_("Only a running campaign can be ended."))
    campaign.state = "ended"


CAMPAIGN = Entity(
    stem="campaigns.campaign",
    model=Campaign,
    label=N_("Campaign"),
    plural=N_("Campaigns"),
    rule=owned(),
    key=(Campaign.code, Campaign.name),
    columns=(
        Campaign.name,
        Campaign.weapon_id,
        Campaign.product_id,
        Campaign.channel_id,
        Campaign.starts_on,
        Campaign.ends_on,
        Campaign.state,
        Campaign.owner_id,
    ),
    form=(
        Section(
            N_("Campaign"),
            (
                Campaign.name,
                Campaign.code,
                Campaign.weapon_id,
                Campaign.product_id,
                Campaign.channel_id,
                Campaign.owner_id,
                Campaign.goal,
            ),
        ),
        Section(
            N_("Money and time"), (Campaign.starts_on, Campaign.ends_on, Campaign.rate_per_result, Campaign.counts)
        ),
    ),
    search=(Campaign.name, Campaign.code),
    facets=(Campaign.state, Campaign.weapon_id, Campaign.product_id, Campaign.channel_id, Campaign.owner_id),
    order=Campaign.starts_on,
    verbs=(
        Verb("start", N_("Start"), start, offered=lambda c: c.state == "planned", icon="play"),
        Verb("end", N_("End"), end, offered=lambda c: c.state == "running", icon="square"),
        Verb("add_city", N_("Add a city"), add_city, (CampaignCity.unit_id,), icon="map-pin"),
    ),
    complete=complete,
)
