"""What a list can be narrowed by besides its own fields: where a record stands, and a field of a record it names."""

from core.entity import Entity
from core.fields import FieldView, view
from core.i18n import N_
from core.record import PLACES
from core.registry import registry

UNITS = "core_unit"
_PLACE_LABELS = {
    "unit": N_("Unit"), "province": N_("Province"), "city": N_("City"), "county": N_("County"), "grid": N_("Grid"),
    "team": N_("Team"),
}  # fmt: skip
assert {*_PLACE_LABELS} == {"unit", *PLACES}


def field_of(entity: Entity, name: str) -> FieldView | None:
    """The field by which `owner`, `city` or `account.trade` narrows the list; None where there is none.

    A place is the unit of that kind above the record's owner: a city holds the deals of all its teams.
    """
    first, _dot, rest = name.partition(".")
    if rest:
        return _field_behind(entity, first, rest)
    return entity.field(name) or _facet(entity, name) or _place(entity, name)


def _facet(entity: Entity, name: str) -> FieldView | None:
    """A facet need not be a field of form or list."""
    return next((view(column) for column in entity.facets if column.key in (name, f"{name}_id")), None)


def behind(entity: Entity, first: str) -> tuple[FieldView, Entity] | None:
    """The reference of that name, and what it names."""
    link = entity.field(first)
    target = registry().entity_of_table(link.target) if link and link.target and not link.masked else None
    return (link, target) if link and target else None


def _field_behind(entity: Entity, first: str, rest: str) -> FieldView | None:
    found = behind(entity, first)
    return None if found is None or "." in rest else field_of(found[1], rest)


def _place(entity: Entity, name: str) -> FieldView | None:
    kind = name.removesuffix("_id")
    if kind not in _PLACE_LABELS or "owner_id" not in entity.table.c:
        return None
    column = getattr(entity.model, f"{kind}_id")
    return FieldView(f"{kind}_id", _PLACE_LABELS[kind], "ref", required=False, column=column, target=UNITS)
