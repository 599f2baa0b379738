"""Co-owners of an account: they work it like the owner, and what hangs on it."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from core.entity import Verb
from core.errors import Invalid
from core.fields import ref
from core.i18n import N_, _
from core.record import Record
from crm.tables import live_unique


class AccountCoowner(Record, table=True):
    __tablename__ = "crm_account_coowner"
    __table_args__ = (live_unique("uq_crm_account_coowner", "account_id", "user_id"),)
    account_id: int = ref("crm_account.id", required=True)
    user_id: int = ref("core_user.id", required=True, label="Co-owner")


def add_coowner(session: Any, account: Any, *, user_id: int) -> None:
    if _tie(session, account, user_id) is None:
        session.add(AccountCoowner(account_id=account.id, user_id=user_id))


def remove_coowner(session: Any, account: Any, *, user_id: int) -> None:
    tie = _tie(session, account, user_id)
    if tie is None:
        raise Invalid(_("This person is not a co-owner."))
    session.delete(tie)


def _tie(session: Any, account: Any, user_id: int) -> AccountCoowner | None:
    found: AccountCoowner | None = session.scalar(
        select(AccountCoowner).where(
            col(AccountCoowner.account_id) == account.id,
            col(AccountCoowner.user_id) == user_id,
            col(AccountCoowner.archived_at).is_(None),
        )
    )
    return found


ADD = Verb("add_coowner", N_("Add a co-owner"), add_coowner, fields=(AccountCoowner.user_id,), icon="user-plus")
REMOVE = Verb(
    "remove_coowner", N_("Remove a co-owner"), remove_coowner, fields=(AccountCoowner.user_id,), icon="user-minus"
)
