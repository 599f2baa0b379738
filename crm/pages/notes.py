"""Notes on a record: the panel that shows them, and the posts that write and take them away."""

import re
import secrets
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from sqlalchemy import select
from sqlmodel import col
from starlette.responses import Response

from core import clock, files
from core.db import ActorSession, get
from core.errors import Forbidden, NotFound
from core.i18n import _
from core.module import Panel
from core.once import once
from core.people import User
from core.registry import registry
from crm.files import File, attach, files_of
from crm.notes import Mention, Note, add_note, notes_of
from crm.rules import ABOUT
from crm.tags import tags_of
from web.kit.rendering import render
from web.kit.requests import Ask, Routes, see_other

SHOWN = 20
# Their notes stand in the timeline.
TOLD = ("crm.account", "crm.opportunity")
_NAMED = re.compile(r"(?<![\w@])@([\w.-]+)")


@dataclass(frozen=True)
class Shown:
    """A note as its panel shows it."""

    note: Note
    author: str
    mentions: tuple[str, ...]
    files: tuple[File, ...]
    is_own: bool


def add_routes(made: Routes) -> None:
    for stem in ABOUT:
        path = "/" + stem.replace(".", "/")
        made.post(f"{path}/{{id:int}}/note", "crm.note.create", partial(write, stem), takes_files=True)
    made.post("/crm/note/{id:int}/archive", "crm.note.read", take_away)
    made.get("/crm/file/{id:int}", "crm.file.read", download, outside=True)


def panels() -> tuple[Panel, ...]:
    return tuple(
        Panel(stem, partial(draw, stem), "crm.note.read", place="side", order=60) for stem in ABOUT if stem not in TOLD
    )


def draw(stem: str, session: ActorSession, record: Any) -> str:
    """The newest notes, and the form for one more where the actor may write."""
    tags = tags_of(session, stem, record.id)
    may_write = record.archived_at is None and session.actor.may("crm.note.create")
    shown = _shown(session, notes_of(session, stem, record.id, limit=SHOWN))
    if not shown and not tags and not may_write:
        return ""
    path = f"/{stem.replace('.', '/')}/{record.id}"
    key = secrets.token_urlsafe(12)
    return render("crm/notes.html", notes=shown, tags=tags, path=path, key=key, may_write=may_write)


def _shown(session: ActorSession, notes: list[Note]) -> list[Shown]:
    """Authors, mentions and files of all notes in three statements, whatever their number."""
    ids = [note.id for note in notes]
    mentioned = select(Mention).where(col(Mention.note_id).in_(ids), col(Mention.archived_at).is_(None))
    mentions = list(session.scalars(mentioned)) if ids else []
    people = {note.author_id for note in notes} | {mention.user_id for mention in mentions}
    names = _names(session, people - {None})
    hanging = files_of(session, "crm.note", ids) if ids else []
    return [
        Shown(
            note=note,
            author=names.get(note.author_id, ""),
            mentions=tuple(names[m.user_id] for m in mentions if m.note_id == note.id and m.user_id in names),
            files=tuple(file for file in hanging if file.record_id == note.id),
            is_own=note.author_id is not None and note.author_id == session.actor.user_id,
        )
        for note in notes
    ]


def _names(session: ActorSession, ids: set[Any]) -> dict[int | None, str]:
    if not ids:
        return {}
    return {
        row[0]: row[1] for row in session.execute(select(col(User.id), col(User.name)).where(col(User.id).in_(ids)))
    }


def write(stem: str, ask: Ask) -> Response:
    """People are mentioned by `@` and their user name."""
    upload = ask.file("file")
    content = upload.file.read() if upload is not None else b""

    def _write(session: ActorSession) -> str:
        entity = registry().entity(stem)
        assert entity is not None
        record = get(session, entity.model, ask.id)
        note = add_note(session, record, stem, body=ask.typed("body"), mentions=mentioned(session, ask.typed("body")))
        if upload is not None:
            attach(session, "crm.note", note.id, name=upload.filename or "", content=content)
        return f"{entity.path}/{record.id}"

    return see_other(once(ask.actor, ask.typed("key"), ask.pairs(), _write), flash="saved")


def mentioned(session: ActorSession, body: str) -> list[int]:
    names = {name.lower().rstrip(".") for name in _NAMED.findall(body)}
    return list(session.scalars(select(col(User.id)).where(col(User.username).in_(names)))) if names else []


def take_away(ask: Ask) -> Response:
    """A note is taken away by whoever wrote it; the journal keeps it."""
    with ask.writing() as session:
        note = get(session, Note, ask.id)
        if note.author_id != ask.actor.user_id:
            raise Forbidden(_("Only its author takes a note away."))
        note.archived_at = clock.now()
        path = f"/{note.entity.replace('.', '/')}/{note.record_id}"
    return see_other(path, flash="archived")


def download(ask: Ask) -> Response:
    """The file, to be saved: nothing that was uploaded is ever shown as a page of ours."""
    with ask.reading() as session:
        file = get(session, File, ask.id)
    if file.archived_at is not None:
        raise NotFound(_("This file is no longer there."))
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"}
    return Response(files.read(file.key, file.digest), media_type=file.mime, headers=headers)
