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


def ordered(page: Page, say: Say, file: Path) -> str:
    """Press the button, wait for the job, download its file. Returns the report's text."""
    page.locator(".head details summary", has_text=say("Export")).click()
    page.locator("form[action='/reports/pipeline'] button").click()
    expect(page).to_have_url(re.compile(r"/jobs/\d+$"))
    return downloaded(page, say, file)


def downloaded(page: Page, say: Say, file: Path) -> str:
    """From the page of its job, when it is made."""
    expect(page.locator("#job")).to_be_visible()
    link = page.get_by_role("link", name=say("Open the file"))
    expect(link).to_be_visible(timeout=JOB_MILLISECONDS)
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.endswith(".pdf")
    download.value.save_as(file)
    return "\n".join(sheet.extract_text() for sheet in PdfReader(file).pages)


def shown(page: Page) -> tuple[str, str]:
    """How many deals the list shows, and their sum in whole yuan."""
    count = re.search(r"[\d,]+", page.locator(".foot span").first.inner_text())
    amount = re.search(r"[\d,]+(?=\.\d\d)", page.locator("tfoot td.n b").first.inner_text())
    assert count
    assert amount
    return count[0], amount[0]


def totals(text: str, say: Say) -> tuple[str, str]:
    """The paper's own number of deals and their sum."""
    total = re.search(say("Total") + r"\s+([\d,]+)\s+([\d,]+)", text)
    assert total is not None, text
    return total[1], total[2]


@pytest.mark.parametrize("query", ("state=open", "state=open&q=专线"))
def test_the_button_makes_a_pdf_whose_totals_are_the_screens(
    site: Site, lead: tuple[Page, Say], tmp_path: Path, query: str
) -> None:
    page, say = lead
    page.goto(f"{site.address}/crm/opportunity?{query}")
    count, amount = shown(page)
    assert totals(ordered(page, say, tmp_path / "report.pdf"), say) == (count, amount)


def test_the_list_leaves_as_a_workbook_of_what_is_shown(site: Site, lead: tuple[Page, Say], tmp_path: Path) -> None:
    page, say = lead
    page.goto(site.address + "/crm/opportunity?q=专线升级")
    names = page.locator("#rows tbody tr td:first-child .two a").all_inner_texts()
    page.locator(".head details summary", has_text=say("Export")).click()
    with page.expect_download() as download:
        page.locator("form[action$='/export.csv'] button").click()
    file = tmp_path / "deals.csv"
    download.value.save_as(file)
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == len(names) + 1
    assert all(any(name in line for line in lines[1:]) for name in names), names
