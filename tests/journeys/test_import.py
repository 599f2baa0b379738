"""The import wizard in the browser: a small file with every kind of dirt, in both languages."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.importing import choose_file, decide, finish, undo, unknown, verdicts
from tests.journeys.looks import barriers, sideways
from tests.journeys.site import Site, listed
from tests.journeys.steps import save, unique
from tests.journeys.texts import judges_of
from tests.journeys.words import Say, words

HEADS = ("Code", "Name", "Account", "Main product", "Engaged on", "Amount")


@pytest.fixture(params=("zh", "en"))
def keeper(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[tuple[Page, Say]]:
    """The data keeper's page, and the words of its language."""
    with site.page(browser, "keeper", request.param) as page:
        yield page, words(request.param)


def written(path: Path, heads: list[str], rows: list[list[str]], encoding: str = "utf-8-sig") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([heads, *rows])
    return path


def dirty_deals(site: Site, say: Say, folder: Path) -> tuple[Path, str, str]:
    """Three deals: two name an unknown product, one has no account, one no day. Also the product that is meant."""
    mark = unique("")
    product, account = f"GTX Pro {mark}", f"澄江重工{mark}"
    category = first_reference(site, "/crm/product/new", "category_id")
    site.create("/crm/product", "keeper", code=f"gtx-{mark}", name_zh=product, name_en=product, category_id=category)
    site.create("/crm/account", name=account)
    rows = [
        [f"D1-{mark}", f"一期{mark}", account, f"GTXPro {mark}", "2026/1/25", "1,054.50"],
        [f"D2-{mark}", f"二期{mark}", "", f"GTXPro {mark}", "", "4514"],
        [f"D3-{mark}", f"三期{mark}", account, product, "2026/3/31", ""],
    ]
    heads = [say(head) for head in HEADS]
    return written(folder / "deals.csv", heads, rows, "gb18030"), product, mark


def first_reference(site: Site, path: str, field: str) -> str:
    with site.client("keeper") as client:
        form = client.get(path).text
    select = re.search(rf'<select[^>]* name="{field}".*?</select>', form, re.DOTALL)
    found = re.search(r'value="(\d+)"', select[0]) if select else None
    return found[1] if found else ""


def test_an_unknown_name_is_asked_once_and_the_import_can_be_undone(
    site: Site, keeper: tuple[Page, Say], tmp_path: Path
) -> None:
    page, say = keeper
    file, product, mark = dirty_deals(site, say, tmp_path)
    choose_file(page, site.address + "/crm/opportunity", file)
    expect(page.locator(".map li.on")).to_have_count(len(HEADS))  # the headers were understood
    save(page)

    expect(page).to_have_url(re.compile("/names$"))
    expect(page.locator("fieldset.unknown")).to_have_count(1)
    asked = unknown(page, f"GTXPro {mark}")
    expect(asked).to_contain_text(say("{n} rows", n=2))
    decide(asked, product)
    save(page)

    expect(page).to_have_url(re.compile("/preview$"))
    assert verdicts(page) == {"created": "3", "updated": "0", "unchanged": "0", "refused": "0"}
    expect(page.locator(".preview tbody tr")).to_have_count(3)
    assert finish(page, say) == {"created": "3", "updated": "0", "unchanged": "0", "refused": "0"}

    page.goto(f"{site.address}/crm/opportunity?q={mark}")
    expect(page.locator("#rows tbody tr")).to_have_count(3)
    page.go_back()
    undo(page, say)
    page.goto(f"{site.address}/crm/opportunity?q={mark}")
    expect(page.locator("#rows tbody tr")).to_have_count(0)


@pytest.mark.parametrize(("lang", "width"), [("qps", 1440), ("zh", 390)])
def test_every_step_is_translated_and_has_no_barrier(
    browser: Browser, site: Site, tmp_path: Path, lang: str, width: int
) -> None:
    say = words(lang)
    file, product, mark = dirty_deals(site, say, tmp_path)
    rows = file.read_text(encoding="gb18030")
    extra = {"deals.csv", "gb18030", *(cell for row in csv.reader(rows.splitlines()) for cell in row)}
    judge, found = judges_of(site.server.url, extra)[lang], []
    with site.page(browser, "keeper", lang, width=width) as page:

        def look(step: str) -> None:
            faults = [*judge(page.content()), *barriers(page), *sideways(page, 320, width)]
            found.extend(f"{step} as keeper in {lang}: {fault}" for fault in faults)

        choose_file(page, site.address + "/crm/opportunity", file)
        look("columns")
        save(page)
        look("names")
        decide(unknown(page, f"GTXPro {mark}"), product)
        save(page)
        look("preview")
        finish(page, say)
        look("result")
        page.go_back()
        look("job")
        page.goto(site.address + "/crm/opportunity/imports")
        look("imports")
    assert not found, listed(found)


def test_a_bad_row_stops_the_whole_file_and_is_shown_with_its_reason(
    site: Site, keeper: tuple[Page, Say], tmp_path: Path
) -> None:
    page, say = keeper
    mark = unique("")
    rows = [[f"甲{mark}", "12"], [f"乙{mark}", "twelve"]]
    file = written(tmp_path / "accounts.csv", [say("Name"), say("Members")], rows)
    choose_file(page, site.address + "/crm/account", file)
    save(page)
    expect(page).to_have_url(re.compile("/preview$"))
    assert verdicts(page)["refused"] == "1"
    expect(page.locator("tr.refused")).to_contain_text(say("“{text}” is not a whole number.", text="twelve"))
    expect(page.locator("[data-submit]")).to_have_count(0)


def test_a_file_that_is_no_table_is_refused_with_a_sentence(
    site: Site, keeper: tuple[Page, Say], tmp_path: Path
) -> None:
    page, say = keeper
    file = tmp_path / "picture.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    page.goto(site.address + "/crm/account/import")
    page.locator("input[name=file]").set_input_files(file)
    save(page)
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page).to_have_url(re.compile("/crm/account/import$"))
    expect(page.locator("h1")).to_have_text(say("Import: {kind}", kind=say("Accounts")))


def test_the_same_file_again_changes_nothing(site: Site, keeper: tuple[Page, Say], tmp_path: Path) -> None:
    page, say = keeper
    mark = unique("")
    file = written(tmp_path / "accounts.csv", [say("Code"), say("Name")], [[f"K-{mark}", f"丙{mark}"]])
    choose_file(page, site.address + "/crm/account", file)
    save(page)
    assert finish(page, say)["created"] == "1"
    choose_file(page, site.address + "/crm/account", file)
    save(page)
    expect(page).to_have_url(re.compile("/preview$"))
    assert verdicts(page) == {"created": "0", "updated": "0", "unchanged": "1", "refused": "0"}
    expect(page.locator("[data-submit]")).to_have_count(0)
