"""Applies a plan, all of it or nothing, in one transaction through the bulk door."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain
from typing import Any, TypeVar

import sqlalchemy as sa

from core.access import ACCESS, Actor, demand
from core.audit import encode, write_entries
from core.bulk import Prepared, door_open, insert_prepared, prepare_rows, update_rows
from core.db import ActorSession, unit_of_work
from core.dialects import id_slices
from core.entity import Entity
from core.errors import Conflict, DomainError, Invalid
from core.i18n import _
from core.ids import new_id
from core.record import Record
from core.registry import registry
from core.transfer import batches
from core.transfer.columns import Question
from core.transfer.complete import completed_new
from core.transfer.draft import CREATED, UNCHANGED, UPDATED, Problem, Row
from core.transfer.matching import lookup
from core.transfer.plans import Plan
from core.transfer.references import Unknown
from core.wall import whole

CHUNK = 2000
READY = 20_000
LISTED = 1000
Progress = Callable[..., None]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Result:
    """What an import did: rows read = created + updated + unchanged + refused. Where rows are refused, nothing is done.

    `also` counts the records of other kinds that were created because the file names them, by entity; `empty` the
    rows without a value, by field.
    """

    batch: int | None
    read: int
    created: int
    updated: int
    unchanged: int
    refused: int
    problems: list[Problem] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    also: dict[str, int] = field(default_factory=dict)
    empty: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def quiet(_done: int, _total: int, _note: str = "") -> None:
    """Progress that nobody watches."""


def foreseen(plan: Plan) -> Result:
    """What applying the plan would do: the outcome of a dry run, and of an import with refused rows."""
    also = {stem: len(rows) for stem, rows in plan.fresh.items()}
    return Result(
        None, **plan.counts, problems=plan.problem_list(), unknowns=plan.unknowns[:LISTED], questions=plan.questions,
        also=also, empty=plan.empty,
    )  # fmt: skip


def apply(actor: Actor, plan: Plan, progress: Progress = quiet, *, job_id: int | None = None) -> Result:
    """Write what the plan foresees, and use the plan up. Raises Conflict where somebody changed a record meanwhile."""
    seen = foreseen(plan)
    if not plan.is_ready:
        return Result(**{**vars(seen), "created": 0, "updated": 0, "also": {}})
    if not plan.order and not plan.changes:
        return Result(**{**vars(seen), "also": {}})
    batch_id = new_id()
    plan.forget_texts()
    try:
        with unit_of_work(actor, clear=True) as session:
            session.info.update(batch=batch_id, origin="import")
            demand(actor, plan.entity.permission("import"))
            ready = _made_ready(session, plan, batch_id)
            batches.take_turn(session, plan.entity.stem)
            _demand_unchanged(session, plan)
            _write(session, plan, ready, batch_id, progress)
            batches.save(session, _batch(actor, plan, batch_id, job_id))
    except sa.exc.IntegrityError as error:
        raise Conflict(
            _("Somebody else saved one of these records meanwhile. Nothing was changed; try again.")
        ) from error
    return Result(**{**vars(seen), "batch": batch_id})


def _batch(actor: Actor, plan: Plan, batch_id: int, job_id: int | None) -> batches.Batch:
    counts = plan.counts
    return batches.Batch(
        id=batch_id, entity=plan.entity.stem, file=plan.sheet.name[:255], digest=f"sha256:{plan.sheet.digest}",
        user_id=actor.user_id, username=actor.username, job_id=job_id, mapping=plan.mapping.to_dict(),
        read=counts["read"], created=counts[CREATED], updated=counts[UPDATED], unchanged=counts[UNCHANGED],
    )  # fmt: skip


def _demand_unchanged(session: ActorSession, plan: Plan) -> None:
    """The plan was made outside this transaction: what it read must still hold."""
    table = whole(plan.entity.table)
    versions: dict[int, int] = {}
    for part in id_slices(list(plan.versions)):
        rows = session.connection().execute(sa.select(table.c.id, table.c.version).where(table.c.id.in_(part)))
        versions.update((row.id, row.version) for row in rows)
    names = tuple(view.name for view in plan.keys)
    keys = (tuple(plan.made.columns[name][i] for name in names) for i in plan.order)
    if versions != plan.versions or lookup(session, table, names, keys):
        raise Conflict(_("Somebody else saved one of these records meanwhile. Nothing was changed; try again."))


def _made_ready(session: ActorSession, plan: Plan, batch_id: int) -> Iterator[Prepared]:
    """The rows to create, in chunks: those that others refer to first, in the journal too, so that they go last.

    As many as memory allows are made before SQLite's one writer is taken up.
    """
    named = ((_entity(stem), rows) for stem, rows in plan.fresh.items())
    own = ((plan.entity, [_row(session, plan, index) for index in part]) for part in _chunks(plan.order))
    chunks = (prepare_rows(session, entity, rows, batch=batch_id, verb="create") for entity, rows in chain(named, own))
    return iter(list(chunks)) if len(plan.order) <= READY and not plan.late else chunks


def _write(session: ActorSession, plan: Plan, ready: Iterator[Prepared], batch_id: int, progress: Progress) -> None:
    total, done = sum(map(len, plan.fresh.values())) + len(plan.order) + len(plan.changes), 0
    for prepared in ready:
        insert_prepared(session, prepared)
        done += len(prepared.rows)
        progress(done, total)
    for ids in _chunks(list(plan.changes)):
        update_rows(session, plan.entity, {i: plan.changes[i] for i in ids}, batch=batch_id, verb="update")
        done += len(ids)
        progress(done, total)
    _run_acts(session, plan, batch_id)
    for stem, record_id in sorted(plan.touched):
        _complete_again(session, _entity(stem), record_id)


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


def _entity(stem: str) -> Entity:
    found = registry().entity(stem)
    assert found is not None, stem
    return found


def _row(session: ActorSession, plan: Plan, index: int) -> Row:
    row = plan.made.get(index)
    if index not in plan.late:
        return row
    try:
        return completed_new(session, plan.entity, row)
    except DomainError as error:
        raise Invalid(_("Line {line}: {reason}", line=plan.sheet.lines[index], reason=str(error))) from error


def _complete_again(session: ActorSession, entity: Entity, record_id: int) -> None:
    """A record that follows from the imported ones, such as a deal's amount from its lines."""
    record = session.get(entity.model, record_id)
    if record is not None:
        entity.complete(session, record)
        session.flush()


