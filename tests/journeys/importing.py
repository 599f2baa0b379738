"""The import wizard as somebody at the screen goes through it, step by step."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.journeys.steps import save
from tests.journeys.words import Say

JOB_MILLISECONDS = 240_000


def choose_file(page: Page, address: str, file: Path, mapping: Path | None = None) -> None:
    """From the entity's list by its Import button to the step of the columns."""
    page.goto(address)
    page.locator(".head a[href$='/import']").click()
    page.locator("input[name=file]").set_input_files(file)
    if mapping:
        page.locator("input[name=mapping]").set_input_files(mapping)
    save(page)
    expect(page).to_have_url(re.compile("/columns$"))


def unknown(page: Page, text: str) -> Locator:
    """What is asked about one unknown name."""
    return page.locator("fieldset.unknown", has_text=text)


def decide(asked: Locator, to: str) -> None:
    """Say once which record the name means: from the list where it is short, else by typing."""
    asked.locator("input[type=radio][value=to]").check()
    choices = asked.locator(".tgt select")
    if choices.count():
        choices.select_option(label=to)
    else:
        asked.locator(".tgt input").fill(to)


def verdicts(page: Page) -> dict[str, str]:
    """Outcome and number of rows, as the preview says them."""
    return {
        outcome: page.locator(f".verdict.{outcome} b").inner_text()
        for outcome in ("created", "updated", "unchanged", "refused")
    }


def finish(page: Page, say: Say) -> dict[str, str]:
    """Start the job, see its progress, and read what it did."""
    expect(page).to_have_url(re.compile(r"/preview"))
    save(page)
    expect(page).to_have_url(re.compile(r"/jobs/\d+$"))
    expect(page.locator("#job")).to_be_visible()
    link = page.get_by_role("link", name=say("See what was imported"))
    expect(link).to_be_visible(timeout=JOB_MILLISECONDS)
    link.click()
    return counts(page)


def counts(page: Page) -> dict[str, str]:
    expect(page.locator(".kpi")).to_have_count(4)
    figures = page.locator(".kpi b").all_inner_texts()
    return dict(zip(("created", "updated", "unchanged", "refused"), figures, strict=True))


def undo(page: Page, say: Say) -> None:
    """Take the whole import back, from its result."""
    page.locator("summary", has_text=say("Undo this import")).click()
    page.locator(".menu.ask").get_by_role("button", name=say("Undo this import")).click()
    expect(page).to_have_url(re.compile("/imports$"), timeout=JOB_MILLISECONDS)
    expect(page.locator(".tl > li").first).to_contain_text(say("undone"))
