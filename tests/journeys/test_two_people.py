"""Two people on one record, and one form sent twice: nobody's words are lost and nothing is doubled."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.site import Site
from tests.journeys.steps import save, unique
from tests.journeys.words import words


@pytest.mark.parametrize(("lang", "width"), [("zh", 1440), ("en", 390)])
def test_the_second_to_save_sees_both_values_and_keeps_what_was_typed(
    browser: Browser, site: Site, lang: str, width: int
) -> None:
    say = words(lang)
    path = site.address + site.create("/crm/account", name=unique("潮汐能源"), member_count="10")
    with (
        site.page(browser, "am", lang, width=width) as mine,
        site.page(browser, "lead", lang) as theirs,
    ):
        for page in (mine, theirs):
            page.goto(path + "/edit")
        theirs.get_by_label(say("Members")).fill("77")
        save(theirs)
        expect(theirs).to_have_url(path)
        mine.get_by_label(say("Members")).fill("55")
        mine.get_by_label(say("Address")).fill("望海路 1 号")
        save(mine)

        expect(mine.locator("#f-member_count-t")).to_contain_text(say("Saved meanwhile: {value}", value="77"))
        expect(mine.get_by_label(say("Members"))).to_have_value("55")
        expect(mine.get_by_label(say("Address"))).to_have_value("望海路 1 号")
        mine.locator("#f-member_count-t").get_by_role("button", name=say("Take this one")).click()
        expect(mine.get_by_label(say("Members"))).to_have_value("77")
        mine.get_by_label(say("Members")).fill("56")
        save(mine)
        expect(mine).to_have_url(path)
        mine.goto(path + "/edit")
        expect(mine.get_by_label(say("Members"))).to_have_value("56")
        expect(mine.get_by_label(say("Address"))).to_have_value("望海路 1 号")


def test_a_form_sent_twice_makes_one_record(browser: Browser, site: Site) -> None:
    name = unique("双击贸易")
    with site.page(browser, "am", "zh") as page:
        page.goto(site.address + "/crm/account/new")
        page.locator("#f-name").fill(name)
        page.locator("[data-submit]").dblclick()
        expect(page.locator(".hero h1")).to_contain_text(name)
        page.goto(f"{site.address}/crm/account?q={name}")
        expect(page.locator("#rows tbody tr")).to_have_count(1)


def test_going_back_and_sending_the_same_form_again_makes_no_second_record(browser: Browser, site: Site) -> None:
    name = unique("回退物业")
    with site.page(browser, "am", "zh", javascript=False) as page:
        page.goto(site.address + "/crm/account/new")
        key = page.locator("input[name=key]").get_attribute("value")
        page.locator("#f-name").fill(name)
        save(page)
        first = page.url
        page.go_back()
        if page.locator("input[name=key]").get_attribute("value") == key:
            page.locator("#f-name").fill(name)
            save(page)
            expect(page).to_have_url(first)
        page.goto(f"{site.address}/crm/account?q={name}")
        expect(page.locator("#rows tbody tr")).to_have_count(1)
