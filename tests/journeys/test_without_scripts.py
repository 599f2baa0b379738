"""The main flows with JavaScript switched off: links, forms and answers are all that is needed."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.importing import choose_file, undo
from tests.journeys.site import Site
from tests.journeys.steps import save, search_list, sign_in, unique
from tests.journeys.words import Say, words

LANGUAGES = ("zh", "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sign_in_find_open_edit_and_sign_out(browser: Browser, site: Site, lang: str) -> None:
    say, name = words(lang), unique("无脚本实业")
    site.create("/crm/account", name=name, member_count="3")
    with site.page(browser, None, lang, javascript=False) as page:
        sign_in(page, site, "am", say)
        page.locator("nav.nav").get_by_role("link", name=say("Accounts"), exact=True).click()
        search_list(page, name)
        expect(page.locator("#rows tbody tr")).to_have_count(1)
        page.locator("#rows").get_by_role("link", name=name).click()
        page.get_by_role("link", name=say("Edit")).click()
        page.get_by_label(say("Members")).fill("few")
        save(page)
        expect(page.get_by_label(say("Members"))).to_have_value("few")
        page.get_by_label(say("Members")).fill("4")
        save(page)
        expect(page.locator("#toasts")).to_contain_text(say("Saved."))
        page.locator(".me summary").click()
        page.locator(".me").get_by_role("button", name=say("Sign out")).click()
        expect(page).to_have_url(site.address + "/signin")
        page.goto(site.address + "/crm/account")
        expect(page).to_have_url(re.compile("/signin"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_filter_sort_and_page_by_links(browser: Browser, site: Site, lang: str) -> None:
    with site.page(browser, "lead", lang, javascript=False) as page:
        page.goto(site.address + "/crm/opportunity")
        before = page.locator(".foot span").first.inner_text()
        page.locator(".facet summary").first.click()
        page.locator(".facet .menu a").first.click()
        expect(page.locator(".facet.on")).to_have_count(1)
        assert page.locator(".foot span").first.inner_text() != before
        page.locator("#s-amount").click()
        expect(page.locator("#s-amount").locator("xpath=..")).to_have_attribute("aria-sort", re.compile("ending"))
        expect(page.locator(".facet.on")).to_have_count(1)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_verb_and_a_move_on_the_board(browser: Browser, site: Site, lang: str) -> None:
    say, name = words(lang), unique("无脚本商机")
    account = site.create("/crm/account", "am2", name=unique("静流水处理")).rpartition("/")[2]
    deal = site.create("/crm/opportunity", "am2", name=name, account_id=account, amount="99000000")
    with site.page(browser, "am2", lang, javascript=False) as page:
        page.goto(site.address + "/crm/opportunity/board")
        card = page.locator("[data-card]", has_text=name)
        card.locator("summary").click()
        to = card.locator("[data-move] button").nth(1)
        stage = to.get_attribute("value")
        to.click()
        expect(page.locator("#toasts")).to_contain_text(say("Moved."))
        expect(page.locator(f"[data-lane='{stage}'] [data-card]", has_text=name)).to_have_count(1)
        page.goto(site.address + deal)
        lose(page, say)
        expect(page.locator(".hero .badge").first).to_be_visible()


def lose(page: Page, say: Say) -> None:
    verb = page.locator("details[id='verb-lose']")
    if verb.locator("summary").is_visible() is False:
        page.locator(".acts > details summary").last.click()
    verb.locator("summary").click()
    select = verb.locator("select").first
    select.select_option(index=1)
    verb.locator("form button").last.click()
    expect(page.locator("#toasts, .note.bad").first).to_be_visible()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_import_and_its_undo(browser: Browser, site: Site, tmp_path: Path, lang: str) -> None:
    say, mark = words(lang), unique("")
    file = tmp_path / "accounts.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[say("Name")], [f"丁{mark}"], [f"戊{mark}"]])
    with site.page(browser, "keeper", lang, javascript=False) as page:
        choose_file(page, site.address + "/crm/account", file)
        save(page)
        save(page)
        expect(page).to_have_url(re.compile(r"/jobs/\d+$"))
        # The page asks for itself again, by its own head: no script is needed.
        link = page.get_by_role("link", name=say("See what was imported"))
        expect(link).to_be_visible(timeout=60_000)
        link.click()
        expect(page.locator(".kpi b").first).to_have_text("2")
        undo(page, say)
