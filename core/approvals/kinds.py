"""What needs an approval, and whose: an upper module declares a kind, the kernel knows nothing more of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from core.approvals.rows import Approval
    from core.db import ActorSession


@dataclass(frozen=True)
class Superiors:
    """The requester's line of superiors, from the next one up to so many levels."""

    levels: int = 1


@dataclass(frozen=True)
class Holders:
    """Whoever holds the role in the requester's city or province."""

    role: str
    within: Literal["city", "province"] = "city"


@dataclass(frozen=True)
class Named:
    user_id: int


@dataclass(frozen=True, kw_only=True)
class Step:
    """Who is asked, whether one of them is enough, and from which amount on (in fen) the step counts.

    Nobody is asked twice for one request: who is asked in an earlier step is left out of a later one.
    """

    who: Superiors | Holders | Named
    takes: Literal["one", "all"] = "one"
    since: int = 0


def _nothing(_session: "ActorSession", _approval: "Approval") -> None:
    """A kind that only reads how its requests ended."""


Hook = Callable[["ActorSession", "Approval"], None]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`name` is `module.what`, `entity` the stem of the records it is about.

    `say(approval)` puts what is asked into words, in the current language and from the request's own columns: it is
    called for each row of a list. `steps(session, approval)` gives the steps in order; none means that nobody needs to
    agree. The hooks run in the transaction of the answer, as whoever answers. A step that is not answered in `days`
    goes to the next superior or ends the request.
    """

    name: str
    label: str
    entity: str
    say: Callable[["Approval"], str]
    steps: Callable[["ActorSession", "Approval"], tuple[Step, ...]]
    on_approved: Hook = _nothing
    on_refused: Hook = _nothing
    on_recalled: Hook = _nothing
    days: int | None = None
    after_days: Literal["next", "refuse"] = "next"


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    KINDS[kind.name] = kind


def kind_of(approval: "Approval") -> Kind:
    """Raises LookupError for a request of a module that is not installed any more."""
    return KINDS[approval.kind]


def said(approval: "Approval") -> str:
    """What is asked, in words."""
    kind = KINDS.get(approval.kind)
    return kind.say(approval) if kind else approval.kind
