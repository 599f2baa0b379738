"""The account manager's morning: sign in, today, a visit logged on the phone, a deal moved, and the lead sees it."""

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core import clock
from tests.journeys.site import Site
from tests.journeys.steps import sign_in, unique
from tests.journeys.words import Say, words

LANGUAGES = ("zh", "en")
# Somebody whose pages other journeys do not measure; the lead is theirs.
MANAGER, LEAD = "am3", "lead"
MOST_TAPS, MOST_REQUIRED = 3, 5


@dataclass
class Thumb:
    """Counts what is pressed; typing is not counted, choosing is."""

    taps: list[str] = field(default_factory=list)

    def tap(self, target: Locator) -> None:
        self.taps.append(target.inner_text().strip())
        target.click()


def planned_visit(site: Site, subject: str) -> tuple[str, str]:
    """A client of one's own with somebody to meet, and a visit planned for today. Returns the client's address too."""
    client = site.create("/crm/account", MANAGER, name=unique("晨屿仪表"))
    key = client.rpartition("/")[2]
    site.create("/crm/key_person", MANAGER, name="方晓岚", account_id=key, level="management", function="user")
    site.create(
        "/crm/activity", MANAGER, subject=subject, account_id=key, kind="visit", due_on=clock.today().isoformat()
    )
    return client, key


def visits_of(site: Site, browser: Browser, lang: str) -> int:
    """How many visits of this week the lead's page tells of the account manager."""
    with site.page(browser, LEAD, lang) as page:
        page.goto(site.address + "/crm/team")
        row = page.locator("#team li", has=page.locator("h3 a", has_text="梁俊豪"))
        text = row.locator(".nums a", has_text=words(lang)("Visits this week")).locator("b").inner_text()
    found = re.match(r"\d+", text)
    assert found, text
    return int(found[0])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_morning_on_the_phone_and_at_the_desk(browser: Browser, site: Site, lang: str) -> None:
    say, subject, told = words(lang), unique("巡检回访"), unique("同意扩容")
    client, key = planned_visit(site, subject)
    before = visits_of(site, browser, lang)
    with site.page(browser, None, lang, width=390, has_touch=True) as page:
        sign_in(page, site, MANAGER, say)
        expect(page).to_have_url(re.compile("/crm/today"))
        log_the_visit(page, say, subject, told)
        expect(page.locator("#toasts")).to_contain_text(say("Logged as done."))
        expect(page.locator("#stream")).to_contain_text(told)
    deal = unique("晨屿专线")
    site.create("/crm/opportunity", MANAGER, name=deal, account_id=key, amount="560000")
    with site.page(browser, MANAGER, lang) as page:
        stage = move_the_deal(page, site, deal)
        page.goto(site.address + client)
        expect(page.locator("#stream")).to_contain_text(deal)
    assert visits_of(site, browser, lang) == before + 1
    with site.page(browser, LEAD, lang) as page:
        page.goto(site.address + f"/crm/opportunity/board?q={deal}")
        expect(page.locator(f"[data-lane='{stage}'] [data-card]", has_text=deal)).to_be_visible()


def log_the_visit(page: Page, say: Say, subject: str, told: str) -> None:
    """From the line of the day: open the form, tick whom one met, save."""
    thumb = Thumb()
    line = page.locator("#agenda li", has_text=subject)
    if not line.count():
        page.locator("#agenda-today + .gmore a").click()
        page.get_by_role("link", name=subject).click()
        line = page.locator(".hero")
    thumb.tap(line.get_by_role("link", name=re.compile(say("Log"))).first)
    form = page.locator("#composer")
    assert form.locator("[aria-required=true]:visible").count() <= MOST_REQUIRED
    form.locator("#f-text").fill(told)
    thumb.tap(form.get_by_text("方晓岚"))
    thumb.tap(form.locator("[data-submit]"))
    assert len(thumb.taps) <= MOST_TAPS, thumb.taps


def move_the_deal(page: Page, site: Site, deal: str) -> str:
    page.goto(site.address + f"/crm/opportunity/board?q={deal}")
    card = page.locator("[data-card]", has_text=deal)
    card.locator("summary").click()
    button = card.locator("[data-move] button").nth(1)
    stage = button.get_attribute("value") or ""
    button.click()
    expect(page.locator(f"[data-lane='{stage}'] [data-card]", has_text=deal)).to_be_visible()
    return stage


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_visit_is_logged_and_taken_back_without_scripts(browser: Browser, site: Site, lang: str) -> None:
    say, subject, told = words(lang), unique("巡检回访"), unique("无脚本记录")
    client, _key = planned_visit(site, subject)
    with site.page(browser, MANAGER, lang, width=390, javascript=False) as page:
        page.goto(site.address + client)
        page.locator(".hero").get_by_role("link", name=say("Log")).click()
        form = page.locator("#composer")
        form.locator("[data-submit]").click()
        expect(form.locator("#f-text-e")).to_contain_text(say("Please write a few words."))
        form.locator("#f-text").fill(told)
        form.get_by_text(say("Tomorrow")).click()
        form.locator("[data-submit]").click()
        expect(page).to_have_url(site.address + client)
        expect(page.locator("#timeline")).to_contain_text(told)
        expect(page.locator("#timeline")).to_contain_text(say("Follow up"))
        page.locator("#toasts").get_by_role("button", name=say("Undo")).click()
        expect(page.locator("#timeline")).not_to_contain_text(told)
        expect(page.locator("#timeline")).not_to_contain_text(say("Follow up"))


def test_a_client_of_late_is_filled_in_beside_what_is_written_already(browser: Browser, site: Site) -> None:
    planned_visit(site, unique("巡检回访"))
    with site.page(browser, MANAGER, "zh") as page:
        page.goto(site.address + "/crm/log?kind=visit")
        page.locator("#f-text").fill("先写的话")
        client = page.locator("[data-recent] a").first
        client.click()
        expect(page.locator("#f-account")).to_have_value(client.inner_text())
        expect(page.locator("#log-people")).to_contain_text("方晓岚")
        expect(page.locator("#f-text")).to_have_value("先写的话")
        expect(page.locator("#f-text")).to_be_focused()


def test_a_note_and_a_refusal_in_the_composer_leave_the_page_where_it_is(browser: Browser, site: Site) -> None:
    client, _key = planned_visit(site, unique("巡检回访"))
    say, told = words("zh"), unique("记一笔")
    with site.page(browser, MANAGER, "zh") as page:
        page.goto(site.address + client)
        form = page.locator("#composer")
        form.get_by_role("radio", name=say("Plan")).check()
        form.locator("#f-text").fill(told)
        form.locator("[data-submit]").click()
        expect(form.locator("#f-due_on-e")).to_be_visible()
        expect(form.locator("#f-text")).to_have_value(told)
        expect(page.locator("#h-map")).to_be_visible()
        form.get_by_role("radio", name=say("Note")).check()
        form.locator("[data-submit]").click()
        expect(page.locator("#timeline")).to_contain_text(told)
        expect(page.locator("#toasts")).to_contain_text(say("The note is written."))
        expect(page.locator("#composer #f-text")).to_have_value("")
        page.reload()
        expect(page.locator("#composer [data-offer]")).to_be_hidden()
