"""A board: one lane per stage, one card per record, each card with its own menu of moves."""

from dataclasses import dataclass

from web.kit.views.common import Due, Link, Option, Post, Tab
from web.kit.views.lists import Chip, Facet


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A small icon with its meaning in words."""

    icon: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """`moves` are buttons of one form to `move_to`; each posts its value as `move_name`.

    `days` is the time in this stage as text ("31 days"), `limit` the full sentence for its title.
    """

    id: str
    title: str
    href: str
    sub: str = ""
    amount: str = ""
    amount_note: str = ""
    due: Due | None = None
    due_text: str = ""
    days: str = ""
    limit: str = ""
    is_stalled: bool = False
    is_key: bool = False
    owner: str = ""
    marks: tuple[Mark, ...] = ()
    move_to: str = ""
    move_name: str = "to"
    moves: tuple[Option, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()


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
class Lane:
    key: str
    title: str
    count: str
    cards: tuple[Card, ...]
    total: str = ""
    weighted: str = ""
    note: str = ""
    activity: Activity | None = None
    create: Link | None = None
    more: Link | None = None


@dataclass(frozen=True, kw_only=True)
class BoardPage:
    title: str
    href: str
    lanes: tuple[Lane, ...]
    summary: str = ""
    modes: tuple[Tab, ...] = ()
    query: str = ""
    search_hint: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    facets: tuple[Facet, ...] = ()
    chips: tuple[Chip, ...] = ()
    clear: str = ""
    create: Link | None = None
    exports: tuple[Post, ...] = ()
