"""Taking a list away as a file, and making a report of it: both are posts, and both are written down."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from starlette.datastructures import QueryParams
from starlette.responses import Response, StreamingResponse

from core import clock
from core.access import Actor
from core.db import reading
from core.entity import Entity
from core.errors import NotFound
from core.i18n import _
from core.lists import Query
from core.module import Report
from core.papers import FORMS, PDF, drawn, file_name, report_day
from core.queue import enqueue_later
from core.registry import registry
from core.transfer import csv_parts, note_export, write_xlsx
from web.kit.requests import Ask, Routes, see_other
from web.pages.addresses import read_state
from web.pages.results import EXPORT, REPORT

# A workbook of more rows takes longer than somebody waits for a page.
MOST_ROWS_AT_ONCE = 20_000
IN_MEMORY = 8 * 2**20
XLSX = FORMS["xlsx"].mime


def routes() -> Routes:
    made = Routes()
    for report in registry().reports():
        made.post(f"/reports/{report.name}", report.permission, start_report)
        for form in report.forms:
            do = start_report if FORMS[form].is_slow else send_report
            made.post(f"/reports/{report.name}/{form}", report.permission, do)
    return made


def asked(ask: Ask, entity: Entity) -> Query:
    """The list as the form describes it, in the words of a list's address."""
    pairs = [(name, value) for name, value in ask.form.multi_items() if isinstance(value, str) and name not in OWN]
    return read_state(entity, QueryParams(pairs)).first_page().query


OWN = ("key", "on", "entity")


def csv(ask: Ask, entity: Entity) -> Response:
    """Sent while it is read, so that a long list begins at once."""
    query = asked(ask, entity)
    note_export(ask.actor, entity, query)
    return StreamingResponse(
        csv_stream(ask.actor, entity, query), media_type="text/csv; charset=utf-8", headers=named(entity, "csv")
    )


def csv_stream(actor: Actor, entity: Entity, query: Query) -> Iterator[bytes]:
    with reading(actor) as session:
        yield from csv_parts(session, entity, query, in_words=True)


def xlsx(ask: Ask, entity: Entity) -> Response:
    query = asked(ask, entity)
    rows = note_export(ask.actor, entity, query)
    if rows > MOST_ROWS_AT_ONCE:
        with ask.writing() as session:
            job = enqueue_later(session, EXPORT, entity=entity.stem, form="xlsx", **conditions(query))
        return see_other(f"/jobs/{job}", flash="started")
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 closed once it is sent
    with ask.reading() as session:
        write_xlsx(session, entity, query, cast(IO[bytes], file), in_words=True)
    file.seek(0)
    return StreamingResponse(parts(cast(IO[bytes], file)), media_type=XLSX, headers=named(entity, "xlsx"))


def parts(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while part := file.read(2**16):
            yield part


def conditions(query: Query) -> dict[str, object]:
    """A list's conditions as a job carries them."""
    return {"words": query.words, "filters": {name: list(values) for name, values in query.filters.items()}}


def named(entity: Entity, ending: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{entity.name}-{clock.today().isoformat()}.{ending}"'}


def own_filters(ask: Ask) -> dict[str, list[str]]:
    """What the page of a report says of itself; the report refuses what it does not know."""
    typed = [(name, value) for name, value in ask.form.multi_items() if isinstance(value, str) and value]
    return {name: [value] for name, value in typed if name not in OWN}


# --- reports --------------------------------------------------------------------------------------------------


def start_report(ask: Ask) -> Response:
    """A job makes it. The list that the form describes narrows it, or the filters of the report's own page."""
    report, form = _wanted(ask)
    query = _narrowed(ask)
    with ask.writing() as session:
        job = enqueue_later(session, REPORT, report=report.name, on=ask.typed("on"), form=form, **conditions(query))
    return see_other(f"/jobs/{job}", flash="started")


def send_report(ask: Ask) -> Response:
    """Tables are made while one waits."""
    report, form = _wanted(ask)
    content = drawn(ask.actor, report, on=report_day(ask.typed("on")), query=_narrowed(ask), form=form)
    name = {"content-disposition": f'attachment; filename="{file_name(report.name, form)}"'}
    return Response(content, media_type=FORMS[form].mime, headers=name)


def _wanted(ask: Ask) -> tuple[Report, str]:
    """The report, and as which file: `/reports/executive/xlsx`."""
    name, _sep, form = ask.request.url.path.removeprefix("/reports/").partition("/")
    report = registry().report(name)
    if report is None:
        raise NotFound(_("There is nothing at this address."))
    report_day(ask.typed("on"))
    return report, form or PDF


def _narrowed(ask: Ask) -> Query:
    entity = registry().entity(ask.typed("entity"))
    if entity:
        return asked(ask, entity)
    return Query(filters={name: tuple(values) for name, values in own_filters(ask).items()})
