"""Acts on a record: its verbs, archiving and restoring. A verb's button opens a small form where it asks for more."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.responses import Response

from core import clock
from core.db import ActorSession, get
from core.entity import Entity
from core.entity import Verb as Declared
from core.errors import Conflict, Forbidden, Invalid, Lacking
from core.fields import FieldView, view
from core.history import may
from core.i18n import _
from core.once import once
from web.kit.inputs import Offer, input_for, offer_for, read_values
from web.kit.requests import Ask, see_other
from web.kit.views import Field, Verb
from web.pages.changes import last_undo

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


def do(ask: Ask, entity: Entity, verb: Declared) -> Response:
    from web.pages.records import record_page

    typed = {each.name: ask.typed(f"{verb.name}.{each.name}") for each in views_of(verb)}
    try:
        path = once(ask.actor, ask.typed("key"), ask.pairs(), lambda s: _do(s, entity, verb, ask, typed), clear=True)
    except Lacking:
        raise
    except (Invalid, Conflict) as error:
        problems = getattr(error, "problems", {})
        text = str(error) if not problems.keys() <= typed.keys() or not problems else ""
        status = 409 if isinstance(error, Conflict) else 422
        return record_page(
            ask, entity, Refusal(verb.name, text or " ".join(problems.values()), typed, problems), status
        )
    return see_other(path, flash="done")


def _do(session: ActorSession, entity: Entity, verb: Declared, ask: Ask, typed: Mapping[str, str]) -> str:
    record = get(session, entity.model, ask.id)
    if not may(session, entity, ask.id, "update"):
        raise Forbidden(_("You may see this record, but not change it."))
    if record.archived_at is not None or not verb.offered(record):
        raise Conflict(_("This is not possible any more: the record was changed meanwhile."))
    session.info["verb"] = verb.name
    verb.run(session, record, **read_values(session, views_of(verb), typed))
    return f"{entity.path}/{ask.id}"


# --- archiving ------------------------------------------------------------------------------------------------


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


def archive(ask: Ask, entity: Entity) -> Response:
    with ask.writing(clear=True) as session:
        record = _removable(session, entity, ask.id)
        if record.archived_at is None:
            session.info["verb"] = "archive"
            record.archived_at = clock.now()
            entity.complete(session, record)
            session.flush()
        undo = last_undo(session, entity, ask.id)
    return see_other(entity.path, flash=":".join(["archived", *undo]))


def restore(ask: Ask, entity: Entity) -> Response:
    with ask.writing(clear=True) as session:
        record = _removable(session, entity, ask.id)
        session.info["verb"] = "restore"
        record.archived_at = None
        entity.complete(session, record)
    return see_other(f"{entity.path}/{ask.id}", flash="restored")


def _removable(session: ActorSession, entity: Entity, record_id: int) -> Any:
    record = get(session, entity.model, record_id)
    if not (may(session, entity, record_id, "update") and may(session, entity, record_id, "delete")):
        raise Forbidden(_("You may see this record, but not archive it."))
    return record
