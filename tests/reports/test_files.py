"""The files of a report beside its PDF: its tables as a workbook and as CSV, known again, for its readers only."""

import csv
import re
from datetime import UTC, datetime
from io import BytesIO, StringIO

from python_calamine import CalamineWorkbook

from core.registry import registry
from core.verify import verify
from reports.engine.workbook import Book, write_book, write_csv
from reports.meeting.data import MeetingData, Person
from tests.crm.browsing import signed_in
from tests.reports.days import deal

MOMENT = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
TABLES = ("pipeline", "executive", "meeting", "past", "change", "evidence", "campaign")


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith("\ufeff".encode())
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


def test_every_report_of_sums_is_had_as_a_workbook_and_as_csv_with_the_same_tables(province: str) -> None:
    deal("Bank", 500)
    browser = signed_in("exec")
    for name in TABLES:
        book = CalamineWorkbook.from_filelike(BytesIO(browser.post(f"/reports/{name}/xlsx").content))
        answer = browser.post(f"/reports/{name}/csv")
        assert answer.headers["content-type"].startswith("text/csv") and name in answer.headers["content-disposition"]
        lines = [[cell for cell in line if cell] for line in rows_of(answer.content)]
        for sheet in map(book.get_sheet_by_name, book.sheet_names):
            assert [cell for cell in sheet.to_python(skip_empty_area=False)[2] if cell] in lines
        assert lines[-1][0].startswith("octant-seal:")


def test_who_may_not_read_a_report_gets_none_of_its_files(province: str) -> None:
    browser = signed_in("am")
    for name in ("executive", "campaign"):
        assert {browser.post(f"/reports/{name}/{form}").status_code for form in ("xlsx", "csv")} <= {403, 404}
    assert browser.post("/reports/executive/docx").status_code == 404


def test_a_workbook_and_a_table_are_known_again(province: str) -> None:
    browser = signed_in("exec")
    for form in ("xlsx", "csv"):
        content = browser.post(f"/reports/pipeline/{form}").content
        assert verify(content, compare=False).verdict == "ours"
        found = verify(content)
        assert found.paper is not None and found.paper.form == form and found.since == ()
    assert verify(content.replace(b"\r\n", b"\n"), compare=False).verdict == "changed"


def test_a_text_becomes_no_formula_and_a_number_stays_one() -> None:
    day = MOMENT.date()
    data = MeetingData(day, day, "", MOMENT, "CNY", "x", totals=Person(0, ""), people=(), others=0)
    book = Book("=about", [("T", ["Name", "Amount"], [["=1+1", -12.5], ["\t@x", None], ["−3", 7]])], data)
    lines = rows_of(write_csv(book))
    assert lines[0] == ["'=about"]
    assert lines[4:7] == [["'=1+1", "-12.50"], ["'@x", ""], ["−3", "7"]]
    sheet = CalamineWorkbook.from_filelike(BytesIO(write_book(book))).get_sheet_by_index(0).to_python()
    assert ["=1+1", -12.5] in sheet


def test_a_page_offers_all_files_of_what_it_shows(province: str) -> None:
    text = signed_in("exec").get("/reports/executive?period=month").text
    form = text[text.index('action="/reports/executive"><') :].split("</form>")[0]
    assert 'name="period" value="month"' in form
    assert all(f'formaction="/reports/executive/{each}"' in form for each in registry().report("executive").forms)  # type: ignore[union-attr]
    assert "/reports/centre/schedule?report=executive&amp;period=month" in form


def test_pages_of_figures_print_on_wide_sheets_without_controls(province: str) -> None:
    browser = signed_in("exec")
    for page in ("executive", "past", "meeting", "evidence", "centre", "forecast"):
        links = re.findall(r'<link rel="stylesheet" href="([^"]+)"', browser.get(f"/reports/{page}").text)
        styles = [browser.get(link).text for link in links]
        assert any("@media print" in each and "A4 landscape" in each and "form," in each for each in styles), page
