"""What surrounds every page: menus, crumbs, the user, language and theme, messages after a post."""

from dataclasses import dataclass
from typing import Literal

from web.kit.views.common import Link, Post

SHORT = 8
MOST = 99


@dataclass(frozen=True, kw_only=True)
class Menu:
    """`go` is the letter that, after `g`, goes there. What is not `is_daily` has no place in the phone's bar."""

    text: str
    href: str
    icon: str
    count: str = ""
    is_urgent: bool = False
    current: bool = False
    go: str = ""
    is_daily: bool = True


@dataclass(frozen=True, kw_only=True)
class MenuGroup:
    items: tuple[Menu, ...]
    title: str = ""
    is_seldom: bool = False

    @property
    def is_open(self) -> bool:
        """A long group that is seldom needed is folded unless the reader is in it; the daily work never is."""
        return not self.is_seldom or len(self.items) <= SHORT or any(item.current for item in self.items)


@dataclass(frozen=True, kw_only=True)
class Me:
    name: str
    post: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Crumb:
    text: str
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Flash:
    """Shown once after a post, with its undo."""

    text: str
    tone: Literal["ok", "bad"] = "ok"
    undo: Post | None = None


@dataclass(frozen=True, kw_only=True)
class Shell:
    """`path` is this page's address with its query: language and theme come back to it.

    `create` are the links behind the button "New"; `search` is the address of the global search, empty if none.
    """

    path: str
    lang: str
    theme: Literal["", "light", "dark"] = ""
    me: Me | None = None
    place: str = ""
    menus: tuple[MenuGroup, ...] = ()
    crumbs: tuple[Crumb, ...] = ()
    create: tuple[Link, ...] = ()
    search: str = ""
    flash: tuple[Flash, ...] = ()
    has_keys: bool = True
    unread: int = 0

    @property
    def other_lang(self) -> str:
        return "en" if self.lang == "zh" else "zh"

    @property
    def bar(self) -> tuple[Menu, ...]:
        """The places of the phone's bottom bar beside the inbox, the whole menu and, where there is one, "New"."""
        items = (item for group in self.menus for item in group.items if item.is_daily)
        return tuple(items)[: 2 if self.create else 3]

    @property
    def waiting(self) -> str:
        """The number at the bell."""
        return f"{MOST}+" if self.unread > MOST else str(self.unread) if self.unread else ""
