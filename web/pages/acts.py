"""Acts on a record: its verbs, archiving and restoring."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from core import clock
from core.db import ActorSession, get
from core.entity import Entity
from core.entity import Verb as Declared
from core.errors import Conflict, Forbidden, Invalid, Lacking
from core.history import may
from core.i18n import _
from core.once import once
from web.kit.inputs import read_values
from web.kit.requests import Ask, see_other
from web.pages.changes import last_undo
from web.pages.records import record_page
from web.pages.verbs import Refusal, views_of


def do(ask: Ask, entity: Entity, verb: Declared) -> Response:
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
