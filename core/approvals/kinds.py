"""What needs an approval, and whose: an upper module declares a kind, the kernel knows nothing more of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

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


def _nothing(_session: ActorSession, _approval: Approval) -> None:
    """A kind that only reads how its requests ended."""


Hook = Callable[[ActorSession, Approval], None]
Rows = list[dict[str, Any]]


def _no_rows(_session: ActorSession, _approval: Approval, _before: Rows, _after: Rows) -> None:
    """Nothing else follows from what was written."""


@dataclass(frozen=True)
class Outcome:
    """What the kernel writes when a request is made or ends: one column of the rows that the request is about.

    They are the live rows of `table` whose column `key` holds the record's id, or one of the ids that `among(record's
    id, rows)` selects, where `rows(table)` are those of a table, whoever answers. `steps` say, by the state of the
    request, from which value of `column` to which: rows that stand elsewhere stay. `then(session, approval, before,
    after)` is told of the rows, also of those that whoever answers does not see.
    """

    table: str
    key: str
    column: str
    steps: Mapping[str, Mapping[str, str]]
    then: Callable[[ActorSession, Approval, Rows, Rows], None] = _no_rows
    among: Callable[[int, Callable[[str], Any]], Any] | None = None


def _nothing_shown(_session: ActorSession, _approval: Approval) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`name` is `module.what`, `entity` the stem of the records it is about.

    `say(approval)` puts what is asked into words, in the current language and from the request's own columns: it is
    called for each row of a list. `steps(session, approval)` gives the steps in order; none means that nobody needs to
    agree. `outcomes` are written by the kernel, whatever whoever answers may write. The hooks run in the transaction of
    the answer, as whoever answers. A step that is not answered in `days` goes to the next superior or ends the request.
    `draw(session, approval)` is what the request's page shows of the matter, as HTML.
    """

    name: str
    label: str
    entity: str
    say: Callable[[Approval], str]
    steps: Callable[[ActorSession, Approval], tuple[Step, ...]]
    outcomes: tuple[Outcome, ...] = ()
    on_approved: Hook = _nothing
    on_refused: Hook = _nothing
    on_recalled: Hook = _nothing
    days: int | None = None
    after_days: Literal["next", "refuse"] = "next"
    draw: Callable[[ActorSession, Approval], str] = _nothing_shown


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    KINDS[kind.name] = kind


def kind_of(approval: Approval) -> Kind:
    """Raises LookupError for a request of a module that is not installed any more."""
    return KINDS[approval.kind]


def said(approval: Approval) -> str:
    """What is asked, in words."""
    kind = KINDS.get(approval.kind)
    return kind.say(approval) if kind else approval.kind


def drawn_of(session: ActorSession, approval: Approval) -> str:
    """What its module shows of it, as HTML; nothing of a kind that is not installed any more."""
    kind = KINDS.get(approval.kind)
    return kind.draw(session, approval) if kind else ""
