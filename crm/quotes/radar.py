"""Every morning: a task for each contract that ends in 180, 90, 60 or 30 days, for whoever looks after the client.

Ours are to be renewed, rivals' to be won. A task is opened once for each of these days, and only one is open at a time:
a later one does away with the one before, a renewal with all of them.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from core import clock
from core.access import OPERATOR
from core.db import ActorSession, reading, unit_of_work
from core.history import may
from core.i18n import N_, _
from core.jobs import Progress
from core.module import Job
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_verbs import ACTIVITY
from crm.contracts import Contract
from crm.quotes.course import EXPIRES, expire
from crm.quotes.renewals import BANDS, Renewal, band_of, ends_within, is_renewed
from crm.rivals import Rival
from web.kit.format import day_in_words, money_short

NAME = "crm.renewals"
# Contracts in one transaction, and in one morning. A task of ours is to be looked at within two weeks.
PART, MOST, TRIES = 50, 5000, 3
DUE = timedelta(days=14)
MARK = "crm.contracts_changed"


def run(progress: Progress) -> dict[str, int]:
    ids, opened = due(), 0
    for at in range(0, len(ids), PART):
        progress(at, len(ids))
        opened += open_part(ids[at : at + PART])
    return {"contracts": len(ids), "tasks": opened, "done_away": close_overtaken()}


def due() -> list[int]:
    """Contracts on the radar, the first to end first."""
    with reading(OPERATOR) as session:
        found = select(col(Contract.id)).where(ends_within(clock.today()))
        return list(session.scalars(found.order_by(col(Contract.ends_on), col(Contract.id)).limit(MOST)))


def open_part(ids: list[int]) -> int:
    """Where another process was quicker, its rows are read and the rest is opened."""
    for _try in range(TRIES):
        try:
            with unit_of_work(OPERATOR) as session:
                session.info["origin"] = "job"
                return _open_all(session, ids)
        except IntegrityError:
            continue
    return 0


def _open_all(session: ActorSession, ids: list[int]) -> int:
    contracts = session.execute(
        select(Contract, Account, Rival)
        .join(Account, col(Account.id) == col(Contract.account_id))
        .outerjoin(Rival, col(Rival.id) == col(Contract.rival_id))
        .where(col(Contract.id).in_(ids), ends_within(clock.today()))
        .order_by(col(Contract.id))
    ).all()
    known = _known(session, ids)
    missing = [
        (contract, account, rival, band) for contract, account, rival in contracts
        if (band := _band(contract)) is not None and (contract.id, contract.ends_on, band) not in known
        and (account.owner_id or contract.owner_id)
    ]  # fmt: skip
    for contract, account, rival, band in missing:
        _open(session, contract, account, rival, band)
    session.flush()
    return len(missing)


def _band(contract: Contract) -> int | None:
    return band_of((contract.ends_on - clock.today()).days) if contract.ends_on else None


def _known(session: ActorSession, ids: list[int]) -> set[tuple[int, date, int]]:
    rows = select(col(Renewal.contract_id), col(Renewal.ends_on), col(Renewal.band)).where(
        col(Renewal.contract_id).in_(ids), col(Renewal.archived_at).is_(None)
    )
    return {(row[0], row[1], row[2]) for row in session.execute(rows)}


def _open(session: ActorSession, contract: Contract, account: Account, rival: Rival | None, band: int) -> None:
    assert contract.ends_on is not None
    task = Activity(
        subject=_subject(contract, rival)[:200], kind="task", account_id=account.id, owner_id=_owner(contract, account),
        due_on=due_on(contract.ends_on, band), purpose=_purpose(contract)[:200],
    )  # fmt: skip
    ACTIVITY.complete(session, task)
    session.add(task)
    session.add(Renewal(contract_id=contract.id, ends_on=contract.ends_on, band=band, activity_id=task.id))


def due_on(ends_on: date, band: int) -> date:
    """Within two weeks; of a contract that has long been in its band, as on the first morning, by its next one."""
    soon, entered = clock.today() + DUE, ends_on - timedelta(days=band)
    following = ends_on - timedelta(days=max((each for each in BANDS if each < band), default=0))
    return min(ends_on, soon if entered + DUE >= clock.today() else max(soon, following))


def _owner(contract: Contract, account: Account) -> int | None:
    return account.owner_id or contract.owner_id


def _subject(contract: Contract, rival: Rival | None) -> str:
    if contract.supplier == "rival":
        whose = (rival.name_zh or rival.name_en) if rival else _("a rival")
        return _("Win {name} from {rival}", rival=whose, name=contract.name)
    return _("Renew {name}", name=contract.name)


def _purpose(contract: Contract) -> str:
    assert contract.ends_on is not None
    day = day_in_words(contract.ends_on)
    if contract.monthly:
        return _("Ends on {day}; {amount} a month.", day=day, amount=money_short(contract.monthly))
    return _("Ends on {day}.", day=day)


# --- done away with -------------------------------------------------------------------------------------------


def close_overtaken() -> int:
    """Tasks of contracts that were renewed, archived or moved to another end, and those that a later one replaces."""
    with unit_of_work(OPERATOR) as session:
        session.info["origin"] = "job"
        live = select(Renewal, Contract).join(Contract, col(Contract.id) == col(Renewal.contract_id))
        rows = session.execute(
            live.where(col(Renewal.archived_at).is_(None)).order_by(col(Renewal.band)).limit(4 * MOST)
        ).all()
        renewed = _renewed(session, {contract.id for _row, contract in rows})
        return sum(_settle(session, row, contract, contract.id in renewed, rows) for row, contract in rows)


def _renewed(session: ActorSession, ids: set[int]) -> set[int]:
    """Contracts whose tasks stand, and that another renews."""
    found = select(col(Contract.id)).where(is_renewed(Contract), col(Contract.archived_at).is_(None))
    return set(session.scalars(found)) & ids


def _settle(session: ActorSession, row: Renewal, contract: Contract, is_over: bool, rows: Any) -> bool:
    if is_over or contract.archived_at is not None or contract.ends_on != row.ends_on:
        row.archived_at = clock.now()
        return _drop(session, row, _("The contract was renewed, or its end was changed."))
    is_later = any(other.contract_id == row.contract_id and other.band < row.band for other, _contract in rows)
    return is_later and _drop(session, row, _("A later reminder of the same contract has taken its place."))


def _drop(session: ActorSession, row: Renewal, why: str) -> bool:
    task = session.get(Activity, row.activity_id) if row.activity_id else None
    if task is None or task.state != "planned" or task.archived_at is not None:
        return False
    task.state, task.result = "dropped", why
    return True


# --- at once, where whoever renews may write the tasks ----------------------------------------------------------


@event.listens_for(ActorSession, "before_flush")
def _notice(session: ActorSession, _context: Any, _instances: Any) -> None:
    for row in (*session.new, *session.dirty):
        if isinstance(row, Contract) and row.renews_id and row.archived_at is None:
            session.info.setdefault(MARK, set()).add(row.renews_id)


@event.listens_for(ActorSession, "before_commit")
def _follow(session: ActorSession) -> None:
    if not session.info["writes"]:
        return
    session.flush()
    for contract_id in session.info.pop(MARK, set()):
        _close_renewed(session, contract_id)
    session.flush()


def _close_renewed(session: ActorSession, contract_id: int) -> None:
    if not session.actor.may("crm.renewal.update"):
        return
    live = col(Renewal.contract_id) == contract_id, col(Renewal.archived_at).is_(None)
    for row in session.scalars(select(Renewal).where(*live).limit(len(BANDS))).all():
        if row.activity_id is None or may(session, ACTIVITY, row.activity_id, "update"):
            row.archived_at = clock.now()
            _drop(session, row, _("The contract was renewed, or its end was changed."))


JOBS = (
    Job(NAME, run, N_("Contracts that end"), is_daily=True),
    Job(EXPIRES, expire, N_("Quotes that are not valid any more"), is_daily=True),
)
