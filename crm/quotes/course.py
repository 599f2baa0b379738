"""Quotes whose day of validity is past are over: looked for every morning."""

from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.db import unit_of_work
from core.jobs import Progress
from crm.quotes.quotes import Quote

PART = 100


EXPIRES = "crm.quotes.expire"


def expire(progress: Progress) -> dict[str, int]:
    """Every morning: what was offered until a day that is past."""
    count = 0
    while found := expire_some():
        count += found
        progress(count, count)
    return {"expired": count}


def expire_some() -> int:
    with unit_of_work(OPERATOR) as session:
        session.info["origin"] = "job"
        over = select(Quote).where(
            col(Quote.state).in_(("approved", "sent")), col(Quote.valid_until) < clock.today(),
            col(Quote.archived_at).is_(None),
        )  # fmt: skip
        found = list(session.scalars(over.order_by(col(Quote.id)).limit(PART)))
        for quote in found:
            quote.state = "expired"
        return len(found)
