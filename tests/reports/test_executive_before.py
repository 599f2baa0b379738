"""The year before on both engines: the same days, only where the records hold them, and the same rows as the list."""

from datetime import date, timedelta

import pytest

from core import clock
from core.access import OPERATOR
from core.db import reading, unit_of_work
from core.lists import Query, count
from crm.opportunity_verbs import OPPORTUNITY
from reports.executive import conclude, words
from reports.executive.data import Rate, Sum
from reports.executive.period import read_period
from reports.executive.scope import Filters
from tests.crm.world import actor_for
from tests.reports import executive_world as at

FIRST = date(2024, 1, 3)


@pytest.fixture
def two_years(province: str) -> str:
    with unit_of_work(OPERATOR) as session:
        for account, yuan, day in (
            ("Bank", 400, FIRST), ("Factory", 100, date(2024, 12, 31)), ("Harbour", None, date(2024, 6, 1)),
            ("Bank", 1000, date(2025, 3, 1)), ("Harbour", 70, date(2025, 12, 31)),
        ):  # fmt: skip
            at.won(session, account, yuan, day)
        at.lost(session, "Factory", date(2024, 5, 1))
        at.lost(session, "Factory", date(2025, 5, 1))
    return province


def listed(filters: Filters) -> int:
    with reading(actor_for("exec")) as session:
        return count(session, OPPORTUNITY, Query(filters=filters))


def test_a_year_that_is_over_is_compared_with_the_whole_year_before(two_years: str) -> None:
    data = at.figures()
    assert data.before
    assert (data.signed, data.before.signed) == (Sum(2, 1070_00), Sum(3, 500_00, 1))
    assert (data.rate, data.before.rate) == (Rate(2, 1), Rate(3, 1))
    assert listed(data.scope.won_before) == 3 and listed(data.scope.decided_before) == 4
    assert any(
        "¥500, deals: 3; now ¥570 more (+114%)" in each.replace("\N{NO-BREAK SPACE}", " ") for each in conclude(data)
    )


def test_this_year_is_compared_with_the_days_up_to_today_only(province: str) -> None:
    today = clock.today()
    first = date(today.year - 1, 1, 1)
    after = read_period("year", today).year_before(today)[1]
    with unit_of_work(OPERATOR) as session:
        for yuan, day in ((1, first), (2, after - timedelta(days=1)), (4, after), (8, today)):
            at.won(session, "Bank", yuan, day)
    data = at.figures(period="year")
    assert data.before and data.before.signed == Sum(2, 300)
    assert listed(data.scope.won_before) == 2


def test_each_units_part_of_the_year_before_adds_up(two_years: str) -> None:
    data = at.figures()
    parts = {part.name: part.before for part in data.parts}
    assert parts == {"GZ": Sum(2, 400_00, 1), "FS": Sum(1, 100_00)}


def test_whoever_signed_only_the_year_before_is_a_part_too(two_years: str) -> None:
    data = at.figures(unit="FS")
    assert data.before and data.before.signed == Sum(1, 100_00) and not data.signed.count
    assert sum(part.before.count for part in data.parts if part.before) == 1


def test_a_lead_is_compared_with_the_own_units_only(two_years: str) -> None:
    data = at.figures("lead")
    assert data.before and data.before.signed.count == 2 and data.before.rate.n == 2


@pytest.mark.parametrize("period", ("2024", "2023", "2024-01"))
def test_where_the_records_do_not_reach_back_nothing_is_compared(two_years: str, period: str) -> None:
    data = at.figures(period=period)
    assert data.before is None and not any(part.before for part in data.parts)
    assert not any("year before" in sentence for sentence in conclude(data))


def test_the_first_tenth_of_the_days_may_be_missing(province: str) -> None:
    with unit_of_work(OPERATOR) as session:
        at.won(session, "Bank", 1, date(2024, 2, 6))
    assert at.figures().before
    assert at.figures(period="2025-02").before is None


def test_against_nothing_no_share_is_said(province: str) -> None:
    with unit_of_work(OPERATOR) as session:
        at.lost(session, "Bank", date(2024, 1, 1))
        at.won(session, "Bank", 1, date(2025, 3, 1))
    said = conclude(at.figures())
    assert any(each == "Nothing was signed in the same days of the year before." for each in said)


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [(129, 100, "+29%"), (71, 100, "−29%"), (100, 100, "±0%"), (1001, 1000, "+<1%"), (0, 5, "−100%"),
     (1997, 1000, "+100%"), (5, 0, ""), (5, -1, "")],
)  # fmt: skip
def test_a_change_has_a_sign_and_a_base(now: int, before: int, text: str) -> None:
    assert words.change(now, before) == text


@pytest.mark.parametrize(
    ("code", "on", "first", "after"),
    [
        ("2028", date(2028, 2, 28), date(2027, 1, 1), date(2027, 3, 1)),
        ("2028", date(2028, 2, 29), date(2027, 1, 1), date(2027, 3, 1)),
        ("2028", date(2029, 5, 5), date(2027, 1, 1), date(2028, 1, 1)),
        ("month", date(2028, 3, 10), date(2027, 3, 1), date(2027, 3, 11)),
    ],
)
def test_the_same_days_hold_through_leap_years_and_ends(code: str, on: date, first: date, after: date) -> None:
    assert read_period(code, on).year_before(on) == (first, after)


def test_a_period_that_has_not_begun_has_no_days_to_compare() -> None:
    first, after = read_period("2030", date(2029, 5, 5)).year_before(date(2029, 5, 5))
    assert first == after


def test_whoever_belongs_to_no_unit_is_told_so(province: str) -> None:
    with unit_of_work(OPERATOR) as session:
        at.one(session, at.User, username="exec").unit_id = None
    said = conclude(at.figures())
    assert len(said) == 1 and said[0].startswith("You belong to no unit")
