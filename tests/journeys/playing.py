"""What an account manager does on a deal's page with the playbook, by the labels that are read there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from playwright.sync_api import FilePayload, Locator, Page, expect
from sqlalchemy import select
from sqlmodel import col

from core import clock
from core.actors import actor_for
from core.db import unit_of_work
from core.registry import registry
from crm.exit_tests import ExitTest
from tests.journeys.site import Site
from tests.journeys.steps import unique
from tests.journeys.words import Say

MANAGER, LEAD = "am3", "lead"
USER, DESIGNER, DECIDER = "乔雨田", "滕知远", "严伯川"


@dataclass(frozen=True)
class Client:
    """A public one, whose head takes no gift."""

    name: str
    path: str

    @property
    def key(self) -> str:
        return self.path.rpartition("/")[2]


def new_client(site: Site) -> Client:
    name = unique("云岫水务")
    client = Client(name, site.create("/crm/account", MANAGER, name=name))
    person = {"account_id": client.key}
    site.create("/crm/key_person", MANAGER, name=USER, level="operating", function="user", **person)
    site.create("/crm/key_person", MANAGER, name=DESIGNER, level="management", function="technical", **person)
    site.create(
        "/crm/key_person", MANAGER, name=DECIDER, level="decision", function="finance", post="局长",
        roles="decider", is_official="1", official_reason="现任公职", **person,
    )  # fmt: skip
    return client


def new_tender(site: Site, client: Client, name: str) -> None:
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    site.create("/crm/tender", MANAGER, name=name, account_id=client.key, noticed_on=yesterday)


@contextmanager
def blocking(site: Site, code: str) -> Iterator[str]:
    """An exit test that blocks for a while. Gives its name as the page says it."""
    before = set_mode(site, code, "block")
    try:
        yield code
    finally:
        set_mode(site, code, before)


def set_mode(site: Site, code: str, mode: str) -> str:
    registry()  # before the wall is asked
    with site.in_use(), unit_of_work(actor_for("admin")) as session:
        test = session.scalars(select(ExitTest).where(col(ExitTest.code) == code)).one()
        before, test.mode = test.mode, mode
        return str(before)


def paper(name: str) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": name.encode()}


# --- the sheet before a move ------------------------------------------------------------------------------------


def asked_of(page: Page) -> Locator:
    return page.locator("#p-deal-tests")


def open_sheet(page: Page) -> Locator:
    asked_of(page).locator(".advance a[data-sheet]").click()
    sheet = page.locator("#sheet")
    expect(sheet.locator(".gatesheet")).to_be_visible()
    return sheet


def say_what_the_client_said(sheet: Locator, text: str, say: Say) -> None:
    row = sheet.locator("li.open", has=sheet.page.get_by_label(say("What the client said or wrote"))).first
    name = row.get_attribute("id")
    row.get_by_label(say("What the client said or wrote")).fill(text)
    row.get_by_role("button", name=re.compile(say("Note it"))).click()
    expect(sheet.locator(f"#{name}.met")).to_contain_text(text)


def add_the_file(sheet: Locator, name: str, say: Say) -> None:
    row = sheet.locator("li.open", has=sheet.page.locator("input[type=file]")).first
    key = row.get_attribute("id")
    row.locator("input[type=file]").set_input_files(paper(name))
    row.get_by_role("button", name=re.compile(say("Add the file"))).click()
    expect(sheet.locator(f"#{key}.met")).to_contain_text(name)


def go_on(page: Page, sheet: Locator, stage: str) -> None:
    sheet.locator(".onward button").click()
    expect_stage(page, stage)


def expect_stage(page: Page, stage: str) -> None:
    expect(page.locator("#sheet")).to_be_hidden()
    expect(page.locator(".deal-top [aria-current=step]")).to_contain_text(stage)


# --- what was done ----------------------------------------------------------------------------------------------


def log_a_visit(page: Page, say: Say, person: str, text: str) -> None:
    form = page.locator("#composer")
    form.get_by_role("radio", name=say("Visit")).check()
    form.locator("#f-text").fill(text)
    form.get_by_text(person).click()
    form.locator("[data-submit]").click()
    expect(page.locator("#timeline")).to_contain_text(text)


def no_sideways_scroll(page: Page) -> None:
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, f"{page.url} is {wide} wide of {room}"
