"""The line breaks or the server fails in the middle of work: nothing that was typed is lost, and the page says so."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.site import Site
from tests.journeys.steps import save, sign_in, unique
from tests.journeys.words import words

BROKEN = ("Failed to load resource", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch", "htmx:error")


def fail(route: Route) -> None:
    route.fulfill(status=500, content_type="text/html", body="<p>broken</p>")


def first_card(page: Page, site: Site) -> str:
    page.goto(site.address + "/crm/opportunity/board")
    return page.locator("[data-card]").first.get_attribute("id") or ""


@pytest.mark.parametrize("lang", ("zh", "en"))
def test_a_list_stays_when_the_server_fails(browser: Browser, site: Site, lang: str) -> None:
    with site.page(browser, "am", lang, expected=BROKEN) as page:
        page.goto(site.address + "/crm/account")
        rows = page.locator("#rows tbody tr").count()
        page.route("**/rows**", fail)
        page.locator("#q").press_sequentially("广州")
        expect(page.locator("#toasts .toast.bad")).to_have_text(
            words(lang)("The server could not do that. What you typed is still here: please try again.")
        )
        expect(page.locator("#q")).to_have_value("广州")
        expect(page.locator("#rows tbody tr")).to_have_count(rows)


@pytest.mark.parametrize("lang", ("zh", "en"))
def test_a_list_stays_when_the_line_is_cut(browser: Browser, site: Site, lang: str) -> None:
    with site.page(browser, "am", lang, expected=BROKEN) as page:
        page.goto(site.address + "/crm/account")
        rows = page.locator("#rows tbody tr").count()
        page.context.set_offline(True)
        page.locator("#q").press_sequentially("广州")
        expect(page.locator("#toasts .toast.bad").first).to_have_text(
            words(lang)("No connection. Nothing is lost: try again when it is back.")
        )
        expect(page.locator("#rows tbody tr")).to_have_count(rows)
        page.context.set_offline(False)
        page.locator("#q").press_sequentially("市")
        expect(page.locator("#rows tbody tr")).not_to_have_count(rows)


def test_a_card_stays_where_it_was_when_its_move_fails(browser: Browser, site: Site) -> None:
    with site.page(browser, "am", "zh", expected=BROKEN) as page:
        card = page.locator("#" + first_card(page, site))
        lane = card.locator("xpath=ancestor::section").get_attribute("data-lane")
        page.route("**/move?*", fail)
        card.locator("summary").click()
        card.locator("[data-move] button").first.click()
        expect(page.locator("#toasts .toast.bad")).to_be_visible()
        expect(page.locator(f"[data-lane='{lane}'] #{card.get_attribute('id')}")).to_have_count(1)


@pytest.mark.parametrize("lang", ("zh", "en"))
def test_a_form_that_could_not_be_sent_is_offered_again(browser: Browser, site: Site, lang: str) -> None:
    say, name = words(lang), unique("断网建材")
    with site.page(browser, "am", lang, expected=BROKEN) as page:
        page.goto(site.address + "/crm/account/new")
        page.locator("#f-name").fill(name)
        page.locator("#f-address").fill("江湾路 3 号")
        page.context.set_offline(True)
        save(page)
        page.context.set_offline(False)
        page.goto(site.address + "/crm/account/new")
        expect(page.locator("[data-offer]")).to_be_visible()
        page.get_by_role("button", name=say("Put it back")).click()
        expect(page.locator("#f-name")).to_have_value(name)
        expect(page.locator("#f-address")).to_have_value("江湾路 3 号")
        save(page)
        expect(page.locator(".hero h1")).to_contain_text(name)


def test_a_form_whose_answer_was_a_failure_is_offered_again(browser: Browser, site: Site) -> None:
    name = unique("故障食品")
    with site.page(browser, "am", "zh", expected=BROKEN) as page:
        page.goto(site.address + "/crm/account/new")
        page.locator("#f-name").fill(name)
        page.route("**/crm/account/new", fail, times=1)
        save(page)
        page.goto(site.address + "/crm/account/new")
        expect(page.locator("[data-offer]")).to_be_visible()
        page.locator("[data-restore]").click()
        expect(page.locator("#f-name")).to_have_value(name)


@pytest.mark.parametrize("lang", ("zh", "en"))
def test_what_was_typed_outlives_a_session_that_ran_out(browser: Browser, site: Site, lang: str) -> None:
    say, name = words(lang), unique("过期医药")
    with site.page(browser, None, lang, expected=(*BROKEN, "status of 401")) as page:
        sign_in(page, site, "am3", say)
        page.goto(site.address + "/crm/account/new")
        page.locator("#f-name").fill(name)
        page.context.clear_cookies(name="octant")
        save(page)
        page.get_by_role("main").get_by_role("link", name=say("Sign in")).click()
        sign_in(page, site, "am3", say)
        page.goto(site.address + "/crm/account/new")
        page.get_by_role("button", name=say("Put it back")).click()
        expect(page.locator("#f-name")).to_have_value(name)


def test_the_next_person_at_the_browser_is_offered_nothing(browser: Browser, site: Site) -> None:
    say, name = words("zh"), unique("换人纺织")
    with site.page(browser, None, "zh") as page:
        sign_in(page, site, "am3", say)
        page.goto(site.address + "/crm/account/new")
        page.locator("#f-name").fill(name)
        page.context.clear_cookies(name="octant")
        sign_in(page, site, "am4", say)
        page.goto(site.address + "/crm/account/new")
        expect(page.locator("#f-name")).to_be_visible()
        expect(page.locator("[data-offer]")).to_be_hidden()


def test_a_card_is_moved_again_from_where_it_came_to_without_a_reload(browser: Browser, site: Site) -> None:
    with site.page(browser, "am", "zh") as page:
        card = page.locator("#" + first_card(page, site))
        for _move in range(2):
            card.locator("summary").click()
            to = card.locator("[data-move] button").first
            lane = to.get_attribute("value")
            to.click()
            expect(card.locator("xpath=ancestor::section")).to_have_attribute("data-lane", lane or "")
