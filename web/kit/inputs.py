"""Inputs of a form from the fields of a declaration, and the values of what was typed into them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, or_, select

from core.db import ActorSession
from core.entity import Entity
from core.errors import Invalid
from core.fields import FieldView
from core.i18n import _
from core.lists import Query, conditions
from core.record import METADATA
from core.registry import registry
from core.titles import Titles, choice_lists, titles
from web.kit import format as texts
from web.kit.values import MASK
from web.kit.views import Field, Option
from web.kit.views.forms import Kind

MOST_OPTIONS = 150
SEPARATOR = " · "
_KINDS: dict[str, Kind] = {
    "text": "text", "long_text": "longtext", "number": "number", "money": "money", "rate": "percent", "phone": "phone",
    "flag": "checkbox", "date": "date", "month": "month", "instant": "datetime", "choice": "choice", "ref": "reference",
    "list": "text",
}  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """What the references of a form may be: the choices of each table, and the titles of those in use."""

    choices: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    titles: Titles = field(default_factory=dict)

    def is_long(self, table: str) -> bool:
        return len(self.choices.get(table, ())) > MOST_OPTIONS


def offer_for(session: ActorSession, views: Iterable[FieldView], typed: Mapping[str, str]) -> Offer:
    """Two statements, whatever the number of references."""
    targets = [view for view in views if view.target]
    used: dict[str, set[int]] = {}
    for view in targets:
        if is_id(text := typed.get(view.name, "")):
            used.setdefault(view.target or "", set()).add(int(text))
    tables = {view.target or "" for view in targets}
    return Offer(choice_lists(session, tables, limit=MOST_OPTIONS), titles(session, used))


def is_id(typed: str) -> bool:
    return typed.isdecimal() and len(typed) <= 19 and int(typed) < 2**63


def typed_of(views: Iterable[FieldView], record: Any) -> dict[str, str]:
    """A record's values as the form's texts."""
    return {view.name: view.write(getattr(record, view.name)) for view in views}


def input_for(view: FieldView, typed: str, offer: Offer, *, error: str = "", required: bool | None = None) -> Field:
    target = registry().entity_of_table(view.target) if view.target else None
    is_long = bool(view.target) and offer.is_long(view.target or "")
    value = offer.titles.get((view.target or "", int(typed)), typed) if is_long and is_id(typed) else typed
    return Field(
        name=view.name,
        label=_(view.label),
        kind="multi" if is_ticked(view) else _KINDS[view.kind],
        value="" if value == "0" and view.kind == "flag" else value,
        options=() if is_long else options_of(view, typed, offer),
        suggest=f"{target.path}/choices" if target and is_long else "",
        error=error,
        unit=unit_of(view),
        max_length=view.size or 0,
        required=view.required if required is None else required,
        read_only=view.masked and MASK in typed,
        help=_("Separate several by commas.") if view.kind == "list" and not view.choices else "",
    )


def is_ticked(view: FieldView) -> bool:
    """Several of a few."""
    return view.kind == "list" and bool(view.choices)


def unit_of(view: FieldView) -> str:
    return {"money": texts.symbol(), "rate": "%"}.get(view.kind, "")


def options_of(view: FieldView, typed: str, offer: Offer) -> tuple[Option, ...]:
    if view.choices:
        pairs = [(code, view.choice_label(code)) for code in view.choices]
    elif view.target:
        pairs = [(str(row_id), title) for row_id, title in offer.choices.get(view.target, ())]
        pairs += _beside(view, typed, offer, {value for value, _title in pairs})
    else:
        return ()
    held = {part.strip() for part in typed.split(",")} if is_ticked(view) else {typed}
    return tuple(Option(value=value, text=text, selected=value in held) for value, text in pairs)


def _beside(view: FieldView, typed: str, offer: Offer, known: set[str]) -> list[tuple[str, str]]:
    """The value in use stays on offer though its record is archived, or hidden: a save must not empty it unseen."""
    if not is_id(typed) or typed in known:
        return []
    return [(typed, offer.titles.get((view.target or "", int(typed)), _("(not visible to you)")))]


# --- reading what was typed -----------------------------------------------------------------------------------


def read_values(session: ActorSession, views: Iterable[FieldView], typed: Mapping[str, str]) -> dict[str, Any]:
    """Values by column name. Raises Invalid with one sentence per field that is wrong."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for view in views:
        try:
            values[view.name] = read_one(session, view, typed.get(view.name, ""))
        except Invalid as error:
            problems[view.name] = str(error)
    if problems:
        raise Invalid(_("Not saved yet. Please look at these fields; the rest is kept as you typed it."), problems)
    return values


def read_one(session: ActorSession, view: FieldView, typed: str) -> Any:
    if view.target and typed.strip():
        return read_reference(session, view.target, typed.strip())
    value = view.read(typed)
    if view.kind == "list":
        return value or []
    column = view.column.property.columns[0]
    if value is None and not column.nullable:
        return column.default.arg if column.default is not None and not column.default.is_callable else ""
    return value


def read_reference(session: ActorSession, table: str, typed: str) -> int:
    """An id from a list, or the title or key that was typed. A hidden record is answered like a missing one."""
    found = _by_id(session, table, typed) or _by_words(session, table, typed)
    if len(found) > 1:
        raise Invalid(_("Several records are called “{text}”. Type the code of the one you mean.", text=typed))
    if not found:
        raise Invalid(_("Choose a value from the list."))
    return found[0]


def _by_id(session: ActorSession, table: str, typed: str) -> list[int]:
    if not is_id(typed):
        return []
    target = METADATA.tables[table]
    return list(session.scalars(select(target.c.id).where(target.c.id == int(typed), target.c.archived_at.is_(None))))


def _by_words(session: ActorSession, table: str, typed: str) -> list[int]:
    """By title, by a key, or by `title · key`, as suggestions of the same title are written."""
    entity = registry().entity_of_table(table)
    if entity is None:
        return []
    target = entity.table
    title, key = entity.title_in(target), target.c[entity.key[0].key]
    first, _mark, last = typed.rpartition(SEPARATOR)
    ways = [
        title == typed,
        *(target.c[column.key] == typed for column in entity.key),
        and_(title == first, key == last),
    ]
    statement = select(target.c.id).where(or_(*ways), target.c.archived_at.is_(None))
    return list(session.scalars(statement.order_by(target.c.id).limit(2)))


def suggestions(session: ActorSession, entity: Entity, words: str, limit: int) -> list[str]:
    """Titles that match; where two are the same, each with its key."""
    table = entity.table
    title = entity.title_in(table)
    statement = select(title, table.c[entity.key[0].key]).where(*conditions(entity, Query(words=words)))
    rows = [(str(row[0]), str(row[1])) for row in session.execute(statement.order_by(title, table.c.id).limit(limit))]
    names = [name for name, _key in rows]
    return [name if names.count(name) == 1 else f"{name}{SEPARATOR}{key}" for name, key in rows]
