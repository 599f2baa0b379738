"""The demo world's deals, activities, contracts and tenders are lawful by the product's own rules."""

from collections import Counter

import pytest

from crm import reference
from crm.demo.course import passed
from crm.demo.deals import deals, line
from crm.demo.stood import course_of
from crm.demo.work import steps_of
from tests.crm.planned import codes, keys, people
from tests.crm.planned import demo as demo


def test_there_are_about_sixty_open_and_forty_closed_deals_by_hand():
    states = Counter(row.state for row in deals())
    assert 55 <= states["open"] <= 70
    assert 35 <= states["won"] + states["lost"] <= 50


def test_there_are_about_five_hundred_open_and_four_thousand_closed_deals(demo):
    states = Counter(row.state for row in demo.deals)
    assert 480 <= states["open"] <= 520
    assert 3900 <= states["won"] + states["lost"] <= 4100
    assert len({row.code for row in demo.deals}) == len(demo.deals)


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


def test_a_line_costs_its_one_off_and_its_months():
    part = line("D01*2@24")
    assert (part.one_off_fen, part.monthly_fen, part.total_fen) == (200_000, 520_000, 12_680_000)


def test_a_project_names_its_own_price():
    assert line("X01*1=860000").total_fen == 86_000_000


def test_the_spans_of_each_deal_follow_each_other_and_end_as_the_deal_stands(demo):
    for row in demo.deals:
        course = course_of(row, steps_of(row))
        days = [day for _stage, _state, day, _hour in course]
        assert days == sorted(days), row.code
        assert course[-1][:2] == (row.delivery_stage or row.stage, row.state), row.code
