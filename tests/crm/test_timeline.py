"""The timeline of an account and of a deal: what it tells, in which order, to whom, and at which cost."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from core import clock
from core.actors import actor_for
from core.db import reading
from core.errors import Invalid, NotFound
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_joining import add_person
from crm.activity_verbs import finish
from crm.contracts import Contract
from crm.deal_states import move
from crm.key_persons import KeyPerson
from crm.notes import add_note
from crm.opportunities import Opportunity
from crm.stages import Stage
from crm.timeline import Timeline, timeline
from tests.crm.browser import Browser
from tests.crm.test_pages import account
from tests.crm.world import acting, days, id_of, one, save


def told(name: str, who: str = "am", **more: Any) -> Timeline:
    with reading(actor_for(who)) as session:
        return timeline(session, account_id=id_of(session, Account, name=name) or 0, **more)


def done(session: Any, client: Account, subject: str, **values: Any) -> Activity:
    made: Activity = save(
        session, Activity(subject=subject, account_id=client.id, owner_id=session.actor.user_id, **values)
    )
    finish(session, made, result=f"{subject} went well", done_at=clock.ago(days=values.get("cost") or 0))
    session.flush()
    return made


@pytest.fixture
def rich(fresh_carrier: str) -> None:
    """One of each kind on the account of the bank."""
    with acting("am") as session:
        bank, deal = one(session, Account, name="Bank"), one(session, Opportunity, name="Bank line")
        visit = done(session, bank, "Visit", kind="visit")
        add_person(session, visit, person_id=one(session, KeyPerson, name="Bank boss").id)
        save(session, Activity(subject="Offer", account_id=bank.id, owner_id=session.actor.user_id, due_on=days(2)))
        add_note(session, bank, "crm.account", body="Ask the lead", mentions=[actor_for("lead").user_id or 0])
        add_note(session, deal, "crm.opportunity", body="About the deal")
        move(session, deal, id_of(session, Stage, code="O3") or 0, why="They agreed")
        save(
            session,
            Contract(
                name="Lines", account_id=bank.id, owner_id=session.actor.user_id, signed_on=days(-30), supplier="ours"
            ),
        )
    with acting("lead") as session:
        one(session, Account, name="Bank").owner_id = actor_for("am3").user_id


def test_everything_that_happened_is_told_once_the_newest_first(rich: None) -> None:
    found = told("Bank", "am3")
    kinds = [each.kind for each in found.events]
    assert sorted(kinds) == ["activity", "contract", "move", "note", "note", "owner"]
    assert kinds[-1] == "contract"
    assert [each.at for each in found.events] == sorted((each.at for each in found.events), reverse=True)
    assert [each.what for each in found.plans] == ["Offer"]


def test_persons_mentions_and_owners_are_named(rich: None) -> None:
    by = {each.kind: each for each in told("Bank", "am3").events if each.what != "About the deal"}
    assert [each.name for each in by["activity"].persons] == ["Bank boss"]
    assert [each.name for each in by["note"].mentions] == ["lead"]
    assert (by["owner"].before, by["owner"].after) == ("am", "am3")
    assert (by["move"].deal, by["move"].more) == ("Bank line", "They agreed")


def test_a_deals_timeline_is_its_own(rich: None) -> None:
    with reading(actor_for("am3")) as session:
        found = timeline(session, deal_id=id_of(session, Opportunity, name="Bank line") or 0)
    assert sorted(each.kind for each in found.events) == ["move", "note"]


def test_pages_follow_each_other_without_gap_or_repetition(fresh_carrier: str) -> None:
    with acting("am") as session:
        bank = one(session, Account, name="Bank")
        for number in range(7):
            done(session, bank, f"Visit {number}", cost=number % 3)
    found, seen, pages = told("Bank", limit=3), [], 0
    while True:
        seen += [each.id for each in found.events]
        pages += 1
        if not found.earlier:
            break
        found = told("Bank", limit=3, before=found.earlier)
    assert (len(seen), len(set(seen)), pages) == (7, 7, 3)


def test_events_of_the_same_instant_are_not_lost_between_pages(fresh_carrier: str) -> None:
    at = clock.now() - timedelta(days=1)
    with acting("am") as session:
        bank = one(session, Account, name="Bank")
        for number in range(4):
            made = save(session, Activity(subject=f"A{number}", account_id=bank.id, owner_id=session.actor.user_id))
            finish(session, made, done_at=at)
    first = told("Bank", limit=2)
    second = told("Bank", limit=2, before=first.earlier)
    assert {each.what for each in (*first.events, *second.events)} == {"A0", "A1", "A2", "A3"}


def test_a_cursor_of_somebodys_own_making_is_refused(fresh_carrier: str) -> None:
    for wrong in ("yesterday~1", "2026-01-01~1", "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00~x"):
        with pytest.raises(Invalid):
            told("Bank", before=wrong)


def test_a_stranger_is_told_nothing(rich: None) -> None:
    with reading(actor_for("am2")) as session, pytest.raises(NotFound):
        timeline(session, account_id=id_of_operator("Bank"))
    assert Browser("am2").get(f"/crm/timeline?account={id_of_operator('Bank')}").status_code == 404
    assert Browser("agent_north").get(f"/crm/timeline?account={id_of_operator('Bank')}").status_code == 404


def id_of_operator(name: str) -> int:
    return int(account(name).rpartition("/")[2])


def test_it_costs_the_same_whatever_happened(rich: None) -> None:
    def cost() -> int:
        counted: list[str] = []

        def heard(_conn: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
            counted.append(sql)

        event.listen(Engine, "after_cursor_execute", heard)
        try:
            with reading(actor_for("am3")) as session:
                timeline(session, account_id=id_of_operator("Bank"))
        finally:
            event.remove(Engine, "after_cursor_execute", heard)
        return len(counted)

    before = cost()
    with acting("am3") as session:
        bank = one(session, Account, name="Bank")
        for number in range(15):
            done(session, bank, f"Visit {number}")
            add_note(session, bank, "crm.account", body=f"Note {number}")
    assert cost() == before


def test_earlier_is_a_page_without_scripts_and_a_part_with_htmx(rich: None) -> None:
    am = Browser("am3")
    path = f"/crm/timeline?account={id_of_operator('Bank')}"
    assert "<html" in am.get(path).text
    part = am.client.get(path, headers={"hx-request": "true"}).text
    assert "<html" not in part
    assert "Visit went well" in part


def test_what_was_written_is_shown_as_text(fresh_carrier: str) -> None:
    with acting("am") as session:
        bank = one(session, Account, name="Bank")
        add_note(session, bank, "crm.account", body="<script>alert(1)</script>")
    page = Browser("am").get(account("Bank")).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
