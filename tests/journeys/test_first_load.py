"""What the first visit of a page costs: bytes on the wire, requests, shifts of the layout, nodes."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, Response

from tests.journeys.places import record_paths
from tests.journeys.site import Site

MOST_BYTES, MOST_REQUESTS, MOST_NODES = 60_000, 6, 2_000
PAGES = {
    "sign-in": (None, "/signin"), "home": ("am", "/crm/today"), "list": ("am", "/crm/account"),
    "deals": ("lead", "/crm/opportunity"),
    "record": ("am", "/crm/account/"), "deal": ("am", "/crm/opportunity/"), "log": ("am", "/crm/log?kind=visit"),
    "board": ("lead", "/crm/opportunity/board"),
    "form": ("am", "/crm/opportunity/new"),
}  # fmt: skip
SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(shift => { sum += shift.value; }))
    .observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""


@dataclass(frozen=True)
class Visit:
    """One visit with an empty cache; bytes are those of the bodies as they were sent."""

    sizes: dict[str, int]
    shift: float
    nodes: int


def visited(page: Page, address: str) -> Visit:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address, wait_until="networkidle")
    sizes = {answer.url: answer.request.sizes()["responseBodySize"] for answer in answers}
    return Visit(sizes, page.evaluate(SHIFTS), page.evaluate("document.querySelectorAll('*').length"))


@pytest.mark.parametrize("width", (1440, 390))
@pytest.mark.parametrize("kind", PAGES)
def test_a_first_visit_is_light_and_still(browser: Browser, site: Site, kind: str, width: int) -> None:
    user, path = PAGES[kind]
    if path.endswith("/"):
        with site.client(user) as client:
            path = record_paths(client, path.rstrip("/"))[0]
    with site.page(browser, user, width=width) as page:
        visit = visited(page, site.address + path)
    where = f"{path} as {user} at {width} px"
    assert sum(visit.sizes.values()) <= MOST_BYTES, f"{where}: {visit.sizes}"
    assert len(visit.sizes) <= MOST_REQUESTS, f"{where}: {list(visit.sizes)}"
    assert visit.shift == 0, f"{where}: the layout shifts by {visit.shift}"
    assert visit.nodes <= MOST_NODES, f"{where}: {visit.nodes} nodes"
