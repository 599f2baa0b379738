"""Engines, sessions, and the only commit in the product.

`unit_of_work(actor)` is the session that everything above the kernel uses: it belongs to one actor for its whole
life, and all its SQL passes the wall. `kernel_session()` passes no wall; it is for sign-in, jobs, the journal and
migrations inside `core`, and a lint refuses it elsewhere.
"""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session

from core.access import ACCESS, Actor, changeable
from core.dialects import engine_for, id_slices, one_moment
from core.errors import Conflict, Forbidden, NotFound, Unscoped
from core.fits import demand_fits
from core.i18n import _
from core.record import Record, Row
from core.settings import settings
from core.wall import RowRule, guard, walled, whole

AnyRow = TypeVar("AnyRow", bound=Row)
_engines: dict[str, sa.Engine] = {}


def engine() -> sa.Engine:
    """The one pool of this process, made at first use from the settings."""
    url = settings().url
    if url not in _engines:
        _engines[url] = engine_for(url)
        guard(_engines[url])
    return _engines[url]


def dispose() -> None:
    for made in _engines.values():
        made.dispose()
    _engines.clear()


class ActorSession(Session):
    """One session, one actor, for life: the identity map can never hold another's rows."""

    def __init__(self, actor: Actor, *, writes: bool, base: sa.Engine | None = None) -> None:
        scoped = walled(base if base is not None else engine(), actor)
        if not writes:
            scoped = scoped.execution_options(sqlite_begin="DEFERRED")
        super().__init__(scoped, expire_on_commit=False, autoflush=False)
        self.info.update(actor=actor, writes=writes)

    @property
    def actor(self) -> Actor:
        return self.info["actor"]  # type: ignore[no-any-return]

    def _refuse(self, *_args: Any, **_kw: Any) -> Any:
        raise Unscoped("the legacy bulk API goes round the unit of work")

    bulk_save_objects = bulk_insert_mappings = bulk_update_mappings = _refuse


@contextmanager
def unit_of_work(actor: Actor, *, clear: bool = False) -> Iterator[ActorSession]:
    """Read and write as the actor; commit once, at the end. `clear` shows guarded columns where the actor may.

    A row that was not written is told apart: changed by somebody else meanwhile, or not the actor's to write.
    """
    with ActorSession(_cleared(actor) if clear else actor, writes=True) as session:
        try:
            yield session
            commit(session)
        except sa.orm.exc.StaleDataError as error:
            session.rollback()
            raise _not_written(session) from error


@contextmanager
def reading(actor: Actor, *, clear: bool = False, snapshot: bool = False) -> Iterator[ActorSession]:
    """Read as the actor; nothing is ever committed. In a `snapshot` all statements see the data of one moment."""
    base = engine().execution_options(**one_moment(engine())) if snapshot else None
    with ActorSession(_cleared(actor) if clear else actor, writes=False, base=base) as session:
        yield session


def _cleared(actor: Actor) -> Actor:
    profile = dataclasses.replace(actor.profile, shows_clear=True)
    return dataclasses.replace(actor, profile=profile)


def commit(session: Session) -> None:
    """The one commit."""
    session.commit()


Versions = dict[sa.Table, dict[int, int]]


def _versions(session: Session) -> Versions:
    """What a flush is about to change or remove: the version of each record as it was read, by table and id."""
    found: Versions = {}
    for row in (*session.dirty, *session.deleted):
        if isinstance(row, Record):
            found.setdefault(row.__table__, {})[row.id] = row.version  # type: ignore[attr-defined]
    return found


def _not_written(session: ActorSession) -> Conflict | Forbidden:
    """Whoever still sees every row as it was read has lost no race: the row rule has refused the write."""
    sent: Versions = session.info["sent"]
    for table, versions in sent.items():
        for part in id_slices(list(versions)):
            stored = sa.select(table.c.id, table.c.version).where(table.c.id.in_(part))
            now = {row[0]: row[1] for row in session.connection().execute(stored)}
            if any(now.get(row_id) != versions[row_id] for row_id in part):
                return Conflict(_("Somebody else saved this record while you were working on it."))
    return Forbidden(_("You may see this record, but not change it."))


