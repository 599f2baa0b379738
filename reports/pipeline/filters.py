"""The filters of a list, in words: what a report says about its own choice of records."""

from sqlalchemy import select

from core.db import ActorSession
from core.entity import Entity
from core.fields import FieldView
from core.i18n import _
from core.lists import EMPTY, Query, conditions
from core.narrow import field_of
from core.registry import registry
from crm.opportunity_verbs import OPPORTUNITY


def shown_filters(session: ActorSession, entity: Entity, query: Query) -> tuple[tuple[str, str], ...]:
    """Label and value of each filter, in the current language."""
    shown = [(_("Search"), query.words.strip())] if query.words.strip() else []
    for name, values in query.filters.items():
        named = registry().condition(entity.stem, name)
        if named is not None:
            labels = {case.code: _(case.label) for case in named.cases}
            shown.append((_(named.label), " / ".join(labels.get(value, value) for value in values)))
        view = field_of(entity, name) if named is None else None
        if view is not None:
            shown.append((_(view.label), " / ".join(_shown(session, view, value) for value in values)))
    return tuple(shown)


def in_words(shown: tuple[tuple[str, str], ...]) -> str:
    if not shown:
        return _("No filter: all open deals")
    return " · ".join(_("{label}: {value}", label=label, value=value) for label, value in shown)


def asked_in_words(session: ActorSession, query: Query) -> str:
    """Raises Invalid for what the list of deals is not narrowed by."""
    conditions(OPPORTUNITY, query)
    return in_words(shown_filters(session, OPPORTUNITY, query))


def _shown(session: ActorSession, view: FieldView, value: str) -> str:
    if value == EMPTY:
        return _("not stated")
    if view.choices:
        return view.choice_label(value)
    return _title(session, view.target, int(value)) or value if view.target and value.isdecimal() else value


def _title(session: ActorSession, table: str, row_id: int) -> str | None:
    target = registry().entity_of_table(table)
    if target is None:
        return None
    return session.scalar(select(target.title_in(target.table)).where(target.table.c.id == row_id))
