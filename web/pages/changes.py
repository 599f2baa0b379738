"""A record's history in words, and taking changes back."""

from starlette.responses import Response

from core.db import ActorSession, get
from core.entity import Entity
from core.errors import Conflict, Forbidden, Invalid
from core.fields import FieldView, label_of
from core.history import Change, history, may, undo_entry
from core.i18n import N_, _
from core.titles import Titles, titles
from web.kit import format as texts
from web.kit.deeds import DEEDS
from web.kit.requests import Ask, local_path, see_other
from web.kit.shell import page
from web.kit.values import stored
from web.kit.views import Change as ChangeView
from web.kit.views import Crumb, Entry, HistoryPage, Link, Post
from web.pages.names import templates

ORIGINS = {"screen": N_("on the screen"), "import": N_("by an import"), "cli": N_("at the command line")}
ICONS = {
    "create": "plus",
    "archive": "archive",
    "restore": "archive-restore",
    "undo": "undo-2",
    "import": "upload",
    "move": "arrow-right",
}


def verb_text(entity: Entity, verb: str) -> str:
    declared = entity.verb(verb)
    return _(declared.label) if declared else _(DEEDS.get(verb, DEEDS["update"]))


def summary(entity: Entity, change: Change) -> str:
    """One line of the timeline: what was done, and to which fields."""
    done = verb_text(entity, change.verb)
    names = [_(v.label) for name in change.fields if (v := entity.fields.get(name))]
    if change.verb == "create" or not names:
        return done
    return _("{act}: {fields}", act=done, fields=texts.listed(names[:4]))


def show(ask: Ask, entity: Entity) -> Response:
    return history_page(ask, entity)


def history_page(ask: Ask, entity: Entity, error: str = "", status: int = 200) -> Response:
    with ask.reading(clear=True) as session:
        record = get(session, entity.model, ask.id)
        changes = history(session, entity, ask.id)
        may_undo = may(session, entity, ask.id, "update")
        names = titles(session, named_ids(entity, changes))
    title, path = entity.title_of(record), f"{entity.path}/{ask.id}"
    view = HistoryPage(
        title=title, back=Link(text=title, href=path), error=error,
        entries=tuple(entry(entity, path, change, names, may_undo=may_undo) for change in changes),
    )  # fmt: skip
    crumbs = (Crumb(text=_(entity.plural), href=entity.path), Crumb(text=title, href=path), Crumb(text=_("History")))
    return page(ask, templates(entity, "history"), view, crumbs, status)


def named_ids(entity: Entity, changes: list[Change]) -> dict[str, set[int]]:
    wanted: dict[str, set[int]] = {}
    for change in changes:
        for name, pair in change.fields.items():
            if (view := entity.fields.get(name)) and view.target:
                wanted.setdefault(view.target, set()).update(value for value in pair if isinstance(value, int))
    return wanted


def entry(entity: Entity, path: str, change: Change, names: Titles, *, may_undo: bool) -> Entry:
    can_undo = may_undo and change.verb != "create" and bool(change.fields) and set(change.fields) <= settable(entity)
    return Entry(
        who=change.actor, when=texts.when(change.at), at=texts.instant(change.at), verb=verb_text(entity, change.verb),
        changes=tuple(
            field_change(entity, path, change, name, names, may_undo=can_undo and len(change.fields) > 1)
            for name in change.fields if name in entity.fields or name == "archived_at"
        ),
        via=_(ORIGINS[change.origin]) if change.origin in ORIGINS else "", icon=ICONS.get(change.verb, "pencil"),
        undo=undo_post(path, change) if can_undo else None,
    )  # fmt: skip


def last_undo(session: ActorSession, entity: Entity, record_id: int) -> list[str]:
    """What a message needs to offer the undo of the change just made; nothing where only a verb could take it back."""
    change = next(iter(history(session, entity, record_id, limit=1)), None)
    if change is None or not set(change.fields) <= settable(entity):
        return []
    return [entity.stem, str(record_id), str(change.id)]


def settable(entity: Entity) -> set[str]:
    """What a form could set is undone here; a status goes back by its own verb."""
    return {view.name for view in entity.inputs} | {"archived_at"}


def field_change(entity: Entity, path: str, change: Change, name: str, names: Titles, *, may_undo: bool) -> ChangeView:
    view = entity.fields.get(name)
    old, new = (value_text(view, value, names) for value in change.fields[name])
    return ChangeView(
        field=_(view.label if view else label_of(name)),
        old=old,
        new=new,
        undo=undo_post(path, change, name) if may_undo else None,
    )


def value_text(view: FieldView | None, value: object, names: Titles) -> str:
    if view is None or value is None:
        return "" if value is None else str(value)[:16].replace("T", " ")
    if view.target:
        return names.get((view.target, int(str(value))), _("(not visible to you)"))
    return stored(view, value)


def undo_post(path: str, change: Change, name: str = "") -> Post:
    fields = (("entry", str(change.id)), *((("field", name),) if name else ()))
    return Post(text=_("Undo"), action=f"{path}/undo", fields=fields, icon="undo-2")


def undo(ask: Ask, entity: Entity) -> Response:
    try:
        with ask.writing(clear=True) as session:
            _undo(session, entity, ask)
    except (Conflict, Forbidden, Invalid) as error:
        status = {Conflict: 409, Forbidden: 403}.get(type(error), 422)
        return history_page(ask, entity, str(error), status)
    return see_other(local_path(ask.typed("next"), otherwise=f"{entity.path}/{ask.id}"), flash="undone")


def _undo(session: ActorSession, entity: Entity, ask: Ask) -> None:
    get(session, entity.model, ask.id)
    if not may(session, entity, ask.id, "update"):
        raise Forbidden(_("You may see this record, but not change it."))
    typed = ask.typed("entry")
    entry_id = int(typed) if typed.isdecimal() and len(typed) < 20 else 0
    undo_entry(session, entity, ask.id, entry_id, ask.typed("field") or None)
