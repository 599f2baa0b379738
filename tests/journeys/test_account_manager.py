"""An account manager at work: find, open, change, take back, move a card; at a desk, on a phone, in both languages."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from core import clock
from tests.journeys.site import Site
from tests.journeys.steps import open_menu_page, save, search_list, sign_in, unique
from tests.journeys.words import Say, words

DAILY = (("zh", 1440), ("en", 390))
CROSSED = tuple(pytest.param(look, marks=pytest.mark.soak) for look in (("en", 1440), ("zh", 390)))


# Everything is made in the second city, so that the pages that others measure stay as the demo world has them.
MANAGER = "am2"


@pytest.fixture(params=(*DAILY, *CROSSED), ids=str)
def desk(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[tuple[Page, Say]]:
    """The account manager's page, signed in, and the words of its language."""
    lang, width = request.param
    with site.page(browser, MANAGER, lang, width=width, has_touch=width < 600) as page:
        yield page, words(lang)


def new_account(site: Site, name: str) -> str:
    return site.create("/crm/account", MANAGER, name=name, member_count="12")


def new_deal(site: Site, name: str, **values: str) -> str:
    close = (clock.today() + timedelta(days=30)).isoformat()
    account = new_account(site, unique("鹭洲冷链"))
    return site.create(
        "/crm/opportunity",
        MANAGER,
        name=name,
        account_id=account.rpartition("/")[2],
        amount="88000000",
        expected_close_on=close,
        **values,
    )


@pytest.mark.parametrize(("lang", "width"), DAILY)
def test_an_account_is_found_by_two_characters_after_signing_in(
    browser: Browser, site: Site, lang: str, width: int
) -> None:
    name = unique("骊岫电缆")
    path = new_account(site, name)
    say = words(lang)
    with site.page(browser, None, lang, width=width) as page:
        sign_in(page, site, MANAGER, say)
        open_menu_page(page, say("Accounts"))
        search_list(page, "骊岫")
        expect(page).to_have_url(re.compile("q="))
        page.locator("#rows").get_by_role("link", name=name).click()
        expect(page).to_have_url(site.address + path)
        expect(page.locator("h1")).to_contain_text(name)


def test_a_refused_change_keeps_what_was_typed_and_says_why(site: Site, desk: tuple[Page, Say]) -> None:
    page, say = desk
    page.goto(site.address + new_account(site, unique("珊屿制药")))
    page.get_by_role("link", name=say("Edit")).click()
    page.get_by_label(say("Address")).fill("滨江路 7 号")
    page.get_by_label(say("Members")).fill("many")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text(say("“{text}” is not a whole number.", text="many"))
    members = page.get_by_label(say("Members"))
    expect(members).to_have_value("many")
    expect(members).to_be_focused()
    expect(members).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label(say("Address"))).to_have_value("滨江路 7 号")


def test_a_change_is_in_the_history_and_can_be_taken_back(site: Site, desk: tuple[Page, Say]) -> None:
    page, say = desk
    path = site.address + new_account(site, unique("岑岭矿业"))
    page.goto(path + "/edit")
    page.get_by_label(say("Members")).fill("340")
    save(page)
    expect(page).to_have_url(path)
    expect(page.locator("#toasts")).to_contain_text(say("Saved."))
    page.goto(path + "/history")
    change = page.locator(".tl > li").first
    expect(change.locator(".chg")).to_contain_text(re.compile(rf"{say('Members')}.*12.*340", re.DOTALL))
    change.get_by_role("button", name=say("Undo")).click()
    expect(page.locator("#toasts")).to_contain_text(say("Taken back."))
    page.goto(path + "/edit")
    expect(page.get_by_label(say("Members"))).to_have_value("12")


def test_a_card_moves_by_its_menu_and_says_so(site: Site, desk: tuple[Page, Say]) -> None:
    page, say = desk
    name = unique("云巢机房")
    new_deal(site, name)
    page.goto(site.address + "/crm/opportunity/board")
    card = page.locator("[data-card]", has_text=name)
    before = card.locator("xpath=ancestor::section").get_attribute("data-lane")
    card.locator("summary").click()
    to = card.locator("[data-move] button").nth(1)
    goal, column = to.get_attribute("value"), to.inner_text()
    to.click()
    # A phone goes on showing the column that the card has left.
    expect(page.locator(f"[data-lane='{goal}'] [data-card]", has_text=name)).to_have_count(1)
    expect(page.locator("#toasts")).to_contain_text(say("Moved to “{column}”.").format(column=column))
    assert page.evaluate("document.activeElement !== document.body")
    assert goal != before
    page.reload()
    expect(page.locator(f"[data-lane='{goal}'] [data-card]", has_text=name)).to_have_count(1)


def test_a_move_is_taken_back_from_its_message(site: Site, desk: tuple[Page, Say]) -> None:
    page, say = desk
    name = unique("云栖机房")
    new_deal(site, name)
    page.goto(site.address + "/crm/opportunity/board")
    card = page.locator("[data-card]", has_text=name)
    before = card.locator("xpath=ancestor::section").get_attribute("data-lane")
    card.locator("summary").click()
    card.locator("[data-move] button").nth(2).click()
    page.locator("#toasts").get_by_role("button", name=say("Undo")).click()
    expect(page.locator("#toasts")).to_contain_text(say("Taken back."))
    expect(page.locator(f"[data-lane='{before}'] [data-card]", has_text=name)).to_be_visible()


