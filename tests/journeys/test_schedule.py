"""A scheduled report arrives in its reader's inbox and by mail, made with the reader's rights and not the maker's."""

import re
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlmodel import col

from core import outbox
from core.actors import actor_for
from core.db import kernel_session
from core.i18n import use_language
from core.messages import message_for
from core.outbox import Outgoing
from core.people import User
from reports.centre.sending import send_due
from tests.journeys.site import JOB_SECONDS, Site
from tests.journeys.test_report import downloaded, shown, totals
from tests.journeys.words import Say, words

MAKER = "exec"
LIST = "/crm/opportunity?state=open"


@pytest.mark.parametrize(("lang", "reader"), [("zh", "am4"), ("en", "lead")])
def test_it_arrives_with_the_reader_s_own_figures(
    browser: Browser, site: Site, tmp_path: Path, lang: str, reader: str
) -> None:
    say = words(lang)
    schedule(site, reader, lang)
    with site.page(browser, reader, lang) as page:
        own = figures(page, site)
        sent = arrive(site, reader)
        told = open_from_the_inbox(page, site, say)
        assert sent == told
        text = downloaded(page, say, tmp_path / "report.pdf")
    assert totals(text, say) == own
    with site.page(browser, MAKER, lang) as page:
        assert figures(page, site) != own


def schedule(site: Site, reader: str, lang: str) -> None:
    """By somebody who sees the whole province, for somebody who does not, who wants it told by mail, too."""
    with site.in_use(), kernel_session(writes=False) as session:
        user = session.scalars(select(User).where(col(User.username) == reader)).one()
    made = site.create("/reports/schedule", MAKER, report="pipeline", often="daily", language=lang)
    key = made.rpartition("/")[2]
    site.create("/reports/schedule_reader", MAKER, schedule_id=key, user_id=str(user.id))
    with site.in_use(), use_language(lang):
        outbox.choose(actor_for(reader), {"job": "mail"})


def figures(page: Page, site: Site) -> tuple[str, str]:
    page.goto(site.address + LIST)
    return shown(page)


def arrive(site: Site, reader: str) -> str:
    """The morning's work has it made. Returns where the letter leads that tells the reader."""
    with site.in_use():
        assert send_due(lambda *_progress: None) == {"sent": 1, "left_out": 0}
        return letter_to(reader)


def letter_to(reader: str) -> str:
    deadline = time.monotonic() + JOB_SECONDS
    mine = select(Outgoing).join(User, col(User.id) == col(Outgoing.user_id)).where(col(User.username) == reader)
    while True:
        with kernel_session(writes=False) as session:
            row = session.scalars(mine.order_by(col(Outgoing.id).desc())).first()
        if row is not None:
            break
        assert time.monotonic() < deadline, "no letter was written"
        threading.Event().wait(0.2)
    letter = message_for(row)
    assert letter is not None and letter.to == reader
    return urlsplit(letter.link).path


def open_from_the_inbox(page: Page, site: Site, say: Say) -> str:
    """Returns where the notice leads."""
    page.goto(site.address + "/me/inbox")
    notice = page.locator(".told li.new a", has_text=say("Report")).first
    path = notice.get_attribute("href") or ""
    notice.click()
    expect(page).to_have_url(re.compile(r"/jobs/\d+$"))
    return path
