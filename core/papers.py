"""A report is gathered as its reader and drawn in the reader's language: to a file, at once, or by a job."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
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
PDF, MAKE = "pdf", "reports.make"
# Who is told how far the paper is that is being made in this thread.
_told: ContextVar[Any] = ContextVar("told", default=None)


@dataclass(frozen=True)
class Form:
    """A file that a report is drawn as: how its name ends, and what it is. A slow one is made by a job."""

    ending: str
    mime: str
    is_slow: bool = False


FORMS = {
    PDF: Form(".pdf", "application/pdf", is_slow=True),
    "slides": Form("-slides.pdf", "application/pdf", is_slow=True),
    "xlsx": Form(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": Form(".csv", "text/csv; charset=utf-8"),
}


def make_report(
    actor: Actor, name: str, out: Path, *, on: str | None, language: str, query: Query | None = None, form: str = PDF
) -> int:
    """`octant report`: gather as the actor, draw in the language, write the file; returns its size in bytes."""
    with use_language(language):
        content = drawn(actor, found(name), on=report_day(on), query=query, form=form)
    out.write_bytes(content)
    return len(content)


def run_report(
    progress: Any, *, report: str, words: str = "", filters: Filters | None = None, on: str = "", form: str = PDF
) -> dict[str, Any]:
    """The job: make the PDF of a list's own filters, keep it, and say where it is. Safe to run twice."""
    chosen = found(report)
    progress(0, 3, _("Gathering the figures"))
    query = Query(words=words, filters={name: tuple(values) for name, values in (filters or {}).items()})
    token = _told.set(progress)
    try:
        content = drawn(progress.actor, chosen, on=report_day(on), query=query, progress=progress, form=form)
    finally:
        _told.reset(token)
    progress(2, 3, _("Keeping the file"))
    stored = files.store(file_name(report, form), content)
    progress(3, 3)
    return {"file": stored.key, "digest": stored.digest, "name": stored.name, "mime": stored.type}


def tell(done: int, total: int, note: str) -> None:
    """A paper of many parts says while it is gathered, the first third, and drawn, the second, how far it is. Where a
    job makes it, that is seen, and stopped; elsewhere nobody listens."""
    if (progress := _told.get()) is not None:
        progress(done, total, note)


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


def file_name(report: str, form: str) -> str:
    return f"octant-{report}-{clock.today().isoformat()}{FORMS[form].ending}"


def drawn(
    actor: Actor, report: Report, *, on: date | None = None, query: Query | None = None, progress: Any = None,
    form: str = PDF,
) -> bytes:  # fmt: skip
    """The file, made with the rights of the actor, and written down so that it is known again."""
    demand(actor, report.permission)
    draw = _drawing(report, form)
    with reading(actor, snapshot=True) as session:
        data = report.gather(session, on=on, query=query)
    if progress:
        progress(1, 3, _("Drawing the pages"))
    content = draw(data)
    note_paper(actor, report.name, data, content, on=on, query=query, form=form)
    return content


def _drawing(report: Report, form: str) -> Callable[[Any], bytes]:
    known = {PDF: report.draw, **report.forms}
    if form not in known:
        slots = {"name": report.name, "form": form, "forms": ", ".join(known)}
        raise NotFound(_("The report “{name}” is not made as {form}. There are: {forms}.", **slots))
    return known[form]
