"""The verbs of a record as buttons: each opens a small form where it asks for more."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core import clock
from core.db import ActorSession
from core.entity import Entity
from core.entity import Verb as Declared
from core.fields import FieldView, view
from core.i18n import _
from web.kit.inputs import Offer, input_for, offer_for
from web.kit.views import Field, Verb

# A declaration names a verb's tone by its meaning, a button by its look.
TONES = {"danger": "danger", "ok": "pri", "pri": "pri", "ghost": "ghost"}


@dataclass(frozen=True)
class Refusal:
    """A verb that was refused: the page comes back with its form open and what was typed in it."""

    verb: str
    text: str
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


def verbs(session: ActorSession, entity: Entity, record: Any, key: str, refusal: Refusal | None) -> tuple[Verb, ...]:
    """The verbs that this record can take now, with their forms: two statements for all of them."""
    known = [
        verb for verb in entity.verbs if session.actor.may(entity.permission(verb.permission)) and verb.offered(record)
    ]
    views = [each for verb in known for each in views_of(verb)]
    offer = offer_for(session, views, refusal.typed if refusal else {}) if views else Offer()
    made = [button(entity, record, verb, key, offer, refusal) for verb in known]
    return tuple(made)


def views_of(verb: Declared) -> list[FieldView]:
    return [view(column) for column in verb.fields]


def button(entity: Entity, record: Any, verb: Declared, key: str, offer: Offer, refusal: Refusal | None) -> Verb:
    mine = refusal if refusal and refusal.verb == verb.name else None
    return Verb(
        key=verb.name, text=_(verb.label), action=f"{entity.path}/{record.id}/do/{verb.name}", icon=verb.icon,
        tone=TONES.get(verb.tone, ""),  # type: ignore[arg-type]
        fields=tuple(verb_field(verb, each, offer, mine) for each in views_of(verb)), hidden=(("key", key),),
        error=mine.text if mine else "", is_open=mine is not None,
    )  # fmt: skip


def verb_field(verb: Declared, each: FieldView, offer: Offer, refusal: Refusal | None) -> Field:
    """Named after its verb, so that two forms of one page never share an id."""
    typed = refusal.typed.get(each.name, "") if refusal else default_of(each)
    error = refusal.problems.get(each.name, "") if refusal else ""
    return replace(input_for(each, typed, offer, error=error), name=f"{verb.name}.{each.name}")


def default_of(each: FieldView) -> str:
    return clock.today().isoformat() if each.kind == "date" and each.name == "closed_on" else ""


def archive_verb(entity: Entity, record: Any, key: str) -> tuple[Verb, ...]:
    path, is_live = f"{entity.path}/{record.id}", record.archived_at is None
    if is_live:
        return (
            Verb(key="archive", text=_("Archive"), action=f"{path}/archive", icon="archive", hidden=(("key", key),)),
        )
    return (
        Verb(
            key="restore",
            text=_("Restore"),
            action=f"{path}/restore",
            icon="archive-restore",
            tone="pri",
            hidden=(("key", key),),
        ),
    )
