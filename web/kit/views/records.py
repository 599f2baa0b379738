"""One record: head, key figures, steps, verbs, sections of values, panels of the modules, events, history."""

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from web.kit.views.common import Badge, Due, Figure, Link, Post, Step, Tab, Tone
from web.kit.views.forms import Field


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A short fact under the title. `label` says what it is, for those who cannot see the icon."""

    text: str
    label: str
    icon: str = ""
    href: str = ""
    is_person: bool = False


@dataclass(frozen=True, kw_only=True)
class Value:
    """One labelled value. Missing: nothing known yet; masked: known, but not for these eyes.

    `reveal` shows a masked value (a post, because it is logged); `fix` is where a missing one is filled in.
    """

    label: str
    text: str = ""
    kind: Literal["text", "long", "badge", "due", "person", "money"] = "text"
    href: str = ""
    tone: Tone = ""
    due: Due = "none"
    is_masked: bool = False
    reveal: Post | None = None
    fix: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """`empty` are the values that the record does not hold yet: folded away, each with the way to fill it in."""

    title: str
    values: tuple[Value, ...]
    is_side: bool = False
    is_last: bool = False
    empty: tuple[Value, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What a module contributes to the page: a heading of ours around a body of its own, already escaped."""

    key: str
    title: str
    body: Markup
    icon: str = ""
    count: str = ""
    more: Link | None = None
    create: Link | None = None
    is_side: bool = False
    is_top: bool = False


@dataclass(frozen=True, kw_only=True)
class Verb:
    """An act on the record. With `fields` the button opens a small form; `is_open` keeps it open after a refusal.

    `refusal` says why the verb cannot be done now: the button is then shown, but does nothing.
    """

    key: str
    text: str
    action: str
    fields: tuple[Field, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    icon: str = ""
    tone: Literal["", "pri", "danger", "ghost"] = ""
    confirm: str = ""
    refusal: str = ""
    error: str = ""
    is_open: bool = False


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of the timeline. `kind` colours its mark: a weapon, a move of stage, else plain."""

    who: str
    when: str
    at: str
    text: str
    kind: Literal["note", "activity", "weapon", "stage", "change", "file"] = "note"
    icon: str = "message-square"
    href: str = ""
    tags: tuple[Badge, ...] = ()
    due: Due | Literal[""] = ""
    due_text: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordPage:
    """`mark` is the one character of the coloured tile beside the title; empty for none."""

    title: str
    kind: str
    mark: str = ""
    badges: tuple[Badge, ...] = ()
    facts: tuple[Fact, ...] = ()
    figures: tuple[Figure, ...] = ()
    steps: tuple[Step, ...] = ()
    tabs: tuple[Tab, ...] = ()
    verbs: tuple[Verb, ...] = ()
    edit: Link | None = None
    firsts: tuple[Link, ...] = ()
    more: tuple[Link, ...] = ()
    notices: tuple[Badge, ...] = ()
    sections: tuple[Section, ...] = ()
    panels: tuple[Panel, ...] = ()
    events: tuple[Event, ...] = ()
    events_more: Link | None = None

    @property
    def has_side(self) -> bool:
        return bool(self.events) or any(s.is_side for s in self.sections) or any(p.is_side for p in self.panels)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A field's value before and after; an empty one is drawn as a dash."""

    field: str
    old: str
    new: str
    undo: Post | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of the journal: who did what when, and how it came (the screen, an import, the operator)."""

    who: str
    when: str
    at: str
    verb: str
    changes: tuple[Change, ...] = ()
    via: str = ""
    via_href: str = ""
    icon: str = "pencil"
    undo: Post | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class HistoryPage:
    """`error` says why a change could not be taken back; `heading` is for lists of other events than a record's."""

    title: str
    back: Link
    entries: tuple[Entry, ...]
    heading: str = ""
    previous: str = ""
    next: str = ""
    error: str = ""
