"""Record ids: whole numbers made here, so that a bulk write knows its ids before it touches the database.

41 bits of milliseconds since 2025, then 21 bits that start at random and count up: ids sort by age, several
processes need not agree, and ten thousand rows of one bulk write get ten thousand different ids.
"""

import secrets
import threading

from core import clock

_EPOCH_MS = 1_735_689_600_000
_BITS = 21

_lock = threading.Lock()
_last = 0


def new_id() -> int:
    return new_ids(1)[0]


def new_ids(count: int) -> list[int]:
    global _last
    fresh = (int(clock.now().timestamp() * 1000) - _EPOCH_MS) << _BITS | secrets.randbits(_BITS - 1)
    with _lock:
        start = max(fresh, _last + 1)
        _last = start + count - 1
    return list(range(start, start + count))
