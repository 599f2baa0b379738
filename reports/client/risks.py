"""What the records say against each open deal of some clients: the reasons of the list of risks, in one statement."""

from collections.abc import Collection, Mapping

from sqlalchemy import case, or_, select

from core.db import ActorSession
from crm.risks import DEAL, REASONS, WHERE

Risks = Mapping[int, tuple[str, ...]]


def risks_of(session: ActorSession, accounts: Collection[int]) -> Risks:
    """By deal the codes of its reasons, the weightiest first; a deal without any is left out."""
    where = [each() for each in WHERE]
    flags = [case((each, 1), else_=0).label(reason) for reason, each in zip(REASONS, where, strict=True)]
    theirs = DEAL.c.account_id.in_(accounts), DEAL.c.state == "open", DEAL.c.archived_at.is_(None)
    rows = session.execute(select(DEAL.c.id, *flags).where(*theirs, or_(*where)))
    return {row.id: tuple(reason for reason in REASONS if getattr(row, reason)) for row in rows}
