"""Which fields of an entity a file may fill, for this actor, and whether the file is a table of that entity at all."""

from typing import Any

from core.access import Actor, Level
from core.entity import Entity
from core.errors import Forbidden, Invalid
from core.fields import FieldView
from core.i18n import _
from core.record import Owned, system_fields
from core.registry import registry
from core.transfer.mapping import Mapping, Source
from core.transfer.read import Sheet

Chosen = list[tuple[FieldView, Source]]


def importable(actor: Actor, entity: Entity) -> list[FieldView]:
    """The fields that a file may fill: never ids, times and places; the owner only for those who may assign."""
    kept = system_fields(entity.table)
    views = (view for name, view in entity.fields.items() if name not in kept)
    return [view for view in views if _can_be_read(view) and (view.name != "owner_id" or may_assign(actor, entity))]


def _can_be_read(view: FieldView) -> bool:
    return view.kind != "ref" or registry().entity_of_table(view.target or "") is not None


def may_assign(actor: Actor, entity: Entity) -> bool:
    """Whose right to create ends at their own records gives no record to another."""
    return actor.level(entity.permission("create")) > Level.OWN


def chosen_fields(actor: Actor, entity: Entity, sheet: Sheet, mapping: Mapping) -> Chosen:
    """The mapping's fields with their sources. Raises Invalid or Forbidden with a sentence."""
    if mapping.entity and mapping.entity != entity.stem:
        raise Invalid(_("The mapping is for “{name}”, not for “{entity}”.", name=mapping.entity, entity=entity.stem))
    known = {view.name for view in importable(actor, entity)}
    chosen: Chosen = []
    for name, source in mapping.fields.items():
        view = entity.field(name)
        if view is not None and view.name == "owner_id" and "owner_id" not in known:
            raise Forbidden(_("You may not give records to other owners. Leave “{field}” out.", field=_(view.label)))
        if view is None or view.name not in known:
            names = ", ".join(sorted(field.short for field in importable(actor, entity)))
            raise Invalid(_("“{field}” is no field that a file can fill. There are: {names}.", field=name, names=names))
        chosen.append((view, source))
    if not any(source.column or source.template for _view, source in chosen):
        raise Invalid(no_table(entity, sheet))
    return chosen


def no_table(entity: Entity, sheet: Sheet) -> str:
    headers = ", ".join(sheet.headers[:12])
    return _(
        "“{file}” is no table of {entity}: none of its columns ({headers}) is a field of it.",
        file=sheet.name, entity=_(entity.plural), headers=headers,
    )  # fmt: skip


def key_views(entity: Entity, sheet: Sheet, mapping: Mapping, chosen: Chosen) -> list[FieldView]:
    """The fields that tell a record from another: those of the mapping, else the entity's own key."""
    filled = {view.name for view, _source in chosen}
    if mapping.key:
        views = [_key_view(entity, name) for name in mapping.key]
    elif names_alternatives(entity):
        views = [view for view in _own_key(entity) if view.name in filled][:1]
    else:
        views = [view for view in _own_key(entity) if view.name in filled or view.required]
    missing = [view for view in views or _own_key(entity)[:1] if view.name not in filled]
    if missing:
        raise Invalid(
            _(
                "“{file}” is no table of {entity} yet: no column is “{field}”, which tells one record from another.",
                file=sheet.name, entity=_(entity.plural), field=_(missing[0].label),
            )
        )  # fmt: skip
    return views


def _key_view(entity: Entity, name: str) -> FieldView:
    view = entity.field(name)
    if view is None:
        raise Invalid(
            _(
                "“{field}” is no field that a file can fill. There are: {names}.",
                field=name,
                names=", ".join(entity.fields),
            )
        )
    return view


def _own_key(entity: Entity) -> list[FieldView]:
    return [entity.fields[column.key] for column in entity.key]


def names_alternatives(entity: Entity) -> bool:
    """A key of texts only is a list of names, the best first; any other key holds only as a whole."""
    return all(view.kind == "text" for view in _own_key(entity))


def owner_of_new(actor: Actor, entity: Entity, chosen: Chosen) -> Any:
    """Who owns a created record that the file gives no owner: whoever imports it."""
    has_owner = any(view.name == "owner_id" for view, _source in chosen)
    return actor.user_id if issubclass(entity.model, Owned) and not has_owner else None
