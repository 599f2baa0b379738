"""Small parts that several pages share: links, posts, tabs, options, badges, figures, steps."""

from dataclasses import dataclass
from typing import Literal

Tone = Literal["", "brand", "bad", "warn", "ok", "tip", "line", "strong"]
# How the next activity stands: overdue, today, planned, none. Same colours and shapes wherever it is shown.
Due = Literal["over", "today", "plan", "none"]


@dataclass(frozen=True, kw_only=True)
class Link:
    text: str
    href: str
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Post:
    """A button that changes something: a plain form with hidden fields.

    `confirm` is for what cannot be undone: the sentence is shown beside a second button, without JavaScript.
    """

    text: str
    action: str
    fields: tuple[tuple[str, str], ...] = ()
    icon: str = ""
    tone: Literal["", "pri", "danger", "ghost", "soft"] = ""
    confirm: str = ""


@dataclass(frozen=True, kw_only=True)
class Tab:
    text: str
    href: str
    count: str = ""
    icon: str = ""
    current: bool = False


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice of a select, a group of radios or a facet. A facet's options carry a count and an address."""

    value: str
    text: str
    selected: bool = False
    count: str = ""
    href: str = ""
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A select of a page's filter."""

    name: str
    label: str
    options: tuple[Option, ...]
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Badge:
    text: str
    tone: Tone = ""
    icon: str = ""
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number that matters, with its unit and a line of context. `bar` is 0 to 100, `fix` fills in a missing one."""

    label: str
    text: str
    unit: str = ""
    note: str = ""
    tone: Tone = ""
    due: Due | Literal[""] = ""
    bar: int | None = None
    href: str = ""
    fix: Link | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    text: str
    state: Literal["done", "current", "todo"]
    note: str = ""
    href: str = ""
