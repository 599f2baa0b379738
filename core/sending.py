"""What is due in the outbox goes out, in a thread of the background work.

A message is composed as its reader of that moment, and handed to a carrier; what a carrier cannot take now is tried
again, later each time, and given up in the end. A message may go twice, never not at all unseen.
"""

import logging
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlmodel import col

from core import clock
from core.carriers import NotCarried, carrier
from core.db import kernel_session
from core.messages import message_for
from core.outbox import Outgoing

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 240, 720))
LEASE = timedelta(minutes=3)
AT_ONCE = 20

log = logging.getLogger("octant.sending")


def send_due() -> int:
    """Send what is due. Returns how many were handed to a carrier."""
    now = clock.now()
    due = (col(Outgoing.state) == "waiting", col(Outgoing.next_at) <= now)
    with kernel_session(writes=False) as session:
        ids = session.scalars(select(col(Outgoing.id)).where(*due).order_by(col(Outgoing.next_at)).limit(AT_ONCE)).all()
    return sum(_send(row) for row_id in ids if (row := _claimed(row_id, due)) is not None)


def _claimed(row_id: int, due: tuple[Any, ...]) -> Outgoing | None:
    """Take one for a while: if this process dies with it, another tries again after the lease."""
    mine = update(Outgoing).where(col(Outgoing.id) == row_id, *due)
    with kernel_session() as session:
        taken = session.connection().execute(mine.values(tries=Outgoing.tries + 1, next_at=clock.now() + LEASE))
        return session.get(Outgoing, row_id) if taken.rowcount == 1 else None


def _send(row: Outgoing) -> bool:
    try:
        message = message_for(row)
        if message is None:
            _note(row, state="dropped")
            return False
        carrier(row.way).carry(message)
    except NotCarried as error:
        _put_off(row, str(error))
        return False
    except ValueError as error:
        # An address that no letter can bear, such as one of two lines, must not hold up those behind it.
        _put_off(row, type(error).__name__)
        return False
    _note(row, state="sent", sent_at=clock.now(), error="")
    return True


def _put_off(row: Outgoing, why: str) -> None:
    if row.tries > len(BACK_OFF):
        log.warning("Notice %s was not sent by %s and is given up: %s", row.notice_id, row.way, why)
        _note(row, state="failed", error=why[:200])
    else:
        _note(row, next_at=clock.now() + BACK_OFF[row.tries - 1], error=why[:200])


def _note(row: Outgoing, **values: Any) -> None:
    with kernel_session() as session:
        session.connection().execute(update(Outgoing).where(col(Outgoing.id) == row.id).values(**values))
