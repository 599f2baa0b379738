"""Tabs over a list: the views that modules ship and those that somebody saved, and saving, renaming, removing them."""

import secrets
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams
from starlette.responses import Response

from core import clock
from core.counts import Tab as CountedTab
from core.db import ActorSession, get
from core.entity import Entity
from core.errors import Invalid, NotFound
from core.i18n import N_, _
from core.lists import conditions
from core.once import once
from core.registry import registry
from core.views import SavedView, checked_name, save_view, views_of, written
from web.kit import format as texts
from web.kit.requests import SIGNED_IN, Ask, Routes, address, see_other
from web.kit.shell import FLASHES, UNDOS
from web.kit.views import Tab
from web.kit.views.lists import Saving
from web.pages.addresses import ListState, read_state

SAVE = "core.view.create"
FLASHES.update({"view-removed": N_("The view is removed."), "view-saved": N_("The view is saved.")})
UNDOS.update({"view-removed": "/views/{id}/restore", "view-saved": "/views/{id}/remove"})


@dataclass(frozen=True)
class Known:
    """One tab: the list that it leads to, and the saved view that it comes from."""

    key: str
    text: str
    state: ListState
    is_costly: bool = False
    saved: SavedView | None = None


def routes() -> Routes:
    made = Routes()
    made.post("/views", SIGNED_IN, save)
    made.post("/views/{id:int}/rename", SIGNED_IN, rename)
    made.post("/views/{id:int}/remove", SIGNED_IN, remove)
    made.post("/views/{id:int}/restore", SIGNED_IN, restore)
    return made


def known_views(session: ActorSession, entity: Entity) -> list[Known]:
    """The shipped ones, then one's own: one statement. One whose conditions no longer hold is left out."""
    shipped = [
        _known(entity, f"v{index}", _(view.label), view.query(session.actor), is_costly=view.is_costly)
        for index, view in enumerate(registry().views(entity.stem))
    ]
    saved = views_of(session, entity.stem) if session.actor.may("core.view.read") else []
    own = [_known(entity, f"s{view.id}", view.name, view.pairs(), saved=view, is_costly=True) for view in saved]
    return [known for known in (*shipped, *own) if known is not None]


def _known(entity: Entity, key: str, text: str, pairs: Any, **more: Any) -> Known | None:
    try:
        state = read_state(entity, QueryParams(list(pairs)))
        conditions(entity, state.query)
    except Invalid:
        return None
    return Known(key, text, state, **more)


def counted(known: list[Known]) -> tuple[CountedTab, ...]:
    return tuple(CountedTab(each.key, each.state.query, each.is_costly) for each in known)


def tabs(entity: Entity, known: list[Known], state: ListState, counts: dict[str, int]) -> tuple[Tab, ...]:
    """Nothing where there is but the whole list."""
    if not known:
        return ()
    first = () if any(not narrowed(each.state) for each in known) else (_known(entity, "all", _("All"), ()),)
    return tuple(
        Tab(
            text=each.text, href=each.state.at(entity.path), icon="bookmark" if each.saved else "",
            count=texts.capped(counts[each.key]) if each.key in counts else "",
            current=narrowed(each.state) == narrowed(state),
        ) for each in (*first, *known) if each is not None
    )  # fmt: skip


def narrowed(state: ListState) -> list[tuple[str, str]]:
    """What makes the list another one: its conditions and its order, but not how it is drawn."""
    return [pair for pair in state.first_page().pairs() if pair[0] != "density"]


def saving(session: ActorSession, entity: Entity, known: list[Known], state: ListState) -> Saving | None:
    """A list that is no tab yet can be kept; one's own view can be renamed or removed."""
    pairs = narrowed(state)
    here = next((each for each in known if narrowed(each.state) == pairs), None)
    if not session.actor.may(SAVE) or (here is not None and here.saved is None) or not pairs:
        return None
    own = here.saved if here else None
    return Saving(
        entity=entity.stem, query=written(pairs), key=secrets.token_urlsafe(12), name=own.name if own else "",
        own=str(own.id) if own else "",
    )  # fmt: skip


# --- the posts ------------------------------------------------------------------------------------------------


def save(ask: Ask) -> Response:
    entity = _listed(ask, ask.typed("entity"))
    state = read_state(entity, QueryParams(ask.typed("query")))
    conditions(entity, state.query)
    made: list[int] = []

    def _save(session: ActorSession) -> str:
        view = save_view(session, entity.stem, name=ask.typed("name"), pairs=narrowed(state))
        made.append(view.id)
        return address(entity.path, narrowed(state))

    path = once(ask.actor, ask.typed("key"), ask.pairs(), _save)
    return see_other(path, flash=f"view-saved:{made[0]}" if made else "saved")


def rename(ask: Ask) -> Response:
    with ask.writing() as session:
        view = _own(session, ask)
        view.name = checked_name(ask.typed("name"))
        path = address(_listed(ask, view.entity).path, view.pairs())
    return see_other(path, flash="saved")


def remove(ask: Ask) -> Response:
    with ask.writing() as session:
        view = _own(session, ask)
        view.archived_at = clock.now()
        path = _listed(ask, view.entity).path
    return see_other(path, flash=f"view-removed:{ask.id}")


def restore(ask: Ask) -> Response:
    with ask.writing() as session:
        view = _own(session, ask)
        view.archived_at = None
        path = address(_listed(ask, view.entity).path, view.pairs())
    return see_other(path, flash="restored")


def _own(session: ActorSession, ask: Ask) -> SavedView:
    """A view of somebody whom the actor stands in for is theirs alone."""
    view: SavedView = get(session, SavedView, ask.id)
    if view.user_id != ask.actor.user_id:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    return view


def _listed(ask: Ask, stem: str) -> Entity:
    entity = registry().entity(stem)
    if entity is None or not ask.actor.may(entity.permission("read")) or not ask.actor.may(SAVE):
        raise NotFound(_("There is no such record, or it is not yours to see."))
    return entity
