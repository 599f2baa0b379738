"""A stored value as a person reads it: the same text in lists, on pages, in history and on boards."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from core.access import Actor
from core.fields import FieldView
from core.i18n import _
from core.record import Reference
from core.registry import registry
from core.titles import Titles
from web.kit import format as texts
from web.kit.views import Cell, Value
from web.kit.views.lists import Kind

MASK = "****"
PEOPLE = "core_user"
_CELL_KINDS: dict[str, Kind] = {
    "money": "money", "number": "number", "rate": "percent", "date": "date", "month": "date", "instant": "date",
    "flag": "flag", "choice": "badge",
}  # fmt: skip
_WRITERS: dict[str, Callable[[Any], str]] = {
    "money": texts.money, "number": texts.number, "rate": texts.percent, "date": texts.day, "instant": texts.instant,
}  # fmt: skip


def shown(view: FieldView, value: Any, title: str | None = None) -> str:
    """The text of a value; a reference's is its title, which is missing where the record is hidden."""
    if value is None or value == "":
        return ""
    if view.kind == "ref":
        return title or ""
    if view.kind == "choice":
        return view.choice_label(value)
    if view.kind == "flag":
        return _("yes") if value else ""
    if view.kind == "list":
        return texts.listed(view.choice_label(part) if view.choices else str(part) for part in value)
    if view.kind == "month":
        return str(value.strftime("%Y-%m"))
    return (writer_of(view) or str)(value)


def writer_of(view: FieldView) -> Callable[[Any], str] | None:
    """A year is a number that is not counted with: it has no thousands."""
    return str if view.kind == "number" and view.name.endswith("year") else _WRITERS.get(view.kind)


def is_masked(view: FieldView, text: str) -> bool:
    return view.masked and MASK in text


def cell_kind(view: FieldView) -> Kind:
    return "person" if view.target == PEOPLE else _CELL_KINDS.get(view.kind, "text")


def cell_maker(actor: Actor, view: FieldView) -> Callable[[Any], Cell]:
    """What makes the view's cell of each row of a list: all that is the same for every row is decided once."""
    kind, name, titled = cell_kind(view), view.name, f"{view.name}__title"
    path = reference_path(actor, view)
    writer = writer_of(view)

    def of_reference(row: Any) -> Cell:
        text = getattr(row, titled, None) or ""
        return Cell(text=text, kind=kind, href=f"{path}{getattr(row, name)}" if path and text else "")

    def of_value(row: Any) -> Cell:
        return cell(view, getattr(row, name))

    def of_written(row: Any) -> Cell:
        value = getattr(row, name)
        return Cell(text="" if value is None else writer(value), kind=kind)  # type: ignore[misc]  # there is one

    return of_reference if view.kind == "ref" else of_written if writer and not view.masked else of_value


def cell(view: FieldView, value: Any, title: str | None = None, href: str = "") -> Cell:
    text = shown(view, value, title)
    return Cell(text=text, kind="masked" if is_masked(view, text) else cell_kind(view), href=href)


def fact(view: FieldView, value: Any, title: str | None = None, href: str = "") -> Value:
    """A labelled value of a record's page."""
    text, label = shown(view, value, title), _(view.label)
    if is_masked(view, text):
        return Value(label=label, text=text, is_masked=True)
    if view.kind == "long_text":
        return Value(label=label, text=text, kind="long")
    if view.kind == "choice":
        return Value(label=label, text=text, kind="badge")
    if view.target == PEOPLE:
        return Value(label=label, text=text, kind="person")
    return Value(label=label, text=text, kind="money" if view.kind == "money" else "text", href=href if text else "")


def reference_href(actor: Actor, view: FieldView, value: Any) -> str:
    """The page of the record that a reference names. People, and configuration one cannot change, are only named."""
    path = reference_path(actor, view) if value else ""
    return f"{path}{value}" if path else ""


def reference_path(actor: Actor, view: FieldView) -> str:
    """Where such pages lie; empty where the actor is not led there."""
    target = registry().entity_of_table(view.target) if view.target and view.target != PEOPLE else None
    verb = "update" if target and issubclass(target.model, Reference) else "read"
    return f"{target.path}/" if target and actor.may(target.permission(verb)) else ""


def reference_ids(views: Iterable[FieldView], rows: Iterable[Any]) -> dict[str, set[int]]:
    """Which records the rows name, by table: what `core.titles` is asked for."""
    found: dict[str, set[int]] = {}
    targets = [view for view in views if view.target]
    for row in rows:
        for view in targets:
            if (value := getattr(row, view.name)) is not None:
                found.setdefault(view.target or "", set()).add(value)
    return found


def title_of(titles: Titles, view: FieldView, value: Any) -> str | None:
    return titles.get((view.target, value)) if view.target and value is not None else None


def stored(view: FieldView, value: Any) -> str:
    """A journal's value as text: days and instants are kept as text there."""
    if isinstance(value, str) and view.kind in ("date", "month"):
        return shown(view, date.fromisoformat(value))
    if isinstance(value, str) and view.kind == "instant":
        return shown(view, datetime.fromisoformat(value))
    return shown(view, value)
