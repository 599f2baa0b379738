"""Chromium for the browser journeys: the `browser` fixture, and pages that fail on any message of the console."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tools.chromium import ADVICE, chromium_path

# Playwright's own list, which ours replaces; then parts of the window that no journey looks at, each of which costs a
# process beside every page: the pop-up of the address bar, pages made ahead, a spare renderer.
SWITCHED_OFF = (
    "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying",
    "OptimizationHints", "PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning",
    "AimEnabled", "PreloadTopChromeWebUI", "SpareRendererForSitePerProcess", "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)  # fmt: skip
FLAGS = (
    "--disable-features=" + ",".join(SWITCHED_OFF),
    "--js-flags=--no-opt --no-maglev",  # no script runs long enough to be worth what it costs to make it quicker
    "--no-sandbox",  # root may not start Chromium with its sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A status that the journey provoked is also a line of the console; a refused script or style is one as well.
EXPECTED = ("status of 409", "status of 422")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the run. Without one the journeys are skipped, but never where CI is set."""
    path = chromium_path()
    if path is None:
        refuse = pytest.fail if in_ci() else pytest.skip
        refuse(ADVICE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


@contextmanager
def open_page(
    browser: Browser,
    *,
    lang: str = "zh-CN",
    width: int = 1440,
    height: int = 900,
    scheme: str = "light",
    javascript: bool = True,
    has_touch: bool = False,
    expected: tuple[str, ...] = EXPECTED,
) -> Iterator[Page]:
    """A page in a context of its own; at the end its console must have been silent but for `expected`."""
    context = browser.new_context(
        locale=lang,
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=javascript,
        has_touch=has_touch,
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    try:
        page = context.new_page()
        said = listen(page)
        yield page
    finally:
        context.close()
    unexpected = [line for line in said if not any(text in line for text in expected)]
    assert not unexpected, unexpected


def listen(page: Page) -> list[str]:
    said: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(f"{message.text} ({message.location.get('url', '')})")

    page.on("console", heard)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false")
