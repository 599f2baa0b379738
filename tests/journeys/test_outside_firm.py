"""Staff of an outside firm see what was handed over to them, and of everything else not even that it is there."""

import re

import httpx2
import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.places import page_routes
from tests.journeys.site import Site

TAILS = ("", "/edit", "/history")
PATHS = ("/crm/account", "/crm/key_person", "/crm/opportunity", "/crm/contract", "/crm/activity", "/agents/handover")
LISTS = ("/campaigns/field", "/campaigns/clients", "/campaigns/results")
RECORD = re.compile(r'(?:href|src|action)="(/(?:campaigns|crm)/[a-z/]*/?\d+)(?:[#"/])')


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


def reached(client: httpx2.Client) -> set[str]:
    """Every record's page, photo and post that the phone's pages lead to, followed to the end."""
    waiting, seen = list(LISTS), set(LISTS)
    while waiting:
        for address in RECORD.findall(client.get(waiting.pop()).text):
            if address not in seen:
                seen.add(address)
                waiting.append(address)
    return seen - set(LISTS)


@pytest.mark.parametrize("path", PATHS)
def test_no_general_address_is_there_for_a_firm(site: Site, path: str) -> None:
    """What was handed over, what was not, and what does not exist: three times the same answer."""
    with site.client("lead") as lead, site.client("agent") as agent:
        missing = agent.get(f"{path}/1")
        assert missing.status_code == 404
        assert agent.get(path).text == missing.text
        for address in sorted(visible(lead, path))[:3]:
            for tail in TAILS:
                answer = agent.get(address + tail)
                assert (answer.status_code, answer.text) == (404, missing.text), address + tail


def test_every_page_that_a_firm_may_open_is_one_made_for_it(site: Site) -> None:
    with site.client("agent") as agent:
        open_ = {path for path in page_routes() if "{" not in path and agent.get(path).status_code == 200}
    own = {"/", "/help", "/healthz", "/me/devices", "/me/inbox", "/me/notices", "/me/password"}
    assert open_ - own == {*LISTS}


def test_another_firm_opens_nothing_that_a_firm_s_pages_lead_to(site: Site) -> None:
    with site.client("agent") as one, site.client("agent2") as other:
        mine = reached(one)
        assert any("/field/task/" in address for address in mine)
        assert any("/client/" in address for address in mine)
        opened = {address for address in mine if one.get(address).status_code == 200}
        theirs = reached(other)
        for address in sorted(opened - theirs):
            assert other.get(address).status_code == 404, address
        assert opened - theirs, "the two firms share everything"


@pytest.mark.parametrize("lang", ("zh", "en"))
def test_the_outside_user_finds_only_what_was_handed_over(browser: Browser, site: Site, lang: str) -> None:
    with site.client("agent") as agent:
        clients = re.findall(r'<h2><a href="(/campaigns/client/\d+)"', agent.get("/campaigns/clients").text)
    assert clients, "the demo world hands the first firm nothing over"
    with site.page(browser, "agent", lang, width=390) as page:
        page.goto(site.address + "/campaigns/clients")
        expect(page.locator(".tk")).to_have_count(len(clients))
        assert page.locator("#find").count() == 0
        page.goto(site.address + clients[0])
        expect(page.locator("h1")).to_be_visible()


def test_contacts_are_masked_until_the_client_has_accepted(site: Site) -> None:
    with site.client("agent") as agent:
        shown = agent.get("/campaigns/clients").text
    for card in re.findall(r'<article class="tk">.*?</article>', shown, re.DOTALL):
        numbers = re.findall(r"1\d{2}(?:\*{4}|\d{4})\d{4}", re.sub(r'href="[^"]*"', "", card))
        assert all(("*" in number) is ("shield-check" not in card and "tel:" not in card) for number in numbers), card
