"""A board: columns with count, sum and what is planned, from SQL; the largest cards of each."""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import QueryParams
from starlette.responses import Response

from core.db import ActorSession
from core.entity import Board, Entity
from core.errors import NotFound
from core.fields import view
from core.i18n import _
from core.lists import COUNT_CAP, Query
from core.registry import registry
from web.kit import format as texts
from web.kit.inputs import Offer, input_for
from web.kit.requests import Ask, address
from web.kit.shell import page
from web.kit.views import Activity, BoardPage, Card, Crumb, Lane, Link, Option, Quick, Segment
from web.kit.views.common import Due
from web.pages.addresses import ListState, read_state
from web.pages.cards import CARDS, cards, figures_statement
from web.pages.drafts import Draft
from web.pages.facets import narrowing
from web.pages.lanes import NOTHING, Column, Figure, Figures, Lanes, lanes_of
from web.pages.listing import chips, cleared, create_link, exports, modes, search_hint
from web.pages.names import templates

STATES: tuple[Due, ...] = ("over", "today", "plan", "none")


@dataclass(frozen=True)
class Sight:
    """What of the board is looked at: its list, the column that a phone shows, the column with an open form."""

    state: ListState
    lane: str = ""
    adding: str = ""
    draft: Draft = field(default_factory=lambda: Draft({}))

    def at(self, entity: Entity) -> str:
        """The board's address as it is narrowed."""
        extra = [("lane", self.lane)] if self.lane else []
        return address(f"{entity.path}/board", [*self.state.pairs(), *extra])


def show(ask: Ask, entity: Entity) -> Response:
    return board_page(ask, entity, sight_of(entity, ask.query))


def sight_of(entity: Entity, params: QueryParams) -> Sight:
    return Sight(read_state(entity, params), params.get("lane", ""), params.get("add", ""))


def sight_at(entity: Entity, path: str) -> Sight:
    """The board that an address shows, to draw the same one again after something was done on it."""
    return sight_of(entity, QueryParams(urlsplit(path).query))


def board_page(ask: Ask, entity: Entity, sight: Sight, status: int = 200) -> Response:
    with ask.reading() as session:
        made = view_of(session, entity, sight)
    crumbs = (Crumb(text=_(entity.plural), href=entity.path), Crumb(text=_("Board")))
    return page(ask, templates(entity, "board"), made, crumbs, status)


def view_of(session: ActorSession, entity: Entity, sight: Sight, *, is_whole: bool = True) -> BoardPage:
    """With all around it, or only the columns."""
    board, state = board_of(entity), sight.state
    figures = figures_of(session, entity, board, state.query)
    lanes = lanes_of(session, entity, board, state, figures)
    shown_keys = [key for key in lanes.keys if figures.get(key, NOTHING).count]
    found = cards(session, entity, board, state.query, shown_keys)
    number = sum(figures.get(key, NOTHING).count for key in lanes.keys)
    sight = replace(sight, lane=sight.lane if sight.lane in lanes.keys else "")
    made = BoardPage(
        title=_(entity.plural), href=f"{entity.path}/board", summary=summary(board, figures, lanes, number),
        lanes=tuple(
            lane(session, entity, sight, each, figures.get(each.key, NOTHING), found.get(each.key, []), lanes)
            for each in lanes.columns
        ),
        lane=sight.lane or next(iter(shown_keys), next(iter(lanes.keys), "")), back=sight.at(entity),
    )  # fmt: skip
    return surrounded(session, entity, sight, made, lanes, number) if is_whole else made


def surrounded(
    session: ActorSession, entity: Entity, sight: Sight, made: BoardPage, lanes: Lanes, number: int
) -> BoardPage:
    state, column = sight.state, view(board_of(entity).column)
    choosable, names = narrowing(session, entity, state, is_counted=number < COUNT_CAP)
    scope = (lanes.scope,) if lanes.scope else ()
    hidden = {column.short, fixed(board_of(entity)), *(facet.name for facet in scope)}
    facets = (each for each in (*scope, *choosable) if each in scope or each.name not in hidden)
    return replace(
        made, modes=modes(entity, state, "board"), query=state.query.words, search_hint=search_hint(entity),
        kept=tuple(pair for pair in state.first_page().pairs() if pair[0] != "q"),
        facets=tuple(on_board(entity, each) for each in facets),
        chips=tuple(replace(c, href=moved(entity, c.href)) for c in chips(entity, without(state, hidden), names)),
        clear=cleared(state).at(made.href) if state.query.words or state.query.filters else "",
        create=create_link(session.actor, entity), exports=exports(session.actor, entity, state),
    )  # fmt: skip


