"""How records stood: one row for each span in which what is watched of a record stayed unchanged.

A module declares what is watched (`Spans`, `keep`). The kernel writes the spans in the transaction of the change, from
whatever door it came: a flush, the bulk door, an answer to a request. A record has at most one open span. Changes of
one local day share a span, so that the end of every day is exact and a busy day costs no more than a quiet one; a
record that is archived ends its span, and one that is restored begins another.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, event, func, inspect, or_, select

from core import clock
from core.access import OPERATOR, table_of
from core.db import ActorSession, reading, unit_of_work
from core.dialects import bulk_insert, id_slices
from core.ids import new_ids
from core.wall import Settling, whole

Values = dict[str, Any]


@dataclass(frozen=True)
class Spans:
    """`table` holds how the records of the table `of` stood, by `key`; `columns` are those that both tables have.

    `renamed` are those that the record calls otherwise. `behind` are read from a record that a watched one refers to:
    `{"probability": ("stage_id", "crm_stage", "probability")}`. The span has besides an id, `from_at`, and `until_at`,
    which is empty while it lasts.
    """

    table: str
    of: str
    key: str
    columns: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict, hash=False)
    behind: Mapping[str, tuple[str, str, str]] = field(default_factory=dict, hash=False)

    @property
    def watched(self) -> tuple[str, ...]:
        return (*self.columns, *self.renamed, *self.behind)


KEPT: dict[str, Spans] = {}


def keep(spans: Spans) -> None:
    KEPT[spans.table] = spans


def end_of(day: date) -> datetime:
    """The moment at which the day is over in the business's time zone."""
    return clock.start_of(day + timedelta(days=1))


def stood_at(rows: Any, moment: datetime) -> ColumnElement[bool]:
    """The spans (columns of the table or of an alias) that cover what was just before the moment."""
    return and_(rows.from_at < moment, or_(rows.until_at.is_(None), rows.until_at >= moment))


# --- seen when it is written ----------------------------------------------------------------------------------


@event.listens_for(ActorSession, "after_flush")
def _notice(session: ActorSession, _context: Any) -> None:
    written: dict[str, set[int]] = {}
    for row in (*session.new, *session.dirty):
        if session.is_modified(row) or row in session.new:
            written.setdefault(str(inspect(row).mapper.local_table.name), set()).add(row.id)
    for table, ids in written.items():
        follow(session, table, ids)


def follow(session: ActorSession, table: str, ids: Iterable[int]) -> None:
    """These rows of the table were written: the spans that depend on them are ended and begun, in this transaction."""
    for spans in KEPT.values():
        for name in _named_in(spans, table):
            record = whole(table_of(spans.of))
            for part in id_slices(sorted(ids)):
                _renew(session, spans, record, record.c[name].in_(part))


def _named_in(spans: Spans, table: str) -> set[str]:
    """The columns of the watched record by which rows of this table bear on it."""
    refers = {ref for ref, target, _column in spans.behind.values() if target == table}
    return refers | ({"id"} if table == spans.of else set())


# --- ending and beginning -------------------------------------------------------------------------------------


def _renew(session: ActorSession, spans: Spans, record: Any, *where: ColumnElement[bool]) -> int:
    """Returns how many records had to be written down anew."""
    now, found = clock.now(), session.connection().execute(_stale(spans, record).where(*where)).mappings().all()
    today = clock.local(now).date()
    gone = [row for row in found if row["_gone"]]
    fresh = [row for row in found if not row["_gone"] and row["_span"] and _day(row) >= today]
    other = [row for row in found if not row["_gone"] and not (row["_span"] and _day(row) >= today)]
    with _writable(session):
        _end(session, spans, [row["_span"] for row in (*gone, *other) if row["_span"]], now)
        _change(session, spans, fresh)
        _begin(session, spans, other, now)
    return len(found)


def _day(row: Any) -> date:
    return clock.local(row["_from"]).date()


def _stale(spans: Spans, record: Any) -> Select[Any]:
    """Records whose open span is missing, is not what they are now, or should have ended."""
    now, joined = whole(table_of(spans.table)), record
    values: dict[str, Any] = {name: record.c[name] for name in spans.columns}
    values |= {name: record.c[column] for name, column in spans.renamed.items()}
    for name, (ref, target, column) in spans.behind.items():
        other = whole(table_of(target))
        joined = joined.outerjoin(other, other.c.id == record.c[ref])
        values[name] = other.c[column]
    joined = joined.outerjoin(now, and_(now.c[spans.key] == record.c.id, now.c.until_at.is_(None)))
    differs = or_(*(now.c[name].is_distinct_from(value) for name, value in values.items()))
    is_live = record.c.archived_at.is_(None)
    wanted = or_(and_(is_live, or_(now.c.id.is_(None), differs)), and_(~is_live, now.c.id.is_not(None)))
    return (
        select(
            record.c.id.label("_id"), record.c.archived_at.label("_gone"), now.c.id.label("_span"),
            now.c.from_at.label("_from"), *(value.label(name) for name, value in values.items()),
        )
        .select_from(joined)
        .where(wanted)
    )  # fmt: skip


def _end(session: ActorSession, spans: Spans, ids: list[int], now: datetime) -> None:
    table = table_of(spans.table)
    for part in id_slices(ids):
        session.connection().execute(Settling(table).where(table.c.id.in_(part)).values(until_at=now))


def _change(session: ActorSession, spans: Spans, rows: list[Any]) -> None:
    """What changed again on the day on which the span began."""
    if not rows:
        return
    table = table_of(spans.table)
    new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in spans.watched}
    statement = Settling(table).where(table.c.id == bindparam("span")).values(**new)
    values = [{"span": row["_span"], **{f"new_{name}": row[name] for name in spans.watched}} for row in rows]
    session.connection().execute(statement, values)


def _begin(session: ActorSession, spans: Spans, rows: list[Any], now: datetime) -> None:
    ids = new_ids(len(rows) or 1)
    values = [
        {"id": i, spans.key: row["_id"], "from_at": now, "until_at": None, **{n: row[n] for n in spans.watched}}
        for i, row in zip(ids, rows, strict=False)
    ]
    bulk_insert(session, table_of(spans.table), values)


@contextmanager
def _writable(session: ActorSession) -> Iterator[None]:
    info = session.connection().info
    was_open, info["may_write"] = info.get("may_write", False), True
    try:
        yield
    finally:
        info["may_write"] = was_open


# --- a past that is known, and what went wrong ----------------------------------------------------------------


def rewrite(session: ActorSession, spans: Spans, rows: list[Values]) -> None:
    """Put these spans in the place of all that the records had: for an invented world, whose past is known."""
    table, keys = table_of(spans.table), sorted({row[spans.key] for row in rows})
    with _writable(session):
        for part in id_slices(keys):
            session.connection().execute(delete(table).where(table.c[spans.key].in_(part)))
        bulk_insert(session, table, [{"id": i, **row} for i, row in zip(new_ids(len(rows) or 1), rows, strict=False)])


def strays() -> dict[str, int]:
    """By table of records: how many stand otherwise than their open span says."""
    found = {}
    with reading(OPERATOR) as session:
        for spans in KEPT.values():
            stale = _stale(spans, whole(table_of(spans.of))).subquery()
            found[spans.of] = session.connection().scalar(select(func.count()).select_from(stale)) or 0
    return found


def mend() -> int:
    """Write down from now on, as it stands, whatever strayed. Returns how many records that were."""
    with unit_of_work(OPERATOR) as session:
        return sum(_renew(session, spans, whole(table_of(spans.of))) for spans in KEPT.values())
