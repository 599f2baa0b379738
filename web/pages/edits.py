"""The form of a change: nobody overwrites another unseen, and nobody changes what is masked to them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from starlette.responses import Response

from core.db import ActorSession, get
from core.entity import Entity
from core.errors import Conflict, Forbidden, Invalid
from core.fields import FieldView
from core.history import history, may
from core.i18n import _
from core.once import once
from core.titles import titles
from web.kit import format as texts
from web.kit.inputs import read_values, typed_of
from web.kit.requests import Ask, number_of, see_other
from web.kit.shell import page
from web.kit.values import MASK, reference_ids, shown, title_of
from web.kit.views import Conflict as ConflictView
from web.kit.views import Crumb, FormPage
from web.pages.changes import last_undo
from web.pages.drafts import Draft, draft_of, sections, typed_in
from web.pages.names import templates
from web.pages.unique import taken_fields


def edit(ask: Ask, entity: Entity) -> Response:
    with ask.reading(clear=True) as session:
        record = changeable(session, entity, ask.id)
        draft = Draft(typed_of(entity.inputs, record), version=record.version)
        return edit_form(ask, session, entity, record, draft)


def changeable(session: ActorSession, entity: Entity, record_id: int) -> Any:
    record = get(session, entity.model, record_id)
    if not may(session, entity, record_id, "update"):
        raise Forbidden(_("You may see this record, but not change it."))
    if record.settled:
        raise Forbidden(record.settled)
    return record


def edit_form(
    ask: Ask, session: ActorSession, entity: Entity, record: Any, draft: Draft, status: int = 200
) -> Response:
    path, title = f"{entity.path}/{record.id}", entity.title_of(record)
    view = FormPage(
        title=_("Edit {name}", name=title),
        action=f"{path}/edit",
        submit=_("Save"),
        cancel=path,
        key=draft.key,
        version=str(draft.version),
        sections=sections(session, entity, draft),
        error=draft.error,
        conflict=draft.conflict,
    )
    crumbs = (Crumb(text=_(entity.plural), href=entity.path), Crumb(text=title, href=path), Crumb(text=_("Edit")))
    return page(ask, templates(entity, "form"), view, crumbs, status)


def save(ask: Ask, entity: Entity) -> Response:
    undo: list[str] = []
    try:
        path = once(ask.actor, ask.typed("key"), ask.pairs(), lambda s: _save(s, entity, ask, undo), clear=True)
    except (Invalid, Forbidden) as error:
        return refused_edit(ask, entity, error, 403 if isinstance(error, Forbidden) else 422)
    except IntegrityError as error:
        return refused_edit(ask, entity, taken_fields(entity, error), 422)
    except (Conflict, StaleDataError):
        return conflict(ask, entity)
    return see_other(path, flash=":".join(["saved", *undo]))


def _save(session: ActorSession, entity: Entity, ask: Ask, undo: list[str]) -> str:
    record = changeable(session, entity, ask.id)
    if str(record.version) != ask.typed("version"):
        raise Conflict(_("Somebody else saved this record while you were working on it."))
    shown_now, names = typed_of(entity.inputs, record), titles_in_use(session, entity.inputs, record)
    changed = [view for view in entity.inputs if is_changed(ask, view, shown_now[view.name], names.get(view.name))]
    refuse_masked(changed, shown_now)
    values = read_values(session, changed, typed_in(ask, entity))
    for name, value in values.items():
        setattr(record, name, value)
    entity.complete(session, record)
    if changed:
        session.flush()
        undo += last_undo(session, entity, ask.id)
    return f"{entity.path}/{ask.id}"


def titles_in_use(session: ActorSession, views: tuple[FieldView, ...], record: Any) -> dict[str, str]:
    """The titles of the records that this one names, by field: an input with suggestions shows them."""
    found = titles(session, reference_ids(views, [record]))
    return {view.name: title for view in views if (title := title_of(found, view, getattr(record, view.name)))}


def is_changed(ask: Ask, view: FieldView, shown_now: str, title: str | None = None) -> bool:
    """An input that was not sent is unchanged, and so is one's own mask coming back; an unticked box is never sent."""
    if view.kind == "flag":
        return (ask.typed(view.name) or "0") != (shown_now or "0")
    typed = ask.typed(view.name).replace("\r\n", "\n").strip()
    if view.kind == "list":
        return view.name in ask.form and sorted(typed.split(",")) != sorted(shown_now.split(","))
    if view.masked and MASK in typed and MASK not in shown_now:
        return False
    return view.name in ask.form and typed not in (shown_now.strip(), title or shown_now.strip())


def refuse_masked(changed: list[FieldView], shown_now: Mapping[str, str]) -> None:
    hidden = [view for view in changed if view.masked and MASK in shown_now[view.name]]
    if hidden:
        sentence = _("You may not change what you may not see.")
        raise Invalid(sentence, {view.name: sentence for view in hidden})


def refused_edit(ask: Ask, entity: Entity, error: Exception, status: int) -> Response:
    with ask.reading(clear=True) as session:
        record = changeable(session, entity, ask.id)
        draft = draft_of(ask, entity, error)
        typed = number_of(ask.typed("version"))
        version = record.version if typed is None else typed
        return edit_form(
            ask, session, entity, record, Draft(draft.typed, draft.problems, draft.error, draft.key, version), status
        )


def conflict(ask: Ask, entity: Entity) -> Response:
    """Both values side by side; what was typed stays. Saving again is then a decision, not an accident."""
    with ask.reading(clear=True) as session:
        record = changeable(session, entity, ask.id)
        mine, stored = typed_in(ask, entity), typed_of(entity.inputs, record)
        names = titles_in_use(session, entity.inputs, record)
        differing = [v for v in entity.inputs if is_changed(ask, v, stored[v.name], names.get(v.name))]
        theirs = {v.name: shown(v, getattr(record, v.name), names.get(v.name)) for v in differing}
        draft = Draft(
            mine, version=record.version, theirs=theirs, theirs_values={v.name: stored[v.name] for v in differing},
            conflict=last_saver(session, entity, ask.id),
        )  # fmt: skip
        return edit_form(ask, session, entity, record, draft, 409)


def last_saver(session: ActorSession, entity: Entity, record_id: int) -> ConflictView:
    changes = history(session, entity, record_id, limit=1)
    who, when = (changes[0].actor, texts.when(changes[0].at)) if changes else (_("Somebody else"), "")
    return ConflictView(who=who, when=when)
