"""The moves behind the numbers: which deal went where, by whom, and past which block."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import inspect, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from core.db import ActorSession
from core.people import User
from crm.opportunity_verbs import OPPORTUNITY
from crm.stage_moves import StageMove
from crm.stages import STAGE, Stage
from reports.adoption.data import COLUMN, Scope
from reports.adoption.gather import DEAL, is_advance, moves

MOST = 200


@dataclass(frozen=True)
class Move:
    deal_id: int
    deal: str
    before: str
    after: str
    at: datetime
    by: str
    reason: str


def moved(session: ActorSession, scope: Scope, *, part: str, is_override: bool) -> list[Move]:
    """The newest first. `part` is the id of a person, team or city, `-` for none of them, empty for all."""
    before, after, user = aliased(Stage), aliased(Stage), aliased(User)
    columns = (
        DEAL.c.id, OPPORTUNITY.title_in(DEAL), STAGE.title_in(inspect(before).selectable),
        STAGE.title_in(inspect(after).selectable),
        col(StageMove.at), col(user.name), col(StageMove.override_reason), col(StageMove.why),
    )  # fmt: skip
    statement = moves(select(*columns), before, after, scope).outerjoin(user, col(user.id) == col(StageMove.by_id))
    statement = statement.where(col(StageMove.is_override) if is_override else is_advance(before, after))
    if part:
        key = DEAL.c[COLUMN[scope.by]]
        statement = statement.where(key.is_(None) if part == "-" else key == int(part))
    order = col(StageMove.at).desc(), col(StageMove.id).desc()
    rows = session.execute(statement.order_by(*order).limit(MOST))
    return [Move(r[0], str(r[1]), str(r[2]), str(r[3]), r[4], r[5] or "", r[6] or r[7] or "") for r in rows]
