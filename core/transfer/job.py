"""The import as a job, and as one call: read the file, plan, apply; planned anew where somebody else was quicker."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.access import Actor
from core.db import engine, reading
from core.dialects import analyze
from core.entity import Entity
from core.errors import Conflict, Invalid, NotFound
from core.i18n import _
from core.registry import registry
from core.transfer import batches
from core.transfer.applying import Progress, Result, apply, foreseen, quiet
from core.transfer.mapping import Mapping, mapping_of, read_mapping
from core.transfer.plans import Plan, plan
from core.transfer.proposals import propose
from core.transfer.read import Sheet, read_sheet
from core.transfer.uploads import kept

_TRIES = 3


def planned(actor: Actor, entity: Entity, sheet: Sheet, mapping: Mapping) -> Plan:
    """Plan in a session of its own, which holds no lock that a writer would wait for."""
    with reading(actor, clear=True) as session:
        return plan(session, entity, sheet, mapping)


def import_sheet(
    actor: Actor, entity: Entity, read: Callable[[], Sheet], mapping: Mapping, progress: Progress = quiet, *,
    dry_run: bool = False, job_id: int | None = None,
) -> Result:  # fmt: skip
    """Read, plan and apply. A record that changes in between makes it begin again, at most three times."""
    for left in reversed(range(_TRIES)):
        made = planned(actor, entity, read(), mapping)
        if dry_run:
            return foreseen(made)
        try:
            return apply(actor, made, progress, job_id=job_id)
        except Conflict:
            if not left:
                raise
    raise AssertionError("unreachable")


def import_file(
    actor: Actor, entity: Entity, file: Path, mapping: Path | None = None, *, dry_run: bool = False
) -> dict[str, Any]:
    """`octant import`. Without a mapping file the one proposed from the headings is used."""

    def read() -> Sheet:
        return read_sheet(_content(file), file.name)

    chosen = read_mapping(_content(mapping).decode()) if mapping else propose(actor, entity, read()).mapping
    return import_sheet(actor, entity, read, chosen, dry_run=dry_run).as_dict()


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Invalid(_("The file {name} cannot be read.", name=str(file))) from error


def run_import(progress: Any, *, entity: str, file: str, name: str, mapping: dict[str, Any]) -> dict[str, Any]:
    """The job `transfer.import`: `file` is what `keep` gave for the upload. Safe to run twice."""
    done = batches.of_job(progress.job_id)
    if done is not None:
        return _result_of(done)
    found = registry().entity(entity)
    if found is None:
        raise NotFound(_("There is no such record, or it is not yours to see."))

    def read() -> Sheet:
        progress(0, 0, _("Reading the file"))
        sheet = read_sheet(kept(progress.actor, file), name)
        progress(0, len(sheet), _("Checking {n} rows", n=len(sheet)))
        return sheet

    result = import_sheet(progress.actor, found, read, mapping_of(mapping), progress, job_id=progress.job_id)
    analyze(engine(), found.table.name)
    return result.as_dict()


def _result_of(batch: batches.Batch) -> dict[str, Any]:
    counts = {name: getattr(batch, name) for name in ("read", "created", "updated", "unchanged")}
    return Result(batch.id, **counts, refused=0).as_dict()
