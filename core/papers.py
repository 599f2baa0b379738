"""A report is gathered as its reader and drawn in the reader's language: to a file, or as a job behind the page."""

from datetime import date
from pathlib import Path
from typing import Any

from core import clock, files
from core.access import Actor, demand
from core.db import reading
from core.errors import Invalid, NotFound
from core.fields import read_date
from core.i18n import _, use_language
from core.lists import Query
from core.module import Report
from core.paper_log import note_paper
from core.registry import registry

EARLIEST, YEARS_AHEAD = 1990, 10
Filters = dict[str, list[str]]


def make_report(
    actor: Actor, name: str, out: Path, *, on: str | None, language: str, query: Query | None = None
) -> int:
    """`octant report`: gather as the actor, draw in the language, write the file; returns its size in bytes."""
    with use_language(language):
        content = drawn(actor, found(name), on=report_day(on), query=query)
    out.write_bytes(content)
    return len(content)


def run_report(
    progress: Any, *, report: str, words: str = "", filters: Filters | None = None, on: str = ""
) -> dict[str, Any]:
    """The job: make the PDF of a list's own filters, keep it, and say where it is. Safe to run twice."""
    chosen = found(report)
    progress(0, 3, _("Gathering the figures"))
    query = Query(words=words, filters={name: tuple(values) for name, values in (filters or {}).items()})
    content = drawn(progress.actor, chosen, on=report_day(on), query=query, progress=progress)
    progress(2, 3, _("Keeping the file"))
    stored = files.store(f"octant-{report}-{clock.today().isoformat()}.pdf", content)
    progress(3, 3)
    return {"file": stored.key, "digest": stored.digest, "name": stored.name, "mime": stored.type}


def report_day(text: str | None) -> date | None:
    """The day that somebody asks a report for. Raises Invalid for one that no figures can stand on."""
    day = read_date(text) if text else None
    if day is not None and not EARLIEST <= day.year <= clock.today().year + YEARS_AHEAD:
        last = clock.today().year + YEARS_AHEAD
        raise Invalid(_("A report’s day lies between {first} and {last}.", first=EARLIEST, last=last))
    return day


def found(name: str) -> Report:
    report = registry().report(name)
    if report is None:
        names = ", ".join(known.name for known in registry().reports())
        raise NotFound(_("There is no report “{name}”. There are: {names}.", name=name, names=names))
    return report


def drawn(
    actor: Actor, report: Report, *, on: date | None = None, query: Query | None = None, progress: Any = None
) -> bytes:
    """The PDF, made with the rights of the actor, and written down so that it is known again."""
    demand(actor, report.permission)
    with reading(actor, snapshot=True) as session:
        data = report.gather(session, on=on, query=query)
    if progress:
        progress(1, 3, _("Drawing the pages"))
    content = report.draw(data)
    note_paper(actor, report.name, data, content, on=on, query=query)
    return content
