"""The executive: from the conclusion to a city's number, to the rows behind it, to the paper of the same filter."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.journeys.importing import JOB_MILLISECONDS
from tests.journeys.site import Site
from tests.journeys.words import Say, words

PAGE = "/reports/executive"


@pytest.fixture(params=("zh", "en"))
def executive(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[tuple[Page, Say]]:
    with site.page(browser, "exec", request.param) as page:
        yield page, words(request.param)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text).translate(str.maketrans("“”", '""'))


def ordered(page: Page, say: Say, file: Path) -> str:
    """Press the button, wait for the job, download its file. Returns the paper's text without white space."""
    page.locator(f"form[action='{PAGE}'][method=post] button.pri").click()
    expect(page).to_have_url(re.compile(r"/jobs/\d+$"))
    link = page.get_by_role("link", name=say("Open the file"))
    expect(link).to_be_visible(timeout=JOB_MILLISECONDS)
    with page.expect_download() as download:
        link.click()
    download.value.save_as(file)
    return bare("".join(sheet.extract_text() for sheet in PdfReader(file).pages))


def choose(page: Page, name: str, value: str) -> None:
    """With JavaScript the page follows the choice; without it the button sends the form."""
    page.locator(f"#x-{name}").focus()
    page.locator(f"#x-{name}").select_option(value)
    button = page.locator(".exec-filter noscript button, .exec-filter > button")
    if button.count() and button.first.is_visible():
        button.first.click()


def test_a_city_leads_to_its_rows_and_to_the_paper(site: Site, executive: tuple[Page, Say], tmp_path: Path) -> None:
    page, say = executive
    page.goto(site.address + "/")
    expect(page).to_have_url(re.compile(PAGE + "$"))
    expect(page.locator("h1")).to_have_text(say("Business overview"))

    city = page.locator(".bullets li a").first
    name = city.inner_text()
    city.click()
    expect(page).to_have_url(re.compile(r"/crm/opportunity\?.*state=won"))
    expect(page.locator("#rows tbody tr").first).to_be_visible()
    expect(page.locator("main")).to_contain_text(name)
    amount = re.search(r"[\d,]+(?=\.\d\d)", page.locator("tfoot td.n b").first.inner_text())
    assert amount

    page.go_back()
    option = page.locator("#x-unit option", has_text=name).first
    choose(page, "unit", option.get_attribute("value") or "")
    expect(page).to_have_url(re.compile(r"unit=\d+"))
    expect(page.locator(".exec-said h2")).to_contain_text(name)
    expect(page.locator("#x-unit")).to_be_focused()
    conclusion = page.locator(".exec-said p").inner_text()
    text = ordered(page, say, tmp_path / "executive.pdf")
    assert amount[0] in text
    assert bare(name) in text
    assert all(bare(part) in text for part in re.split(r"(?<=[。.]) ", conclusion)), conclusion


def test_without_scripts_the_filter_is_a_form(site: Site, browser: Browser) -> None:
    with site.page(browser, "exec", "zh", javascript=False) as page:
        page.goto(site.address + PAGE)
        value = page.locator("#x-unit option").nth(2).get_attribute("value") or ""
        choose(page, "unit", value)
        expect(page).to_have_url(re.compile(f"unit={value}"))
        page.locator(".exec-head .seg a").first.click()
        expect(page).to_have_url(re.compile(f"period=month.*unit={value}"))
        page.locator(f"form[action='{PAGE}'][method=post] button.pri").click()
        expect(page).to_have_url(re.compile(r"/jobs/\d+$"))


def test_outside_people_and_account_managers_are_answered_like_by_nothing(site: Site) -> None:
    for user in ("am", "agent", "agent2", "channel"):
        with site.client(user) as client:
            answers = {client.get(path).status_code for path in (PAGE, f"{PAGE}/part")}
            answers |= {client.post(path).status_code for path in (PAGE, f"{PAGE}/xlsx")}
            assert answers == {404}, user


def test_a_lead_sees_the_own_team_only(site: Site) -> None:
    with site.client("lead", "zh") as lead:
        page = lead.get(PAGE).text
        assert "天河" in page
        assert "佛山" not in page[page.index("<main") :]
