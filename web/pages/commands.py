"""What the palette offers beside records: the lines of the menu, and what one may make anew."""

from dataclasses import dataclass

from core.access import Actor
from core.i18n import _
from core.search import needles_of, tokens_of
from web.kit.shell import creatable, menus_of
from web.kit.views.totals import HitGroup

MOST = 8


@dataclass(frozen=True, kw_only=True)
class Option:
    """One line of the palette. `key` is its shortcut; without an `icon` the tile of the text stands before it."""

    text: str
    href: str
    sub: str = ""
    kind: str = ""
    icon: str = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Options:
    title: str
    hits: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True)
class PalettePage:
    groups: tuple[Options, ...]


def palette_of(actor: Actor, words: str, found: tuple[HitGroup, ...]) -> PalettePage:
    """Records first, in the order of their kinds, then commands; with nothing typed, the commands alone."""
    records = tuple(
        Option(text=hit.text, href=hit.href, sub=hit.sub, kind=group.title, icon="" if index == 0 else group.icon)
        for index, group in enumerate(found)
        for hit in group.hits
    )
    commands = tuple(option for option in commands_of(actor) if fits(option.text, words))[: MOST if words else None]
    groups = (Options(title=_("Records"), hits=records), Options(title=_("Commands"), hits=commands))
    return PalettePage(groups=tuple(group for group in groups if group.hits))


def commands_of(actor: Actor) -> list[Option]:
    made = [
        Option(
            text=_("New: {name}", name=link.text) if link.icon == "plus" else link.text, href=link.href, icon=link.icon
        )
        for link in creatable(actor)
    ]
    lines = [item for group in menus_of(actor, "") for item in group.items]
    opened = [
        Option(text=item.text, href=item.href, icon=item.icon, key=f"G {item.go.upper()}" if item.go else "")
        for item in lines
    ]
    own = [
        Option(text=_("Inbox"), href="/me/inbox", icon="bell"),
        Option(text=_("Jobs and files"), href="/jobs", icon="list-checks"),
        Option(text=_("What can I do here?"), href="/help", icon="circle-help"),
    ]
    return [*made, *opened, *own]


def fits(text: str, words: str) -> bool:
    """Found like a record: by a part of the name, a word's beginning, or the initials in pinyin."""
    tokens = tokens_of(text)
    return all(
        any(token == needle or (goes_on and token.startswith(needle)) for token in tokens)
        for needle, goes_on in needles_of(words)
    )
