"""What the list of deals shows beside their own columns: how long each stands in its stage, and what comes next."""

from collections.abc import Mapping

from core.db import ActorSession
from core.entity import Stand
from core.i18n import N_, _
from core.module import Column
from crm.deal_pace import stands
from crm.opportunity_verbs import OPPORTUNITY
from web.kit import format as texts
from web.kit.rendering import render_part


def columns() -> tuple[Column, ...]:
    read = OPPORTUNITY.permission("read")
    return (
        Column(OPPORTUNITY.stem, N_("In this stage"), pace, read),
        Column(OPPORTUNITY.stem, N_("Next action"), coming, read, phone="m3"),
    )


def pace(session: ActorSession, ids: list[int]) -> Mapping[int, str]:
    """Days in the stage; of a stalled deal with the limit that it has passed. Nothing for a decided deal."""
    return {
        deal_id: render_part(
            "crm/opportunity/pace.html", days=texts.days(stand.days), limit=stand.limit, is_stalled=stand.is_stalled
        )
        for deal_id, stand in kept(session, ids).items() if stand.is_moving and stand.days is not None
    }  # fmt: skip


def coming(session: ActorSession, ids: list[int]) -> Mapping[int, str]:
    made = {}
    for deal_id, stand in kept(session, ids).items():
        text, state = texts.due(stand.next_on)
        if stand.next_on is None and stand.next_text:
            text, state = _("no day set"), "plan"
        if stand.is_moving:
            made[deal_id] = render_part("crm/opportunity/coming.html", step=stand.next_text, text=text, state=state)
    return made


def kept(session: ActorSession, ids: list[int]) -> Mapping[int, Stand]:
    """One statement for both columns."""
    known: dict[tuple[int, ...], Mapping[int, Stand]] = session.info.setdefault("crm.stands", {})
    key = tuple(ids)
    if key not in known:
        known[key] = stands(session, ids)
    return known[key]
