"""Staff of an outside firm see what was handed over to them, and of everything else not even that it is there."""

import re

import httpx2
import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.site import Site

TAILS = ("", "/edit", "/history")
PATHS = ("/crm/account", "/crm/key_person", "/crm/opportunity", "/crm/contract", "/crm/activity", "/agents/handover")


def visible(client: httpx2.Client, path: str) -> set[str]:
    """Addresses of the records on all pages of the list."""
    found: set[str] = set()
    href = path
    while href:
        html = client.get(href).text
        found |= set(re.findall(rf'href="({path}/\d+)"', html))
        more = re.search(r'rel="next" href="([^"]+)"', html)
        href = more[1].replace("&amp;", "&") if more else ""
    return found


@pytest.mark.parametrize("path", PATHS)
def test_what_was_not_handed_over_answers_like_what_is_not_there(site: Site, path: str) -> None:
    with site.client("lead") as lead, site.client("agent") as agent:
        hidden = sorted(visible(lead, path) - visible(agent, path))
        assert hidden, f"{path}: the demo world hides nothing of the lead's from the outside firm"
        for tail in TAILS:
            missing = agent.get(f"{path}/1{tail}")
            assert missing.status_code in (403, 404), f"{path}/1{tail}"
            for address in hidden[:3]:
                answer = agent.get(address + tail)
                assert (answer.status_code, answer.text) == (missing.status_code, missing.text), address + tail


def test_two_firms_see_nothing_of_each_other(site: Site) -> None:
    with site.client("agent") as one, site.client("agent2") as other:
        mine, theirs = visible(one, "/crm/account"), visible(other, "/crm/account")
        assert mine, "the demo world hands the first firm nothing over"
        assert theirs, "the demo world hands the second firm nothing over"
        for address in mine - theirs:
            assert other.get(address).status_code == 404, address


@pytest.mark.parametrize("lang", ("zh", "en"))
def test_the_outside_user_finds_only_what_was_handed_over(browser: Browser, site: Site, lang: str) -> None:
    with site.client("agent") as agent:
        accounts = visible(agent, "/crm/account")
    with site.page(browser, "agent", lang, width=390) as page:
        page.goto(site.address + "/crm/account")
        expect(page.locator("#rows tbody tr")).to_have_count(len(accounts))
        page.goto(site.address + "/search?q=广州")
        hits = {str(link.get_attribute("href")) for link in page.locator("#hits a[href^='/crm/account/']").all()}
        assert hits <= accounts, hits - accounts
        page.goto(site.address + min(accounts))
        expect(page.locator(".hero h1")).to_be_visible()


def test_contacts_that_were_not_ticked_are_hidden_and_the_others_masked_or_agreed(site: Site) -> None:
    with site.client("lead") as lead, site.client("agent") as agent:
        shown = visible(agent, "/crm/key_person")
        assert shown < visible(lead, "/crm/key_person")
        for address in sorted(shown)[:3]:
            assert re.search(r"1\d{2}\*{4}\d{4}|1\d{10}|—", agent.get(address).text), address
