"""The kernel's own jobs: importing a file, writing a large export, making a report. A module adds jobs of its own."""

import io
from typing import Any

from core import clock
from core.db import reading
from core.errors import NotFound
from core.fields import read_date
from core.files import Stored, store
from core.i18n import N_, _
from core.lists import Query
from core.module import Job, registry
from core.transfer import note_export, run_import, write_xlsx


def query_dict(query: Query) -> dict[str, Any]:
    """A list's conditions as a job carries them."""
    filters = {name: list(values) for name, values in query.filters.items()}
    return {"words": query.words, "filters": filters, "archived": query.archived}


def query_of(data: dict[str, Any]) -> Query:
    filters = {name: tuple(values) for name, values in data.get("filters", {}).items()}
    return Query(words=data.get("words", ""), filters=filters, archived=data.get("archived", False))


def run_export(progress: Any, *, entity: str, query: dict[str, Any]) -> dict[str, Any]:
    """The records of a list as a workbook. Its right is asked for, and its taking noted, each time it runs."""
    found = registry().entity(entity)
    if found is None:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    total = note_export(progress.actor, found, query_of(query))
    content = io.BytesIO()
    with reading(progress.actor) as session:
        write_xlsx(
            session, found, query_of(query), content, in_words=True, progress=lambda done: progress(done, total)
        )
    progress(total, total)
    return _kept(store(f"{found.name}-{clock.today().isoformat()}.xlsx", content.getvalue()))


def run_report(progress: Any, *, report: str, query: dict[str, Any] | None = None, on: str = "") -> dict[str, Any]:
    """A report as a PDF, gathered with the rights of whoever asked for it."""
    found = registry().report(report)
    if found is None:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    if not progress.actor.may(found.permission):
        raise NotFound(_("There is no such record, or it is not yours to see."))
    parameters: dict[str, Any] = {"on": read_date(on)} if on else {}
    if query:
        parameters["query"] = query_of(query)
    progress(0, 2, _("Gathering the figures"))
    with reading(progress.actor) as session:
        data = found.gather(session, **parameters)
    progress(1, 2, _("Drawing the pages"))
    content = found.draw(data)
    progress(2, 2)
    return _kept(store(f"{report}-{clock.today().isoformat()}.pdf", content))


def _kept(file: Stored) -> dict[str, Any]:
    return {"file": file.key, "name": file.name, "type": file.type, "size": file.size, "digest": file.digest}


TITLES = {"import": N_("Import"), "export": N_("Export"), "report": N_("Report")}
JOBS = (Job("import", run_import), Job("export", run_export), Job("report", run_report))
