"""The renewal radar: which task was opened for which contract, at how many days before its end."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased
from sqlmodel import Field, col

from core.fields import day, ref
from core.record import Record
from crm.contracts import Contract
from crm.tables import live_unique

BANDS = (30, 60, 90, 180)


class Renewal(Record, table=True):
    """One task of one contract at one band: unique, so that two processes never open two. Done away with, it is
    archived: a contract that was renewed and is not any more gets its tasks anew."""

    __tablename__ = "crm_renewal"
    __table_args__ = (live_unique("uq_crm_renewal", "contract_id", "ends_on", "band"),)
    contract_id: int = ref("crm_contract.id", required=True, index=False)
    ends_on: date = day(required=True)
    band: int = Field()
    activity_id: int | None = ref("crm_activity.id")


def band_of(left: int) -> int | None:
    """30, 60, 90 or 180 by the days that are left; None for a contract that has ended, or ends later."""
    return next((band for band in BANDS if 0 <= left <= band), None)


def ends_within(today: date, days: int = BANDS[-1]) -> ColumnElement[bool]:
    """Live contracts, ours and rivals', that end in these days and that no other contract renews."""
    return and_(
        col(Contract.ends_on) >= today, col(Contract.ends_on) <= today + timedelta(days=days),
        col(Contract.archived_at).is_(None), ~is_renewed(Contract),
    )  # fmt: skip


def is_renewed(contract: Any) -> ColumnElement[bool]:
    """Looked up in one list: where hardly a contract renews another, SQLite would read them all for each of them."""
    later = aliased(Contract)
    renewed = select(col(later.renews_id)).where(
        col(later.renews_id).is_not(None), col(later.archived_at).is_(None)
    )  # fmt: skip
    return col(contract.id).in_(renewed)
