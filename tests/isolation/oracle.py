"""The rules of the small schema, written a second time in plain Python, without SQL."""

from typing import Any

from core import clock
from tests.isolation import world as w

_USERS = {user[0]: user for user in w.USERS}
_ACCOUNTS = {account[0]: account for account in w.ACCOUNTS}


def role(uid: int) -> str:
    return str(_USERS[uid][3])


def stands_for(uid: int) -> set[int]:
    today = clock.today()
    return {uid} | {d[1] for d in w.DEPUTIES if d[2] == uid and d[3] <= today <= d[4]}


def reaches(uid: int, owner: int, place: dict[str, Any], *, writes: bool = False) -> bool:
    """Whether the user reaches a record of this owner and place by their level."""
    mine, what = w.place_of(_USERS[uid]), role(uid)
    if what in ("admin", "exec"):
        return True
    if what == "auditor":
        return not writes
    if what == "city":
        return place["city_id"] == mine["city_id"]
    if what == "lead":
        return place["unit_id"] == mine["unit_id"] or owner in stands_for(uid)
    return what == "am" and owner in stands_for(uid)


def owns(uid: int, account: tuple[Any, ...], *, writes: bool = False) -> bool:
    return reaches(uid, account[4], w.place_of(_USERS[account[4]]), writes=writes)


def is_handed(uid: int, account_id: int) -> bool:
    return any(h[1] == account_id and h[2] == uid and not h[4] and h[3] >= clock.today() for h in w.HANDOVERS)


def visible(uid: int) -> dict[str, set[int]]:
    own = {a[0] for a in w.ACCOUNTS if owns(uid, a)}
    handed = {a[0] for a in w.ACCOUNTS if role(uid) == "agent" and is_handed(uid, a[0])}
    handed |= {a[0] for a in w.ACCOUNTS if role(uid) in ("am", "lead") and is_handed(uid, a[0])}
    accounts = own | handed
    me = stands_for(uid) if role(uid) not in ("none", "auditor") else set()
    if role(uid) == "city":
        me = set()
    tasks = {t[0] for t in w.TASKS if t[3] in own or t[4] in me or (role(uid) == "city" and t[4] == uid)}
    campaigns = {t[2] for t in w.TASKS if t[0] in tasks}
    if role(uid) in ("admin", "exec", "auditor"):
        campaigns = {c[0] for c in w.CAMPAIGNS}
    handovers = {h[0] for h in w.HANDOVERS if h[1] in own or h[2] in me}
    return {
        "account": accounts,
        "contact": {c[0] for c in w.CONTACTS if c[3] in accounts},
        "task": tasks,
        "campaign": campaigns,
        "handover": handovers,
    }


def writable_accounts(uid: int) -> set[int]:
    return {a[0] for a in w.ACCOUNTS if role(uid) != "agent" and owns(uid, a, writes=True)}
