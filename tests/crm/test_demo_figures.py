"""The demo world's bills, targets, hand-overs and campaigns follow from its clients and deals."""

from collections import Counter

import pytest

from campaigns.campaigns import OUTCOMES
from crm import reference
from crm.demo.billing import won_in_a_year
from crm.demo.world import World
from tests.crm.planned import codes, people
from tests.crm.planned import demo as demo


def test_every_city_and_the_province_has_a_target_for_each_month_of_this_year_and_the_last(demo):
    months = Counter(row.holder for row in demo.targets if row.holder in codes(demo.units))
    units = {row.code: row.kind for row in demo.units}
    assert {code for code, kind in units.items() if kind in ("province", "city")} <= set(months)
    assert {months[code] for code, kind in units.items() if kind == "city"} == {24}


def test_of_the_cities_some_miss_their_target_of_the_last_year_and_some_exceed_it(demo):
    rates = [won_in_a_year()[row.code] / asked(demo, row.code) for row in demo.units if row.kind == "city"]
    assert len([rate for rate in rates if rate < 0.8]) >= 2
    assert len([rate for rate in rates if rate > 1]) >= 5


def asked(demo: World, code: str) -> int:
    return sum(row.amount for row in demo.targets if row.holder == code and row.month < 0)


def test_every_client_has_twelve_months_of_billing(demo):
    months = Counter(row.account for row in demo.account_months)
    assert set(months) == {row.key for row in demo.accounts if row.grade != "P"}
    assert set(months.values()) == {12}


def test_the_last_month_has_the_members_of_the_account(demo):
    last = {row.account: row.members for row in demo.account_months if row.month == -1}
    assert last == {row.key: row.members for row in demo.accounts if row.key in last}


def test_a_product_is_billed_from_the_month_after_its_signature(demo):
    billed = {row.month: row.products for row in demo.account_months if row.account == "port"}
    assert "D01" not in billed[-3]
    assert "D01" in billed[-2]


def test_targets_belong_to_units_and_users(demo):
    holders = codes(demo.units) | {row.login for row in demo.users}
    assert {row.holder for row in demo.targets} <= holders


def test_a_firm_is_handed_accounts_of_its_own_city_only(demo):
    city = {row.code: row.city for row in demo.firms}
    account_city = {row.key: row.city for row in demo.accounts}
    assert [row for row in demo.handovers if account_city[row.account] != city[row.firm]] == []


def test_handed_over_contacts_belong_to_the_account(demo):
    assert {(row.account, name) for row in demo.handovers for name in row.persons} <= people(demo)


def test_one_hand_over_is_revoked_and_one_has_run_out(demo):
    assert [row for row in demo.handovers if row.revoked_on is not None]
    assert [row for row in demo.handovers if row.until < 0]


def test_an_agents_task_is_at_an_account_that_the_firm_still_holds(demo):
    firm = {row.login: row.firm for row in demo.users}
    held = {(row.firm, row.account) for row in demo.handovers if row.revoked_on is None and row.until >= 0}
    assert {(firm[row.user], row.account) for row in demo.tasks} <= held


def test_campaigns_name_known_codes_only(demo):
    for campaign in demo.campaigns:
        assert campaign.weapon in codes(reference.weapons())
        assert campaign.product in codes(reference.products())
        assert campaign.channel in codes(reference.channels())
    assert {row.campaign for row in demo.tasks} <= codes(demo.campaigns)


def test_two_campaigns_run_one_is_planned_and_one_has_ended(demo):
    assert Counter(row.state for row in demo.campaigns) == {"running": 2, "planned": 1, "ended": 1}


@pytest.mark.parametrize("user", ["agent", "agent2"])
def test_an_agent_has_results_of_every_kind_and_tasks_overdue_due_and_to_come(demo, user):
    mine = [row for row in demo.tasks if row.user == user]
    assert {row.outcome for row in mine} == {*OUTCOMES, None}
    days = [row.day for row in mine if row.state == "planned"]
    assert (min(days) < 0, 0 in days, max(days) > 0) == (True, True, True)


def test_of_the_account_manager_s_clients_the_revenue_of_one_falls_by_more_than_a_seventh(demo):
    mine = {row.key for row in demo.accounts if row.owner == "am"}
    bills = {(row.account, row.month): row.revenue_fen for row in demo.account_months if row.account in mine}
    falls = {key for key in mine if (key, -1) in bills and bills[key, -1] < 0.85 * before(bills, key)}
    assert falls == {"foods"}


def before(bills: dict[tuple[str, int], int], key: str) -> float:
    return sum(bills[key, month] for month in (-4, -3, -2)) / 3
