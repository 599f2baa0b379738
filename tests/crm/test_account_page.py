"""The account's page and the list of accounts: what they show, to whom, and at which cost."""

import re
from typing import Any

import pytest

from core import clock
from core.access import OPERATOR
from core.db import reading
from crm.account_map import lines, power_map
from crm.account_months import AccountMonth
from crm.account_view import known_of
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_joining import add_person
from crm.activity_verbs import finish
from crm.client_signals import months_back
from crm.contracts import Contract
from crm.key_persons import KeyPerson
from crm.natures import Nature
from crm.opportunities import Opportunity
from crm.products import Product
from crm.rivals import Rival
from crm.stages import Stage
from crm.tenders import Tender
from crm.trades import Trade
from crm.weapons import Weapon
from tests.crm.browser import Browser
from tests.crm.test_pages import account
from tests.crm.world import acting, days, id_of, one, save
from tests.web.reading import statements


@pytest.fixture(scope="module")
def rich(carrier: str) -> str:
    """The bank with people, months, contracts, a tender and meetings; Harbour stays bare."""
    with acting("operator") as session:
        bank = one(session, Account, name="Bank")
        bank.nature_id, bank.trade_id = id_of(session, Nature, code="STATE_ORG"), first(session, Trade)
        save(session, Rival(code="other", name_zh="友商", name_en="Other carrier"))
    with acting("am") as session:
        bank, deal = one(session, Account, name="Bank"), one(session, Opportunity, name="Bank line")
        deal.amount, deal.stage_id = 1_000_000_00, id_of(session, Stage, code="O3") or deal.stage_id
        boss = one(session, KeyPerson, name="Bank boss")
        boss.level, boss.function, boss.roles, boss.support = "decision", "user", ["decider"], "opposed"
        clerk = save(
            session,
            KeyPerson(name="Clerk", account_id=bank.id, level="operating", function="technical", reports_to_id=boss.id),
        )
        visit = save(
            session,
            Activity(
                subject="Visit", account_id=bank.id, owner_id=bank.owner_id,
                weapon_id=id_of(session, Weapon, code="W04_VISIT"),
            ),
        )  # fmt: skip
        add_person(session, visit, person_id=clerk.id)
        finish(session, visit, done_at=clock.ago(days=4))
        save(
            session,
            Contract(
                name="Lines", account_id=bank.id, owner_id=bank.owner_id, ends_on=days(40), monthly=5_000_00,
                product_id=first(session, Product),
            ),
        )  # fmt: skip
        save(
            session,
            Contract(
                name="Cloud", account_id=bank.id, owner_id=bank.owner_id, ends_on=days(400), supplier="rival",
                rival_id=first(session, Rival),
            ),
        )  # fmt: skip
        save(session, Tender(name="Voice 2027", account_id=bank.id, noticed_on=days(-3)))
    with acting("operator") as session:
        bank_id, this = id_of(session, Account, name="Bank") or 0, clock.today().replace(day=1)
        for back, revenue in ((1, 50_00), (2, 100_00), (3, 100_00), (4, 100_00)):
            save(
                session,
                AccountMonth(
                    account_id=bank_id, month=months_back(this, back), revenue=revenue, member_count=90, left_group=2
                ),
            )
    return carrier


def first(session: Any, model: Any) -> int:
    from sqlalchemy import select

    return int(session.scalars(select(model.id).order_by(model.id)).first())


def page(name: str, who: str = "am") -> str:
    return str(Browser(who).get(account(name)).text)


def test_each_key_figure_is_told_and_leads_to_its_rows(rich: str) -> None:
    text, key = page("Bank"), account("Bank").rpartition("/")[2]
    assert f'href="/crm/account_month?account={key}"' in text
    assert "50% below the three months before" in text
    assert f'href="/crm/opportunity?account={key}&amp;state=open"' in text
    assert "40 days" in text
    assert "2 left in" in text


def test_a_bare_account_says_what_is_missing_and_where_it_comes_from(rich: str) -> None:
    text = page("Harbour")
    for words in ("no billing months yet", "not estimated yet", "no contract of ours yet", "No contract is known."):
        assert words in text
    assert "nobody known" in text
    assert "Nothing has happened here yet." in text


