"""A form between the browser and the record: what was typed, what is wrong with it, what others saved meanwhile."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.db import ActorSession
from core.entity import Entity
from core.fields import FieldView
from core.i18n import _
from web.kit.inputs import input_for, offer_for
from web.kit.requests import Ask
from web.kit.views import Conflict as ConflictView
from web.kit.views import Field, FormSection


@dataclass(frozen=True)
class Draft:
    """A form in the making: what its inputs hold, what is wrong with it, what somebody else saved meanwhile."""

    typed: Mapping[str, str]
    problems: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    version: int = 0
    theirs: Mapping[str, str] = field(default_factory=dict)
    theirs_values: Mapping[str, str] = field(default_factory=dict)
    conflict: ConflictView | None = None


def typed_in(ask: Ask, entity: Entity) -> dict[str, str]:
    """Only the declared inputs; whatever else was sent is not looked at."""
    return {view.name: ask.typed(view.name) for view in entity.inputs}


def draft_of(ask: Ask, entity: Entity, error: Exception) -> Draft:
    problems: dict[str, str] = getattr(error, "problems", {})
    shown_at_fields = problems.keys() <= {view.name for view in entity.inputs} and problems
    return Draft(typed_in(ask, entity), problems, "" if shown_at_fields else str(error), ask.typed("key"))


def sections(session: ActorSession, entity: Entity, draft: Draft) -> tuple[FormSection, ...]:
    offer = offer_for(session, entity.inputs, draft.typed)

    def filled(view: FieldView) -> Field:
        made = input_for(view, draft.typed.get(view.name, ""), offer, error=draft.problems.get(view.name, ""))
        return with_theirs(made, draft)

    return tuple(
        FormSection(title=_(title), fields=tuple(filled(view) for view in views))
        for title, views in entity.section_views()
    )


def with_theirs(made: Field, draft: Draft) -> Field:
    if made.name not in draft.theirs:
        return made
    return replace(made, theirs=draft.theirs[made.name], theirs_value=draft.theirs_values[made.name])
