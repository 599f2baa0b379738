"""What is done on a board: a card is moved, and a record is made at a column's foot."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from core.db import ActorSession, get
from core.entity import Entity
from core.errors import Conflict, Forbidden, Invalid, Lacking
from core.fields import FieldView, view
from core.history import history, may
from core.i18n import _
from core.once import once
from core.record import Owned
from web.kit.inputs import read_one, read_values
from web.kit.requests import Ask, local_path, see_other
from web.kit.shell import fragment
from web.kit.views import Flash, Post
from web.kit.views.boards import ChangedBoard
from web.pages.boards import Sight, board_of, board_page, sight_at, view_of
from web.pages.drafts import Draft
from web.pages.unique import taken_fields


def move(ask: Ask, entity: Entity) -> Response:
    """Back to the board as it was narrowed; with JavaScript only the board of that page is sent."""
    board = board_of(entity)
    back = local_path(ask.typed("next") or ask.query.get("next", ""), otherwise=f"{entity.path}/board")
    with ask.writing(clear=True) as session:
        record = get(session, entity.model, ask.id)
        if not may(session, entity, ask.id, "update"):
            raise Forbidden(_("You may see this record, but not change it."))
        if record.archived_at is not None:
            raise Conflict(_("This is not possible any more: the record was changed meanwhile."))
        stood = ask.typed("from") or ask.query.get("from", "")
        if stood not in ("", str(getattr(record, view(board.column).name))):
            raise Conflict(_("Somebody moved this meanwhile. Look again where it stands now."))
        key = read_one(session, view(board.column), ask.typed("to"))
        if key is None:
            raise Invalid(_("Choose a value from the list."))
        session.info["verb"] = "move"
        _move(session, entity, record, key, back)
        session.flush()
        undo = undo_of(session, entity, ask.id)
    if ask.is_fragment:
        return changed(ask, entity, sight_at(entity, back), str(key), undo_post(entity, undo, back))
    return see_other(back, flash=":".join(["moved", *undo]))


def _move(session: ActorSession, entity: Entity, record: Any, key: Any, back: str) -> None:
    """The page that says what has to come first leads back to the board."""
    try:
        board_of(entity).move(session, record, key)
    except Lacking as error:
        joint = "&" if "?" in error.at else "?"
        raise Lacking(str(error), at=f"{error.at}{joint}{urlencode({'next': back})}") from error


def undo_of(session: ActorSession, entity: Entity, record_id: int) -> list[str]:
    """What a message needs to offer the way back, where the board has one."""
    if board_of(entity).undo is None:
        return []
    last = next(iter(history(session, entity, record_id, limit=1)), None)
    return [entity.stem, str(record_id), str(last.id)] if last is not None and last.verb == "move" else []


def undo_post(entity: Entity, undo: list[str], back: str) -> Post | None:
    if not undo:
        return None
    return Post(text=_("Undo"), action=f"{entity.path}/{undo[1]}/undo", fields=(("entry", undo[2]), ("next", back)))


def changed(ask: Ask, entity: Entity, sight: Sight, key: str, undo: Post | None) -> Response:
    """The columns as they are now, and the message."""
    with ask.reading() as session:
        made = view_of(session, entity, sight, is_whole=False)
    title = next((lane.title for lane in made.lanes if lane.key == key), "")
    text = _("Moved to “{column}”.", column=title) if title else _("Moved.")
    return fragment("entity/moved.html", ChangedBoard(board=made, flash=Flash(text=text, undo=undo)))


# --- a new record at a column's foot --------------------------------------------------------------------------


def create(ask: Ask, entity: Entity) -> Response:
    """The form stays open and empty for the next one; after a refusal it holds what was typed."""
    back = local_path(ask.typed("next"), otherwise=f"{entity.path}/board")
    sight = replace(sight_at(entity, back), lane=ask.typed("lane"), adding=ask.typed("lane"))
    try:
        once(ask.actor, ask.typed("key"), ask.pairs(), lambda session: _create(session, entity, ask), clear=True)
    except (Invalid, Forbidden) as error:
        return refused(ask, entity, sight, error)
    except IntegrityError as error:
        return refused(ask, entity, sight, taken_fields(entity, error))
    if ask.is_fragment:
        return answered(ask, entity, sight, _("Created."))
    return see_other(f"{sight.at(entity)}&add={sight.lane}", flash="created")


def quick_views(entity: Entity) -> list[FieldView]:
    return [view(column) for column in board_of(entity).quick]


def typed_in(ask: Ask, entity: Entity) -> dict[str, str]:
    return {each.name: ask.typed(f"{ask.typed('lane')}.{each.name}") for each in quick_views(entity)}


def _create(session: ActorSession, entity: Entity, ask: Ask) -> str:
    column = view(board_of(entity).column)
    values = read_values(session, quick_views(entity), typed_in(ask, entity))
    values[column.name] = read_one(session, column, ask.typed("lane"))
    if issubclass(entity.model, Owned):
        values.setdefault("owner_id", ask.actor.user_id)
    record = entity.model(**{name: value for name, value in values.items() if value is not None})
    entity.complete(session, record)
    admit = board_of(entity).admit
    if admit is not None:
        admit(session, record)
    session.add(record)
    return f"{entity.path}/{record.id}"


def refused(ask: Ask, entity: Entity, sight: Sight, error: Exception) -> Response:
    problems: dict[str, str] = getattr(error, "problems", {})
    typed = typed_in(ask, entity)
    at_fields = problems and problems.keys() <= typed.keys()
    sight = replace(sight, draft=Draft(typed, problems, "" if at_fields else str(error), ask.typed("key")))
    status = 403 if isinstance(error, Forbidden) else 422
    if ask.is_fragment:
        return answered(ask, entity, sight, " ".join(problems.values()) or str(error), status)
    return board_page(ask, entity, sight, status)


def answered(ask: Ask, entity: Entity, sight: Sight, said: str, status: int = 200) -> Response:
    """Only the column that was written to."""
    with ask.reading() as session:
        made = view_of(session, entity, sight, is_whole=False)
    lane = next((each for each in made.lanes if each.key == sight.lane), None)
    if lane is None:
        raise Invalid(_("Choose a value from the list."))
    return fragment("entity/lane_made.html", ChangedBoard(board=made, lane=lane, said=said), status)