def test_the_map_shows_people_at_their_place_and_the_empty_seats(rich: str) -> None:
    with reading(OPERATOR) as session:
        found = power_map(known_of(session, one(session, Account, name="Bank")))
    top, _middle, bottom = found.rows
    assert [each.record.name for each in top.seats[0].people] == ["Bank boss"]
    (clerk,) = bottom.seats[1].people
    assert (clerk.superior, clerk.last_met) == ("Bank boss", clock.local(clock.ago(days=4)).date())
    assert (top.seats[0].people[0].side, top.seats[0].people[0].is_decider) == ("against", True)
    assert found.empty_seats == 7
    text = page("Bank")
    assert "reports to Bank boss" in text
    assert "level=decision&amp;function=technical" in text


def test_weapons_that_a_tender_bars_are_marked_with_the_reason(rich: str) -> None:
    with reading(OPERATOR) as session:
        found = {each.weapon.code: each for each in lines(known_of(session, one(session, Account, name="Bank")))}
    assert {square.state for square in found["W06_GIFT"].squares} == {"barred"}
    assert found["W06_GIFT"].reachable == 0
    visit = {square.person: square.state for square in found["W04_VISIT"].squares}
    assert visit == {"Clerk": "done", "Bank boss": "none"}
    assert "not while a tender is open" in page("Bank")


def test_contracts_of_rivals_stand_beside_ours(rich: str) -> None:
    text = page("Bank")
    assert "Lines" in text
    assert "Cloud" in text
    assert "Voice 2027" in text


def test_white_space_is_told_only_with_enough_peers(rich: str) -> None:
    assert "White space is shown once 5 clients" in page("Bank")


def test_the_page_costs_at_most_twenty_statements_whatever_belongs_to_it(rich: str) -> None:
    am = Browser("am")
    assert statements(am.get(account("Bank"))) <= 20
    assert statements(am.get(account("Harbour"))) <= 20


def test_only_readers_of_the_account_get_its_page(rich: str) -> None:
    assert "Bank boss" in page("Bank", "lead")
    assert Browser("am2").get(account("Bank")).status_code == 404
    assert Browser("agent_north").get(account("Bank")).status_code == 404
    assert Browser("admin").get(account("Bank")).status_code == 404


def test_a_reader_is_offered_nothing_that_they_may_not_do(rich: str) -> None:
    text = page("Bank", "exec")
    assert "/crm/log?account=" not in text
    assert "/crm/key_person/new" not in text
    assert 'id="composer"' not in text


def test_a_superior_is_another_person_of_the_same_client(rich: str) -> None:
    am, key = Browser("am"), account("Bank").rpartition("/")[2]
    with reading(OPERATOR) as session:
        stranger = id_of(session, KeyPerson, name="Harbour boss")
    answer = am.post("/crm/key_person/new", name="New", account_id=key, reports_to_id=str(stranger), key="k")
    assert answer.status_code == 422
    assert "another person of the same client" in answer.text


# --- the list -------------------------------------------------------------------------------------------------


def test_the_tabs_of_the_list_count_what_they_show(rich: str) -> None:
    am = Browser("am")
    text = am.get("/crm/account").text
    tabs = dict(
        re.findall(r'<a href="(/crm/account[^"]*)"[^>]*>(?:<svg.*?</svg>)?[^<]+<span class="n">(\d+)</span>', text)
    )
    assert tabs["/crm/account"] == "2"
    assert (tabs["/crm/account?care=ending"], tabs["/crm/account?care=falling"]) == ("1", "1")
    for path, count in tabs.items():
        rows = am.get(path.replace("&amp;", "&")).text.count("data-row")
        assert rows == int(count), path


def test_silent_accounts_are_those_without_a_contact_of_late(rich: str) -> None:
    text = Browser("am").get("/crm/account/rows?care=silent").text
    assert "Harbour" in text
    assert ">Bank<" not in text


def test_a_row_shows_revenue_weapons_next_activity_and_open_deals(rich: str) -> None:
    row = next(part for part in Browser("am").get("/crm/account").text.split("data-row") if ">Bank<" in part)
    assert "1 of 8 used in 12 months" in row
    assert "met 4 days ago" in row
    assert 'class="spark' in row
    assert re.search(r"state=open[^>]*>¥1 M<", row)


def test_the_list_costs_at_most_eight_statements(rich: str) -> None:
    am = Browser("am")
    for path in ("/crm/account", "/crm/account?care=falling", "/crm/account?density=compact&grade=A1"):
        assert statements(am.get(path)) <= 8


def test_counts_and_rows_are_of_ones_own_clients_only(rich: str) -> None:
    text = Browser("am2").get("/crm/account").text
    assert "Factory" in text
    assert ">Bank<" not in text
    assert 'href="/crm/account?care=falling">Revenue falls<span class="n">0</span>' in text
