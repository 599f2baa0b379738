"""The papers that were made: whose, of what, and the digest by which a file is known again."""

import hashlib
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index
from sqlmodel import Field, col, select

from core import clock
from core.access import Actor, personal, protect
from core.db import kernel_session
from core.i18n import language
from core.lists import Query
from core.record import Row
from core.stamps import plain_figures, seal_of


class PaperRecord(Row, table=True):
    """A paper that was made for somebody. `digest` is of the file, `seal` of the figures as it prints them.

    The same figures of a past day are the same file, and stand here once for each reader.
    """

    __tablename__ = "core_paper"
    __table_args__ = (
        Index("uq_core_paper_digest", "digest", "user_id", unique=True),
        Index("ix_core_paper_user", "user_id", "id"),
        Index("ix_core_paper_seal", "seal"),
    )
    report: str = Field(max_length=80)
    user_id: int | None = Field(default=None, sa_type=BigInteger)
    username: str = Field(max_length=80)
    language: str = Field(max_length=8)
    on: date | None = None
    asked: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    rows: int = 0
    seal: str = Field(max_length=64)
    digest: str = Field(max_length=64)
    size: int = 0
    data_at: datetime
    made_at: datetime = Field(default_factory=clock.now)

    @property
    def form(self) -> str:
        """Which file of the report it is: one of `core.papers.FORMS`."""
        return str(self.asked.get("form", "pdf"))

    @property
    def query(self) -> Query:
        """The list that the paper was asked for."""
        filters = {name: tuple(values) for name, values in self.asked.get("filters", {}).items()}
        return Query(self.asked.get("words", ""), filters, archived=self.asked.get("archived", False))


protect(PaperRecord, "core.paper", personal("user_id"))


def note_paper(
    actor: Actor, report: str, data: Any, content: bytes, *, on: date | None, query: Query | None, form: str = "pdf"
) -> None:
    """Write down that this file was made for the actor, unless it stands there already."""
    query = query or Query()
    made = PaperRecord(
        report=report,
        user_id=actor.user_id,
        username=actor.username,
        language=language(),
        on=on,
        asked={"words": query.words, "filters": _lists(query), "archived": query.archived, "form": form},
        figures=plain_figures(data),
        rows=data.rows,
        seal=seal_of(data),
        digest=digest_of(content),
        size=len(content),
        data_at=data.made_at,
    )
    own = (col(PaperRecord.digest) == made.digest, col(PaperRecord.user_id) == actor.user_id)
    with kernel_session() as session:
        if session.exec(select(PaperRecord.id).where(*own)).first() is None:
            session.add(made)


def _lists(query: Query) -> dict[str, list[str]]:
    return {name: list(values) for name, values in query.filters.items()}


def paper_of(content: bytes) -> PaperRecord | None:
    """The paper that this file is, byte for byte; the last made, where several people got the same."""
    return _last(col(PaperRecord.digest) == digest_of(content))


def paper_sealed(seal: str) -> PaperRecord | None:
    """The paper that prints this seal."""
    return _last(col(PaperRecord.seal) == seal)


def papers_of(actor: Actor, limit: int = 50, *, seal: str = "") -> list[PaperRecord]:
    """The actor's own papers, the newest first; those of one seal, where it is given."""
    with kernel_session(writes=False) as session:
        own = select(PaperRecord).where(col(PaperRecord.user_id) == actor.user_id)
        own = own.where(col(PaperRecord.seal) == seal) if seal else own
        return list(session.exec(own.order_by(col(PaperRecord.id).desc()).limit(limit)))


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _last(condition: Any) -> PaperRecord | None:
    with kernel_session(writes=False) as session:
        return session.exec(select(PaperRecord).where(condition).order_by(col(PaperRecord.id).desc())).first()
