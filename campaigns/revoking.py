"""Hand-overs taken back at one press: all of a firm, or those a campaign's tasks stand on; and given back again."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from agents.handovers import HANDOVER, Handover
from campaigns.tasks import Task
from core import clock
from core.bulk import update_rows
from core.errors import Conflict, NotFound
from core.i18n import _
from core.ids import new_id

MOST = 20_000
_START = datetime(2025, 1, 1, tzinfo=UTC)


def in_force(*, firm_id: int | None = None, campaign_id: int | None = None) -> Any:
    """Ids of hand-overs in force: of a firm, of a campaign's clients and firms, or of both."""
    statement = select(col(Handover.id)).where(
        col(Handover.archived_at).is_(None), col(Handover.revoked_at).is_(None), col(Handover.until) >= clock.today()
    )
    if firm_id is not None:
        statement = statement.where(col(Handover.firm_id) == firm_id)
    if campaign_id is not None:
        stands_on = (col(Task.account_id) == col(Handover.account_id)) & (col(Task.firm_id) == col(Handover.firm_id))
        given = select(col(Task.id)).where(stands_on, col(Task.campaign_id) == campaign_id)
        statement = statement.where(given.where(col(Task.archived_at).is_(None)).correlate(Handover).exists())
    return statement


def revoke_all(session: Any, statement: Any) -> tuple[int, int]:
    """Revoke them at one instant. Answers how many, and the instant as a number by which they are given back."""
    ids = list(session.scalars(statement.order_by(col(Handover.id)).limit(MOST)))
    if not ids:
        raise Conflict(_("No hand-over is in force here."))
    stamp = int((clock.now() - _START) / timedelta(milliseconds=1))
    values = {"revoked_at": instant(stamp), "revoked_by_id": session.actor.user_id}
    update_rows(session, HANDOVER, dict.fromkeys(ids, values), batch=new_id(), verb="revoke")
    return len(ids), stamp


def instant(stamp: int) -> datetime:
    """The furthest that a number may lead to is some day long after us."""
    stamp = min(stamp, 2**47)
    return _START + timedelta(milliseconds=stamp)


def give_back(session: Any, stamp: int) -> int:
    """What this actor revoked at that instant comes into force again."""
    mine = (col(Handover.revoked_by_id) == session.actor.user_id, col(Handover.archived_at).is_(None))
    statement = select(col(Handover.id)).where(col(Handover.revoked_at) == instant(stamp), *mine)
    ids = list(session.scalars(statement.order_by(col(Handover.id)).limit(MOST)))
    if not ids:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    values = {"revoked_at": None, "revoked_by_id": None}
    update_rows(session, HANDOVER, dict.fromkeys(ids, values), batch=new_id(), verb="undo")
    return len(ids)
