"""A record's page: what it is, what can be done with it, what belongs to it, and what happened to it."""

import secrets
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from core.db import ActorSession, get
from core.entity import Entity
from core.fields import FieldView
from core.history import allowed, history
from core.i18n import _
from core.registry import registry
from core.titles import Titles, titles
from web.kit import format as texts
from web.kit.requests import Ask
from web.kit.shell import page
from web.kit.values import PEOPLE, fact, reference_href, reference_ids, shown, title_of
from web.kit.views import Badge, Crumb, Event, Fact, Figure, Link, RecordPage, Section
from web.pages.changes import summary
from web.pages.names import templates
from web.pages.panels import child_panels, module_panels
from web.pages.verbs import Refusal, archive_verb, verbs

EVENTS = 6


def show(ask: Ask, entity: Entity) -> Response:
    return record_page(ask, entity)


def record_page(ask: Ask, entity: Entity, refusal: Refusal | None = None, status: int = 200) -> Response:
    with ask.reading(clear=True) as session:
        record = get(session, entity.model, ask.id)
        view = view_of(session, entity, record, refusal)
    crumbs = (Crumb(text=_(entity.plural), href=entity.path), Crumb(text=view.title))
    return page(ask, templates(entity, "record"), view, crumbs, status)


def view_of(session: ActorSession, entity: Entity, record: Any, refusal: Refusal | None) -> RecordPage:
    path, key = f"{entity.path}/{record.id}", secrets.token_urlsafe(12)
    names = titles(session, reference_ids(entity.fields.values(), [record]))
    may_do = allowed(session, entity, record.id, "update", "delete")
    may_update = "update" in may_do
    archiving = archive_verb(entity, record, key) if may_do == {"update", "delete"} and not record.settled else ()
    is_live = record.archived_at is None
    may_edit = may_update and is_live and not record.settled
    title = entity.title_of(record) or _("no name")
    panels = module_panels(session, entity, record)
    is_made = any(panel.is_top for panel in panels)
    panels += () if is_made else child_panels(session, entity, record)
    parts = sections(session, entity, record, names, edit=f"{path}/edit" if is_made and may_edit else "")
    head = facts(session, entity, record, names)
    said = {title, *(badge.text for badge in badges(entity, record)), *(each.text for each in head)}
    return RecordPage(
        title=title, kind=_(entity.label), mark=texts.mark(title), badges=badges(entity, record),
        facts=head, figures=figures(entity, record),
        verbs=(*(verbs(session, entity, record, key, refusal) if may_update and is_live else ()), *archiving),
        edit=Link(text=_("Edit"), href=f"{path}/edit", icon="pencil") if may_edit else None,
        firsts=actions(session, entity, record, is_first=True) if is_live else (),
        more=(*actions(session, entity, record), Link(text=_("History"), href=f"{path}/history", icon="history")),
        notices=notices(record, refusal),
        sections=gathered(parts, said) if is_made else beside(parts) if panels else parts,
        panels=panels,
        events=() if is_made else events(session, entity, record),
        events_more=Link(text=_("All changes"), href=f"{path}/history"),
    )  # fmt: skip


def badges(entity: Entity, record: Any) -> tuple[Badge, ...]:
    """Where it stands: the choices that only verbs set."""
    found = [
        Badge(text=shown(view, getattr(record, view.name)), tone="brand")
        for view in statuses(entity)
        if view.kind == "choice"
    ]
    return tuple(badge for badge in found if badge.text)


def statuses(entity: Entity) -> list[FieldView]:
    inputs = {view.name for view in entity.inputs}
    return [view for view in entity.fields.values() if view.name not in inputs]


def facts(session: ActorSession, entity: Entity, record: Any, names: Titles) -> tuple[Fact, ...]:
    """The references among the list's columns, and the owner."""
    found = [
        Fact(
            text=title,
            label=_(view.label),
            is_person=view.target == PEOPLE,
            href=reference_href(session.actor, view, getattr(record, view.name)),
        )
        for view in entity.listed
        if view.target and (title := title_of(names, view, getattr(record, view.name)))
    ]
    return tuple(found[:5])


def figures(entity: Entity, record: Any) -> tuple[Figure, ...]:
    """The sums' columns of this one record, if there are several: one alone stands among the values."""
    views = [entity.fields[column.key] for column in entity.sums if column.key in entity.fields]
    found = [Figure(label=_(v.label), text=shown(v, getattr(record, v.name)) or "—") for v in views]
    return tuple(found) if len(found) > 1 else ()


def notices(record: Any, refusal: Refusal | None) -> tuple[Badge, ...]:
    found = [Badge(text=refusal.text, tone="bad", icon="circle-alert")] if refusal else []
    if record.archived_at is not None:
        found.append(
            Badge(text=_("This record is archived since {day}.", day=texts.instant(record.archived_at)), tone="warn")
        )
    return tuple(found)


def sections(
    session: ActorSession, entity: Entity, record: Any, names: Titles, *, edit: str = ""
) -> tuple[Section, ...]:
    """With `edit`, the address of the form, what is missing leads to its field there."""
    inputs = {view.name for view in entity.inputs} if edit else set()

    def values(views: list[FieldView]) -> Any:
        made = (
            (v, fact(v, value, title_of(names, v, value), reference_href(session.actor, v, value)))
            for v in views for value in [getattr(record, v.name)]
        )  # fmt: skip
        return tuple(replace(each, fix=f"{edit}#f-{v.name}") if v.name in inputs else each for v, each in made)

    made = [Section(title=_(title), values=values(views)) for title, views in entity.section_views()]
    state = [view for view in statuses(entity) if getattr(record, view.name) not in (None, "")]
    if state:
        made.insert(0, Section(title=_("State"), values=values(state), is_side=True))
    return tuple(made)


def beside(found: tuple[Section, ...]) -> tuple[Section, ...]:
    """Where something belongs to the record it takes the middle, and all values but the first section stand beside."""
    first = next((section for section in found if not section.is_side), None)
    return tuple(replace(section, is_side=section is not first) for section in found)


def gathered(found: tuple[Section, ...], said: set[str]) -> tuple[Section, ...]:
    """On a page that a module has made its own: one card at the end, of what the head has not said; the rest folded."""
    values = [value for section in found for value in section.values]
    known = tuple(value for value in values if value.text and value.text not in said)
    empty = tuple(value for value in values if not value.text)
    return (Section(title=_("Facts"), values=known, empty=empty, is_last=True),) if known or empty else ()


def actions(session: ActorSession, entity: Entity, record: Any, *, is_first: bool = False) -> tuple[Link, ...]:
    """What modules add to this record: buttons, or lines of its menu."""
    return tuple(
        Link(text=_(action.label), href=action.address(record), icon=action.icon)
        for action in registry().actions(entity.stem)
        if action.is_first == is_first and session.actor.may(action.permission) and action.offered(record)
    )


def events(session: ActorSession, entity: Entity, record: Any) -> tuple[Event, ...]:
    changes = history(session, entity, record.id, limit=EVENTS)
    return tuple(
        Event(
            who=change.actor, when=texts.when(change.at), at=texts.instant(change.at), text=summary(entity, change),
            kind="change", icon="history",
        ) for change in changes
    )  # fmt: skip
