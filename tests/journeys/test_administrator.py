"""The administrator's day: a new user with a role, the first sign-in by the link, another role, a reset, signed out.

And what everybody has: the palette by the keyboard alone, and a mention that arrives in the inbox.
"""

from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.site import Site
from tests.journeys.steps import save, unique
from tests.journeys.words import Say, words

LANGUAGES = ("zh", "en")
FIRST, SECOND = "azure-lantern-41", "amber-lantern-52"


@pytest.fixture(params=product(LANGUAGES, (True, False)), ids=str)
def office(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[tuple[Page, Say]]:
    """The administrator's page, signed in, with scripts and without, and the words of its language."""
    lang, javascript = request.param
    with site.page(browser, "admin", lang, javascript=javascript) as page:
        yield page, words(lang)


def tick(page: Page, role: str) -> None:
    page.get_by_label(role, exact=True).click()


def role_name(lang_say: Say, code: str) -> str:
    from core.i18n import pick, use_language
    from core.registry import registry

    role = next(role for role in registry().roles() if role.code == code)
    with use_language("zh" if lang_say("Save") != "Save" else "en"):
        return pick(role.name_zh, role.name_en)


def new_user(page: Page, site: Site, say: Say, name: str) -> None:
    page.goto(site.address + "/")
    page.get_by_role("link", name=say("New user")).click()
    page.get_by_label(say("User name")).fill(name)
    page.locator("#f-name").fill("叶青")
    tick(page, role_name(say, "account_manager"))
    save(page)
    expect(page.locator("h1")).to_contain_text("叶青")


def link_from(page: Page, say: Say) -> str:
    page.get_by_role("button", name=say("Make a one-time link")).click()
    return page.locator("#once-link").input_value()


def set_password(page: Page, link: str, password: str, say: Say) -> None:
    page.goto(link)
    page.get_by_label(say("New password"), exact=False).nth(0).fill(password)
    page.get_by_label(say("New password, once more"), exact=False).fill(password)
    save(page)
    expect(page.get_by_label(say("User name"))).to_be_visible()


def enter(page: Page, name: str, password: str, say: Say) -> None:
    page.get_by_label(say("User name")).fill(name)
    page.get_by_label(say("Password"), exact=True).fill(password)
    page.locator("form").get_by_role("button", name=say("Sign in")).click()
    expect(page.locator("nav.nav")).to_be_attached()


def test_a_new_user_comes_in_by_a_link_gets_another_role_a_reset_and_is_signed_out(
    browser: Browser, site: Site, office: tuple[Page, Say]
) -> None:
    page, say = office
    lang, name = ("zh" if say("Save") != "Save" else "en"), unique("ye")
    new_user(page, site, say, name)
    person = page.url
    first = link_from(page, say)
    with site.page(browser, None, lang) as own:
        set_password(own, first, FIRST, say)
        enter(own, name, FIRST, say)
        expect(own.locator("nav.nav").get_by_role("link", name=say("Targets"), exact=True)).to_be_visible()

        page.goto(person)
        tick(page, role_name(say, "account_manager"))
        tick(page, role_name(say, "administrator"))
        save(page)
        expect(page.locator("#toasts")).to_contain_text(
            say("The roles are changed. They are in force at the next click.")
        )
        own.goto(site.address + "/")
        expect(own.locator("h1")).to_have_text(say("Users"))

        page.locator("#toasts").get_by_role("button", name=say("Undo")).click()
        expect(page.get_by_label(role_name(say, "account_manager"), exact=True)).to_be_checked()

        page.get_by_role("button", name=say("Sign out everywhere")).click()
        expect(page.locator("#toasts")).to_contain_text(say("The user is signed out on all devices."))
        own.goto(site.address + "/crm/account")
        expect(own.get_by_label(say("User name"))).to_be_visible()

        set_password(own, link_from(page, say), SECOND, say)
        enter(own, name, SECOND, say)
        expect(own.locator("nav.nav").get_by_role("link", name=say("Accounts"), exact=True)).to_be_visible()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_palette_leads_to_a_record_and_to_a_page_by_the_keyboard_alone(
    browser: Browser, site: Site, lang: str
) -> None:
    say, name = words(lang), unique("鹤屿橡胶")
    path = site.create("/crm/account", "am2", name=name, member_count="9")
    with site.page(browser, "am2", lang) as page:
        page.goto(site.address + "/crm/contract")
        page.keyboard.press("Control+k")
        expect(page.locator("#palette")).to_be_visible()
        expect(page.locator("#pal-hits a").first).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#palette")).to_be_hidden()
        assert page.evaluate("document.activeElement !== document.body"), "the focus is somewhere"

        page.keyboard.press("Control+k")
        page.keyboard.type(name)
        expect(page.locator("#pal-hits a[aria-selected=true]")).to_contain_text(name)
        page.keyboard.press("Enter")
        page.wait_for_url(site.address + path)

        page.keyboard.press("Control+k")
        page.keyboard.type(say("Tenders"))
        expect(page.locator("#pal-hits a")).not_to_have_count(0)
        expect(page.locator("#pal-hits a[aria-selected=true]")).to_contain_text(say("Tenders"))
        for _press in range(12):
            if page.locator("#pal-hits a[aria-selected=true]").get_attribute("href") == "/crm/tender":
                break
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(site.address + "/crm/tender")

        page.keyboard.press("g")
        page.keyboard.press("a")
        page.wait_for_url(site.address + "/crm/account")


def test_the_palette_answers_a_key_that_comes_before_htmx_has_walked_the_page(browser: Browser, site: Site) -> None:
    with site.page(browser, "am2", "zh") as page:
        page.add_init_script("const timer = setTimeout; window.setTimeout = (f, ms = 60000) => timer(f, ms)")
        page.goto(site.address + "/crm/contract")
        page.keyboard.press("Control+k")
        expect(page.locator("#pal-hits a").first).to_be_visible()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_on_a_phone_the_search_is_a_sheet_of_its_own(browser: Browser, site: Site, lang: str) -> None:
    with site.page(browser, "am2", lang, width=390, has_touch=True) as page:
        page.goto(site.address + "/crm/contract")
        page.locator("#find").click()
        box = page.locator("#palette").bounding_box()
        assert box is not None
        assert (round(box["x"]), round(box["width"])) == (0, 390)
        page.locator("#palette [data-shut]").first.click()
        expect(page.locator("#palette")).to_be_hidden()


@pytest.mark.parametrize(("lang", "width"), [("zh", 1440), ("en", 390)])
def test_a_mention_arrives_in_the_inbox_and_leads_to_its_record(
    browser: Browser, site: Site, lang: str, width: int
) -> None:
    say, name = words(lang), unique("汀岚纸业")
    path = site.create("/crm/account", "am2", name=name, member_count="9")
    with site.client("am2") as client:
        assert client.post(f"{path}/note", data={"body": "@exec"}).status_code == 303
    with site.page(browser, "exec", lang, width=width) as page:
        page.goto(site.address + "/crm/account")
        bell = page.locator(".bell" if width > 760 else "nav.mbar a[href='/me/inbox']")
        expect(bell.locator("em")).to_be_visible()
        bell.click()
        expect(page.locator("h1")).to_have_text(say("Inbox"))
        told = page.locator(".told li.new", has_text=name)
        expect(told).to_contain_text(say("{who} mentioned you", who="").strip())
        told.get_by_role("link", name=name).click()
        page.wait_for_url(site.address + path)
        page.goto(site.address + "/me/inbox")
        expect(page.locator(".told li.new", has_text=name)).to_have_count(0)
