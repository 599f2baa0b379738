"""Requests in the list of Today: what waits for my answer, and what I asked for and was answered this week."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.approvals.finding import to_answer
from core.approvals.rows import Approval
from core.db import ActorSession
from crm.whose import Whose
from web.kit.approvals import READ, asked_line, names_of
from web.kit.views.approvals import Asked

WAITING, ANSWERED, DAYS = 5, 3, 7


@dataclass(frozen=True, kw_only=True)
class Requests:
    waiting: tuple[Asked, ...] = ()
    answered: tuple[Asked, ...] = ()


def requests_of(session: ActorSession, whose: Whose) -> Requests:
    """At most four statements, and none in the day of a colleague, whose requests are theirs."""
    if not session.actor.may(READ) or whose.person:
        return Requests()
    waiting = [each.approval for each in to_answer(session, limit=WAITING)] if session.actor.to_answer else []
    answered = _answered(session)
    names = names_of(session, [each.owner_id for each in (*waiting, *answered)])
    lines = [asked_line(each, names, {}) for each in (*waiting, *answered)]
    return Requests(waiting=tuple(lines[: len(waiting)]), answered=tuple(lines[len(waiting) :]))


def _answered(session: ActorSession) -> list[Approval]:
    mine = (
        col(Approval.owner_id) == session.actor.user_id, col(Approval.state).in_(("approved", "refused", "timed_out")),
        col(Approval.closed_at) >= clock.now() - timedelta(days=DAYS),
    )  # fmt: skip
    found = select(Approval).where(*mine).order_by(col(Approval.closed_at).desc(), col(Approval.id).desc())
    return list(session.scalars(found.limit(ANSWERED)))
