"""The library of clauses that quotes choose from, in both languages. What a quote said stays as it was issued."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core.fields import flag, long_text
from core.i18n import N_
from core.record import Reference
from crm.references import reference_entity
from crm.tables import live_unique

MOST = 100


class Clause(Reference, table=True):
    """The name is its heading. An `is_default` one is chosen for every new quote."""

    __tablename__ = "crm_clause"
    __table_args__ = (live_unique("uq_crm_clause_code", "code"),)
    text_zh: str = long_text(2000, required=True)
    text_en: str | None = long_text(2000)
    is_default: bool = flag(label="In every new quote")


def clauses(session: Any) -> tuple[Clause, ...]:
    """All clauses in their order, read once per session."""
    kept: tuple[Clause, ...] | None = session.info.get("crm.clauses")
    if kept is None:
        live = select(Clause).where(col(Clause.archived_at).is_(None))
        kept = tuple(session.scalars(live.order_by(col(Clause.position), col(Clause.code)).limit(MOST)))
        session.info["crm.clauses"] = kept
    return kept


CLAUSE = reference_entity(
    Clause,
    "crm.clause",
    N_("Clause"),
    N_("Clauses"),
    fields=(Clause.text_zh, Clause.text_en, Clause.is_default),
    listed=(Clause.is_default,),
    facets=(Clause.is_default,),
)
