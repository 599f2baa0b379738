"""Pictures of every page that a menu leads to, for one user of each kind: `python -m tools.shots [FOLDER]`."""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import FLAGS
from tools.chromium import ADVICE, chromium_path

# Each takes what no earlier one has shown; the outside user takes all, seeing less of it.
USERS = ("am", "lead", "channel", "exec", "admin", "agent")
OUTSIDE = ("agent",)
LOOKS = tuple(product(("zh-CN", "en-US"), (1440, 390), ("light", "dark")))  # language, width, colours
# Of these lists also the board, the totals, a record with its form and its history, and the start of an import.
DETAILED = re.compile(r"/crm/(account|opportunity)$")
DETAILS = "main a[href$='/new'], main a[href$='/board'], main a[href$='/totals'], main a[href$='/import']"
OTHERS = ("/search?q=广州", "/jobs", "/me/devices", "/me/inbox", "/help", "/nowhere")
# No menu leads to these: taken for the first who may open them.
HIDDEN = (
    "/crm/log?kind=visit", "/crm/team/handover", "/crm/team/deputies", "/campaigns/watch/new",
    "/crm/asking/new", "/crm/suggestions", "/me/check-ins", "/reports/adoption/moves",
    "/admin/roles", "/admin/units", "/admin/jobs", "/admin/audit", "/admin/access", "/admin/users/new",
)  # fmt: skip
OCTANT = Path(sys.executable).parent / "octant"
START_SECONDS = 60


def main(folder: Path) -> None:
    path = chromium_path()
    if path is None:
        sys.exit(ADVICE)
    with (
        tempfile.TemporaryDirectory() as data,
        demo_server(Path(data)) as (address, password),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        taken: set[str] = set()
        for user in USERS:
            known = set() if user in OUTSIDE else taken
            print(user, photograph(browser, address, user=user, password=password, folder=folder, known=known))
        browser.close()


@contextmanager
def demo_server(data: Path) -> Iterator[tuple[str, str]]:
    """A server of its own on the demo world, and the password of its users."""
    environment = {**os.environ, "OCTANT_DATA_DIR": str(data), "OCTANT_DATABASE_URL": ""}
    subprocess.run([OCTANT, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    loaded = subprocess.run([OCTANT, "demo", "--json"], env=environment, check=True, capture_output=True)
    address = f"http://127.0.0.1:{free_port()}"
    command = [OCTANT, "serve", "--port", address.rsplit(":", 1)[1]]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(address + "/healthz")
        yield address, json.loads(loaded.stdout)["password"]
    finally:
        server.terminate()
        server.wait(30)


def photograph(
    browser: Browser, address: str, *, user: str, password: str, folder: Path, known: set[str]
) -> int:  # fmt: skip
    """Sign in once, find the pages not yet known, then take each in every look. Returns the number of pictures.

    Where the user's day begins is taken for each: it says something else to everybody.
    """
    page = new_page(browser, LOOKS[0])
    sign_in(page, address, user=user, password=password)
    state, start = page.context.storage_state(), page.url.removeprefix(address)
    places = [each for each in pages_from(page, address) if each == start or each not in known]
    known |= set(places)
    page.context.close()
    for look in LOOKS:
        page = new_page(browser, look, state)
        for place in places:
            page.goto(address + place)
            page.screenshot(path=folder / user / file_name(place, look), full_page=True)
        page.context.close()
    return len(places) * len(LOOKS)


def file_name(place: str, look: tuple[str, int, str]) -> str:
    """The same from run to run: a record's number is left out."""
    name = re.sub(r"\W+", "-", re.sub(r"/\d+", "/record", place)).strip("-")
    return f"{name or 'home'}.{'-'.join(map(str, look))}.png"


def new_page(browser: Browser, look: tuple[str, int, str], state: Any = None) -> Page:
    lang, width, scheme = look
    return browser.new_context(
        locale=lang,
        viewport={"width": width, "height": 900 if width > 600 else 844},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        storage_state=state,
    ).new_page()


def sign_in(page: Page, address: str, *, user: str, password: str) -> None:
    page.goto(address)
    page.fill("input[name=name]", user)
    page.fill("input[type=password]", password)
    page.click("form[data-sign-in] button")
    page.wait_for_selector("nav.nav")


def pages_from(page: Page, address: str) -> list[str]:
    """The menu's pages, the first record of each list, and all that stands around the main ones."""
    menu = links(page, "nav.nav a[href]")
    hidden = [each for each in HIDDEN if page.request.get(address + each).ok]
    found = dict.fromkeys([*OTHERS, *menu, *hidden])
    for place in menu:
        page.goto(address + place)
        records = [
            href
            for href in links(page, "#rows tbody a[href], .tks h3 a[href], .camps > li > a[href]")
            if href.startswith(f"{place}/")
        ][:1]
        if DETAILED.search(place):
            records += [f"{record}/{tail}" for record in records for tail in ("edit", "history")] + links(page, DETAILS)
        found |= dict.fromkeys(records)
    return list(found)


def links(page: Page, selector: str) -> list[str]:
    return [str(link.get_attribute("href")) for link in page.locator(selector).all()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "var/shots"))
