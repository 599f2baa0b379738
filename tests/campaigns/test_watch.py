"""The channel manager's campaign: made, given out at one press, watched, revoked, taken back."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from agents.firms import Firm
from agents.handovers import Handover
from campaigns import choosing, dispatch
from campaigns.campaigns import Campaign, cities_of
from campaigns.tasks import Task
from core.actors import actor_for
from core.clock import ago
from core.db import get, reading
from core.ids import new_id
from core.jobs import work_once
from core.notices import Notice
from core.people import Unit, User
from core.settings import settings
from crm.accounts import Account
from crm.activities import Activity
from crm.contracts import Contract
from crm.products import Product
from tests.campaigns.street import FIELD, agent, campaign, key_of, send, task
from tests.crm.test_pages import Browser
from tests.crm.world import acting, days, id_of, one, save

WATCH = "/campaigns/watch"


@pytest.fixture
def channel(fresh_carrier: str) -> Browser:
    return Browser("channel")


def form(channel: Browser, made: int, **typed: Any) -> dict[str, Any]:
    with reading(actor_for("channel")) as session:
        firm = id_of(session, Firm, code="north")
    key = key_of(channel.get(f"{WATCH}/{made}/give").text)
    usual = {"who": [f"f{firm}"], "spread": "even", "handover": "yes", "purpose": "Faster lines"}
    return {**usual, "key": key, "due_on": days(7).isoformat(), "until": days(30).isoformat(), **typed}


def give(channel: Browser, made: int, **typed: Any) -> Any:
    return channel.client.post(f"{WATCH}/{made}/give", data=form(channel, made, **typed))


def tasks() -> list[Task]:
    with acting("operator") as session:
        return list(session.scalars(select(Task).where(Task.archived_at.is_(None))))  # type: ignore[union-attr]


def test_a_campaign_is_made_in_one_form_and_leads_to_its_clients(channel: Browser) -> None:
    with reading(actor_for("channel")) as session:
        city = id_of(session, Unit, code="GZ")
    page = channel.get(f"{WATCH}/new").text
    typed = {"name": "Winter", "starts_on": days(0).isoformat(), "ends_on": days(9).isoformat(), "cities": str(city)}
    money = {"rate_per_result": "80", "counts": ["done"], "goal": "Ten lines"}
    answer = channel.client.post(f"{WATCH}/new", data={"key": key_of(page), **typed, **money})
    assert answer.status_code == 303
    with acting("channel") as session:
        made = one(session, Campaign, name="Winter")
        assert (made.rate_per_result, made.counts, cities_of(session, made)) == (80_00, ["done"], [city])
    assert answer.headers["location"] == f"{WATCH}/{made.id}/give"


def test_a_form_that_is_wrong_keeps_what_was_typed(channel: Browser) -> None:
    answer = channel.client.post(f"{WATCH}/new", data={"key": "k", "name": "Winter", "goal": "Ten lines"})
    assert answer.status_code == 422
    assert "Ten lines" in answer.text


def test_one_press_makes_tasks_activities_and_hand_overs(channel: Browser) -> None:
    made = campaign()
    assert give(channel, made).headers["location"] == f"{WATCH}/{made}"
    assert len(tasks()) == 3
    with acting("operator") as session:
        visits = [get(session, Activity, each.activity_id) for each in tasks()]
        handed = {get(session, Account, row.account_id).name for row in session.scalars(select(Handover))}
    assert {(visit.state, visit.subject) for visit in visits} == {("planned", "Faster lines")}
    assert handed == {"Bank", "Harbour", "Hospital"}
    assert "Bank" in agent().get(FIELD).text


def test_who_is_given_tasks_is_told_once(channel: Browser) -> None:
    give(channel, campaign())
    with acting("agent_north") as session:
        told = session.scalars(select(Notice)).all()
    assert [(notice.entity, notice.number) for notice in told] == [("campaigns.task", 3)]


def test_without_a_word_on_the_hand_over_nothing_is_given(channel: Browser) -> None:
    answer = give(channel, campaign(), handover="")
    assert answer.status_code == 422
    assert "Say whether the clients are handed over" in answer.text
    assert tasks() == []


def test_without_a_hand_over_the_firm_sees_nothing_new(channel: Browser) -> None:
    give(channel, campaign(), handover="no")
    assert len(tasks()) == 3
    assert "Bank" not in agent().get(FIELD).text


def test_a_second_press_leaves_out_who_has_a_task(channel: Browser) -> None:
    made = campaign()
    task("Bank")
    give(channel, made)
    assert len(tasks()) == 3
    assert give(channel, made).status_code == 303
    assert len(tasks()) == 3


def test_the_same_form_sent_twice_counts_once(channel: Browser) -> None:
    made = campaign()
    data = form(channel, made)
    first, second = (channel.client.post(f"{WATCH}/{made}/give", data=data) for _twice in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert len(tasks()) == 3


def test_the_filter_counts_what_it_will_give(channel: Browser) -> None:
    made = campaign()
    with acting("operator") as session:
        product = session.scalars(select(Product.id)).first()
        ids = {"account_id": id_of(session, Account, name="Bank"), "owner_id": id_of(session, User, username="am")}
        save(session, Contract(name="Line", product_id=product, **ids))
        owner = id_of(session, User, username="am3")
    found = channel.get(f"{WATCH}/{made}/give/found?without={product}").text
    assert "2 clients found" in found
    assert "1 client found" in channel.get(f"{WATCH}/{made}/give/found?owner={owner}").text
    assert give(channel, made, without=str(product)).status_code == 303
    assert len(tasks()) == 2


def test_owners_on_offer_are_those_of_clients_that_can_be_chosen(channel: Browser) -> None:
    """Nobody of a firm, and no colleague who would find nothing."""
    made = campaign()
    with acting("channel") as session:
        mine = {str(owner) for owner in session.scalars(select(Account.owner_id))}
    shown = re.search(r'<select[^>]*name="owner".*?</select>', channel.get(f"{WATCH}/{made}/give").text, re.S)
    assert shown
    assert set(re.findall(r'value="(\d+)"', shown[0])) == mine


def test_clients_that_were_touched_lately_are_left_out(channel: Browser) -> None:
    made = campaign()
    with acting("operator") as session:
        ids = {"account_id": id_of(session, Account, name="Bank"), "owner_id": id_of(session, User, username="am")}
        save(session, Activity(subject="Call", state="done", done_at=ago(days=3), **ids))
    assert "2 clients found" in channel.get(f"{WATCH}/{made}/give/found?untouched=7").text
    assert "3 clients found" in channel.get(f"{WATCH}/{made}/give/found?untouched=2").text


def test_a_dispatch_is_taken_back_but_for_what_was_reported(channel: Browser) -> None:
    made = campaign()
    give(channel, made)
    first = tasks()[0]
    send(agent(), first.id, outcome="done")
    assert channel.post(f"{WATCH}/dispatch/{first.batch_id}/undo").status_code == 303
    assert [each.id for each in tasks()] == [first.id]
    with acting("operator") as session:
        live = session.scalars(select(Handover.account_id).where(Handover.archived_at.is_(None))).all()  # type: ignore[union-attr]
    assert live == [first.account_id]


def test_a_firm_s_access_ends_at_one_press_and_comes_back_by_undo(channel: Browser) -> None:
    made = campaign()
    mine = task("Bank")
    phone = agent()
    assert phone.get(f"{FIELD}/task/{mine}").status_code == 200
    answer = channel.post(f"{WATCH}/{made}/revoke")
    assert answer.status_code == 303
    assert phone.get(f"{FIELD}/task/{mine}").status_code == 404
    stamp = re.search(r"revoked:(\d+)", answer.headers["set-cookie"])
    assert stamp
    assert channel.post(f"{WATCH}/revoked/{stamp[1]}/undo").status_code == 303
    assert phone.get(f"{FIELD}/task/{mine}").status_code == 200


def test_where_nothing_is_in_force_revoking_says_so_and_shows_the_page_again(channel: Browser) -> None:
    with reading(actor_for("channel")) as session:
        north = id_of(session, Firm, code="north")
    channel.post(f"{WATCH}/firm/{north}/revoke")
    answer = channel.post(f"{WATCH}/firm/{north}/revoke")
    assert answer.status_code == 303
    assert "none-in-force" in answer.headers["set-cookie"]


def test_revoking_one_firm_leaves_the_other_alone(channel: Browser) -> None:
    campaign()
    mine, theirs = task("Bank"), task("Harbour", "south")
    with reading(actor_for("channel")) as session:
        north = id_of(session, Firm, code="north")
    channel.post(f"{WATCH}/firm/{north}/revoke")
    assert agent().get(f"{FIELD}/task/{mine}").status_code == 404
    assert agent("agent_south").get(f"{FIELD}/task/{theirs}").status_code == 200


def test_every_number_opens_exactly_its_rows(channel: Browser) -> None:
    campaign()
    send(agent(), task("Bank"), outcome="done")
    send(agent(), task("Harbour"), outcome="no_need")
    task("Hospital", "south")
    page = channel.get(WATCH).text
    links = set(re.findall(r'href="(/campaigns/task\?[^"]+)"[^>]*>([\d,]+)</a>', page))
    assert len(links) > 8
    for href, number in links:
        shown = channel.get(href.replace("&amp;", "&")).text
        assert len(set(re.findall(r'href="/campaigns/task/(\d+)"', shown))) == int(number), href


def test_a_rate_is_never_without_its_number(channel: Browser) -> None:
    campaign()
    send(agent(), task("Bank"), outcome="done")
    task("Harbour")
    page = channel.get(WATCH).text
    assert "100% of 1" in page
    assert re.findall(r"\d+%(?! of \d)", re.sub(r"<(svg|style).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)) == []


@pytest.mark.parametrize("mode", ["even", "county"])
def test_clients_are_shared_along_the_way_or_by_county(carrier: str, mode: str) -> None:
    accounts = [Account(name=str(n), seat_county_id=n // 4) for n in range(12)]
    whos = tuple(dispatch.Who(f"f{n}", n, str(n), str(n)) for n in range(3))
    order = dispatch.Order(whos=whos, spread=mode, due_on=days(1), purpose="", batch=1, by_hand={2: "f0"})
    goes = dispatch.spread(accounts, order)
    assert {goes[one.id].code for one in accounts if one.seat_county_id == 2} == {"f0"}
    shares = sorted(list(goes.values()).count(who) for who in whos)
    assert shares == ([2, 3, 7] if mode == "even" else [4, 4, 4])


def test_many_clients_are_given_out_by_a_job_in_parts(channel: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.pages.giving.AT_ONCE", 1)
    monkeypatch.setattr("campaigns.pages.giving.PART", 2)
    answer = give(channel, campaign())
    assert answer.headers["location"].startswith("/jobs/")
    assert work_once() == 1
    assert len(tasks()) == 3
    assert len({each.batch_id for each in tasks()}) == 1


def test_a_job_that_is_begun_again_gives_nobody_a_second_task(channel: Browser) -> None:
    made = campaign()
    with acting("channel") as session:
        one_of = get(session, Campaign, made)
        whos = tuple(dispatch.targets(session)[:1])
        order = dispatch.Order(whos=whos, spread="even", due_on=days(2), purpose="x", batch=new_id())
        dispatch.give(session, one_of, choosing.chosen_accounts(session, one_of, choosing.Choice()), order)
    with acting("channel") as session:
        assert choosing.chosen_accounts(session, get(session, Campaign, made), choosing.Choice()) == []


@pytest.mark.parametrize("user", ["am", "agent_north", "admin"])
def test_nobody_else_watches_or_gives(fresh_carrier: str, user: str) -> None:
    made = campaign()
    browser = Browser(user)
    assert browser.get(WATCH).status_code == 404
    assert browser.get(f"{WATCH}/{made}").status_code == 404
    for path in (f"{WATCH}/{made}/give", f"{WATCH}/new"):
        assert browser.get(path).status_code in (403, 404)
        assert browser.post(path).status_code in (403, 404)


# --- the link that signs somebody in --------------------------------------------------------------------------


def link_for(channel: Browser, user: str) -> Any:
    with reading(actor_for("channel")) as session:
        return channel.post(f"{WATCH}/staff/{id_of(session, User, username=user)}/link")


def test_a_link_signs_its_person_in_once(channel: Browser) -> None:
    page = link_for(channel, "agent_north").text
    path = re.search(r"http://127\.0\.0\.1(/enter/[\w-]+)", page)
    assert path
    stranger = agent()
    stranger.client.cookies.clear()
    assert stranger.get(path[1]).status_code == 200
    assert stranger.get(path[1]).status_code == 200, "looking at it does not use it up"
    assert stranger.post(path[1]).headers["location"] == "/"
    assert stranger.get(FIELD).status_code == 200
    again = agent()
    again.client.cookies.clear()
    assert again.post(path[1]).status_code == 404


def test_there_is_no_link_for_people_inside(channel: Browser) -> None:
    assert link_for(channel, "am").status_code == 404
    assert link_for(channel, "lead").status_code == 404


def test_a_new_link_ends_the_one_before(channel: Browser) -> None:
    first, _second = (re.findall(r"/enter/[\w-]+", link_for(channel, "agent_north").text)[0] for _n in range(2))
    assert agent().post(first).status_code == 404


def test_a_link_leads_to_the_address_of_the_settings(channel: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "public_url", "https://crm.example/")
    assert re.search(r"https://crm\.example/enter/[\w-]+", link_for(channel, "agent_north").text)
