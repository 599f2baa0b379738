"""From the lines of a deal to the renewal of its contract: the quote, the superior's phone, the proposal, the signed
file. In both languages, at the desk and on the phone, and within three minutes of a person's clicks."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from core import clock
from crm.quotes.radar import due, open_part
from tests.journeys.hand import Hand
from tests.journeys.importing import JOB_MILLISECONDS
from tests.journeys.playing import no_sideways_scroll
from tests.journeys.site import Site
from tests.journeys.steps import unique
from tests.journeys.words import Say, words

MANAGER, LEAD = "am3", "lead"
MINUTES = 3 * 60
PRODUCT = {"zh": "互联网专线", "en": "Dedicated internet line"}
SOLUTION, REASON = "双路由专线，异地上联。", "友商低一成"


@pytest.mark.parametrize(("lang", "width"), [("zh", 1440), ("en", 390)])
def test_from_the_lines_to_the_renewal_within_three_minutes_of_clicks(
    browser: Browser, site: Site, tmp_path: Path, lang: str, width: int
) -> None:
    say, hand = words(lang), Hand()
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(b"%PDF-1.4 signed")
    client, deal = new_deal(site)
    with site.page(browser, MANAGER, lang, width=width) as page:
        page.goto(site.address + deal)
        add_a_line(page, say, hand, PRODUCT[lang])
        ask_for_a_price(page, say, hand)
        quote = page.url
        approve_on_the_phone(browser, site, say, hand, lang)
        page.reload()
        assert SOLUTION in proposal(page, say, hand, tmp_path / "proposal.pdf")
        page.goto(quote)
        contract = sign(page, say, hand, signed)
        renewal(page, site, contract, client, PRODUCT[lang])
        no_sideways_scroll(page)
    assert hand.seconds < MINUTES, (round(hand.seconds), hand)


def new_deal(site: Site) -> tuple[str, str]:
    client = site.create("/crm/account", MANAGER, name=unique("碧湾造船")).rpartition("/")[2]
    close = (clock.today() + timedelta(days=20)).isoformat()
    values = {"name": unique("园区专线"), "account_id": client, "expected_close_on": close}
    return client, site.create("/crm/opportunity", MANAGER, **values)


def add_a_line(page: Page, say: Say, hand: Hand, product: str) -> None:
    lines = page.locator("#p-deal-lines")
    hand.press(lines.locator("#add-line"))
    hand.choose(lines.get_by_label(say("Product")), product)
    hand.write(lines.get_by_label(say("Quantity")), "2")
    hand.write(lines.get_by_label(say("Monthly amount")), "9000")
    hand.write(lines.get_by_label(say("Months")), "2")
    hand.press(lines.locator("#line-save"))
    expect(lines.locator("tbody tr")).to_have_count(1)


def ask_for_a_price(page: Page, say: Say, hand: Hand) -> None:
    """Fifteen percent off asks one superior; what is written in the proposal is saved with the request."""
    hand.press(page.locator("#line-quote"))
    expect(page.locator("#p-quote-lines")).to_be_visible()
    line = page.locator("#p-quote-lines .qform")
    hand.write(line.get_by_label(say("Discount %")), "15")
    hand.press(line.get_by_role("button", name=say("Save")))
    expect(page.locator(".finish")).to_contain_text("15%")
    hand.write(page.locator("#p-quote-proposal [name=solution]"), SOLUTION)
    hand.write(page.locator("#f-reason"), REASON)
    hand.press(page.locator(".finish").get_by_role("button", name=say("Ask for approval")))
    expect(page.locator(".quote-top a[href^='/me/approvals/']")).to_be_visible()


def approve_on_the_phone(browser: Browser, site: Site, say: Say, hand: Hand, lang: str) -> None:
    with site.page(browser, LEAD, lang, width=390, has_touch=True) as phone:
        phone.goto(site.address + "/me/approvals")
        hand.press(phone.locator("a", has_text=re.compile("碧湾造船")).first)
        expect(phone.locator("#approval")).to_contain_text(REASON)
        no_sideways_scroll(phone)
        hand.press(phone.locator("#approve"))
        expect(phone.locator("#approval")).to_contain_text(say("Approved"))


def proposal(page: Page, say: Say, hand: Hand, file: Path) -> str:
    hand.press(page.get_by_role("button", name=say("Proposal (PDF)")))
    link = page.get_by_role("link", name=say("Open the file"))
    expect(link).to_be_visible(timeout=JOB_MILLISECONDS)
    with page.expect_download() as download:
        hand.press(link)
    download.value.save_as(file)
    return re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in PdfReader(file).pages))


def sign(page: Page, say: Say, hand: Hand, file: Path) -> str:
    """Sent, accepted with the signed file. Returns the address of the contract that it became."""
    hand.press(page.get_by_role("button", name=say("Mark as sent")))
    hand.press(page.get_by_role("link", name=say("The client accepts")))
    hand.attach(page.locator("#f-signed"), file)
    hand.press(page.get_by_role("button", name=say("Accept and make the contracts")))
    contract = page.locator("a[href^='/crm/contract/']").first
    expect(contract).to_be_visible()
    return contract.get_attribute("href") or ""


def renewal(page: Page, site: Site, contract: str, client: str, product: str) -> None:
    """The morning's work sees that it ends soon: whoever looks after the client gets a task."""
    with site.in_use():
        assert open_part([each for each in due() if str(each) == contract.rpartition("/")[2]]) == 1
    page.goto(f"{site.address}/crm/activity?account={client}&kind=task")
    expect(page.locator("#rows")).to_contain_text(product)
