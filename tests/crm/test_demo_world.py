"""The demo world is whole, lawful by the product's own rules, and the same each time it is built."""

from collections import Counter
from datetime import date, timedelta

import pytest
from stdnum.cn import uscc

from campaigns.campaigns import OUTCOMES
from crm import reference
from crm.demo.activities import activities
from crm.demo.billing import won_in_a_year
from crm.demo.course import passed
from crm.demo.dates import day, month
from crm.demo.deals import deals, line
from crm.demo.tables import fen
from crm.demo.world import World, world
from crm.reference.divisions import divisions


@pytest.fixture(scope="module")
def demo() -> World:
    return world()


def codes(rows) -> set[str]:
    return {row.code for row in rows}


def keys(demo: World) -> set[str]:
    return {row.key for row in demo.accounts}


def people(demo: World) -> set[tuple[str, str]]:
    return {(row.account, row.name) for row in demo.key_persons}


def test_the_users_of_the_brief_are_there(demo):
    assert {"am", "am2", "lead", "channel", "agent", "agent2", "exec", "admin"} <= {row.login for row in demo.users}


def test_the_two_account_managers_work_in_two_cities(demo):
    unit = {row.login: row.unit for row in demo.users}
    assert (unit["am"][:2], unit["am2"][:2]) == ("GZ", "FS")


def test_the_leader_leads_the_team_of_the_account_manager(demo):
    users = {row.login: row for row in demo.users}
    assert users["am"].boss == "lead"
    assert users["am"].unit == users["lead"].unit


def test_each_agent_belongs_to_a_firm_and_to_no_unit(demo):
    agents = [row for row in demo.users if row.login.startswith("agent")]
    assert {row.firm for row in agents} == codes(demo.firms)
    assert {row.unit for row in agents} == {None}


def test_units_form_one_tree_and_cover_real_divisions(demo):
    listed: set[str | None] = {None}
    for unit in demo.units:
        assert unit.parent in listed, unit.code
        assert set(unit.covers) <= codes(divisions()), unit.code
        listed.add(unit.code)


def test_a_county_branch_may_cover_several_districts(demo):
    assert max(len(row.covers) for row in demo.units if row.kind == "county") > 1


def test_accounts_name_known_codes_only(demo):
    for row in demo.accounts:
        assert row.nature in codes(reference.natures())
        assert row.trade in codes(reference.trades())
        assert row.grade in codes(reference.grades())
        assert {row.city, row.county} <= codes(divisions()) | {None}
        assert set(row.products) <= codes(reference.products())
        assert set(row.rivals) <= codes(demo.rivals)
        assert row.parent in keys(demo) | {None}
        assert row.owner in {user.login for user in demo.users}


def test_the_county_of_an_account_lies_in_its_city(demo):
    parent = {row.code: row.parent for row in divisions()}
    assert [row.key for row in demo.accounts if row.county and parent[row.county] != row.city] == []


def test_only_in_a_city_without_counties_does_an_account_name_none(demo):
    with_counties = {row.parent for row in divisions()}
    assert [row.key for row in demo.accounts if row.county is None and row.city in with_counties] == []


def test_every_credit_code_passes_the_check_and_is_used_once(demo):
    assert [row.uscc for row in demo.accounts if not uscc.is_valid(row.uscc)] == []
    assert len({row.uscc for row in demo.accounts}) == len(demo.accounts)


def test_members_never_outnumber_the_staff(demo):
    assert [row.key for row in demo.accounts if row.members > row.staff] == []


def test_a_prospect_has_no_members_and_no_bill(demo):
    prospects = [row for row in demo.accounts if row.grade == "P"]
    assert prospects
    assert {(row.members, row.monthly_fen) for row in prospects} == {(0, 0)}


def test_key_persons_name_known_codes_only(demo):
    for row in demo.key_persons:
        assert row.account in keys(demo)
        assert row.level in codes(reference.levels())
        assert row.function in codes(reference.functions())
        assert set(row.roles) <= codes(reference.roles())
        assert row.relation in codes(reference.relations())
        assert row.support in codes(reference.support())
        assert 1 <= row.influence <= 5


