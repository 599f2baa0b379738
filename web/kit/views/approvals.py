"""Requests for an approval: the lists of one's own, one request's page, and how those about a record stand."""

from dataclasses import dataclass

from web.kit.views.common import Badge, Link, Option, Tab


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request in a list. `note` says in whose place the reader answers, or what the reader has answered."""

    href: str
    kind: str
    what: str
    about: str = ""
    who: str = ""
    amount: str = ""
    reason: str = ""
    when: str = ""
    at: str = ""
    note: str = ""
    why: str = ""
    badge: Badge | None = None


@dataclass(frozen=True, kw_only=True)
class ApprovalsPage:
    title: str
    tabs: tuple[Tab, ...]
    items: tuple[Asked, ...]
    next: str
    empty: str
    hint: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SeatLine:
    name: str
    badge: Badge
    note: str = ""
    comment: str = ""
    when: str = ""
    at: str = ""


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """A step of a request: `rule` says how many have to agree."""

    title: str
    rule: str
    seats: tuple[SeatLine, ...]
    is_current: bool = False


@dataclass(frozen=True, kw_only=True)
class ApprovalPage:
    """`may_answer` and `may_recall` decide what the reader is offered; `typed` comes back with an error.

    `others` leads whoever has answered on to what still waits for them.
    """

    title: str
    base: str
    kind: str
    badge: Badge
    amount: str
    reason: str
    who: str
    when: str
    at: str
    about: Link | None
    due: str
    steps: tuple[StepLine, ...]
    may_answer: bool
    may_recall: bool
    others: Link | None = None
    ended_why: str = ""
    drawn: str = ""
    in_place_of: str = ""
    people: tuple[Option, ...] = ()
    error: str = ""
    problem: str = ""
    comment: str = ""
    typed_who: str = ""


@dataclass(frozen=True, kw_only=True)
class ApprovalPanel:
    """How what was asked about a record stands, the newest first."""

    title: str
    items: tuple[Asked, ...]
