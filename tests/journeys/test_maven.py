"""The four Maven files through the wizard: one unknown product in 1,480 deals is asked about once, and mapped once."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.importing import choose_file, decide, finish, undo, unknown, verdicts
from tests.journeys.site import PASSWORD, Site, octant
from tests.journeys.steps import save
from tests.journeys.words import words
from tests.soak.servers import serving
from tests.transfer.files import public
from tests.transfer.test_examples import steps

# Only those need an answer: everything else the mappings say themselves.
ANSWER = 'unknown = { GTXPro = { to = "GTX Pro" } }'
SAY = words("en")


@pytest.fixture
def empty_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A server in US dollars over nothing but the reference data; its first user loads the data."""
    data = tmp_path / "data"
    shutil.copytree(request.getfixturevalue("sqlite_template").parent, data)
    url = f"sqlite:///{data / 'octant.db'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OCTANT_CURRENCY", "USD")
        octant("user", "add", "boss", "--password", PASSWORD, url=url, data=data)
        with serving(url, data) as server:
            yield Site(server)


def test_the_maven_files_come_in_by_the_wizard(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder = public("maven_crm/sales_pipeline.csv").parent
    site: Site = request.getfixturevalue("empty_site")
    *before, (stem, deals, mapping) = steps(folder)
    with site.page(browser, "boss", "en") as page:
        assert [created(page, site, *step) for step in before] == ["3", "6", "6", "35", "7", "85", "4"]

        bare = tmp_path / "bare.toml"
        bare.write_text(mapping.read_text().replace(ANSWER, ""))
        choose_file(page, site.address + f"/{stem.replace('.', '/')}", deals, bare)
        save(page)
        expect(page).to_have_url(re.compile("/names$"), timeout=60_000)
        expect(page.locator("fieldset.unknown")).to_have_count(1)
        asked = unknown(page, "GTXPro")
        expect(asked).to_contain_text(SAY("{n} rows", n="1,480"))
        decide(asked, "GTX Pro")
        save(page)
        expect(page).to_have_url(re.compile("/preview$"), timeout=60_000)
        assert verdicts(page) == {"created": "8,800", "updated": "0", "unchanged": "0", "refused": "0"}
        result = finish(page, SAY)
        assert result == {"created": "8,800", "updated": "0", "unchanged": "0", "refused": "0"}
        at_result = page.url

        assert shown_totals(page, site) == {"Won": "4,238", "Lost": "2,473", "Engaging": "1,589", "Prospecting": "500"}
        page.goto(at_result)
        undo(page, SAY)
    assert site.octant("totals", "crm.opportunity")["total"]["count"] == 0


def created(page: Page, site: Site, stem: str, file: Path, mapping: Path) -> str:
    choose_file(page, site.address + f"/{stem.replace('.', '/')}", file, mapping)
    save(page)
    return finish(page, SAY)["created"]


def shown_totals(page: Page, site: Site) -> dict[str, str]:
    page.goto(site.address + "/crm/opportunity/totals?by=stage")
    rows = page.locator("main tbody tr").all()
    return {row.locator("td").nth(0).inner_text(): row.locator("td.n").nth(0).inner_text() for row in rows}
