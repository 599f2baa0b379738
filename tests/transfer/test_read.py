"""Files of every kind are read as the table they are, or refused with a sentence; none ends in another error."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
