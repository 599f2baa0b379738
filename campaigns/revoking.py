"""Clients taken back at one press: all hand-overs of a firm, or a campaign with its open tasks; and given back again.

A campaign's hand-over stays while another campaign that has not ended has open tasks of the same firm at that client.
The campaign's own open tasks go all the same, so that the firm sees nothing of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from agents.handovers import HANDOVER, Handover
from campaigns.campaigns import Campaign
from campaigns.tasks import TASK, Task
from core import clock
from core.bulk import update_rows
from core.db import within
from core.entity import Entity
from core.errors import Conflict, NotFound
from core.i18n import _
from core.ids import new_id
from crm.activities import Activity
from crm.activity_verbs import ACTIVITY

MOST, NAMED = 20_000, 5
_OPEN = (col(Task.archived_at).is_(None), col(Task.outcome).is_(None))
_LIVE = (col(Campaign.archived_at).is_(None), col(Campaign.state) != "ended")
_START = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Kept:
    """Clients that stay in a firm's hands when a campaign is revoked, and the campaigns that still work there."""

    clients: int
    campaigns: tuple[tuple[int, str], ...]


def revoke_firm(session: Any, firm_id: int) -> int:
    """All that the firm holds. Answers the instant, as a number by which it is given back."""
    return _revoke(session, _in_force().where(col(Handover.firm_id) == firm_id), ())


def revoke_campaign(session: Any, campaign_id: int, *, firm_id: int | None = None) -> int:
    """The campaign's open tasks, and the hand-overs that no other campaign needs; of one firm, or of all."""
    given, tasks = _given(campaign_id), [col(Task.campaign_id) == campaign_id, *_OPEN, col(Task.firm_id).is_not(None)]
    if firm_id is not None:
        given, tasks = given.where(col(Handover.firm_id) == firm_id), [*tasks, col(Task.firm_id) == firm_id]
    return _revoke(session, given.where(~_needed(campaign_id)), tasks)


def kept(session: Any, campaign_id: int) -> Kept:
    """What revoking the whole campaign would leave, and why; two statements."""
    stays = _given(campaign_id).where(_needed(campaign_id)).with_only_columns(col(Handover.account_id)).subquery()
    clients = session.scalar(select(func.count(stays.c.account_id.distinct()))) or 0
    if not clients:
        return Kept(0, ())
    work = select(col(Task.campaign_id)).where(*_OPEN, col(Task.account_id).in_(select(stays.c.account_id)))
    others = (col(Campaign.id).in_(work), col(Campaign.id) != campaign_id, *_LIVE)
    named = (
        select(col(Campaign.id), col(Campaign.name)).where(*others).order_by(col(Campaign.ends_on), col(Campaign.id))
    )
    return Kept(clients, tuple((row[0], row[1]) for row in session.execute(named.limit(NAMED))))


def _in_force() -> Any:
    return select(col(Handover.id)).where(
        col(Handover.archived_at).is_(None), col(Handover.revoked_at).is_(None), col(Handover.until) >= clock.today()
    )


def _given(campaign_id: int) -> Any:
    """Hand-overs in force of the campaign's clients to its firms."""
    given = select(col(Task.id)).where(_stands_on(), col(Task.campaign_id) == campaign_id)
    return _in_force().where(given.where(col(Task.archived_at).is_(None)).correlate(Handover).exists())


def _needed(campaign_id: int) -> Any:
    """Another campaign that has not ended has an open task of the firm at the client."""
    other = select(col(Task.id)).join(Campaign, col(Campaign.id) == col(Task.campaign_id))
    return other.where(_stands_on(), col(Task.campaign_id) != campaign_id, *_OPEN, *_LIVE).correlate(Handover).exists()


def _stands_on() -> Any:
    return (col(Task.account_id) == col(Handover.account_id)) & (col(Task.firm_id) == col(Handover.firm_id))


def _revoke(session: Any, statement: Any, tasks: Sequence[Any]) -> int:
    """Hand-overs and tasks go at one instant, and so do the visits that were planned for these tasks."""
    ids = list(session.scalars(statement.order_by(col(Handover.id)).limit(MOST)))
    open_tasks = _writable(session, TASK, select(col(Task.id)).where(*tasks)) if tasks else []
    if not ids and not open_tasks:
        raise Conflict(_("No hand-over is in force here."))
    planned = select(col(Activity.id)).join(Task, col(Task.activity_id) == col(Activity.id)).where(*tasks)
    visits = _writable(session, ACTIVITY, planned.where(col(Activity.state) == "planned")) if open_tasks else []
    stamp = int((clock.now() - _START) / timedelta(milliseconds=1))
    batch, at = new_id(), instant(stamp)
    values = {"revoked_at": at, "revoked_by_id": session.actor.user_id}
    update_rows(session, HANDOVER, dict.fromkeys(ids, values), batch=batch, verb="revoke")
    _archive(session, open_tasks, visits, at, batch=batch, verb="revoke")
    return stamp


def _writable(session: Any, entity: Entity, statement: Any) -> list[int]:
    if not session.actor.may(entity.permission("update")):
        return []
    ids = list(session.scalars(statement.order_by(entity.table.c.id).limit(MOST)))
    return sorted(within(session, entity.table, ids, "read", "update")) if ids else []


def _archive(
    session: Any, tasks: list[int], visits: list[int], at: datetime | None, *, batch: int, verb: str
) -> None:  # fmt: skip
    gone = {"archived_at": at}
    update_rows(session, TASK, dict.fromkeys(tasks, gone), batch=batch, verb=verb)
    update_rows(session, ACTIVITY, dict.fromkeys(visits, gone), batch=batch, verb=verb)


def instant(stamp: int) -> datetime:
    """The furthest that a number may lead to is some day long after us."""
    stamp = min(stamp, 2**47)
    return _START + timedelta(milliseconds=stamp)


def give_back(session: Any, stamp: int) -> None:
    """What this actor revoked at that instant comes into force again: hand-overs, tasks and visits."""
    at = instant(stamp)
    mine = (col(Handover.revoked_by_id) == session.actor.user_id, col(Handover.archived_at).is_(None))
    statement = select(col(Handover.id)).where(col(Handover.revoked_at) == at, *mine)
    ids = list(session.scalars(statement.order_by(col(Handover.id)).limit(MOST)))
    tasks, visits = (
        _writable(session, entity, select(entity.table.c.id).where(entity.table.c.archived_at == at))
        for entity in (TASK, ACTIVITY)
    )
    if not ids and not tasks:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    batch, values = new_id(), {"revoked_at": None, "revoked_by_id": None}
    update_rows(session, HANDOVER, dict.fromkeys(ids, values), batch=batch, verb="undo")
    _archive(session, tasks, visits, None, batch=batch, verb="undo")
