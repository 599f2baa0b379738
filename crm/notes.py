"""Notes on a record, with the people they mention."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, select
from sqlmodel import Field, col

from core.db import get
from core.errors import Invalid
from core.fields import long_text, ref
from core.i18n import _
from core.notices import notify
from core.people import User
from core.record import Record
from crm.tables import live_unique


class Note(Record, table=True):
    """`entity` is the stem of what it is about, such as `crm.account`."""

    __tablename__ = "crm_note"
    __table_args__ = (Index("ix_crm_note_record", "entity", "record_id", "id"),)
    entity: str = Field(max_length=60)
    record_id: int = Field(sa_type=BigInteger)
    body: str = long_text(required=True)
    author_id: int | None = ref("core_user.id", label="Author")


class Mention(Record, table=True):
    __tablename__ = "crm_mention"
    __table_args__ = (live_unique("uq_crm_mention", "note_id", "user_id"),)
    note_id: int = ref("crm_note.id", required=True)
    user_id: int = ref("core_user.id", required=True)
    seen_at: datetime | None = None


def add_note(session: Any, about: Any, entity: str, *, body: str, mentions: Iterable[int] = ()) -> Note:
    """Write a note on a record that was read through this session, and mention people in it."""
    if not body.strip():
        sentence = _("The note is empty.")
        raise Invalid(sentence, {"body": sentence})
    note = Note(entity=entity, record_id=about.id, body=body.strip(), author_id=session.actor.user_id)
    session.add(note)
    session.flush()
    mentioned = [get(session, User, user_id).id for user_id in dict.fromkeys(mentions)]
    session.add_all(Mention(note_id=note.id, user_id=user_id) for user_id in mentioned)
    notify(session, to=mentioned, kind="mention", about=(entity, about.id))
    return note


def notes_of(session: Any, entity: str, record_id: int, *, limit: int = 50) -> list[Note]:
    """The newest first."""
    own = select(Note).where(
        col(Note.entity) == entity, col(Note.record_id) == record_id, col(Note.archived_at).is_(None)
    )
    return list(session.scalars(own.order_by(col(Note.id).desc()).limit(limit)))
