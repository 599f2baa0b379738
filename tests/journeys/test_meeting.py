"""The weekly meeting at the desk: a step typed for one deal, Enter, and the next deal's line is ready."""

import re

from playwright.sync_api import Browser, expect

from tests.journeys.site import Site
from tests.journeys.steps import unique
from tests.journeys.words import words

MANAGER, LEAD = "am3", "lead"


def test_enter_plans_the_step_of_a_deal_and_goes_to_the_next(browser: Browser, site: Site) -> None:
    say, step = words("zh"), unique("约下周复会")
    first, second = (site.create("/crm/opportunity", MANAGER, name=unique("园区组网"), amount=n) for n in (98e7, 97e7))
    with site.page(browser, LEAD, "zh") as page:
        page.goto(f"{site.address}/reports/meeting")
        person = page.locator("section.meet", has=page.locator("h2", has_text="梁俊豪"))
        if not person.locator(".meet-deals").count():
            person.locator(".unfold").click()
        row = page.locator(f"#d-{first.rpartition('/')[2]}")
        row.locator("[name=text]").fill(step)
        row.locator("[name=text]").press("Enter")
        expect(row.locator(".coming")).to_contain_text(step)
        expect(page.locator(f"#d-{second.rpartition('/')[2]} [name=text]")).to_be_focused()
        page.locator("#toasts").get_by_role("button", name=say("Undo")).click()
        expect(page).to_have_url(re.compile("/reports/meeting"))
        expect(row.locator(".coming")).to_have_count(0)