def fixed(board: Board) -> str:
    """The field that the board itself has decided, such as the state: there is nothing to choose."""
    left = getattr(board.where(), "left", None) if board.where is not None else None
    return str(getattr(left, "key", ""))


def summary(board: Board, figures: Figures, lanes: Lanes, number: int) -> str:
    total = sum(figures.get(key, NOTHING).total for key in lanes.keys)
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


def figures_of(session: ActorSession, entity: Entity, board: Board, query: Query) -> Figures:
    counts: dict[str, dict[str, int]] = {}
    totals: dict[str, int] = {}
    weights: dict[str, int] = {}
    for key, state, count, total, weight in session.execute(figures_statement(entity, board, query)):
        counts.setdefault(str(key), {})[state] = count
        totals[str(key)] = totals.get(str(key), 0) + int(total)
        weights[str(key)] = weights.get(str(key), 0) + int(weight)
    return {key: Figure(sum(its.values()), totals[key], Activity(**its), weights[key]) for key, its in counts.items()}


# --- one column -----------------------------------------------------------------------------------------------


def lane(
    session: ActorSession, entity: Entity, sight: Sight, column: Column, figure: Figure, found: list[Card], lanes: Lanes
) -> Lane:
    board, here = board_of(entity), replace(sight, lane=column.key)
    may_move = session.actor.may(entity.permission("update"))
    moves = tuple(Option(value=c.key, text=c.title) for c in lanes.columns if c.key != column.key)
    # In the address, not in a hidden field: one node less on each card.
    ways = urlencode({"from": column.key, "next": here.at(entity)})
    is_end = column.outcome is not None
    return Lane(
        key=column.key, title=column.title, count=texts.number(figure.count), total=money(board, figure.total),
        weighted=weighted(column, figure), note=texts.percent(column.probability), is_end=is_end, href=here.at(entity),
        activity=figure.activity if board.planned is not None and figure.count else None,
        segments=segments(entity, sight.state, column, figure.activity) if board.planned is not None else (),
        cards=tuple(
            replace(each, moves=moves if may_move else (), move_to=f"{each.move_to}?{ways}") for each in found
        ),
        more=more(entity, sight.state, column, figure.count),
        quick=quick(session, entity, here) if board.quick and not is_end else None,
    )  # fmt: skip


def money(board: Board, total: int) -> str:
    return texts.money_short(total) if board.amount is not None and total else ""


def weighted(column: Column, figure: Figure) -> str:
    if column.probability is None or not figure.total:
        return ""
    return _("weighted {amount}", amount=texts.money_short(figure.weighted))


def segments(entity: Entity, state: ListState, column: Column, activity: Activity) -> tuple[Segment, ...]:
    """How many are overdue, due today, planned, without a plan: each leads to its rows."""
    name, stage = board_of(entity).planned_by, view(board_of(entity).column).short
    words = {"over": _("overdue"), "today": _("today"), "plan": _("planned"), "none": _("nothing planned")}
    narrowed = state.with_filter(stage, (column.key,))
    return tuple(
        Segment(
            state=each, count=texts.number(count), text=words[each],
            href=narrowed.with_filter(name, (each,)).at(entity.path),
        )
        for each in STATES if (count := getattr(activity, each))
    )  # fmt: skip


def more(entity: Entity, state: ListState, column: Column, number: int) -> Link | None:
    if number <= CARDS:
        return None
    stage = view(board_of(entity).column).short
    return Link(
        text=_("The {shown} largest of {n}: see all", shown=CARDS, n=texts.number(number)),
        href=state.with_filter(stage, (column.key,)).at(entity.path),
    )  # fmt: skip


def quick(session: ActorSession, entity: Entity, sight: Sight) -> Quick | None:
    """The small form at a column's foot. A reference is typed, and suggested as one types."""
    if not session.actor.may(entity.permission("create")):
        return None
    draft = sight.draft if sight.adding == sight.lane else Draft({})
    return Quick(
        action=f"{entity.path}/board/new",
        fields=tuple(quick_field(sight.lane, each, draft) for each in board_of(entity).quick),
        hidden=(("lane", sight.lane), ("key", draft.key), ("next", sight.at(entity))), error=draft.error,
        is_open=sight.adding == sight.lane, text=_("Quick: {kind}", kind=_(entity.label)),
    )  # fmt: skip


def quick_field(lane_key: str, column: Any, draft: Draft) -> Any:
    each = view(column)
    made = input_for(each, draft.typed.get(each.name, ""), Offer(), error=draft.problems.get(each.name, ""))
    target = registry().entity_of_table(each.target) if each.target else None
    suggest = f"{target.path}/choices" if target is not None else ""
    return replace(made, name=f"{lane_key}.{each.name}", suggest=suggest, value=draft.typed.get(each.name, ""))
