"""What people do on the pages, by the labels that they read."""

from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.journeys.site import PASSWORD, Site
from tests.journeys.words import Say


def sign_in(page: Page, site: Site, user: str, say: Say) -> None:
    page.goto(site.address + "/signin")
    page.get_by_label(say("User name")).fill(user)
    page.get_by_label(say("Password"), exact=True).fill(PASSWORD)
    page.locator("form").get_by_role("button", name=say("Sign in")).click()
    expect(page.locator("h1")).to_be_visible()


def open_menu_page(page: Page, name: str) -> None:
    """By the menu at the side, or by the bar at the foot of a phone."""
    bar = page.locator("nav.mbar")
    link = (bar if bar.is_visible() else page.locator("nav.nav")).get_by_role("link", name=name, exact=True)
    link.first.click()
    expect(page.locator("h1")).to_have_text(name)


def search_list(page: Page, typed: str) -> None:
    """With JavaScript the rows follow the typing; without it the key sends the form."""
    page.locator("#q").fill(typed)
    page.locator("#q").press("Enter")


def save(page: Page) -> None:
    page.locator("[data-submit]").click()


def unique(name: str) -> str:
    """A name that no other test uses."""
    return f"{name}{uuid4().hex[:8]}"
