"""How a deal came to where it stands: its moves, with who, when and why, on its page."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import col

from core.db import ActorSession
from core.i18n import pick
from core.module import Panel
from core.people import User
from crm.opportunities import Opportunity
from crm.stage_moves import StageMove
from crm.stages import Stage
from web.kit.rendering import render

SHOWN = 10


def draw(session: ActorSession, deal: Opportunity) -> str:
    was, now = aliased(Stage), aliased(Stage)
    statement = (
        select(StageMove, was, now, col(User.name))
        .outerjoin(was, col(was.id) == col(StageMove.from_stage_id))
        .join(now, col(now.id) == col(StageMove.to_stage_id))
        .outerjoin(User, col(User.id) == col(StageMove.by_id))
        .where(col(StageMove.opportunity_id) == deal.id)
        .order_by(col(StageMove.at).desc(), col(StageMove.id).desc())
        .limit(SHOWN)
    )
    rows = [_row(*found) for found in session.execute(statement)]
    return render("crm/moves.html", rows=rows) if rows else ""


def _row(move: StageMove, was: Stage | None, now: Stage, who: str | None) -> dict[str, Any]:
    """What changed: the stage, the state, or both."""
    name = pick(now.name_zh, now.name_en)
    before = pick(was.name_zh, was.name_en) if was is not None and was.id != now.id else ""
    return {"move": move, "before": before, "name": name, "who": who or "", "state": _new_state(move)}


def _new_state(move: StageMove) -> str:
    return move.to_state if move.to_state != move.from_state else ""


PANEL = Panel("crm.opportunity", draw, "crm.stage_move.read", place="side", order=50)
