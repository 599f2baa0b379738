"""The cards of a board: those of all columns in one statement, and how each of them stands in another."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, union_all

from core import clock
from core.db import ActorSession
from core.entity import Board, Entity, Stand
from core.fields import FieldView, view
from core.i18n import _
from core.lists import Query, conditions, rows_statement
from web.kit import format as texts
from web.kit.values import shown
from web.kit.views import Card

CARDS = 10
CODE = "code"
NOWHERE = Stand()
Rows = dict[str, list[Any]]


def board_conditions(entity: Entity, board: Board, query: Query) -> list[ColumnElement[bool]]:
    found = conditions(entity, query)
    return [*found, board.where()] if board.where is not None else found


def cards(session: ActorSession, entity: Entity, board: Board, query: Query, keys: list[str]) -> dict[str, list[Card]]:
    """The largest of each column, in order. Two statements, whatever the number of columns."""
    rows = rows_of(session, entity, board, query, keys)
    ids = [row.id for found in rows.values() for row in found]
    stands = board.stands(session, ids) if board.stands is not None and ids else {}
    views = views_of(entity, board)
    return {key: [card(entity, board, views, row, stands) for row in found] for key, found in rows.items()}


def views_of(entity: Entity, board: Board) -> tuple[FieldView, ...]:
    return tuple(each for each in entity.listed if each.name != board.column.key)


def rows_of(session: ActorSession, entity: Entity, board: Board, query: Query, keys: list[str]) -> Rows:
    """A limit inside a union needs a sub-select of its own on SQLite."""
    if not keys:
        return {}
    parts = [select(one_column(entity, board, query, key).subquery()) for key in keys]
    found: Rows = {key: [] for key in keys}
    for row in session.execute(union_all(*parts)):
        found[str(getattr(row, board.column.key))].append(row)
    return {key: sorted(rows, key=lambda row: order_of(board, row)) for key, rows in found.items()}


def one_column(entity: Entity, board: Board, query: Query, key: str) -> Any:
    table, column = entity.table, view(board.column)
    mine = table.c[column.name] == (int(key) if column.target else key)
    order = table.c[board.amount.key if board.amount is not None else "id"].desc().nulls_last()
    statement = rows_statement(entity, query, views_of(entity, board), extra=extra_columns(entity, board))
    if board.where is not None:
        statement = statement.where(board.where())
    return statement.where(mine).order_by(order, table.c.id.desc()).limit(CARDS)


def extra_columns(entity: Entity, board: Board) -> tuple[str, ...]:
    own = board.probability.key if board.probability is not None else ""
    """With the record's code, which tells cards of one name apart where they name no other record."""
    return (board.column.key, *(name for name in (own, CODE) if name in entity.table.c))


def order_of(board: Board, row: Any) -> tuple[bool, int, int]:
    value = getattr(row, board.amount.key) if board.amount is not None else row.id
    return value is None, -(value or 0), -row.id


def card(entity: Entity, board: Board, views: tuple[FieldView, ...], row: Any, stands: Mapping[int, Stand]) -> Card:
    named = {
        each.name: shown(each, getattr(row, each.name), getattr(row, f"{each.name}__title", None)) for each in views
    }
    reference = next((named[v.name] for v in views if v.target and v.target != "core_user"), "")
    made = Card(
        id=str(row.id), title=str(row.title), href=f"{entity.path}/{row.id}",
        sub=reference or str(getattr(row, CODE, "")),
        amount=texts.money_short(getattr(row, board.amount.key, None)) if board.amount is not None else "",
        amount_note=own_probability(board, row),
        owner=named.get("owner_id", ""), move_to=f"{entity.path}/{row.id}/move",
    )  # fmt: skip
    return standing(made, stands.get(row.id, NOWHERE)) if board.stands is not None else dated(made, views, row)


def own_probability(board: Board, row: Any) -> str:
    """The owner's own word, where there is one; the column's own probability stands at its head."""
    points = getattr(row, board.probability.key, None) if board.probability is not None else None
    return "" if points is None else _("own {percent}", percent=texts.percent(points))


def standing(made: Card, stand: Stand) -> Card:
    text, state = texts.due(stand.next_on, clock.today())
    if stand.next_on is None and stand.next_text:
        text, state = _("no day set"), "plan"
    return replace(
        made, due=state, due_text=text, step=stand.next_text, is_stalled=stand.is_stalled,  # type: ignore[arg-type]
        days="" if stand.days is None else texts.days(stand.days), limit=limit_in_words(stand),
    )  # fmt: skip


def limit_in_words(stand: Stand) -> str:
    if stand.days is None:
        return ""
    if stand.limit is None:
        return _("{days} in this stage", days=texts.days(stand.days))
    return _("{days} in this stage, limit {limit}", days=texts.days(stand.days), limit=texts.days(stand.limit))


def dated(made: Card, views: tuple[FieldView, ...], row: Any) -> Card:
    """Without more to go by: the record's own next day."""
    day = next((getattr(row, v.name) for v in views if v.name.startswith("next_") and v.kind == "date"), None)
    text, state = texts.due(day, clock.today()) if day else ("", None)
    return replace(made, due=state, due_text=text)  # type: ignore[arg-type]


def figures_statement(entity: Entity, board: Board, query: Query) -> Any:
    """Column, state of what is planned, count, sum and weighted sum: one row for each pair that occurs."""
    table = entity.table
    source, state = board.planned() if board.planned is not None else (table, None)
    source, weight = board.weighed(source) if board.weighed is not None else (source, literal(0))
    amount = table.c[board.amount.key] if board.amount is not None else table.c.id
    inner = select(
        table.c[board.column.key].label("key"),
        (state if state is not None else literal("none")).label("state"),
        amount.label("amount"),
        weight.label("weight"),
    )
    found = inner.select_from(source).where(*board_conditions(entity, board, query)).subquery()
    totals = (func.coalesce(func.sum(each), 0) for each in (found.c.amount, found.c.weight))
    return select(found.c.key, found.c.state, func.count(), *totals).group_by(found.c.key, found.c.state)
