"""A Module is what a folder adds to the product: what it may declare, each a dataclass of its own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement

from core import clock
from core.access import Contribution
from core.approvals.kinds import Kind
from core.entity import Entity


@dataclass(frozen=True)
class Menu:
    """A line of the navigation: an entity's list, or the address of a page.

    `start` makes the page a place where somebody's day begins: of those that a user may open, the highest is shown
    at `/`, and stands first in the navigation, without a group. `count(actor)` is how many things wait there.
    """

    label: str
    target: str
    icon: str
    group: str = ""
    permission: str = ""
    start: int = 0
    count: Callable[[Any], int] | None = None


@dataclass(frozen=True)
class DefaultRole:
    """A role that the module ships; an administrator may change its grants, which are then kept."""

    code: str
    name_zh: str
    name_en: str
    grants: dict[str, str]


@dataclass(frozen=True)
class Panel:
    """A piece of HTML on another entity's page: `draw(session, record) -> str`, empty for nothing to show.

    `place` is `top`, `main`, `side` or `home`; on `home` the record is None. It is asked only of actors with the
    permission. Where something is drawn on `top`, across the whole page, the module has made the page its own: the
    lists of what belongs to the record and its events are left to the module's panels, the values stand beside.
    `instead_of` is the entity, by stem, of whose records no list stands on the page, as the panel draws them.
    """

    entity: str
    draw: Callable[[Any, Any], str]
    permission: str
    place: str = "main"
    order: int = 50
    instead_of: str = ""


@dataclass(frozen=True)
class Action:
    """A line on another entity's page that leads to an address of the module: `address(record) -> str`.

    A line of no entity (`""`) stands under the button "New", with no record, and one of `me` in the user's own menu.
    `is_first` makes it a button of the page. Under "New", `instead_of` is the entity whose own line it stands for.
    """

    entity: str
    label: str
    address: Callable[[Any], str]
    permission: str
    icon: str = "arrow-right"
    is_first: bool = False
    offered: Callable[[Any], bool] = lambda record: True
    instead_of: str = ""


@dataclass(frozen=True)
class Bulk:
    """An act on rows that are ticked in an entity's list: their ids are posted to `path`, one `id` for each."""

    entity: str
    label: str
    path: str
    permission: str
    icon: str = ""


@dataclass(frozen=True)
class Case:
    """One answer of a condition: its code in the address, and `where() -> clause` over the entity's table.

    The clause may speak of today and of the actor's `Me`, not of the hour: it is built once a day.
    """

    code: str
    label: str
    where: Callable[[], ColumnElement[bool]]

    def clause(self) -> ColumnElement[bool]:
        return _built(self.where, clock.today())


@lru_cache(maxsize=200)
def _built(where: Callable[[], ColumnElement[bool]], _day: date) -> ColumnElement[bool]:
    """To build fifteen conditions takes longer than to count by them."""
    return where()


@dataclass(frozen=True)
class Condition:
    """What a list can be narrowed by, like a facet, though no column holds it: `?pace=stalled`.

    The answers are asked within the actor's rules. Several answers of one condition widen each other. Those of an
    `is_quick` one stand over the list as buttons, each one click away. `read` makes the case of a code that no list
    offers: a page that counted such rows leads to them by it.
    """

    entity: str
    name: str
    label: str
    cases: tuple[Case, ...] = ()
    is_quick: bool = False
    read: Callable[[str], Case | None] = lambda code: None

    def case(self, code: str) -> Case | None:
        return next((case for case in self.cases if case.code == code), None) or self.read(code)

    def where(self, code: str) -> ColumnElement[bool] | None:
        case = self.case(code)
        return case.clause() if case is not None else None


@dataclass(frozen=True)
class View:
    """A tab over an entity's list that the module ships: `query(actor)` is the query of the list's address.

    `is_costly` says that counting its rows is worth it only where the whole list is short.
    """

    entity: str
    label: str
    query: Callable[[Any], tuple[tuple[str, str], ...]]
    is_costly: bool = False


@dataclass(frozen=True)
class Column:
    """A column that a module adds to an entity's list: `draw(session, ids) -> {id: HTML}` for the rows of one page.

    It costs the statements that `draw` asks for, whatever the number of rows: let that be one. On a phone's card it
    takes the place `m3` or `m4`, or is left out.
    """

    entity: str
    label: str
    draw: Callable[[Any, list[int]], Mapping[int, str]]
    permission: str
    phone: str = ""


@dataclass(frozen=True)
class Job:
    """Work for later: `run(progress, **arguments) -> result`. Safe to run twice; names the actor it acts for.

    An `is_daily` one takes no arguments, and is asked for every morning by the operator.
    """

    name: str
    run: Callable[..., Any]
    label: str = ""
    is_daily: bool = False


@dataclass(frozen=True)
class Due:
    """Records whose owner is told in the morning of their day: `where(today) -> clause` over the entity's table."""

    entity: str
    where: Callable[[date], ColumnElement[bool]]


@dataclass(frozen=True)
class Forget:
    """Columns of a table that the background work empties once the instant in `at` is `days()` days past."""

    table: Any
    at: str
    columns: tuple[str, ...]
    days: Callable[[], int]


@dataclass(frozen=True)
class Help:
    """What whoever has the permission can do here, in some ten lines, for the page of help."""

    title: str
    permission: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """`gather(session, **parameters) -> data` reads as the actor; `draw(data) -> bytes` makes the PDF.

    One `of_record` is had on the record's page, and not of a list. `forms` draw the same data as other files, by the
    names of `core.papers.FORMS`. `words(session, query)` says what a
    query narrows the report to, and refuses what it does not know.
    """

    name: str
    label: str
    gather: Callable[..., Any]
    draw: Callable[[Any], bytes]
    permission: str
    forms: Mapping[str, Callable[[Any], bytes]] = field(default_factory=dict)
    words: Callable[..., str] | None = None
    of_record: bool = False


@dataclass(frozen=True)
class Command:
    """A group of commands, `octant NAME …`: `app()` imports and returns its `typer.Typer`."""

    name: str
    app: Callable[[], Any]


@dataclass(frozen=True, kw_only=True)
class Module:
    """`announced` are the entities, by stem, of whose records a new owner is told.

    `rights` are permissions of acts that belong to no table and no page of their own.
    """

    name: str
    summary: str
    needs: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    tables: tuple[tuple[Any, str, Any], ...] = ()
    menus: tuple[Menu, ...] = ()
    roles: tuple[DefaultRole, ...] = ()
    routes: Any = None
    seed: Callable[[Any], int] | None = None
    demo: Callable[[Any], Iterable[str] | None] | None = None
    panels: tuple[Panel, ...] = ()
    actions: tuple[Action, ...] = ()
    bulks: tuple[Bulk, ...] = ()
    conditions: tuple[Condition, ...] = ()
    columns: tuple[Column, ...] = ()
    views: tuple[View, ...] = ()
    rules: tuple[Contribution, ...] = ()
    jobs: tuple[Job, ...] = ()
    reports: tuple[Report, ...] = ()
    announced: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    dues: tuple[Due, ...] = ()
    forgets: tuple[Forget, ...] = ()
    helps: tuple[Help, ...] = ()
    commands: tuple[Command, ...] = ()
    approvals: tuple[Kind, ...] = ()
