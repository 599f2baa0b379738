"""Writes records to CSV and XLSX as the actor sees them: masks stay masks, references are codes, money is exact."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from sqlalchemy import func, select

from core import clock
from core.access import Actor, demand
from core.audit import write_entries
from core.bulk import door_open
from core.db import ActorSession, reading, unit_of_work
from core.entity import Entity
from core.errors import Invalid
from core.fields import FieldView
from core.i18n import _
from core.lists import Query, conditions
from core.record import METADATA, system_fields
from core.registry import registry
from core.transfer.words import guarded

_TEXTS = {"text", "long_text", "phone", "choice", "ref", "list"}
_SLICE = 500
XLSX_ROWS = 1_048_575
Rows = Iterable[Any]


def exported(entity: Entity) -> list[FieldView]:
    """The fields of the file: the key first, then the form's, then what else the entity carries."""
    kept = system_fields(entity.table)
    return [view for name, view in entity.fields.items() if name not in kept]


def headings(entity: Entity, *, in_words: bool = False) -> list[str]:
    """The fields' names, as the command line and mappings use them, or their labels in the current language."""
    return [_(view.label) if in_words else view.short for view in exported(entity)]


def rows_of(session: ActorSession, entity: Entity, query: Query) -> Iterator[Any]:
    """Values in the order of the fields; a reference is its record's code, else its name. Always in the same order."""
    table = entity.table
    statement = select()
    joined = table
    for view in exported(entity):
        target = registry().entity_of_table(view.target) if view.target else None
        if target is None:
            statement = statement.add_columns(table.c[view.name])
            continue
        other = METADATA.tables[view.target or ""].alias()
        joined = joined.outerjoin(other, other.c.id == table.c[view.name])
        statement = statement.add_columns(_named(target, other))
    order = [table.c[column.key] for column in entity.key if column.key in table.c]
    statement = statement.select_from(joined).where(*conditions(entity, query)).order_by(*order, table.c.id)
    yield from session.execute(statement, execution_options={"yield_per": _SLICE})


def _named(target: Entity, table: Any) -> Any:
    key = table.c[target.key[0].key]
    if target.fields[target.key[0].key].kind != "text":
        return target.title_in(table)
    return func.coalesce(func.nullif(key, ""), target.title_in(table))


def note_export(actor: Actor, entity: Entity, query: Query) -> int:
    """Demand the right, and write into the journal who takes how many rows of what. Returns the number of rows."""
    demand(actor, entity.permission("export"))
    with unit_of_work(actor) as session:
        counted = select(func.count()).select_from(entity.table).where(*conditions(entity, query))
        count = session.scalar(counted) or 0
        asked = {"rows": count, "words": query.words, "filters": {k: list(v) for k, v in query.filters.items()}}
        with door_open(session):
            write_entries(session, [("export", entity.stem, 0, {k: [None, v] for k, v in asked.items() if v})], None)
    return count


# --- CSV ------------------------------------------------------------------------------------------------------


def csv_parts(session: ActorSession, entity: Entity, query: Query, *, in_words: bool = False) -> Iterator[bytes]:
    """The file in parts, to be sent while it is read. UTF-8 with a mark, so that spreadsheets know the letters."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    buffer.write("\ufeff")
    writer.writerow(guarded(head) for head in headings(entity, in_words=in_words))
    writers = [_text_writer(view) for view in exported(entity)]
    for number, row in enumerate(rows_of(session, entity, query), start=1):
        writer.writerow(["" if value is None else write(value) for write, value in zip(writers, row, strict=True)])
        if number % _SLICE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _text_writer(view: FieldView) -> Callable[[Any], str]:
    if view.kind == "ref":
        return lambda value: guarded(str(value))
    return (lambda value: guarded(view.write(value))) if view.kind in _TEXTS else view.write


# --- XLSX -----------------------------------------------------------------------------------------------------


def write_xlsx(
    session: ActorSession, entity: Entity, query: Query, out: IO[bytes], *, in_words: bool = False,
    progress: Callable[[int], None] = lambda _rows: None,
) -> int:  # fmt: skip
    """Texts are cells of text, so that nothing is run or rounded; amounts and days are real numbers and days."""
    import xlsxwriter

    book = xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": False, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    formats = {name: book.add_format({"num_format": form}) for name, form in _FORMATS.items()}
    for column, head in enumerate(headings(entity, in_words=in_words)):
        sheet.write_string(0, column, head, formats["head"])
    views = exported(entity)
    number = 0
    for number, row in enumerate(rows_of(session, entity, query), start=1):
        if number > XLSX_ROWS:
            raise Invalid(_("A workbook holds at most {n} rows. Take CSV, or narrow the list.", n=XLSX_ROWS))
        for column, (view, value) in enumerate(zip(views, row, strict=True)):
            if value is not None:
                _write_cell(sheet, (number, column), view, value, formats)
        if number % _SLICE == 0:
            progress(number)
    book.close()
    return number


_FORMATS = {"head": "@", "text": "@", "money": "#,##0.00", "number": "0", "date": "yyyy-mm-dd", "month": "yyyy-mm",
            "instant": "yyyy-mm-dd hh:mm"}  # fmt: skip


def _write_cell(sheet: Any, place: tuple[int, int], view: FieldView, value: Any, formats: dict[str, Any]) -> None:
    if view.kind in ("money", "number"):
        sheet.write_number(*place, value if view.kind == "number" else float(Decimal(value) / 100), formats[view.kind])
    elif view.kind in ("date", "month", "instant"):
        shown = clock.local(value).replace(tzinfo=None) if isinstance(value, datetime) else value
        sheet.write_datetime(*place, shown, formats[view.kind])
    else:
        sheet.write_string(*place, str(value) if view.kind == "ref" else view.write(value), formats["text"])


# --- files ----------------------------------------------------------------------------------------------------


def export_file(actor: Actor, entity: Entity, query: Query, out: Path) -> int:
    """Write the records of the query to a .csv or .xlsx file, as the actor. Returns the number of rows."""
    if out.suffix.lower() not in (".csv", ".xlsx"):
        raise Invalid(_("Name the file with .csv or .xlsx at its end."))
    count = note_export(actor, entity, query)
    with reading(actor) as session, out.open("wb") as stream:
        if out.suffix.lower() == ".xlsx":
            write_xlsx(session, entity, query, stream)
        else:
            stream.writelines(csv_parts(session, entity, query))
    return count