def test_every_account_has_a_key_person(demo):
    assert keys(demo) == {row.account for row in demo.key_persons}


def test_every_phone_lies_in_the_block_that_no_network_has(demo):
    assert {row.phone[:7] for row in demo.key_persons} == {"1390000"}
    assert len({row.phone for row in demo.key_persons}) == len(demo.key_persons)


def test_every_address_ends_in_the_domain_for_examples(demo):
    assert {row.email.split("@")[1] for row in demo.key_persons} == {"example.com"}


def test_there_are_about_sixty_open_and_forty_closed_deals_by_hand():
    states = Counter(row.state for row in deals())
    assert 55 <= states["open"] <= 70
    assert 35 <= states["won"] + states["lost"] <= 50


def test_there_are_about_five_hundred_open_and_four_thousand_closed_deals(demo):
    states = Counter(row.state for row in demo.deals)
    assert 480 <= states["open"] <= 520
    assert 3900 <= states["won"] + states["lost"] <= 4100
    assert len({row.code for row in demo.deals}) == len(demo.deals)


def test_there_are_some_three_hundred_accounts_with_names_and_codes_of_their_own(demo):
    assert 290 <= len(demo.accounts) <= 320
    assert len({row.name.zh for row in demo.accounts}) == len({row.code for row in demo.accounts}) == len(demo.accounts)


def test_the_province_has_its_21_cities_and_each_a_manager_with_clients(demo):
    cities = {row.code for row in demo.units if row.kind == "city"}
    assert len(cities) == 21
    unit = {row.login: row.unit for row in demo.users}
    assert {(unit[row.owner] or "")[:2] for row in demo.accounts} == cities


def test_the_lead_has_a_team_of_several(demo):
    assert len([row for row in demo.users if row.boss == "lead"]) >= 4


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


def test_the_days_of_each_deal_s_course_follow_each_other(demo):
    for row in demo.deals:
        days = [start for _stage, start, _end in passed(row)]
        assert days == sorted(days), row.code
        assert (days[0], days[-1]) == (row.engaged_on, row.stage_since), row.code


def test_deals_name_known_codes_only(demo):
    stages = {stage.code for row in reference.pipelines() for stage in row.stages}
    reasons = {"won": reference.win_reasons(), "lost": reference.loss_reasons()}
    for row in demo.deals:
        assert row.account in keys(demo)
        assert {row.stage, row.delivery_stage} <= stages | {None}
        assert {part.product for part in row.lines} <= codes(reference.products())
        assert row.rival in codes(demo.rivals) | {None}
        assert row.next_weapon in codes(reference.weapons()) | {None}
        assert {(row.account, name) for name in row.next_with} <= people(demo)
        if row.state in reasons:
            assert row.reason in codes(reasons[row.state])


def test_every_deal_has_an_amount(demo):
    assert [row.code for row in demo.deals if row.amount_fen <= 0] == []


def test_a_deal_is_closed_when_it_is_won_or_lost_and_only_then(demo):
    assert [row.code for row in demo.deals if (row.closed_on is not None) != (row.state in ("won", "lost"))] == []


def test_a_deal_is_won_at_signature(demo):
    assert {row.stage for row in demo.deals if row.state == "won"} == {"O6"}
    assert "O6" not in {row.stage for row in demo.deals if row.state != "won"}


def test_the_days_of_a_deal_follow_each_other(demo):
    for row in demo.deals:
        assert row.engaged_on <= row.stage_since <= 0, row.code


def test_some_open_deals_are_stalled_and_some_have_no_next_step(demo):
    limit = {stage.code: stage.limit_days for row in reference.pipelines() for stage in row.stages}
    is_open = [row for row in demo.deals if row.state == "open"]
    assert len([row for row in is_open if limit[row.stage] and -row.stage_since > limit[row.stage]]) >= 5
    assert len([row for row in is_open if row.next_step is None]) >= 3


@pytest.mark.parametrize("owner", ["am", "am2"])
def test_an_account_manager_has_overdue_todays_and_coming_work(demo, owner):
    planned = [row.day for row in demo.activities if row.owner == owner and row.state == "planned"]
    assert min(planned) < 0
    assert 0 in planned
    assert max(planned) > 0


