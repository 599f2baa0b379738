"""Counts and sums of a list by one or two of its fields."""

from dataclasses import dataclass

from web.kit.views.common import Tab
from web.kit.views.forms import Field


@dataclass(frozen=True, kw_only=True)
class TotalsRow:
    """`href` is the list of what was counted; `share` is 0 to 100, of the largest row."""

    keys: tuple[str, ...]
    count: str
    total: str = ""
    share: float = 0
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class TotalsPage:
    title: str
    href: str
    heads: tuple[str, ...]
    body: tuple[TotalsRow, ...]
    count: str
    inputs: tuple[Field, ...]
    total_label: str = ""
    total: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    conditions: tuple[str, ...] = ()
    modes: tuple[Tab, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Hit:
    text: str
    href: str
    sub: str = ""


@dataclass(frozen=True, kw_only=True)
class HitGroup:
    """What one kind of record has for the words; `more` is its list, searched by them."""

    title: str
    icon: str
    hits: tuple[Hit, ...]
    more: str = ""


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    title: str
    query: str
    groups: tuple[HitGroup, ...] = ()
    hint: str = ""
