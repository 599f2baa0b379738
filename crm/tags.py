"""Tags that anybody may hang on a record."""

from typing import Any

from sqlalchemy import BigInteger, Index, select
from sqlmodel import Field, col

from core.access import ACCESS, reference
from core.entity import Entity, Section, Verb
from core.errors import Invalid
from core.fields import choice, ref, text
from core.i18n import N_, _
from core.record import Record
from crm.tables import live_unique


class Tag(Record, table=True):
    __tablename__ = "crm_tag"
    __table_args__ = (live_unique("uq_crm_tag_name", "name"),)
    name: str = text(40, required=True)
    tone: str | None = choice(
        "ok", "tip", "warn", "bad", labels={"ok": "Green", "tip": "Blue", "warn": "Amber", "bad": "Red"}
    )


class Tagging(Record, table=True):
    """A tag on a record of any kind: `entity` is the stem, such as `crm.account`."""

    __tablename__ = "crm_tagging"
    __table_args__ = (
        live_unique("uq_crm_tagging", "tag_id", "entity", "record_id"),
        Index("ix_crm_tagging_record", "entity", "record_id"),
    )
    tag_id: int = ref("crm_tag.id", required=True)
    entity: str = Field(max_length=60)
    record_id: int = Field(sa_type=BigInteger)


def tags_of(session: Any, entity: str, record_id: int) -> list[Tag]:
    tied = select(col(Tagging.tag_id)).where(
        col(Tagging.entity) == entity, col(Tagging.record_id) == record_id, col(Tagging.archived_at).is_(None)
    )
    return list(session.scalars(select(Tag).where(col(Tag.id).in_(tied)).order_by(col(Tag.name))))


def hang(session: Any, record: Any, *, tag_id: int) -> None:
    if _tie(session, record, tag_id) is None:
        session.add(Tagging(tag_id=tag_id, entity=_stem(record), record_id=record.id))


def take_off(session: Any, record: Any, *, tag_id: int) -> None:
    tie = _tie(session, record, tag_id)
    if tie is None:
        raise Invalid(_("The record does not have this tag."))
    session.delete(tie)


def _tie(session: Any, record: Any, tag_id: int) -> Tagging | None:
    found: Tagging | None = session.scalar(
        select(Tagging).where(
            col(Tagging.entity) == _stem(record),
            col(Tagging.record_id) == record.id,
            col(Tagging.tag_id) == tag_id,
            col(Tagging.archived_at).is_(None),
        )
    )
    return found


def _stem(record: Any) -> str:
    return ACCESS[record.__tablename__].stem


# Verbs for every kind of record that tags may hang on.
HANG = Verb("tag", N_("Add a tag"), hang, fields=(Tagging.tag_id,), icon="tag")
TAKE_OFF = Verb("untag", N_("Remove a tag"), take_off, fields=(Tagging.tag_id,), icon="x")


TAG = Entity(
    stem="crm.tag",
    model=Tag,
    label=N_("Tag"),
    plural=N_("Tags"),
    rule=reference(),
    key=(Tag.name,),
    columns=(Tag.name, Tag.tone),
    form=(Section(N_("Tag"), (Tag.name, Tag.tone)),),
    search=(Tag.name,),
    facets=(Tag.tone,),
    order=Tag.name,
)
