"""Rivals in a deal: who else offers, what, and at which price as far as the market shows it."""

from typing import Any

from core.access import via
from core.entity import Entity, Section
from core.fields import money, ref, text
from core.i18n import N_
from core.record import Record
from crm.references import name_of
from crm.rivals import Rival
from crm.tables import derived_text, live_unique


class OpportunityRival(Record, table=True):
    __tablename__ = "crm_opportunity_rival"
    __table_args__ = (live_unique("uq_crm_opportunity_rival", "opportunity_id", "rival_id"),)
    opportunity_id: int = ref("crm_opportunity.id", required=True)
    rival_id: int = ref("crm_rival.id", required=True)
    offer: str = derived_text(200)
    price: int | None = money(label="Observed price")
    likes: str | None = text(200, label="What the client likes in it")


def complete(session: Any, tie: OpportunityRival) -> None:
    tie.offer = tie.offer or name_of(session, Rival, tie.rival_id)


OPPORTUNITY_RIVAL = Entity(
    stem="crm.opportunity_rival",
    model=OpportunityRival,
    label=N_("Rival in the deal"),
    plural=N_("Rivals in the deal"),
    rule=via("opportunity_id", "crm_opportunity"),
    key=(OpportunityRival.opportunity_id, OpportunityRival.rival_id),
    title=OpportunityRival.offer,
    columns=(
        OpportunityRival.offer,
        OpportunityRival.opportunity_id,
        OpportunityRival.rival_id,
        OpportunityRival.price,
    ),
    form=(
        Section(
            N_("Rival in the deal"),
            (
                OpportunityRival.opportunity_id,
                OpportunityRival.rival_id,
                OpportunityRival.offer,
                OpportunityRival.price,
                OpportunityRival.likes,
            ),
        ),
    ),
    search=(OpportunityRival.opportunity_id, OpportunityRival.rival_id),
    facets=(OpportunityRival.rival_id,),
    complete=complete,
)
