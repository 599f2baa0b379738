"""The report's button: a job with progress makes the PDF, and its totals are the screen's."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.journeys.importing import JOB_MILLISECONDS
from tests.journeys.site import Site
from tests.journeys.words import Say, words


@pytest.fixture(params=("zh", "en"))
def lead(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[tuple[Page, Say]]:
    with site.page(browser, "lead", request.param) as page:
        yield page, words(request.param)


def test_the_button_makes_a_pdf_whose_totals_are_the_screens(site: Site, lead: tuple[Page, Say], tmp_path: Path) -> None:
    page, say = lead
    page.goto(site.address + "/crm/opportunity?state=open")
    number = re.search(r"[\d,]+", page.locator(".foot span").first.inner_text())
    amount = page.locator("tfoot td.n b").first.inner_text()
    page.locator(".head details summary", has_text=say("Export")).click()
    page.locator("form[action='/reports/pipeline'] button").click()

    expect(page).to_have_url(re.compile(r"/jobs/\d+$"))
    expect(page.locator("#job")).to_be_visible()
    link = page.get_by_role("link", name=say("Open the file"))
    expect(link).to_be_visible(timeout=JOB_MILLISECONDS)
    with page.expect_download() as download:
        link.click()
    file = tmp_path / "report.pdf"
    download.value.save_as(file)

    assert download.value.suggested_filename.endswith(".pdf")
    reader = PdfReader(file)
    text = "\n".join(sheet.extract_text() for sheet in reader.pages)
    assert number is not None
    assert number[0] in text
    assert amount in text, f"{amount} of the screen is not in the report"
    assert say("Pipeline report") in text or len(reader.pages) >= 1


def test_the_lists_condition_narrows_the_report(site: Site, lead: tuple[Page, Say], tmp_path: Path) -> None:
    page, say = lead
    page.goto(site.address + "/crm/opportunity?state=open&q=专线")
    amount = page.locator("tfoot td.n b").first.inner_text()
    page.locator(".head details summary", has_text=say("Export")).click()
    page.locator("form[action='/reports/pipeline'] button").click()
    link = page.get_by_role("link", name=say("Open the file"))
    expect(link).to_be_visible(timeout=JOB_MILLISECONDS)
    with page.expect_download() as download:
        link.click()
    file = tmp_path / "report.pdf"
    download.value.save_as(file)
    assert amount in "\n".join(sheet.extract_text() for sheet in PdfReader(file).pages)


def test_the_list_leaves_as_a_workbook_of_what_is_shown(site: Site, lead: tuple[Page, Say], tmp_path: Path) -> None:
    page, say = lead
    page.goto(site.address + "/crm/opportunity?q=专线")
    names = page.locator("#rows tbody tr td:first-child .two a").all_inner_texts()
    page.locator(".head details summary", has_text=say("Export")).click()
    with page.expect_download() as download:
        page.locator("form[action$='/export.csv'] button").click()
    file = tmp_path / "deals.csv"
    download.value.save_as(file)
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == len(names) + 1
    assert all(any(name in line for line in lines[1:]) for name in names), names