def test_every_weapon_is_used_or_planned(demo):
    assert codes(reference.weapons()) <= {row.weapon for row in demo.activities}


def test_activities_name_known_accounts_deals_and_people(demo):
    account = {row.code: row.account for row in demo.deals}
    for row in demo.activities:
        assert set(row.accounts) <= keys(demo)
        assert row.deal is None or account[row.deal] in row.accounts
        for name in row.persons:
            assert {(account, name) for account in row.accounts} & people(demo), (row.subject, name)


def test_what_is_done_lies_in_the_past_and_has_a_result(demo):
    done = [row for row in demo.activities if row.state == "done"]
    assert [row.subject for row in done if row.day >= 0 or not row.result] == []


def test_no_text_has_an_open_slot(demo):
    assert [row.subject for row in demo.activities if "{" in f"{row.subject}{row.result}{row.next_step}"] == []


def test_nobody_is_met_after_the_day_they_were_last_met(demo):
    last_met = {(row.account, row.name): row.last_met for row in demo.key_persons}
    for row in demo.activities:
        if row.state == "done" and len(row.accounts) == 1:
            for name in row.persons:
                assert row.day <= (last_met[row.accounts[0], name] or -999), (row.subject, name)


def test_no_official_is_given_anything(demo):
    officials = {(row.account, row.name) for row in demo.key_persons if row.is_official}
    gifts = [row for row in demo.activities if row.weapon == "W06_GIFT"]
    assert gifts
    assert [row for row in gifts for name in row.persons if (row.accounts[0], name) in officials] == []


def test_gifts_hospitality_and_trips_rest_while_a_tender_is_open(demo):
    locked = {row.code for row in reference.weapons() if row.tender_lock != "free"}
    for tender in demo.tenders:
        window = range(tender.noticed_on, tender.opens_on + 1)
        uses = [row for row in demo.activities if tender.account in row.accounts and row.day in window]
        assert [row.subject for row in uses if row.weapon in locked] == [], tender.title


def test_contracts_name_known_codes_and_end_after_they_start(demo):
    for row in demo.contracts:
        assert row.account in keys(demo)
        assert row.product in codes(reference.products())
        assert row.rival in codes(demo.rivals) | {None}
        assert row.starts_on < row.ends_on


def test_contracts_of_both_sides_end_within_the_next_half_year(demo):
    ending = [row for row in demo.contracts if 0 < row.ends_on <= 200]
    assert len([row for row in ending if row.rival]) >= 8
    assert len([row for row in ending if not row.rival]) >= 8


def test_a_tender_belongs_to_a_deal_of_its_account(demo):
    account = {row.code: row.account for row in demo.deals}
    assert [row.title for row in demo.tenders if account[row.deal] != row.account] == []


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


def test_the_world_is_the_same_each_time_it_is_built():
    first = activities()
    activities.cache_clear()
    assert activities() == first


def test_a_line_costs_its_one_off_and_its_months():
    part = line("D01*2@24")
    assert (part.one_off_fen, part.monthly_fen, part.total_fen) == (200_000, 520_000, 12_680_000)


def test_a_project_names_its_own_price():
    assert line("X01*1=860000").total_fen == 86_000_000


@pytest.mark.parametrize(("yuan", "expected"), [("5", 500), ("0.05", 5), ("0.1", 10), ("1864000", 186_400_000)])
def test_yuan_become_fen_exactly(yuan, expected):
    assert fen(yuan) == expected


@pytest.mark.parametrize("offset", [-9, -1, 1, 2, 30])
def test_work_falls_on_workdays_and_stays_on_its_side_of_today(offset):
    for today in (date(2026, 11, 23) + timedelta(days=shift) for shift in range(7)):
        found = day(today, offset)
        assert found.weekday() < 5
        assert (found > today) == (offset > 0)


def test_today_is_today_even_on_a_sunday():
    assert day(date(2026, 11, 29), 0) == date(2026, 11, 29)


def test_months_are_counted_across_the_new_year():
    assert month(date(2026, 2, 15), -12) == date(2025, 2, 1)
    assert month(date(2026, 2, 15), -2) == date(2025, 12, 1)
