"""The account manager's pages without a mouse: reached, acted on and left, with the focus always on something."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from core import clock
from tests.journeys.places import record_paths
from tests.journeys.site import Site
from tests.journeys.steps import unique

LANGUAGES = ("zh", "en")
# Somebody whose pages other journeys do not measure.
MANAGER = "am3"
MOST_STOPS = 300
UNDO = "#toasts .toast button"
FOCUS = """() => {
  const held = document.activeElement;
  return held !== document.body && held.checkVisibility() ? held.tagName : '';
}"""


@contextmanager
def kept(page: Page, what: str) -> Iterator[None]:
    """Whatever happens inside, the focus is afterwards on something that is seen, also once the page is drawn anew."""
    yield
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate(FOCUS), f"{what}: the focus fell to the body"


def press_on(page: Page, selector: str, key: str) -> None:
    """Go there with the Tab key, however many stops it takes, and press the key."""
    for _stop in range(MOST_STOPS):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"{selector} is not reached by the Tab key")
    if key:
        page.keyboard.press(key)


def planned_visit(site: Site) -> tuple[str, str]:
    """A client with somebody to meet, and the address of a visit planned for today."""
    client = site.create("/crm/account", MANAGER, name=unique("键盘仪表"))
    key = client.rpartition("/")[2]
    site.create("/crm/key_person", MANAGER, name="方晓岚", account_id=key, level="management", function="user")
    today = clock.today().isoformat()
    visit = site.create(
        "/crm/activity", MANAGER, subject=unique("键盘回访"), account_id=key, kind="visit", due_on=today
    )
    return key, visit


def deal_of(site: Site, key: str) -> str:
    return site.create("/crm/opportunity", MANAGER, name=unique("键盘专线"), account_id=key, amount="120000")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_morning_by_keyboard_alone(browser: Browser, site: Site, lang: str) -> None:
    """From the day's list to the saved visit, to the moved deal, to its page, without a mouse."""
    key, visit = planned_visit(site)
    deal = deal_of(site, key)
    with site.page(browser, MANAGER, lang) as page:
        log_the_visit(page, site, visit)
        name = move_and_take_back(page, site, deal)
        with kept(page, "moving the card once more"):
            move_the_card(page)
        press_on(page, "[data-card] a", "Enter")
        page.wait_for_url(re.compile(re.escape(deal)))
        expect(page.locator("h1")).to_contain_text(name)


def log_the_visit(page: Page, site: Site, visit: str) -> None:
    page.goto(site.address + "/crm/today")
    line = f"a.log[href='/crm/log?activity={visit.rpartition('/')[2]}']"
    if not page.locator(line).count():
        page.goto(site.address + visit)
        line = ".hero a[href*='/crm/log?activity=']"
    press_on(page, line, "Enter")
    page.wait_for_url(re.compile("/crm/log"))
    told = unique("键盘记录")
    press_on(page, "#f-text", "")
    page.keyboard.type(told)
    press_on(page, "#log-people input", "Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#timeline")
    expect(page.locator("#timeline")).to_contain_text(told)
    with kept(page, "the saved visit"):
        pass


def move_and_take_back(page: Page, site: Site, deal: str) -> str:
    """Returns the deal's name."""
    page.goto(site.address + deal)
    name = page.locator("h1").inner_text().split()[0]
    page.goto(site.address + f"/crm/opportunity/board?q={name}")
    with kept(page, "moving a card"):
        move_the_card(page)
    with kept(page, "taking the move back"):
        press_on(page, UNDO, "Enter")
        page.wait_for_load_state()
        expect(page.locator(UNDO)).to_have_count(0)
    return name


def move_the_card(page: Page) -> None:
    press_on(page, "[data-card] summary", "Enter")
    press_on(page, "[data-move] button", "Enter")
    expect(page.locator(UNDO)).to_be_visible()


def test_a_tick_and_its_undo_keep_the_focus_on_the_list_of_the_day(browser: Browser, site: Site) -> None:
    planned_visit(site)
    with site.page(browser, MANAGER, "en") as page:
        page.goto(site.address + "/crm/today")
        with kept(page, "ticking off"):
            press_on(page, ".tick-off", "Enter")
            expect(page.locator(UNDO)).to_be_visible()
        with kept(page, "taking the tick back"):
            page.locator(UNDO).focus()
            page.keyboard.press("Enter")
            expect(page.locator(UNDO)).to_have_count(0)
            page.wait_for_load_state()


def test_on_a_deal_a_note_and_a_line_opened_and_closed_keep_the_focus(browser: Browser, site: Site) -> None:
    key, _visit = planned_visit(site)
    deal, told = deal_of(site, key), unique("键盘备注")
    with site.page(browser, MANAGER, "en") as page:
        page.goto(site.address + deal)
        with kept(page, "opening the form of a line"):
            press_on(page, "#add-line", "Enter")
            expect(page.locator(".line-form")).to_be_visible()
        with kept(page, "closing it"):
            press_on(page, "#line-cancel", "Enter")
            expect(page.locator(".line-form")).to_have_count(0)
        assert page.evaluate("document.activeElement.id") == "add-line"
        with kept(page, "opening what is not filled in"):
            press_on(page, ".fold summary", "Enter")
        with kept(page, "a note"):
            press_on(page, "#composer #f-text", "")
            page.keyboard.type(told)
            press_on(page, "#composer-save", "Enter")
            expect(page.locator("#timeline")).to_contain_text(told)


def test_earlier_events_take_the_focus_to_the_first_of_them(browser: Browser, site: Site) -> None:
    with site.client("am") as client:
        path = record_paths(client, "/crm/account", "/crm/account?q=粤岭新材料")[0]
    with site.page(browser, "am", "en") as page:
        page.goto(site.address + path)
        shown = page.locator("#timeline > li:not(.ev-more)").count()
        with kept(page, "earlier events"):
            press_on(page, "#timeline-more a", "Enter")
            expect(page.locator("#timeline > li:not(.ev-more)").nth(shown)).to_be_focused()
