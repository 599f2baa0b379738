"""A large export as a job: the file is made as the reader, kept, and fetched from the page when it is ready."""

import tempfile
from typing import Any

from core import clock, files
from core.db import reading
from core.errors import NotFound
from core.i18n import _
from core.lists import Query
from core.registry import registry
from core.transfer.export import csv_parts, note_export, write_xlsx


def run_export(
    progress: Any, *, entity: str, form: str = "xlsx", words: str = "", filters: dict[str, list[str]] | None = None
) -> dict[str, Any]:
    """The job: write the list's records to a `csv` or `xlsx` file. Safe to run twice."""
    chosen = registry().entity(entity)
    if chosen is None:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    query = Query(words=words, filters={name: tuple(values) for name, values in (filters or {}).items()})
    total = note_export(progress.actor, chosen, query)
    progress(0, total)
    with reading(progress.actor) as session, tempfile.TemporaryFile() as stream:
        if form == "xlsx":
            write_xlsx(session, chosen, query, stream, progress=lambda rows: progress(rows, total))
        else:
            stream.writelines(csv_parts(session, chosen, query))
        stream.seek(0)
        stored = files.store(f"{chosen.name}-{clock.today().isoformat()}.{form}", stream.read())
    progress(total, total)
    return {"file": stored.key, "digest": stored.digest, "name": stored.name, "mime": stored.type, "rows": total}
