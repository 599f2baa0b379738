"""Which columns a board has: all values of a choice, or all records of a reference, one scope of them at a time.

Stages belong to pipelines, and so do deals: where the column's records and the board's share a parent, the board
shows one parent's columns, and offers the others.
"""

from dataclasses import dataclass

from sqlalchemy import select

from core.db import ActorSession
from core.entity import Board, Entity
from core.fields import FieldView, view
from core.i18n import _
from core.module import registry
from core.titles import titles
from web.kit.views import Facet, Option
from web.pages.addresses import ListState

Figures = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Lanes:
    """Key and title of each column, in order; and the choice of the scope, where there are several."""

    columns: tuple[tuple[str, str], ...]
    scope: Facet | None = None


@dataclass(frozen=True)
class _Column:
    key: str
    title: str
    scope: int | None


def lanes_of(session: ActorSession, entity: Entity, board: Board, state: ListState, figures: Figures) -> Lanes:
    column = view(board.column)
    target = registry().entity_of_table(column.target) if column.target else None
    if target is None:
        return Lanes(tuple((code, column.choice_label(code)) for code in column.choices))
    shared = shared_parent(entity, target)
    found = _columns(session, target, shared[1].name if shared else None)
    if shared is None:
        return Lanes(tuple((each.key, each.title) for each in found))
    scope = _scope(state, shared[0], found, figures)
    columns = tuple((each.key, each.title) for each in found if each.scope == scope)
    return Lanes(columns, _facet(session, entity, state, shared[0], found, scope))


def shared_parent(entity: Entity, target: Entity) -> tuple[FieldView, FieldView] | None:
    """The board's reference and the column's reference to one and the same table."""
    mine = {each.target: each for each in entity.fields.values() if each.target}
    return next(((mine[each.target], each) for each in target.fields.values() if each.target in mine), None)


def _columns(session: ActorSession, target: Entity, scope: str | None) -> list[_Column]:
    table = target.table
    order = [table.c.position] if "position" in table.c else []
    statement = select(table.c.id, target.title_in(table), table.c[scope] if scope else table.c.id)
    rows = session.execute(statement.where(table.c.archived_at.is_(None)).order_by(*order, table.c.id).limit(200))
    return [_Column(str(row[0]), str(row[1]), row[2] if scope else None) for row in rows]


def _scope(state: ListState, mine: FieldView, found: list[_Column], figures: Figures) -> int | None:
    """The one that the address names, else the one with most records, else the first."""
    held = state.query.filters.get(mine.short, ("",))[0]
    counts: dict[int | None, int] = {}
    for each in found:
        counts[each.scope] = counts.get(each.scope, 0) + figures.get(each.key, (0, 0))[0]
    if held.isdecimal() and int(held) in counts:
        return int(held)
    return max(counts, key=lambda scope: counts[scope], default=None)


def _facet(
    session: ActorSession, entity: Entity, state: ListState, mine: FieldView, found: list[_Column], scope: int | None
) -> Facet | None:
    ids = [each for each in dict.fromkeys(column.scope for column in found) if each is not None]
    if len(ids) < 2:
        return None
    names = titles(session, {mine.target or "": set(ids)})
    options = tuple(
        Option(
            value=str(each), text=names.get((mine.target or "", each), ""), selected=each == scope,
            href=state.with_filter(mine.short, (str(each),)).at(entity.path),
        ) for each in ids
    )  # fmt: skip
    shown = names.get((mine.target or "", scope or 0), "")
    return Facet(
        name=mine.short,
        label=_(mine.label),
        options=options,
        text=shown,
        clear=state.with_filter(mine.short, ()).at(entity.path),
    )
