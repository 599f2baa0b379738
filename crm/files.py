"""Files that hang on a record or a note. The content lies in the data folder; the row says where, and proves it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, select
from sqlmodel import Field, col

from core.fields import choice, ref, text
from core.files import store
from core.record import Record
from crm.evidence import EVIDENCE, EVIDENCE_LABELS


class File(Record, table=True):
    """`entity` is the stem of what it hangs on, such as `crm.activity` or `crm.note`; `key` is its name on disk.

    `evidence` says what the file proves, where it proves something.
    """

    __tablename__ = "crm_file"
    __table_args__ = (
        Index("ix_crm_file_record", "entity", "record_id", "id"),
        CheckConstraint("size >= 0", name="size"),
    )
    entity: str = Field(max_length=60)
    record_id: int = Field(sa_type=BigInteger)
    name: str = text(200, required=True)
    key: str = Field(max_length=40)
    digest: str = Field(max_length=80, index=True)
    size: int = Field(sa_type=BigInteger)
    mime: str = Field(max_length=120)
    uploaded_by_id: int | None = ref("core_user.id")
    evidence: str | None = choice(*EVIDENCE, label="Evidence", labels=EVIDENCE_LABELS)


def attach(
    session: Any, entity: str, record_id: int, *, name: str, content: bytes, evidence: str | None = None
) -> File:
    """Store the content and hang it on a record. Raises Invalid where the file is not one that may be stored."""
    kept = store(name, content)
    file = File(
        entity=entity,
        record_id=record_id,
        name=kept.name,
        key=kept.key,
        digest=kept.digest,
        size=kept.size,
        mime=kept.type,
        uploaded_by_id=session.actor.user_id,
        evidence=evidence,
    )
    session.add(file)
    return file


def files_of(session: Any, entity: str, record_ids: Iterable[int]) -> list[File]:
    """The files of some records of one kind, the oldest first."""
    own = select(File).where(
        col(File.entity) == entity, col(File.record_id).in_(list(record_ids)), col(File.archived_at).is_(None)
    )
    return list(session.scalars(own.order_by(col(File.id))))
