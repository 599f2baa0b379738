"""Files of every kind are read as the table they are, or refused with a sentence; none ends in another error."""

import io
import time
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import core.transfer.workbook as workbook
from core.errors import Invalid
from core.settings import settings as settings_of
from core.transfer import Sheet, read_sheet
from tests.transfer.files import DATA, csv_bytes, public, sheet_xml, with_member, xlsx_bytes

TABLE = (("code", "name"), ("007", "邦德"), ("008", "Müller; Söhne"))
SHEET = "xl/worksheets/sheet1.xml"


def rows(sheet: Sheet) -> list[tuple[str, ...]]:
    return [sheet.row(i) for i in range(len(sheet))]


def refusal(data: bytes, name: str = "file.csv") -> str:
    with pytest.raises(Invalid) as refused:
        read_sheet(data, name)
    return str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_is_read_in_every_encoding_and_with_every_delimiter(encoding: str, delimiter: str) -> None:
    sheet = read_sheet(csv_bytes(*TABLE, encoding=encoding, delimiter=delimiter), "list.csv")
    assert (sheet.headers, rows(sheet)) == (TABLE[0], list(TABLE[1:]))


def test_gbk_with_chinese_headings_is_read() -> None:
    sheet = read_sheet(csv_bytes(("客户名称", "集团编码"), ("平安银行", "000001"), encoding="gbk"), "客户.csv")
    assert (sheet.headers, rows(sheet)) == (("客户名称", "集团编码"), [("平安银行", "000001")])


def test_western_letters_in_an_old_encoding_are_refused_not_guessed() -> None:
    assert "UTF-8" in refusal("name,town\nMüller,Köln\nSöhne,Düren\n".encode("latin-1"))


def test_codes_keep_their_leading_zeros() -> None:
    assert read_sheet(b"code\n000001\n1e5\n", "a.csv").column("code") == ["000001", "1e5"]


def test_quoted_cells_may_hold_delimiters_quotes_and_new_lines() -> None:
    sheet = read_sheet(b'a,b\r\n"1,""2""","x\r\ny"\r\n3,4\r\n', "a.csv")
    assert rows(sheet) == [('1,"2"', "x\r\ny"), ("3", "4")]


def test_problems_name_the_line_of_the_file_not_of_the_table() -> None:
    sheet = read_sheet(b'a,b\n\n"x\ny",1\n\n2,3\n', "a.csv")
    assert sheet.lines == [3, 6]


def test_a_row_of_another_length_is_kept_and_says_why_it_is_refused() -> None:
    sheet = read_sheet(b"a,b\n1\n1,2\n1,2,3\n1,2,\n", "a.csv")
    assert sorted(sheet.broken) == [0, 2]
    assert "2" in sheet.broken[0]


def test_a_title_above_the_headings_is_passed_over() -> None:
    sheet = read_sheet("2026年客户清单,,\n名称,编码,城市\n甲,1,广州\n".encode(), "a.csv")
    assert (sheet.headers, sheet.lines) == (("名称", "编码", "城市"), [3])


def test_headings_that_are_blank_or_stand_twice_get_names_of_their_own() -> None:
    assert read_sheet(b",a,a,,\n0,1,2,,3\n", "a.csv").headers == ("[A]", "a", "a (2)", "[E]")


def test_the_line_for_spreadsheets_that_names_the_delimiter_is_obeyed() -> None:
    sheet = read_sheet(b"sep=;\na;b\n1,5;2\n", "a.csv")
    assert (sheet.headers, rows(sheet), sheet.lines) == (("a", "b"), [("1,5", "2")], [3])


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.csv"),
        (b"\xef\xbb\xbf\n\n", "a.csv"),
        (b"a,b\n", "a.csv"),
        (b"a,b\n\x00,1\n", "a.csv"),
        (b'a,b\n"1,2\n3,4\n', "a.csv"),
        (b'a,b\n"1"x,2\n', "a.csv"),
        (b'a,b\n"' + b"x" * 500_000 + b'",2\n', "a.csv"),
        (b",".join(b"c%d" % i for i in range(100_000)) + b"\n1\n", "a.csv"),
        (b"\x89PNG\r\n\x1a\n", "a.png"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "a.xlsx"),
        (b"a,b\n1,2\n", "a.xlsx"),
        (b"PK\x03\x04 not an archive", "a.xlsx"),
        (xlsx_bytes(("a",), ("1",)), "a.csv"),
        (b"\xff\xfe\x00", "a.csv"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(data: bytes, name: str) -> None:
    assert refusal(data, name).endswith((".", "?"))


def test_more_rows_than_allowed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_of(), "max_import_rows", 3)
    assert len(read_sheet(b"a\n1\n2\n3\n", "a.csv")) == 3
    assert "3" in refusal(b"a\n1\n2\n3\n4\n")


# --- workbooks ------------------------------------------------------------------------------------------------


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


# --- whatever comes -------------------------------------------------------------------------------------------

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def _read_or_refuse(data: bytes, name: str) -> None:
    try:
        sheet = read_sheet(data, name)
    except Invalid:
        return
    assert all(len(column) == len(sheet.lines) for column in sheet.columns)
    assert len(set(sheet.headers)) == len(sheet.headers)


@FUZZ
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    _read_or_refuse(data, "a.csv")
    _read_or_refuse(b"PK\x03\x04" + data, "a.xlsx")


@FUZZ
@given(st.text(alphabet=st.sampled_from("a1,;\t\"\n\r'= é中"), max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    _read_or_refuse(text.encode(), "a.csv")
    _read_or_refuse(text.encode("utf-16"), "a.csv")


PARTS = st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "[Content_Types].xml"])
XML = st.text(alphabet=st.sampled_from('<>/="rc A1Z9vt sheetData row &;#x\n'), max_size=300)
GOOD = xlsx_bytes(("a", "b"), ("1", 2))


@FUZZ
@given(PARTS, st.one_of(st.binary(max_size=300), XML.map(lambda body: sheet_xml(body)), XML.map(str.encode)))
def test_a_workbook_with_any_part_replaced_is_read_or_refused(part: str, content: bytes) -> None:
    _read_or_refuse(with_member(GOOD, part, content), "a.xlsx")


def test_a_far_cell_is_found_by_looking_at_the_cells_before_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "16384" in refusal(HOSTILE["far column"], "a.xlsx")
    monkeypatch.setattr(workbook, "_look_at_cells", lambda *_args: 0)
    assert "16384" not in refusal(HOSTILE["far column"], "a.xlsx")


# --- public files ---------------------------------------------------------------------------------------------


def test_public_messy_files_are_read_or_refused() -> None:
    public("messy")
    files = [f for f in DATA.glob("messy/**/*") if f.suffix in (".csv", ".tsv", ".xlsx", ".xls", ".txt", ".json")]
    assert len(files) > 60
    for file in files:
        _read_or_refuse(file.read_bytes(), file.name)


def test_public_files_keep_every_row() -> None:
    assert len(read_sheet(public("maven_crm/sales_pipeline.csv").read_bytes(), "a.csv")) == 8800
    chinese = read_sheet(public("cn_a_share_gbk/stock_basic.csv").read_bytes(), "a.csv")
    assert (chinese.encoding, len(chinese), chinese.column("股票代码")[0]) == ("gb18030", 4347, "000001")
    odoo = read_sheet(public("odoo_demo/derived_odoo_leads.csv").read_bytes(), "a.csv")
    assert (odoo.encoding, len(odoo)) == ("utf-8-sig", 44)
