"""The journal of imports: one row an import, which says what it read and did, and whether it was undone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, insert, update
from sqlmodel import Field, SQLModel, select

from core import clock
from core.access import Actor, Level, protect_kernel
from core.bulk import door_open
from core.db import ActorSession, kernel_session
from core.errors import NotFound
from core.i18n import _
from core.record import Row


class Batch(Row, table=True):
    """Its id is the `batch_id` of every journal entry that the import wrote."""

    __tablename__ = "core_batch"
    __table_args__ = (Index("ix_core_batch_user", "user_id", "id"), Index("ix_core_batch_entity", "entity", "id"))
    entity: str = Field(max_length=60)
    file: str = Field(max_length=255)
    digest: str = Field(max_length=80)
    user_id: int | None = Field(default=None, sa_type=BigInteger)
    username: str = Field(max_length=80)
    job_id: int | None = Field(default=None, sa_type=BigInteger, unique=True)
    at: datetime = Field(default_factory=clock.now)
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    mapping: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    undone_at: datetime | None = None


class Turn(SQLModel, table=True):
    """A row an entity, locked by the import that is writing: two imports of one file never both find it missing."""

    __tablename__ = "core_import_turn"
    entity: str = Field(primary_key=True, max_length=60)
    count: int = 0


# Everybody who imports writes here; only the functions below read it, and they ask whose import it is.
protect_kernel(Batch, "core.batch")
protect_kernel(Turn, "core.import_turn")


def take_turn(session: ActorSession, stem: str) -> None:
    """Wait for other imports of this entity, until this transaction ends."""
    turn = Turn.__table__  # type: ignore[attr-defined]
    with door_open(session):
        taken = session.connection().execute(update(turn).where(turn.c.entity == stem).values(count=turn.c.count + 1))
        if taken.rowcount == 0:
            session.connection().execute(insert(turn).values(entity=stem, count=1))


def save(session: ActorSession, batch: Batch) -> None:
    with door_open(session):
        session.connection().execute(insert(Batch.__table__).values(batch.model_dump()))  # type: ignore[attr-defined]


def mark_undone(session: ActorSession, batch_id: int) -> bool:
    """False where somebody else undid it first."""
    table = Batch.__table__  # type: ignore[attr-defined]
    mark = update(table).where(table.c.id == batch_id, table.c.undone_at.is_(None)).values(undone_at=clock.now())
    with door_open(session):
        return session.connection().execute(mark).rowcount == 1


def find(actor: Actor, batch_id: int) -> Batch:
    """The actor's own import, or anybody's for those who may read all. Raises NotFound."""
    with kernel_session(writes=False) as session:
        batch = session.get(Batch, batch_id)
    if batch is None or not (_reads_all(actor) or batch.user_id == actor.user_id):
        raise NotFound(_("There is no such import, or it is not yours."))
    return batch


def batches_of(actor: Actor, entity: str = "", *, limit: int = 50) -> list[Batch]:
    """The newest first: the actor's own, or everybody's for those who may read all."""
    statement = select(Batch).order_by(Batch.id.desc()).limit(limit)  # type: ignore[attr-defined]
    if entity:
        statement = statement.where(Batch.entity == entity)
    if not _reads_all(actor):
        statement = statement.where(Batch.user_id == actor.user_id)
    with kernel_session(writes=False) as session:
        return list(session.exec(statement))


def of_job(job_id: int) -> Batch | None:
    """What a job's earlier run has written, before its worker was killed."""
    with kernel_session(writes=False) as session:
        return session.exec(select(Batch).where(Batch.job_id == job_id)).first()


def _reads_all(actor: Actor) -> bool:
    return actor.level("core.batch.read") is Level.ALL
