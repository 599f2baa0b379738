"""A board: columns with count and sum from SQL, at most fifty cards in each, and moving a card."""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, func, select
from starlette.responses import Response

from core import clock
from core.db import ActorSession, get
from core.entity import Board, Entity
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.fields import FieldView, view
from core.history import may
from core.i18n import _
from core.lists import COUNT_CAP, Query, conditions, rows_statement
from web.kit import format as texts
from web.kit.inputs import read_one
from web.kit.requests import Ask, local_path, see_other
from web.kit.shell import page
from web.kit.values import shown
from web.kit.views import BoardPage, Card, Crumb, Lane, Link, Option
from web.pages.addresses import ListState, read_state
from web.pages.facets import narrowing
from web.pages.lanes import Figures, Lanes, lanes_of
from web.pages.listing import chips, cleared, create_link, exports, modes, search_hint
from web.pages.names import templates

CARDS = 50


def show(ask: Ask, entity: Entity) -> Response:
    return board_page(ask, entity, read_state(entity, ask.query))


def board_page(ask: Ask, entity: Entity, state: ListState) -> Response:
    board = board_of(entity)
    path, column = f"{entity.path}/board", view(board.column)
    with ask.reading() as session:
        figures = figures_of(session, entity, board, state.query)
        lanes = lanes_of(session, entity, board, state, figures)
        number = sum(figures.get(key, (0, 0))[0] for key, _title in lanes.columns)
        choosable, names = narrowing(session, entity, state, is_counted=number < COUNT_CAP)
        drawn = tuple(lane(session, entity, state, key, title, figures, lanes) for key, title in lanes.columns)
    scope = (lanes.scope,) if lanes.scope else ()
    hidden = {column.short, *(facet.name for facet in scope)}
    view_ = BoardPage(
        title=_(entity.plural),
        href=path,
        lanes=drawn,
        modes=modes(entity, state, "board"),
        summary=summary(board, figures, lanes, number),
        query=state.query.words,
        search_hint=search_hint(entity),
        kept=tuple(pair for pair in state.first_page().pairs() if pair[0] != "q"),
        facets=tuple(
            on_board(entity, each) for each in (*scope, *choosable) if each in scope or each.name not in hidden
        ),
        chips=tuple(replace(c, href=moved(entity, c.href)) for c in chips(entity, without(state, hidden), names)),
        clear=cleared(state).at(path) if state.query.words or state.query.filters else "",
        create=create_link(ask.actor, entity),
        exports=exports(ask.actor, entity, state),
    )
    return page(
        ask, templates(entity, "board"), view_, (Crumb(text=_(entity.plural), href=entity.path), Crumb(text=_("Board")))
    )


def summary(board: Board, figures: Figures, lanes: Lanes, number: int) -> str:
    total = sum(figures.get(key, (0, 0))[1] for key, _title in lanes.columns)
    if board.amount is None or not total:
        return _("{n} on the board", n=texts.number(number))
    return _("{n} on the board, {amount} in all", n=texts.number(number), amount=texts.money_short(total))


def without(state: ListState, names: set[str]) -> ListState:
    return replace(
        state, query=replace(state.query, filters={k: v for k, v in state.query.filters.items() if k not in names})
    )


def board_of(entity: Entity) -> Board:
    if entity.board is None:
        raise NotFound(_("There is nothing at this address."))
    return entity.board


def on_board(entity: Entity, facet: Any) -> Any:
    options = tuple(replace(option, href=moved(entity, option.href)) for option in facet.options)
    return replace(facet, options=options, clear=moved(entity, facet.clear))


def moved(entity: Entity, href: str) -> str:
    """The same conditions on the board instead of the list."""
    return f"{entity.path}/board{href.removeprefix(entity.path)}"


