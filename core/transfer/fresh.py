"""Records that an import makes beside its own: a trade, a pipeline, a parent that the file names and nobody has yet."""

from typing import Any

from core.access import Actor
from core.db import ActorSession
from core.entity import Entity
from core.errors import DomainError, Invalid
from core.fields import FieldView
from core.i18n import _
from core.ids import new_id
from core.record import Owned
from core.registry import registry
from core.transfer.complete import completed_new
from core.transfer.references import index_of
from core.transfer.words import slug

Row = dict[str, Any]


def can_create(actor: Actor, target: Entity) -> bool:
    """Whether a name alone makes a record of the target."""
    named = {_title_name(target), "name_en", "code"}
    return actor.may(target.permission("create")) and not [v for v in _needed(target) if v.name not in named]


def _needed(target: Entity) -> list[FieldView]:
    return [view for view in target.fields.values() if view.required]


def _title_name(target: Entity) -> str:
    if target.title is not None:
        return str(target.title.key)
    return "name_zh" if "name_zh" in target.table.c else "name"


def new_record(session: ActorSession, target: Entity, text: str, given: dict[str, str], taken: set[str]) -> Row:
    """The row of a record with this name. Raises Invalid with what is missing."""
    title = _title_name(target)
    row: Row = {"id": new_id(), title: target.fields[title].read(text)}
    if title == "name_zh" and text.isascii():
        row["name_en"] = text
    row.update(_given(session, target, given))
    if "code" in target.fields and target.fields["code"].required and "code" not in row:
        row["code"] = _free_code(session, target, text, taken)
        taken.add(row["code"])
    if issubclass(target.model, Owned) and "owner_id" not in row:
        row["owner_id"] = session.actor.user_id
    missing = [_(view.label) for view in _needed(target) if row.get(view.name) is None]
    if missing:
        fields = ", ".join(missing)
        raise Invalid(
            _(
                "“{text}” cannot be created as {target}: it needs {fields}.",
                text=text,
                target=_(target.label),
                fields=fields,
            )
        )
    try:
        return completed_new(session, target, row)
    except DomainError as error:
        raise Invalid(_("“{text}” cannot be created: {reason}", text=text, reason=str(error))) from error


def _given(session: ActorSession, target: Entity, given: dict[str, str]) -> Row:
    row: Row = {}
    for name, text in given.items():
        view = target.field(name)
        if view is None:
            raise Invalid(_("In the mapping, “{place}” is not known.", place=name))
        row[view.name] = _reference(session, view, text) if view.kind == "ref" else view.read(text)
    return row


def _reference(session: ActorSession, view: FieldView, text: str) -> int:
    target = registry().entity_of_table(view.target or "")
    ids = index_of(session, target, [text]).ids(text) if target else []
    if len(ids) != 1:
        raise Invalid(_("“{text}” is not known as {target}.", text=text, target=_(view.label)))
    return ids[0]


def _free_code(session: ActorSession, target: Entity, text: str, taken: set[str]) -> str:
    size = target.fields["code"].size or 40
    base = slug(text, "_")[: size - 4] or "new"
    options = [base, *(f"{base}_{number}" for number in range(2, 100))]
    used = index_of(session, target, options)
    return next(code for code in options if not used.ids(code) and code not in taken)
