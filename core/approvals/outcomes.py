"""What follows from a request is written by the kernel: whoever answers need not be able to write it themselves.

A kind declares it (`Outcome`): one column, from one value to another, in the rows that the request is about. So an
answer carries no wider right, and whoever has none but to answer changes nothing else.
"""

from typing import Any

from sqlalchemy import select

from core import clock
from core.access import ACCESS, table_of
from core.approvals.kinds import Outcome, Rows, kind_of
from core.approvals.rows import Approval
from core.audit import table_name, write_entries
from core.db import ActorSession
from core.dialects import lock_row
from core.record import Record
from core.spans import follow
from core.wall import Settling, whole

# What the journal calls it.
VERBS = {
    "open": "request", "approved": "approve", "refused": "refuse", "recalled": "recall", "timed_out": "time_out",
}  # fmt: skip


def settle(session: ActorSession, approval: Approval) -> None:
    """Write the outcomes for the state in which the request now stands, with the journal, in its transaction."""
    session.flush()
    for outcome in kind_of(approval).outcomes:
        steps = outcome.steps.get(approval.state, {})
        before = _rows(session, outcome, approval.record_id, list(steps))
        if before:
            after = [{**row, outcome.column: steps[row[outcome.column]]} for row in before]
            _write(session, outcome, VERBS[approval.state], before, after)
            outcome.then(session, approval, before, after)


def _rows(session: ActorSession, outcome: Outcome, record_id: int, values: list[str]) -> Rows:
    """Locked, so that the values are in force until the transaction ends."""
    rows = whole(table_of(outcome.table))
    key, ids = rows.c[outcome.key], outcome.among
    mine = (
        key.in_(ids(record_id, _whole)) if ids else key == record_id,
        rows.c[outcome.column].in_(values),
        rows.c.archived_at.is_(None),
    )
    found = session.connection().execute(lock_row(select(rows).where(*mine).order_by(rows.c.id)))
    return [dict(row) for row in found.mappings()]


def _whole(table: str) -> Any:
    return whole(table_of(table))


def _write(session: ActorSession, outcome: Outcome, verb: str, before: Rows, after: Rows) -> None:
    info = session.connection().info
    was_open = info.get("may_write", False)
    info["may_write"] = True
    try:
        for row in after:
            session.connection().execute(_update(outcome, row))
        write_entries(session, _entries(outcome, verb, before, after), session.info.get("batch"))
        follow(session, outcome.table, [row["id"] for row in after])
    finally:
        info["may_write"] = was_open
    _forget(session, outcome.table, {row["id"] for row in after})


def _update(outcome: Outcome, row: dict[str, Any]) -> Settling:
    table = table_of(outcome.table)
    changed = {outcome.column: row[outcome.column], "version": row["version"] + 1, "updated_at": clock.now()}
    return Settling(table).where(table.c.id == row["id"]).values(**changed)


def _entries(
    outcome: Outcome, verb: str, before: Rows, after: Rows
) -> list[tuple[str, str, int, dict[str, list[Any]]]]:
    stem, column = ACCESS[outcome.table].stem, outcome.column
    pairs = zip(before, after, strict=True)
    return [(verb, stem, old["id"], {column: [old[column], new[column]]}) for old, new in pairs]


def _forget(session: ActorSession, table: str, ids: set[int]) -> None:
    """What the session holds of these rows is read anew when it is next looked at."""
    for row in list(session.identity_map.values()):
        if isinstance(row, Record) and table_name(row) == table and row.id in ids:
            session.expire(row)
