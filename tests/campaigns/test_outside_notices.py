"""A notice leads people of firms to the task's page or the client's, from the inbox and from what is sent to them."""

import json
import re
from contextlib import nullcontext
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from sqlmodel import col

from agents.handovers import Handover
from campaigns.campaigns import Campaign
from core import carriers, clock, sending
from core.carriers import Message
from core.db import kernel_session
from core.notices import KINDS, Notice, insert_notices
from core.outbox import choose
from core.people import User
from core.registry import registry
from core.sending import send_due
from core.settings import settings
from core.signin import actor_for
from crm.accounts import Account
from crm.key_persons import KeyPerson
from tests.campaigns.street import FIELD, Phone, activity_of, agent, hand_over, task
from tests.crm.world import acting, id_of

CLIENT = "/campaigns/client"


def tell(kind: str, entity: str, record_id: int | None, to: str = "agent_north") -> None:
    """As the kernel's own door does: whatever kind, about whatever."""
    with acting("operator") as session:
        row = {"user_id": id_of(session, User, username=to), "entity": entity, "record_id": record_id}
    with kernel_session() as kernel:
        insert_notices(kernel, kind, [row])


def led(browser: Phone, href: str) -> str:
    """Where the link leads, and that it is there."""
    location = str(browser.get(href).headers["location"])
    assert browser.get(location).status_code in (200, 303), location
    return location


def newest(browser: Phone) -> str:
    return re.findall(r'href="(/me/inbox/\d+)"', browser.get("/me/inbox").text)[0]


def ids() -> dict[str, tuple[str, int | None, str]]:
    """What a firm may be told of: stem, id, and the page of it."""
    made = task("Bank")
    with acting("operator") as session:
        bank = id_of(session, Account, name="Bank")
        handover = id_of(session, Handover, purpose="Offer of lines")
        boss, running = id_of(session, KeyPerson, name="Bank boss"), id_of(session, Campaign, name="Faster lines")
    client = f"{CLIENT}/{bank}"
    return {
        "task": ("campaigns.task", made, f"{FIELD}/task/{made}"),
        "several tasks": ("campaigns.task", None, FIELD),
        "activity": ("crm.activity", activity_of(made).id, f"{FIELD}/task/{made}"),
        "account": ("crm.account", bank, client),
        "hand-over": ("agents.handover", handover, client),
        "key person": ("crm.key_person", boss, client),
        "campaign": ("campaigns.campaign", running, f"{FIELD}?campaign={running}"),
    }


def test_each_kind_about_each_thing_leads_to_the_page_made_for_firms(fresh_carrier: str) -> None:
    browser = agent()
    for kind, name, (entity, record_id, page) in told_of():
        tell(kind, entity, record_id)
        assert led(browser, newest(browser)) == page, (kind, name)


def told_of() -> list[tuple[str, str, tuple[str, int | None, str]]]:
    """All kinds about a task, and each other thing by one of them."""
    things, kinds = list(ids().items()), KINDS[:4]
    tasks = [(kind, *things[0]) for kind in kinds]
    return [*tasks, *((kinds[number % 4], *thing) for number, thing in enumerate(things[1:]))]


def test_what_is_sent_leads_there_too(fresh_carrier: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The body of a mail, and what is posted to the webhook."""
    monkeypatch.setenv("OCTANT_NOTICE_WEBHOOK", "http://127.0.0.1:1/hook")
    monkeypatch.setenv("OCTANT_NOTICE_WEBHOOK_KEY", "secret")
    settings.cache_clear()
    with acting("operator") as session:
        session.get_one(User, id_of(session, User, username="agent_north")).email = "north@example.com"
    letters, posts = _caught(monkeypatch)
    choose(actor_for("agent_north"), {"mention": "webhook", "assignment": "mail", "due": "mail", "approval": "webhook"})
    browser = agent()
    for kind, name, (entity, record_id, page) in told_of():
        tell(kind, entity, record_id)
        assert send_due() == 1
        sent = letters.pop() if kind in ("assignment", "due") else posts.pop()
        assert led(browser, _link_in(sent)) == page, (kind, name)


def _caught(monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str]]:
    letters: list[str] = []
    posts: list[str] = []

    class Mail:
        def carry(self, message: Message) -> None:
            letters.append(carriers.SmtpMail()._letter(message).get_content())

    class Opener:
        def open(self, request: Any, timeout: float) -> Any:
            posts.append(json.loads(request.data)["link"])
            return nullcontext()

    real = carriers.carrier
    monkeypatch.setattr(sending, "carrier", lambda way: Mail() if way == "mail" else real(way))
    monkeypatch.setattr(carriers.urllib.request, "build_opener", lambda *_handlers: Opener())
    return letters, posts


def _link_in(text: str) -> str:
    found = re.search(r"http://\S+", text)
    assert found
    return urlsplit(found[0]).path


def test_whatever_a_notice_is_about_it_never_leads_a_firm_to_what_is_not_there(fresh_carrier: str) -> None:
    """Every entity there is, also one that a later module brings; with an id of somebody else, too."""
    browser = agent()
    mine, other = task("Bank"), task("Harbour", "south")
    for stem in (*(entity.stem for entity in registry().entities()), "core.job"):
        for record in (mine, other):
            tell("job" if stem == "core.job" else "mention", stem, record)
    with acting("agent_north") as session:
        found = session.scalars(select(col(Notice.id))).all()
    assert len(found) > 70
    locations = {browser.get(f"/me/inbox/{notice_id}").headers["location"] for notice_id in found}
    assert [way for way in locations if browser.get(way).status_code not in (200, 303)] == []


def test_what_was_taken_back_leads_to_the_list(fresh_carrier: str) -> None:
    browser = agent()
    hand_over("Bank")
    with acting("operator") as session:
        bank = id_of(session, Account, name="Bank")
    tell("mention", "crm.account", bank)
    href = newest(browser)
    with acting("operator") as session:
        session.get_one(Handover, id_of(session, Handover, purpose="Offer of lines")).revoked_at = clock.now()
    assert led(browser, href) == "/me/inbox"
    assert browser.get(f"{CLIENT}/{bank}").status_code == 404


def test_people_inside_are_led_to_the_record_itself(fresh_carrier: str) -> None:
    made = task("Bank")
    tell("mention", "campaigns.task", made, "channel")
    browser = agent("channel")
    assert led(browser, newest(browser)) == f"/campaigns/task/{made}"
