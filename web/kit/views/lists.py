"""A list: tabs, search, facets, a table that turns into cards on a phone, sums, keyset paging."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from web.kit.views.common import Due, Link, Option, Post, Tab, Tone
from web.kit.views.forms import Field

Kind = Literal[
    "title", "text", "money", "number", "percent", "date", "badge", "due", "person", "flag", "progress", "masked",
    "drawn",
]  # fmt: skip
NUMERIC = ("money", "number", "percent", "date")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One value. `tone` colours a badge; `due` is the state of a `due` cell; `bar` (0-100) that of a progress.

    A flag is shown if `text` is not empty. An empty text is drawn as a dash. The text of a `drawn` cell is markup.
    """

    text: str
    kind: Kind = "text"
    href: str = ""
    sub: str = ""
    tone: Tone = ""
    due: Due = "none"
    bar: int = 0
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Head:
    """A column's head. `sort` is how the list is sorted by it now; `href` sorts, or turns the order round.

    `phone` is the column's place on a phone's card, where it has one of its own.
    """

    key: str
    text: str
    kind: Kind = "text"
    href: str = ""
    sort: Literal["", "ascending", "descending"] = ""
    help: str = ""
    phone: str = ""

    @property
    def is_numeric(self) -> bool:
        return self.kind in NUMERIC


@dataclass(frozen=True, kw_only=True)
class Row:
    id: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A condition in force that is no facet. `href` is the list without it."""

    label: str
    text: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Facet:
    """A condition to choose from. An option's `href` is the list with that option turned over.

    `text` names what is selected (empty if nothing), `clear` is the list without this facet.
    `inputs` are fields of a small form (a range of days or of money), sent with GET to the list. The options of an
    `is_quick` facet are buttons, without a menu.
    """

    name: str
    label: str
    options: tuple[Option, ...] = ()
    text: str = ""
    clear: str = ""
    inputs: tuple[Field, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    is_quick: bool = False


@dataclass(frozen=True, kw_only=True)
class Saving:
    """What can be kept of the list as it is narrowed now. `name` and `own` are of one's own view that is shown."""

    entity: str
    query: str
    key: str
    name: str = ""
    own: str = ""


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """`href` is the list's address, `rows` that of its fragment; both take the same query.

    The fragment answers with the header `HX-Replace-Url`: the list's address with that query.
    `kept` is the state that a search keeps (sort, facets, density), as hidden fields.
    `count` may be capped: "10,000+". `sums` are by the key of a head.
    """

    title: str
    href: str
    rows: str
    heads: tuple[Head, ...]
    body: tuple[Row, ...]
    count: str
    tabs: tuple[Tab, ...] = ()
    modes: tuple[Tab, ...] = ()
    query: str = ""
    search_hint: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    facets: tuple[Facet, ...] = ()
    chips: tuple[Chip, ...] = ()
    clear: str = ""
    sums: Mapping[str, str] = field(default_factory=dict)
    previous: str = ""
    next: str = ""
    density: Literal["cozy", "compact"] = "cozy"
    cozy: str = ""
    compact: str = ""
    create: Link | None = None
    imports: Link | None = None
    exports: tuple[Post, ...] = ()
    bulk: tuple[Post, ...] = ()
    note: str = ""
    saving: Saving | None = None

    def named(self, row: Row) -> dict[str, Cell]:
        """The cells of a row by the keys of their heads, for a template that places them itself."""
        return {head.key: cell for head, cell in zip(self.heads, row.cells, strict=True)}

    def fragment(self, href: str) -> str:
        """The fragment's address for a link of the list: same query."""
        query = href.partition("?")[2]
        return f"{self.rows}?{query}" if query else self.rows

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query or self.chips or any(facet.text for facet in self.facets))

    @property
    def places(self) -> dict[str, str]:
        """Where a column stands on a phone's card: five places, each for the first column that fits."""
        return phone_places(self.heads)


def phone_places(heads: tuple[Head, ...]) -> dict[str, str]:
    places = {heads[0].key: "m1"} if heads else {}
    places |= {head.key: head.phone for head in heads if head.phone}
    for place, kinds in (
        ("m2", ("money", "number", "percent", "progress")),
        ("m3", ("due", "date", "text")),
        ("m4", ("badge", "person", "flag")),
        ("m5", ("text",)),
    ):
        if place in places.values():
            continue
        key = next((h.key for kind in kinds for h in heads[1:] if h.kind == kind and h.key not in places), None)
        if key:
            places[key] = place
    return places
