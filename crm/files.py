"""Files that hang on a record or a note. The content lies in the data folder under its digest."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, select
from sqlmodel import Field, col

from core.fields import ref, text
from core.record import Record


class File(Record, table=True):
    """`entity` is the stem of what it hangs on, such as `crm.activity` or `crm.note`."""

    __tablename__ = "crm_file"
    __table_args__ = (
        Index("ix_crm_file_record", "entity", "record_id", "id"),
        CheckConstraint("size >= 0", name="size"),
    )
    entity: str = Field(max_length=60)
    record_id: int = Field(sa_type=BigInteger)
    name: str = text(200, required=True)
    sha256: str = Field(max_length=64, index=True)
    size: int = Field(sa_type=BigInteger)
    mime: str = Field(max_length=120)
    uploaded_by_id: int | None = ref("core_user.id")


def files_of(session: Any, entity: str, record_id: int) -> list[File]:
    own = select(File).where(
        col(File.entity) == entity, col(File.record_id) == record_id, col(File.archived_at).is_(None)
    )
    return list(session.scalars(own.order_by(col(File.id))))
