"""The ways forward as the deal's own page offers them: what a move lacks is shown first, whether it blocks or warns."""

from datetime import date
from typing import Any

from crm.deal_states import (
    deliver,
    demand_undecided,
    ending,
    move,
    stage_of_delivery,
    stage_to_enter,
    way_to_delivery,
    win,
)
from crm.exit_gate import ask_first, way_to
from crm.opportunities import Opportunity


def ask_move(session: Any, deal: Opportunity, stage_id: int | str, *, why: str | None = None) -> None:
    stage = stage_to_enter(session, deal, stage_id)
    ask_first(session, deal, way_to(session, deal, stage), to=stage, why=why)
    move(session, deal, stage_id, why=why)


def ask_win(
    session: Any,
    deal: Opportunity,
    *,
    closed_on: date | None = None,
    reason_id: int | None = None,
    why: str | None = None,
) -> None:
    demand_undecided(deal)
    stage = ending(session, deal, "won")
    ask_first(
        session, deal, way_to(session, deal, stage), to=stage,
        act="win", why=why, closed_on=closed_on, reason_id=reason_id,
    )  # fmt: skip
    win(session, deal, closed_on=closed_on, reason_id=reason_id, why=why)


def ask_deliver(session: Any, deal: Opportunity, *, why: str | None = None) -> None:
    stage = stage_of_delivery(session, deal)
    ask_first(session, deal, way_to_delivery(session, deal), to=stage, act="deliver", why=why)
    deliver(session, deal, why=why)
