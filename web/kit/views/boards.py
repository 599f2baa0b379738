"""A board: one lane per stage, one card per record, each card with its own menu of moves."""

from dataclasses import dataclass

from web.kit.views.common import Due, Link, Option, Post, Tab
from web.kit.views.forms import Field
from web.kit.views.lists import Chip, Facet
from web.kit.views.shell import Flash


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A small icon with its meaning in words."""

    icon: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """`moves` are buttons of one form to `move_to`; each posts its value as `move_name`.

    `days` is the time in this stage as text ("31 days"), `limit` the full sentence for its title. `step` is what is
    planned next, `due` and `due_text` say when.
    """

    id: str
    title: str
    href: str
    sub: str = ""
    amount: str = ""
    amount_note: str = ""
    due: Due | None = None
    due_text: str = ""
    step: str = ""
    days: str = ""
    limit: str = ""
    is_stalled: bool = False
    is_key: bool = False
    owner: str = ""
    marks: tuple[Mark, ...] = ()
    move_to: str = ""
    move_name: str = "to"
    moves: tuple[Option, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Activity:
    """How many cards of a lane are overdue, due today, planned, without a plan."""

    over: int = 0
    today: int = 0
    plan: int = 0
    none: int = 0

    @property
    def parts(self) -> tuple[tuple[Due, float, float], ...]:
        """State, start and length of each piece of the bar, of 100."""
        counts: tuple[tuple[Due, int], ...] = (
            ("over", self.over), ("today", self.today), ("plan", self.plan), ("none", self.none),
        )  # fmt: skip
        share = 100 / (sum(count for _, count in counts) or 1)
        starts = [sum(count for _, count in counts[:i]) * share for i in range(len(counts))]
        return tuple((s, round(x, 2), round(n * share, 2)) for (s, n), x in zip(counts, starts, strict=True) if n)


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A part of a lane's bar in words, with the list of what is in it."""

    state: Due
    count: str
    text: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Quick:
    """A small form at a lane's foot that makes a record there."""

    text: str
    action: str
    fields: tuple[Field, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    error: str = ""
    is_open: bool = False


@dataclass(frozen=True, kw_only=True)
class Lane:
    """`is_end` is a lane that records leave the board by; `href` shows this lane on a phone."""

    key: str
    title: str
    count: str
    cards: tuple[Card, ...]
    total: str = ""
    weighted: str = ""
    note: str = ""
    activity: Activity | None = None
    segments: tuple[Segment, ...] = ()
    is_end: bool = False
    href: str = ""
    quick: Quick | None = None
    more: Link | None = None


@dataclass(frozen=True, kw_only=True)
class BoardPage:
    """`lane` is the one that a phone shows; `back` is the address of the board as it is narrowed."""

    title: str
    href: str
    lanes: tuple[Lane, ...]
    summary: str = ""
    lane: str = ""
    back: str = ""
    modes: tuple[Tab, ...] = ()
    query: str = ""
    search_hint: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    facets: tuple[Facet, ...] = ()
    chips: tuple[Chip, ...] = ()
    clear: str = ""
    create: Link | None = None
    exports: tuple[Post, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChangedBoard:
    """What is sent after something was done on the board: all of it, or one lane; and what is said of it."""

    board: BoardPage
    lane: Lane | None = None
    flash: Flash | None = None
    said: str = ""