# --- acts -----------------------------------------------------------------------------------------------------


def _run_acts(session: ActorSession, plan: Plan, batch_id: int) -> None:
    """Run the mapping's verbs on each created record, one by one, as a person would."""
    for verb, columns in plan.acts:
        for index, record in _created(session, plan):
            verb.run(session, record, **{name: column.values[index] for name, column in columns.items()})
        links = [row for row in session.new if not isinstance(row, Record)]
        session.flush()
        _journal_links(session, links, batch_id)


def _created(session: ActorSession, plan: Plan) -> Iterator[tuple[int, Any]]:
    """The created records with the places of their rows, some hundred at a time."""
    model: Any = plan.entity.model
    for part in id_slices(plan.order):
        of_part = sa.select(model).where(model.id.in_([plan.ids[index] for index in part]))
        records = {record.id: record for record in session.scalars(of_part)}
        yield from ((index, records[plan.ids[index]]) for index in part)


def _journal_links(session: ActorSession, links: list[Any], batch_id: int) -> None:
    """Link rows have no journal of their own; an import's have one, so that it can be undone."""
    entries = [
        (
            "create",
            ACCESS[link.__tablename__].stem,
            link.id,
            {k: [None, encode(v)] for k, v in link.model_dump().items()},
        )
        for link in links
    ]
    with door_open(session):
        write_entries(session, entries, batch_id)