def lane(
    session: ActorSession, entity: Entity, state: ListState, key: str, title: str, figures: Figures, lanes: Lanes
) -> Lane:
    """One statement for the cards of a column that has any."""
    board = board_of(entity)
    column, (number, total) = view(board.column), figures.get(key, (0, 0))
    moves = tuple(Option(value=k, text=t) for k, t in lanes.columns if k != key)
    may_move = session.actor.may(entity.permission("update"))
    return Lane(
        key=key, title=title, count=texts.number(number), total=money(board, total),
        cards=cards(session, entity, column, state, key, moves if may_move else ()) if number else (),
        more=more(entity, column, state, key, number),
    )  # fmt: skip


def money(board: Board, total: int | None) -> str:
    return texts.money_short(total) if board.amount is not None and total else ""


def figures_of(session: ActorSession, entity: Entity, board: Board, query: Query) -> Figures:
    table = entity.table
    column = table.c[board.column.key]
    total = func.coalesce(func.sum(table.c[board.amount.key]), 0) if board.amount is not None else func.count()
    statement = select(column, func.count(), total).where(*board_conditions(entity, board, query)).group_by(column)
    return {str(row[0]): (row[1], int(row[2])) for row in session.execute(statement)}


def board_conditions(entity: Entity, board: Board, query: Query) -> list[ColumnElement[bool]]:
    found = conditions(entity, query)
    return [*found, board.where()] if board.where is not None else found


def cards(
    session: ActorSession, entity: Entity, column: FieldView, state: ListState, key: str, moves: tuple[Option, ...]
) -> tuple[Card, ...]:
    table, board = entity.table, board_of(entity)
    views = tuple(each for each in entity.listed if each.name != column.name)
    order = table.c[board.amount.key if board.amount is not None else "id"].desc().nulls_last()
    mine = table.c[column.name] == (int(key) if column.target else key)
    statement = rows_statement(entity, state.query, views).where(mine)
    if board.where is not None:
        statement = statement.where(board.where())
    rows = session.execute(statement.order_by(order, table.c.id.desc()).limit(CARDS)).all()
    return tuple(card(entity, board, views, row, moves, state) for row in rows)


def card(
    entity: Entity, board: Board, views: tuple[FieldView, ...], row: Any, moves: tuple[Option, ...], state: ListState
) -> Card:
    named = {
        each.name: shown(each, getattr(row, each.name), getattr(row, f"{each.name}__title", None)) for each in views
    }
    references = [named[v.name] for v in views if v.target and v.target != "core_user" and named[v.name]]
    due = next((getattr(row, v.name) for v in views if v.name.startswith("next_") and v.kind == "date"), None)
    due_text, due_state = texts.due(due, clock.today()) if due else ("", None)
    return Card(
        id=str(row.id), title=str(row.title), href=f"{entity.path}/{row.id}", sub=references[0] if references else "",
        amount=texts.money_short(getattr(row, board.amount.key, None)) if board.amount is not None else "",
        due=due_state, due_text=due_text, owner=named.get("owner_id", ""),  # type: ignore[arg-type]
        move_to=f"{entity.path}/{row.id}/move", moves=moves, hidden=(("next", state.at(f"{entity.path}/board")),),
    )  # fmt: skip


def more(entity: Entity, column: FieldView, state: ListState, key: str, number: int) -> Link | None:
    if number <= CARDS:
        return None
    return Link(text=_("All {n}", n=texts.number(number)), href=state.with_filter(column.short, (key,)).at(entity.path))


def move(ask: Ask, entity: Entity) -> Response:
    """Back to the board as it was narrowed; with JavaScript only the board of that page is taken in."""
    board = board_of(entity)
    with ask.writing(clear=True) as session:
        record = get(session, entity.model, ask.id)
        if not may(session, entity, ask.id, "update"):
            raise Forbidden(_("You may see this record, but not change it."))
        if record.archived_at is not None:
            raise Conflict(_("This is not possible any more: the record was changed meanwhile."))
        key = read_one(session, view(board.column), ask.typed("to"))
        if key is None:
            raise Invalid(_("Choose a value from the list."))
        session.info["verb"] = "move"
        board.move(session, record, key)
    return see_other(local_path(ask.typed("next"), otherwise=f"{entity.path}/board"), flash="moved")
