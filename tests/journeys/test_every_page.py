"""Every page in the browser: no barrier for assistive technology, a silent console, no sideways scroll on a phone."""

from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.looks import barriers, carry_axe, sideways
from tests.journeys.places import MAIN, Place, places_of, shell_places, stems
from tests.journeys.site import Site, listed

REFUSALS = ("status of 404", "status of 403")
# In the daily run each page is seen in one look; what people work with, and the shell, in both and with its contrasts.
# Pages that one template draws alike for every entity are seen in turn: of each group an entity shows one.
LOOKS = ({"lang": "zh", "scheme": "light"}, {"lang": "en", "scheme": "dark"})
ALIKE = (("new", "edit"), ("totals", "import", "imports", "history"))
DAILY = [
    (stem, look) for number, stem in enumerate(stems()) for look in (LOOKS if stem in MAIN else LOOKS[number % 2 :][:1])
]


def name(value: Any) -> str:
    return value if isinstance(value, str) else "-".join(str(part) for part in value.values())


def in_turn(stem: str, places: list[Place]) -> list[Place]:
    """Without the pages that are another entity's turn."""
    turn = stems().index(stem)
    others = {kind for group in ALIKE for kind in group if kind != group[turn % len(group)]}
    return [place for place in places if stem in MAIN or place.kind not in others]


def faults(page: Page, site: Site, place: Place, look: dict[str, str], **how: bool) -> list[str]:
    """Measured on the desk, then narrowed to a phone's width and to the narrowest that a page must bear."""
    page.set_viewport_size({"width": 1440, "height": 900})
    answer = page.goto(site.address + place.path)
    assert answer is not None
    found = [f"status {answer.status}"] if answer.status != place.status else []
    found += barriers(page, **how)
    found += sideways(page, 390, 320)
    return [f"{place} {name(look)}: {fault}" for fault in found]


def faults_of(browser: Browser, site: Site, places: list[Place], look: dict[str, str], **how: Any) -> list[str]:
    found = []
    for user in dict.fromkeys(place.user for place in places):
        with site.page(browser, user, expected=REFUSALS, **look) as page:
            carry_axe(page)
            for place in places:
                if place.user == user:
                    found += faults(page, site, place, look, **how)
    return found


@pytest.fixture(scope="module")
def found_places(site: Site) -> dict[str, list[Place]]:
    """What one look has found, for the next one."""
    return {}


@pytest.mark.parametrize(("stem", "look"), DAILY, ids=name)
def test_the_pages_of_an_entity_have_no_barrier(
    browser: Browser, site: Site, found_places: dict[str, list[Place]], stem: str, look: dict[str, str]
) -> None:
    if stem not in found_places:
        found_places[stem] = in_turn(stem, places_of(site, stem))
    found = faults_of(browser, site, found_places[stem], look, has_contrast=stem in MAIN)
    assert not found, listed(found)


# One case for each, so that two processes share the walk; who is not named goes with the last.
WALKERS = ("am", "exec", "everybody else")


@pytest.mark.parametrize("walker", WALKERS)
@pytest.mark.parametrize("look", LOOKS, ids=name)
def test_the_pages_of_the_shell_have_no_barrier(
    browser: Browser, site: Site, found_places: dict[str, list[Place]], look: dict[str, str], walker: str
) -> None:
    if "shell" not in found_places:
        found_places["shell"] = shell_places(site)
    own = WALKERS[:-1]
    seen = [place for place in found_places["shell"] if walker == (place.user if place.user in own else WALKERS[-1])]
    found = faults_of(browser, site, seen, look)
    assert not found, listed(found)


@pytest.mark.parametrize("look", LOOKS, ids=name)
def test_the_whole_page_with_its_menu_has_no_barrier(browser: Browser, site: Site, look: dict[str, str]) -> None:
    places = [Place("list", "/crm/account", "am"), Place("board", "/crm/opportunity/board", "lead")]
    found = faults_of(browser, site, places, look, is_whole=True)
    assert not found, listed(found)


# The pseudo-language makes every text longer; its colours are those of the others.
GRID = (*product(("zh", "en"), ("light", "dark"), (1440, 390)), ("qps", "light", 1440), ("qps", "light", 390))


@pytest.mark.soak
@pytest.mark.parametrize(("lang", "scheme", "width"), GRID)
@pytest.mark.parametrize("stem", (*stems(), "shell"))
def test_every_look_of_every_page_has_no_barrier(
    browser: Browser, site: Site, stem: str, lang: str, scheme: str, width: int
) -> None:
    places = shell_places(site) if stem == "shell" else places_of(site, stem)
    found = []
    for place in places:
        with site.page(browser, place.user, lang, expected=REFUSALS, scheme=scheme, width=width) as page:
            page.goto(site.address + place.path)
            found += [f"{place} {lang} {scheme} {width}: {fault}" for fault in barriers(page, is_whole=True)]
            found += [f"{place} {lang} {scheme}: {fault}" for fault in sideways(page, 1024, 768, width, 320)]
    assert not found, listed(found)
