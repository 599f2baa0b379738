"""Reassignments: that somebody's clients went to colleagues, how many, and whether it was taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, false, select
from sqlmodel import Field

from core.access import Asker, Level, Me, Predicate
from core.fields import instant, money, number, ref
from core.record import METADATA, Record


class Reassignment(Record, table=True):
    """Its id is the batch of the journal entries that belong to it. `amount` is that of the open deals, in fen."""

    __tablename__ = "crm_reassignment"
    from_id: int = ref("core_user.id", required=True, label="From")
    by_id: int | None = ref("core_user.id", label="By")
    receivers: int = number(required=True)
    accounts: int = Field(default=0)
    deals: int = Field(default=0)
    activities: int = Field(default=0)
    contracts: int = Field(default=0)
    ties: int = Field(default=0)
    amount: int | None = money()
    undone_at: datetime | None = instant()


def of_the_team(ask: Asker, table: FromClause) -> Predicate:
    """What was reassigned from people of one's unit and below; nobody else's."""
    kind = ask.profile.unit_kind
    if ask.level is not Level.SUBTREE or kind is None:
        return false()
    return table.c.from_id.in_(people_of_unit(kind))


def people_of_unit(kind: str) -> Any:
    unit, user = METADATA.tables["core_unit"].alias(), METADATA.tables["core_user"].alias()
    inside = select(unit.c.id).where(unit.c[f"{kind}_id"] == Me.place(kind))
    return select(user.c.id).where(user.c.unit_id.in_(inside))