@contextmanager
def kernel_session(*, writes: bool = True) -> Iterator[Session]:
    options = {} if writes else {"sqlite_begin": "DEFERRED"}
    with Session(engine().execution_options(**options), expire_on_commit=False) as session:
        yield session
        if writes:
            session.commit()


# --- what the unit of work checks -----------------------------------------------------------------------------


@event.listens_for(ActorSession, "do_orm_execute")
def _no_bulk_insert(state: Any) -> None:
    if state.is_insert:
        raise Unscoped("a bulk insert belongs to the bulk door")


@event.listens_for(ActorSession, "before_flush")
def _open_writes(session: ActorSession, _context: Any, _instances: Any) -> None:
    if not session.info["writes"]:
        raise Unscoped("a write in a session opened for reading")
    session.info["sent"] = _versions(session)
    for row in (*session.new, *session.dirty, *session.deleted):
        _demand_not_kernels(row.__table__.name)
    for row in session.new:
        demand_fits(row.__table__, row, row.__table__.c.keys())
    for row in session.dirty:
        demand_columns(session, row.__table__, _changed(row))
        demand_fits(row.__table__, row, _changed(row))
    session.connection().info["may_write"] = True


def _demand_not_kernels(table: str) -> None:
    """The journal, the search index and their like are written by the kernel's own statements only."""
    if table not in ACCESS or ACCESS[table].is_kernels:
        raise Unscoped(f"no record of {table} is written by a unit of work")


@event.listens_for(ActorSession, "after_flush_postexec")
def _close_writes(session: ActorSession, _context: Any) -> None:
    session.connection().info["may_write"] = False


@event.listens_for(ActorSession, "after_flush")
def _check_written_rows(session: ActorSession, _context: Any) -> None:
    """What was written must be within the writer's reach afterwards too: nobody writes into another's patch."""
    for rows, verb in ((session.new, "create"), (session.dirty, "update")):
        by_table: dict[Any, set[int]] = {}
        for row in rows:
            if session.is_modified(row) or verb == "create":
                by_table.setdefault(row.__table__, set()).add(row.id)
        for table, ids in by_table.items():
            check_reach(session, table, ids, verb)


def _changed(row: Any) -> set[str]:
    return {attribute.key for attribute in sa.inspect(row).attrs if attribute.history.has_changes()}


def demand_columns(session: ActorSession, table: sa.Table, names: set[str]) -> None:
    """What is only lent to the actor may change in nothing but the columns that the lending names.

    A `fixed` column never changes: a row that gives access would give it elsewhere too, once it is moved there.
    """
    if any(table.c[name].info.get("fixed") for name in names):
        raise Forbidden(_("You may see this record, but not change it."))
    allowed = changeable(session.actor.profile, ACCESS[table.name].stem) if table.name in ACCESS else None
    if allowed is not None and not names - {"version", "updated_at"} <= allowed:
        raise Forbidden(_("You may see this record, but not change it."))


def check_reach(session: Session, table: sa.Table, ids: set[int], verb: str) -> None:
    if table.name not in ACCESS:
        raise Unscoped(f"table {table.name} has no access rule")
    if len(within(session, table, list(ids), "read", verb)) != len(ids):
        raise Forbidden(_("This would put the record out of your reach. Choose an owner within your area."))


def within(session: Session, table: sa.Table, ids: list[int], *verbs: str) -> list[int]:
    """Those of the ids on which the actor may do all of the verbs.

    The rules are asked of rows that are found by their key. In a sub-select of the visible rows SQLite would look for
    each of these ids under each of the records by which the rule reaches them.
    """
    found: list[int] = []
    for part in id_slices(ids):
        found += session.connection().scalars(_ruled(table, verbs), {"ids": part}).all()
    return found


@cache
def _ruled(table: sa.Table, verbs: tuple[str, ...]) -> Any:
    rows = whole(table)
    chosen = rows.c.id.in_(sa.bindparam("ids", expanding=True))
    return sa.select(rows.c.id).where(chosen, *(RowRule(verb, rows) for verb in verbs))


def get(session: ActorSession, model: type[AnyRow], record_id: int) -> AnyRow:
    """The record, or NotFound: a hidden id answers exactly like a missing one."""
    row = session.get(model, record_id)
    if row is None:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    return row
