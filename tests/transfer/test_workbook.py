"""Workbooks are read as the spreadsheet shows them; a hostile one is refused before it reaches the parser."""

import io
import time
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import pytest

import core.transfer.workbook as workbook
from core.errors import Invalid
from core.transfer import Sheet, read_sheet
from tests.transfer.files import sheet_xml, with_member, xlsx_bytes

TABLE = (("code", "name"), ("007", "邦德"), ("008", "Müller; Söhne"))
SHEET = "xl/worksheets/sheet1.xml"


def rows(sheet: Sheet) -> list[tuple[str, ...]]:
    return [sheet.row(i) for i in range(len(sheet))]


def refusal(data: bytes, name: str = "file.csv") -> str:
    with pytest.raises(Invalid) as refused:
        read_sheet(data, name)
    return str(refused.value)


def test_a_workbook_keeps_numbers_days_and_texts_as_they_are() -> None:
    made = xlsx_bytes(
        ("code", "amount", "on", "yes"),
        ("007", 1054.1, date(2026, 3, 5), True),
        ("008", 12345678901, date(2026, 3, 6), False),
    )
    assert rows(read_sheet(made, "a.xlsx"))[0][:2] == ("007", "1054.1")
    assert read_sheet(made, "a.xlsx").column("amount")[1] == "12345678901"
    assert read_sheet(made, "a.xlsx").column("yes") == ["true", "false"]


def test_days_of_a_workbook_come_in_the_form_that_cannot_be_mistaken(tmp_path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet, form = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, ["on", "sum"])
    sheet.write_datetime(1, 0, date(2026, 3, 5), form)
    sheet.write_number(1, 1, 0.1 + 0.2)
    book.close()
    assert rows(read_sheet((tmp_path / "a.xlsx").read_bytes(), "a.xlsx")) == [("2026-03-05", "0.3")]


def test_problems_of_a_workbook_name_the_row_that_the_spreadsheet_shows() -> None:
    assert read_sheet(xlsx_bytes((), (), ("", "a"), ("", "1"), (), ("", "2")), "a.xlsx").lines == [4, 6]


def test_the_first_sheet_with_rows_is_taken() -> None:
    assert rows(read_sheet(xlsx_bytes(("a", "b"), ("1", "2"), first_sheet_is_empty=True), "a.xlsx")) == [("1", "2")]


def hostile() -> dict[str, bytes]:
    good = xlsx_bytes(("a", "b"), ("1", "2"))
    row = '<row r="{r}"><c r="A{r}" t="inlineStr"><is><t>x</t></is></c></row>'
    doctype = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    return {
        "bomb": with_member(good, SHEET, sheet_xml("<row>" + " " * 120_000_000 + "</row>")),
        "entity": with_member(good, SHEET, doctype + sheet_xml(row.format(r=1))[21:]),
        "entity in UTF-16": with_member(good, "xl/sharedStrings.xml", (doctype + b"<sst/>").decode().encode("utf-16")),
        "laughs": with_member(good, "xl/sharedStrings.xml", b'<?xml version="1.0"?>' + laughs + b"<sst>&b;</sst>"),
        "far cell": with_member(good, SHEET, sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        "far column": with_member(good, SHEET, sheet_xml('<row r="1"><c r="XFD1"><v>1</v></c></row>')),
        "far row": with_member(good, SHEET, sheet_xml(row.format(r=1) + row.format(r=1_000_000))),
        "wide and long": with_member(
            good,
            SHEET,
            sheet_xml('<row r="1"><c r="GQ1"><v>1</v></c></row><row r="199999"><c r="A199999"><v>1</v></c></row>'),
        ),
        "cells without a place": with_member(good, SHEET, sheet_xml("<row>" + "<c/>" * 1000 + "</row>")),
        "slip": with_member(good, "../../evil.xml", b"x"),
        "absolute": with_member(good, "/etc/evil.xml", b"x"),
        "many parts": _many_parts(),
        "no workbook": _zip({"readme.txt": b"hello"}),
        "cut": good[: len(good) // 2],
        "not xml": with_member(good, SHEET, b"\x00\x01\x02"),
        "lying size": _lying(good),
    }


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _many_parts() -> bytes:
    return _zip({"xl/workbook.xml": b"<workbook/>", **{f"xl/media/{i}.png": b"x" for i in range(300)}})


def _lying(good: bytes) -> bytes:
    """The archive says that every part unpacks to ten bytes."""
    made = bytearray(good)
    at = made.find(b"PK\x01\x02")
    while at >= 0:
        made[at + 24 : at + 28] = (10).to_bytes(4, "little")
        at = made.find(b"PK\x01\x02", at + 4)
    return bytes(made)


HOSTILE = hostile()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_quickly_and_in_little_memory(name: str) -> None:
    tracemalloc.start()
    started = time.process_time()
    try:
        assert refusal(HOSTILE[name], "a.xlsx").endswith((".", "?"))
        assert tracemalloc.get_traced_memory()[1] < 64 * 1024 * 1024
    finally:
        tracemalloc.stop()
    assert time.process_time() - started < 20


def test_only_the_parts_of_a_table_reach_the_parser() -> None:
    evil = with_member(xlsx_bytes(("a",), ("1",)), "xl/media/image1.png", b"<!DOCTYPE x>")
    assert rows(read_sheet(evil, "a.xlsx")) == [("1",)]


def test_a_far_cell_is_found_by_looking_at_the_cells_before_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "16384" in refusal(HOSTILE["far column"], "a.xlsx")
    monkeypatch.setattr(workbook, "_look_at_cells", lambda *_args: 0)
    assert "16384" not in refusal(HOSTILE["far column"], "a.xlsx")