def test_deals_are_made_one_after_another_at_a_column_s_foot(site: Site, desk: tuple[Page, Say]) -> None:
    page, _say = desk
    page.goto(site.address + "/crm/opportunity/board")
    lane = page.locator("[data-lane]:visible").first
    lane.locator(".quick summary").click()
    for name in (unique("快建一"), unique("快建二")):
        lane.locator("input[name$='.name']").fill(name)
        lane.locator("input[name$='.name']").press("Enter")
        expect(lane.locator("[data-card]", has_text=name)).to_be_visible()
        expect(lane.locator("input[name$='.name']")).to_be_focused()
        expect(lane.locator("input[name$='.name']")).to_have_value("")
    lane.locator("input[name$='.amount']").fill("many")
    lane.locator("input[name$='.amount']").press("Enter")
    expect(lane.locator(".err").first).to_be_visible()
    expect(lane.locator("input[name$='.amount']")).to_have_value("many")


def test_the_list_is_in_the_address_and_back_restores_it(site: Site, desk: tuple[Page, Say]) -> None:
    page, _say = desk
    name = unique("澜湾渔港")
    new_account(site, name)
    page.goto(site.address + "/crm/account")
    page.locator(".facet summary").first.click()
    page.locator(".facet .menu a").first.click()
    expect(page.locator(".facet.on")).to_be_visible()
    narrowed = page.url
    assert "?" in narrowed
    page.keyboard.press("Escape")
    shown = page.locator("#rows tbody tr").count()
    page.locator("#rows tbody a").first.click()
    expect(page.locator(".hero h1")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(narrowed)
    expect(page.locator("nav.nav")).to_have_count(1)  # the whole page, not the part that had come last
    expect(page.locator(".facet.on")).to_be_visible()
    expect(page.locator("#rows tbody tr")).to_have_count(shown)
    page.reload()
    expect(page.locator("#rows tbody tr")).to_have_count(shown)


def test_a_menu_stays_open_over_a_swap_unless_escape_came_in_the_midst(site: Site, desk: tuple[Page, Say]) -> None:
    page, _say = desk
    page.goto(site.address + "/crm/account")
    page.locator(".facet summary").first.click()
    page.locator(".facet .menu a").first.click()
    expect(page.locator(".facet.on details[open]")).to_have_count(1)
    page.evaluate("""() => new Promise(done => {
        new MutationObserver((_, me) => {
            if (document.querySelector('#facets .facet.on')) return;
            me.disconnect();
            document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
            done();
        }).observe(document.body, { childList: true, subtree: true });
        document.querySelector('.facet.on .menu a').click();
    })""")
    page.wait_for_timeout(300)  # what else the swap does
    expect(page.locator("#facets details[open]")).to_have_count(0)


def test_sorting_turns_round_and_is_in_the_address(browser: Browser, site: Site) -> None:
    with site.page(browser, "lead", "zh") as page:
        page.goto(site.address + "/crm/opportunity")
        expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")
        first = page.locator("#rows tbody a").first.inner_text()
        page.locator("#s-amount").click()
        expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "ascending")
        expect(page).to_have_url(re.compile("sort=amount"))
        assert page.locator("#rows tbody a").first.inner_text() != first
        page.locator("#s-amount").click()
        expect(page).to_have_url(re.compile("sort=-amount"))
        assert page.locator("#rows tbody a").first.inner_text() == first


def test_touch_never_begins_to_drag_and_a_mouse_does(browser: Browser, site: Site) -> None:
    name = unique("晴川水务")
    new_deal(site, name)
    with site.page(browser, MANAGER, "zh", width=390, has_touch=True) as page:
        page.goto(site.address + "/crm/opportunity/board")
        card = page.locator("[data-card]", has_text=name)
        card.dispatch_event("pointerover", {"pointerType": "touch", "bubbles": True})
        assert card.evaluate("card => card.draggable") is False
        card.dispatch_event("pointerover", {"pointerType": "mouse", "bubbles": True})
        assert card.evaluate("card => card.draggable") is True


def test_a_mouse_drags_a_card_into_another_column(browser: Browser, site: Site) -> None:
    name = unique("霁云数据")
    new_deal(site, name)
    with site.page(browser, MANAGER, "zh") as page:
        page.goto(site.address + "/crm/opportunity/board")
        goal = page.locator("[data-lane]").nth(2)
        lane = goal.get_attribute("data-lane")
        page.locator("[data-card]", has_text=name).drag_to(goal, target_position={"x": 60, "y": 60})
        expect(page.locator(f"[data-lane='{lane}'] [data-card]", has_text=name)).to_be_visible()
        expect(page.locator("#toasts .toast")).to_be_visible()
        page.reload()
        expect(page.locator(f"[data-lane='{lane}'] [data-card]", has_text=name)).to_be_visible()
