"""Who acts: the levels of a grant, what decides the shape of somebody's rules, and the values bound at execution."""

import threading
from dataclasses import dataclass, field
from enum import IntEnum
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from sqlalchemy import BigInteger, Date, bindparam

from core import clock
from core.errors import Forbidden, Unscoped
from core.i18n import _


class Level(IntEnum):
    """How far a grant reaches. SHARED is only what a contributed rule hands over, such as a hand-over to a firm."""

    NONE = 0
    SHARED = 1
    OWN = 2
    TEAM = 3
    SUBTREE = 4
    ALL = 5


@dataclass(frozen=True)
class Profile:
    """What decides the shape of an actor's rules. Two actors with equal profiles share compiled statements."""

    grants: tuple[tuple[str, Level], ...]
    unit_kind: str | None = None
    is_outside: bool = False
    is_standing_in: bool = False
    shows_clear: bool = False

    def level(self, permission: str) -> Level:
        """The widest level any grant gives; the most exact pattern does not narrow a wider one."""
        cache = self._levels
        if permission not in cache:
            cache[permission] = max(
                (level for pattern, level in self.grants if fnmatchcase(permission, pattern)), default=Level.NONE
            )
        return cache[permission]

    @cached_property
    def _levels(self) -> dict[str, Level]:
        return {}


@dataclass(frozen=True)
class Actor:
    """Whoever acts: a signed-in user, or the operator at the command line. `unread` notices wait for them.

    `to_answer` are the requests that wait for their approval.
    """

    user_id: int | None
    username: str
    name: str
    profile: Profile
    place: dict[str, int | None] = field(default_factory=dict, hash=False)
    firm_id: int | None = None
    unread: int = field(default=0, compare=False)
    to_answer: int = field(default=0, compare=False)

    def level(self, permission: str) -> Level:
        return self.profile.level(permission)

    def may(self, permission: str) -> bool:
        return self.level(permission) > Level.NONE


OPERATOR = Actor(None, "operator", "operator", Profile((("*", Level.ALL),)))


def demand(actor: Actor, permission: str) -> None:
    if not actor.may(permission):
        raise Forbidden(
            _("You may not do this. Ask an administrator for the right “{permission}”.", permission=permission)
        )


# --- the actor's values, bound at execution -------------------------------------------------------------------

_now = threading.local()


def bind_actor(actor: Actor) -> None:
    """Called by the wall right before a statement runs, on the thread that runs it."""
    _now.actor = actor


def current() -> Actor:
    actor: Actor | None = getattr(_now, "actor", None)
    if actor is None:
        raise Unscoped("no actor is bound to this statement")
    return actor


class Me:
    """Bound values of the actor, for rules. A rule never holds a value itself: it would leak through the cache."""

    user_id = bindparam("me_user", callable_=lambda: current().user_id, type_=BigInteger)
    unit_id = bindparam("me_unit", callable_=lambda: current().place.get("unit_id"), type_=BigInteger)
    firm_id = bindparam("me_firm", callable_=lambda: current().firm_id, type_=BigInteger)
    today = bindparam("me_today", callable_=clock.today, type_=Date)

    @staticmethod
    def place(kind: str) -> Any:
        return bindparam(
            f"me_{kind}", callable_=lambda: current().place.get(f"{kind}_id"), type_=BigInteger, unique=False
        )
