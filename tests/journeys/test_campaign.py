"""A campaign from the channel manager to the firm's phone, back to the account's timeline, and its end at one press."""

import io
from datetime import timedelta

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from core import clock
from tests.journeys.places import actors
from tests.journeys.site import Site
from tests.journeys.steps import save, unique
from tests.journeys.words import Say, words

MISSING = ("status of 404",)
NOTE = "年底前要三条专线"


def photo() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (1200, 900), "teal").save(kept, "JPEG")
    return kept.getvalue()


def make_campaign(page: Page, site: Site, say: Say, client: str) -> str:
    """By the short form, then the clients of one owner and county, then one press. Returns the campaign's address."""
    page.goto(site.address + "/campaigns/watch")
    page.get_by_role("link", name=say("New campaign"), exact=True).first.click()
    page.get_by_label(say("Name"), exact=False).first.fill(unique("冬季提速"))
    page.get_by_label(say("Rate per result")).fill("60")
    save(page)
    expect(page.locator("h1")).to_have_text(say("Choose clients"))
    page.locator("#f-county").fill("从化区")
    page.get_by_role("button", name=say("Count them")).click()
    expect(page.locator("#found")).to_contain_text(client)
    page.locator("label.pick", has_text=actors(site)["agent"].name).first.click()
    page.locator("input[name=handover][value=yes]").check()
    page.locator("#until").fill((clock.today() + timedelta(days=40)).isoformat())
    save(page)
    expect(page.locator("#toasts")).to_contain_text(
        say("The tasks are given out, and whoever does them has been told.")
    )
    page.get_by_role("button", name=say("Start")).click()
    expect(page.locator("#toasts")).to_contain_text(say("Done."))
    return page.url


def report(page: Page, site: Site, say: Say, client: str, campaign: str) -> str:
    """Three taps: the card's button, a tile, submit. Returns the task's address."""
    page.goto(f"{site.address}/campaigns/field?campaign={campaign.rpartition('/')[2]}")
    page.get_by_role("link", name=say("Report the result: {name}", name=client)).click()
    task = page.url.partition("#")[0]
    page.locator(".tile-pick.interested").click()
    page.locator("#photo-1").set_input_files({"name": "door.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    page.locator("#note").fill(NOTE)
    save(page)
    expect(page.locator("#toasts .toast").first).to_be_visible()
    return task


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("lang", ("zh", "en"))
def test_from_the_campaign_to_the_timeline_and_to_its_end(
    browser: Browser, site: Site, lang: str, javascript: bool
) -> None:
    say, client = words(lang), unique("云岭冷链")
    account = site.create("/crm/account", name=client, seat_county_id="从化区", address="从化区河滨路 8 号")
    with (
        site.page(browser, "channel", lang, javascript=javascript) as desk,
        site.page(browser, "agent", lang, javascript=javascript, width=390, expected=MISSING) as phone,
        site.page(browser, "am", lang, javascript=javascript) as manager,
    ):
        campaign = make_campaign(desk, site, say, client)
        task = report(phone, site, say, client, campaign)

        manager.goto(site.address + account)
        expect(manager.locator("main")).to_contain_text(NOTE)
        expect(manager.locator("main")).to_contain_text(say("Interested"))
        assert manager.locator("main a[href^='/crm/file/']").count() >= 1

        desk.goto(campaign)
        expect(desk.locator(".kpis")).to_contain_text(say("{percent}% of {n}", percent=100, n=1))
        phone.goto(task)
        desk.get_by_role("button", name=say("Revoke all of this campaign")).click()
        expect(desk.locator("#toasts")).to_contain_text(say("Revoked. From now on the firm sees nothing of it."))
        answer = phone.reload()
        assert answer is not None
        assert answer.status == 404
