"""The demo world is whole, lawful by the product's own rules, and the same each time it is built."""

from datetime import date, timedelta

import pytest
from stdnum.cn import uscc

from crm import reference
from crm.demo.activities import activities
from crm.demo.dates import day, month
from crm.demo.tables import fen
from crm.reference.divisions import divisions
from tests.crm.planned import codes, keys
from tests.crm.planned import demo as demo


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


def test_the_world_is_the_same_each_time_it_is_built():
    first = activities()
    activities.cache_clear()
    assert activities() == first


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
