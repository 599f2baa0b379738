"""The weekly meeting at the desk: a step typed for a deal, Enter, and the next deal is ready; then the paper."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.site import Site
from tests.journeys.steps import unique
from tests.journeys.test_report import downloaded
from tests.journeys.words import words

MANAGER, LEAD = "am3", "lead"
NAME = re.compile("梁俊豪|Liang Junhao")


@pytest.mark.parametrize(("lang", "largest"), [("zh", 980_000_000), ("en", 960_000_000)])
def test_a_step_typed_on_the_spot_is_an_activity_and_stands_on_the_paper(
    browser: Browser, site: Site, tmp_path: Path, lang: str, largest: int
) -> None:
    say, kept, undone = words(lang), unique("约下周复会"), unique("打错了")
    first, second = (new_deal(site, amount) for amount in (largest, largest - 1))
    with site.page(browser, LEAD, lang) as page:
        page.goto(f"{site.address}/reports/meeting")
        plan(page, first, kept)
        expect(row_of(page, second).locator("[name=text]")).to_be_focused()
        plan(page, second, undone)
        page.locator("#toasts").get_by_role("button", name=say("Undo")).last.click()
        expect(page).to_have_url(re.compile("/reports/meeting"))
        expect(row_of(page, second).locator("[name=text]")).to_be_visible()
        expect(row_of(page, second).locator(".coming")).to_have_count(0)

        page.locator(".meet-head form[method=post] button").first.click()
        text = re.sub(r"\s", "", downloaded(page, say, tmp_path / "meeting.pdf"))
        assert kept in text
        assert undone not in text

        page.goto(f"{site.address}/crm/activity?opportunity={first}")
        expect(page.locator("#rows tbody tr")).to_have_count(1)
        expect(page.locator("#rows")).to_contain_text(kept)


def new_deal(site: Site, amount: int) -> str:
    made = site.create("/crm/opportunity", MANAGER, name=unique("园区组网"), amount=str(amount))
    return made.rpartition("/")[2]


def row_of(page: Page, deal: str) -> Locator:
    """The line of a deal, whose person is unfolded first."""
    person = page.locator("section.meet", has=page.locator("h2", has_text=NAME))
    if not person.locator(".meet-deals").count():
        person.locator(".unfold").click()
    return page.locator(f"#d-{deal}")


def plan(page: Page, deal: str, step: str) -> None:
    row = row_of(page, deal)
    row.locator("[name=text]").fill(step)
    row.locator("[name=text]").press("Enter")
    expect(row.locator(".coming")).to_contain_text(step)
