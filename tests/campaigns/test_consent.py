"""A campaign whose weapon needs an approval: asked for as a whole, then started, given out and reported on."""

from typing import Any

import pytest

from campaigns.campaigns import CAMPAIGN, Campaign, add_city
from campaigns.tasks import Task
from core.approvals.rows import Approval
from core.db import get
from core.errors import Invalid
from core.people import Unit
from crm.activities import Activity
from crm.weapons import Weapon
from tests.campaigns.street import Phone, agent, campaign, key_of, send
from tests.campaigns.test_watch import WATCH, give, tasks
from tests.crm.test_pages import Browser
from tests.crm.world import acting, days, id_of, one


def needing(code: str = "W01_EXPO") -> int:
    """The carrier has all its exhibitions approved."""
    with acting("operator") as session:
        weapon = one(session, Weapon, code=code)
        weapon.needs_approval = True
        return int(weapon.id)


def planned(code: str = "W01_EXPO") -> int:
    return campaign(state="planned", weapon_id=needing(code))


def ask(browser: Browser, made: int, **typed: str) -> Any:
    return browser.client.post(
        f"{WATCH}/{made}/ask", data={"reason": "Forty clients in one day", "amount": "9000", **typed}
    )


def answer(act: str = "approve", user: str = "exec", **form: str) -> Any:
    with acting("operator") as session:
        waiting = one(session, Approval, state="open")
    return Phone(user).client.post(f"/me/approvals/{waiting.id}/{act}", data=form)


def stand(made: int) -> tuple[str, str]:
    with acting("operator") as session:
        found = get(session, Campaign, made)
        return found.state, found.approval


@pytest.fixture
def channel(fresh_carrier: str) -> Browser:
    return Browser("channel")


def test_it_neither_starts_nor_gives_out_before_it_is_approved(channel: Browser) -> None:
    made = planned()
    page = channel.get(f"{WATCH}/{made}").text
    assert "needs an approval" in page and f'action="{WATCH}/{made}/start"' not in page
    assert channel.client.post(f"{WATCH}/{made}/start").status_code == 422
    assert give(channel, made).status_code == 422
    assert (stand(made), tasks()) == (("planned", "none"), [])


def test_approved_it_starts_and_its_tasks_are_reported_on(channel: Browser) -> None:
    made = planned()
    assert ask(channel, made).status_code == 303
    assert stand(made) == ("planned", "asked")
    assert answer(user="channel").status_code == 403
    assert answer().status_code == 303
    assert stand(made) == ("planned", "approved")
    assert channel.client.post(f"{WATCH}/{made}/start").status_code == 303
    give(channel, made)
    first = next(each for each in tasks() if each.firm_id)
    assert send(agent(), first.id, outcome="interested").status_code == 303
    with acting("operator") as session:
        visit = get(session, Activity, get(session, Task, first.id).activity_id)
        assert (visit.state, visit.approval) == ("done", "approved")


def test_who_answers_sees_what_is_asked(channel: Browser) -> None:
    made = planned()
    ask(channel, made)
    with acting("operator") as session:
        waiting = one(session, Approval, state="open")
    page = Phone("exec").get(f"/me/approvals/{waiting.id}").text
    for said in ("Faster lines", "Forty clients in one day", "9,000", "Exhibition"):
        assert said in page


def test_a_refusal_says_why_and_it_is_asked_for_again(channel: Browser) -> None:
    made = planned()
    ask(channel, made)
    answer("refuse", comment="Too dear this quarter")
    assert stand(made) == ("planned", "refused")
    assert "Too dear this quarter" in channel.get(f"{WATCH}/{made}").text
    assert ask(channel, made, amount="4000").status_code == 303
    assert stand(made)[1] == "asked"


def test_what_is_asked_for_stays_as_it_is(channel: Browser) -> None:
    made = planned()
    ask(channel, made)
    with acting("channel") as session:
        asked, city = get(session, Campaign, made), id_of(session, Unit, code="GZ") or 0
        with pytest.raises(Invalid):
            add_city(session, asked, unit_id=city)
        asked.goal, asked.ends_on = "More", asked.starts_on
        with pytest.raises(Invalid):
            CAMPAIGN.complete(session, asked)
        session.expire(asked)


def test_tasks_from_before_the_weapon_needed_an_approval_are_covered_by_it(channel: Browser) -> None:
    with acting("operator") as session:
        weapon = id_of(session, Weapon, code="W01_EXPO")
    made = campaign(weapon_id=weapon)
    give(channel, made)
    needing()
    first = next(each for each in tasks() if each.firm_id)
    assert send(agent(), first.id, outcome="done").status_code == 422
    ask(channel, made)
    answer()
    assert send(agent(), first.id, outcome="done").status_code == 303


def test_gifts_go_to_named_people_so_no_campaign_has_them(channel: Browser) -> None:
    page = channel.get(f"{WATCH}/new").text
    days_ = {"starts_on": days(0).isoformat(), "ends_on": days(9).isoformat()}
    with acting("channel") as session:
        gift = str(id_of(session, Weapon, code="W06_GIFT"))
    typed = {"key": key_of(page), "name": "Umbrellas", "weapon_id": gift, **days_}
    refused = channel.client.post(f"{WATCH}/new", data=typed)
    assert refused.status_code == 422
    assert "a campaign names nobody" in refused.text


def test_a_form_without_a_reason_comes_back_as_typed(channel: Browser) -> None:
    made = planned()
    back = ask(channel, made, reason=" ")
    assert back.status_code == 422
    assert 'value="9000"' in back.text
    assert stand(made)[1] == "none"
