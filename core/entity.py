"""An Entity says, once, how one kind of record is named, listed, edited, searched, guarded and moved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, inspect

from core.access import Rule
from core.fields import FieldView, view
from core.i18n import language, pick
from core.record import Record, Reference


@dataclass(frozen=True)
class Section:
    """A titled group of fields on the form and on the record's page."""

    title: str
    columns: tuple[Any, ...]


@dataclass(frozen=True)
class Verb:
    """A named act on a record: `run(session, record, **values)`. A status that has verbs is never a form field.

    `fields` are asked for before it runs. `offered` says whether this record can take it now. The permission is
    `module.entity.<name>` unless `permission` names a general verb such as `update`.
    """

    name: str
    label: str
    run: Callable[..., None]
    fields: tuple[Any, ...] = ()
    offered: Callable[[Any], bool] = lambda record: True
    permission: str = "update"
    icon: str = "check"
    tone: str = ""


@dataclass(frozen=True)
class Stand:
    """How a record stands on its board: its days in the column, the limit of days there, and what is planned next.

    `plan_id` is the record that plans it, where there is one; decided records are not `is_moving` any more.
    """

    days: int | None = None
    limit: int | None = None
    is_stalled: bool = False
    next_on: date | None = None
    next_text: str = ""
    plan_id: int | None = None
    is_moving: bool = True


@dataclass(frozen=True)
class Board:
    """Columns by a reference or choice column; a card is moved by `move(session, record, key)`, never by a form.

    `undo(session, record, values)` takes the last move back: the values are those before it. `quick` are the fields
    asked for at a column's foot; `admit(session, record)` refuses a new record that may not begin in its column.
    `probability` and `outcome` are columns of the column's own records: the first is said at its head, the second marks
    those that end a record's stay on the board; outcomes that are `elsewhere` have an act of their own, which asks for
    more, and no column. `planned` gives the table joined with what is planned, and each row's state (over, today,
    plan, none), which are the answers of the condition `planned_by`; `stands` tells it of the cards shown.
    `weighed(source)` joins what each record's weighted amount needs to a source with the table, and gives that amount.
    """

    column: Any
    move: Callable[..., None]
    amount: Any = None
    where: Callable[[], ColumnElement[bool]] | None = None
    undo: Callable[..., None] | None = None
    quick: tuple[Any, ...] = ()
    admit: Callable[[Any, Any], None] | None = None
    probability: Any = None
    outcome: Any = None
    elsewhere: tuple[str, ...] = ()
    planned: Callable[[], tuple[FromClause, ColumnElement[str]]] | None = None
    planned_by: str = ""
    stands: Callable[[Any, list[int]], Mapping[int, Stand]] | None = None
    weighed: Callable[[Any], tuple[Any, ColumnElement[Any]]] | None = None


def _keep(session: Any, record: Any) -> None:
    """Nothing to complete before a record of this kind is saved."""


@dataclass(frozen=True, kw_only=True)
class Entity:
    """`stem` is `module.name`, the start of its permissions and addresses. At most sixteen fields; a test counts."""

    stem: str
    model: type[Record]
    label: str
    plural: str
    rule: Rule
    key: tuple[Any, ...]
    columns: tuple[Any, ...]
    form: tuple[Section, ...]
    title: Any = None
    search: tuple[Any, ...] = ()
    facets: tuple[Any, ...] = ()
    sums: tuple[Any, ...] = ()
    order: Any = None
    board: Board | None = None
    verbs: tuple[Verb, ...] = ()
    complete: Callable[[Any, Any], None] = _keep

    @cached_property
    def module(self) -> str:
        return self.stem.split(".")[0]

    @cached_property
    def name(self) -> str:
        return self.stem.split(".")[1]

    @cached_property
    def table(self) -> Any:
        return inspect(self.model).local_table

    @cached_property
    def path(self) -> str:
        return f"/{self.module}/{self.name}"

    def permission(self, verb: str) -> str:
        return f"{self.stem}.{verb}"

    @property
    def is_imported(self) -> bool:
        return self.model.takes_files

    @cached_property
    def inputs(self) -> tuple[FieldView, ...]:
        """The form's fields, in order."""
        return tuple(view(column) for section in self.form for column in section.columns)

    @cached_property
    def listed(self) -> tuple[FieldView, ...]:
        return tuple(view(column) for column in self.columns)

    @cached_property
    def fields(self) -> dict[str, FieldView]:
        """Every field that files and the command line may name, by column name."""
        status = [view(getattr(self.model, name)) for name in self._statuses]
        seen = [*(view(column) for column in self.key), *self.inputs, *self.listed, *status]
        return {field_view.name: field_view for field_view in seen}

    @cached_property
    def _statuses(self) -> tuple[str, ...]:
        """Columns that only verbs set, such as a deal's state; files carry them, forms do not."""
        return tuple(c.name for c in self.table.columns if c.info.get("status"))

    def field(self, name: str) -> FieldView | None:
        return self.fields.get(name) or self.fields.get(f"{name}_id")

    def section_views(self) -> list[tuple[str, list[FieldView]]]:
        return [(section.title, [view(column) for column in section.columns]) for section in self.form]

    def verb(self, name: str) -> Verb | None:
        return next((verb for verb in self.verbs if verb.name == name), None)

    def title_in(self, table: FromClause) -> ColumnElement[Any]:
        """The record's title as a column of the table or of an alias of it, in the current language."""
        if self.title is not None:
            title: ColumnElement[Any] = table.c[self.title.key]
            return title
        if issubclass(self.model, Reference):
            first, second = ("name_en", "name_zh") if language() == "en" else ("name_zh", "name_en")
            return func.coalesce(func.nullif(table.c[first], ""), table.c[second])
        name: ColumnElement[Any] = table.c["name"]
        return name

    def title_of(self, record: Any) -> str:
        if self.title is not None:
            return str(getattr(record, self.title.key))
        if issubclass(self.model, Reference):
            return pick(record.name_zh, record.name_en)
        return str(record.name)

    @cached_property
    def order_key(self) -> str:
        return self.order.key if self.order is not None else "id"
