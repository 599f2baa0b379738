"""What the address of a list says, and the addresses of the same list with one thing changed."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from starlette.datastructures import QueryParams

from core.entity import Entity
from core.errors import Invalid
from core.fields import FieldView
from core.i18n import _
from core.lists import RANGED, Query
from core.narrow import field_of
from web.kit.requests import address

RESERVED = ("q", "sort", "after", "trail", "archived", "density", "by", "sum", "lane", "add")
DENSITIES = ("cozy", "compact")
LONGEST_TRAIL = 40


@dataclass(frozen=True)
class ListState:
    """A list as its address says it. `trail` are the places of the pages before this one, for the way back."""

    query: Query
    density: str = "cozy"
    trail: tuple[str, ...] = ()

    def pairs(self) -> list[tuple[str, str]]:
        """The address's query, in one order, without what goes without saying."""
        query = self.query
        found = [("q", query.words)] if query.words else []
        found += [(name, value) for name, values in sorted(query.filters.items()) for value in values]
        found += [("sort", query.sort)] if query.sort else []
        found += [("archived", "1")] if query.archived else []
        found += [("density", self.density)] if self.density != "cozy" else []
        found += [("trail", cursor) for cursor in self.trail]
        return found + ([("after", query.after)] if query.after else [])

    def first_page(self) -> "ListState":
        return replace(self, query=replace(self.query, after=""), trail=())

    def at(self, path: str) -> str:
        return address(path, self.pairs())

    def with_query(self, **changes: object) -> "ListState":
        """Another list has another first page."""
        return replace(self.first_page(), query=replace(self.query, **{"after": "", **changes}))  # type: ignore[arg-type]

    def with_filter(self, name: str, values: tuple[str, ...]) -> "ListState":
        others = {key: kept for key, kept in self.query.filters.items() if key != name}
        return self.with_query(filters={**others, name: values} if values else others)

    def toggled(self, name: str, value: str) -> "ListState":
        held = self.query.filters.get(name, ())
        return self.with_filter(name, tuple(v for v in held if v != value) if value in held else (*held, value))

    def next_page(self, cursor: str) -> "ListState":
        trail = (*self.trail, self.query.after)[-LONGEST_TRAIL:]
        return replace(self, query=replace(self.query, after=cursor), trail=trail)

    def previous_page(self) -> "ListState | None":
        if not self.query.after:
            return None
        before = self.trail[-1] if self.trail else ""
        return replace(self, query=replace(self.query, after=before), trail=self.trail[:-1])


def read_state(entity: Entity, params: QueryParams) -> ListState:
    """Raises Invalid for a field that the list cannot be narrowed by."""
    filters: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys(params.keys()):
        values = tuple(dict.fromkeys(value for value in params.getlist(name) if value))
        if name in RESERVED or name.endswith((".from", ".to")) or not values:
            continue
        view = field_of(entity, name)
        filters[view.short if view and "." not in name else name] = values
    filters.update(_ranges(entity, params))
    query = Query(
        words=params.get("q", "")[:200], filters=filters, sort=params.get("sort", ""), after=params.get("after", ""),
        archived=params.get("archived") == "1",
    )  # fmt: skip
    density = params.get("density", "")
    trail = tuple(params.getlist("trail"))[-LONGEST_TRAIL:]
    return ListState(query, density if density in DENSITIES else DENSITIES[0], trail)


def _ranges(entity: Entity, params: QueryParams) -> dict[str, tuple[str, ...]]:
    """Two inputs of a small form as the one range they mean; its end is included, as people expect."""
    found: dict[str, tuple[str, ...]] = {}
    for name in {key.rpartition(".")[0] for key in params if key.endswith((".from", ".to"))}:
        view = entity.field(name)
        low, high = params.get(f"{name}.from", "").strip(), params.get(f"{name}.to", "").strip()
        if view is None or view.kind not in RANGED:
            raise Invalid(_("The list cannot be filtered by “{field}”.", field=name))
        if low or high:
            found[view.short] = (f"{_written(view, low, 0)}..{_written(view, high, 1)}",)
    return found


def _written(view: FieldView, typed: str, more: int) -> str:
    value = view.read(typed) if typed else None
    if value is None:
        return ""
    try:
        return view.write(value + timedelta(days=more) if isinstance(value, date) else value + more)
    except OverflowError:
        return ""  # no day comes after the calendar's last one: the range is open there
