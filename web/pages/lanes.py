"""Which columns a board has: all values of a choice, or all records of a reference, one scope of them at a time.

Stages belong to pipelines, and so do deals: where the column's records and the board's share a parent, the board
shows one parent's columns, and offers the others.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists, false, null, or_, select

from core.db import ActorSession
from core.entity import Board, Entity
from core.fields import FieldView, view
from core.i18n import _
from core.registry import registry
from web.kit.requests import number_of
from web.kit.views import Activity, Facet, Option
from web.pages.addresses import ListState


@dataclass(frozen=True)
class Figure:
    """Number, sum and weighted sum of a column's records; how many are overdue, due today, planned, without a plan."""

    count: int = 0
    total: int = 0
    activity: Activity = field(default_factory=Activity)
    weighted: int = 0


NOTHING = Figure()
Figures = dict[str, Figure]


@dataclass(frozen=True)
class Column:
    """`probability` is that of its records, unless more is known of one; with an `outcome` it ends their stay on the
    board.

    `is_later` where another scope leads to this column's.
    """

    key: str
    title: str
    scope: int | None = None
    scope_title: str = ""
    is_later: bool = False
    probability: int | None = None
    outcome: str | None = None


@dataclass(frozen=True)
class Lanes:
    """The columns, in order; and the choice of the scope, where there are several."""

    columns: tuple[Column, ...]
    scope: Facet | None = None

    @property
    def keys(self) -> list[str]:
        return [column.key for column in self.columns]


def lanes_of(session: ActorSession, entity: Entity, board: Board, state: ListState, figures: Figures) -> Lanes:
    column = view(board.column)
    target = registry().entity_of_table(column.target) if column.target else None
    if target is None:
        return Lanes(tuple(Column(code, column.choice_label(code)) for code in column.choices))
    shared = shared_parent(entity, target)
    found = _columns(session, target, board, shared[1] if shared else None)
    if shared is None:
        return Lanes(tuple(found))
    scope = _scope(state, shared[0], found, figures)
    columns = tuple(each for each in found if each.scope == scope)
    return Lanes(columns, _facet(entity, state, shared[0], found, scope))


def shared_parent(entity: Entity, target: Entity) -> tuple[FieldView, FieldView] | None:
    """The board's reference and the column's reference to one and the same table."""
    mine = {each.target: each for each in entity.fields.values() if each.target}
    return next(((mine[each.target], each) for each in target.fields.values() if each.target in mine), None)


def _columns(session: ActorSession, target: Entity, board: Board, scope: FieldView | None) -> list[Column]:
    """One statement, the title of the scope joined in."""
    table = target.table
    order = [table.c.position] if "position" in table.c else []
    parent = registry().entity_of_table(scope.target or "") if scope else None
    above = parent.table.alias() if parent else None
    title = parent.title_in(above) if parent is not None and above is not None else null()
    values = (table.c[each.key] if each is not None else null() for each in (board.probability, board.outcome))
    mine = table.c[scope.name] if scope else null()
    later = _is_later(parent, mine) if parent else false()
    columns = (table.c.id, target.title_in(table), mine, title, later, *values)
    statement = select(*columns).where(table.c.archived_at.is_(None))
    if above is not None:
        statement = statement.select_from(table.outerjoin(above, above.c.id == mine))
    rows = session.execute(statement.order_by(*order, table.c.id).limit(200))
    found = [Column(str(row[0]), str(row[1]), row[2], row[3] or "", bool(row[4]), *row[5:]) for row in rows]
    return [column for column in found if column.outcome not in board.elsewhere]


def _is_later(parent: Entity, scope: Any) -> Any:
    """Whether another live record of the parent's own kind leads to this one, as a pipeline to the one after it."""
    before = parent.table.alias()
    leads = [before.c[each.name] == scope for each in parent.fields.values() if each.target == parent.table.name]
    return exists().where(or_(false(), *leads), before.c.archived_at.is_(None))


def _scope(state: ListState, mine: FieldView, found: list[Column], figures: Figures) -> int | None:
    """The one that the address names, else the one with most records, else the first that no other leads to."""
    held = state.query.filters.get(mine.short, ("",))[0]
    counts: dict[int | None, int] = {}
    for each in found:
        counts[each.scope] = counts.get(each.scope, 0) + figures.get(each.key, NOTHING).count
    if (chosen := number_of(held)) is not None and chosen in counts:
        return chosen
    later = {each.scope for each in found if each.is_later}
    return max(counts, key=lambda scope: (counts[scope], scope not in later), default=None)


def _facet(entity: Entity, state: ListState, mine: FieldView, found: list[Column], scope: int | None) -> Facet | None:
    names: dict[int | None, str] = {column.scope: column.scope_title for column in found if column.scope is not None}
    if len(names) < 2:
        return None
    options = tuple(
        Option(
            value=str(each), text=name, selected=each == scope,
            href=state.with_filter(mine.short, (str(each),)).at(entity.path),
        ) for each, name in names.items()
    )  # fmt: skip
    return Facet(
        name=mine.short,
        label=_(mine.label),
        options=options,
        text=names.get(scope, ""),
        clear=state.with_filter(mine.short, ()).at(entity.path),
    )
