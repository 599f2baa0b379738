"""The executive's figures on both engines: they are what lists and totals say, within the reader's reach."""

from datetime import date
from typing import Any

import pytest

from core import clock
from core.access import OPERATOR
from core.db import reading, unit_of_work
from core.errors import Invalid, NotFound, Unscoped
from core.lists import Query, count
from core.totals import totals
from crm.opportunity_verbs import OPPORTUNITY
from reports import pipeline
from reports.executive import conclude, counted, gather
from reports.executive.data import Days, Sum
from tests.crm.world import actor_for
from tests.reports import executive_world as at
from tests.reports.branch import counted_statements

MARCH, JULY, AUGUST = date(2025, 3, 1), date(2025, 7, 14), date(2025, 8, 1)


@pytest.fixture
def busy(province: str) -> str:
    """Something of everything, in both cities."""
    with unit_of_work(OPERATOR) as session:
        for account, yuan, day in (
            ("Harbour", 1000, MARCH), ("Bank", 500, MARCH), ("Factory", 300, JULY), ("Hospital", None, JULY),
            ("Factory", 77, date(2024, 12, 31)), ("Factory", 88, date(2026, 1, 1)),
        ):  # fmt: skip
            at.won(session, account, yuan, day)
        for account in ("Harbour", "Factory", "Factory"):
            at.lost(session, account, JULY)
        for number, account in enumerate(("Harbour", "Bank", "Factory", "Hospital")):
            at.opened(session, account, number * 100 or None, days=number * 20)
        for month in range(1, 13):
            at.target(session, date(2025, month, 1), 200, unit="GD")
            at.target(session, date(2025, month, 1), 100, unit="GZ")
        at.contract(session, "Harbour", days=10, monthly=40)
        at.contract(session, "Factory", days=90)
    return province


def total(
    filters: dict[str, tuple[str, ...]], by: tuple[str, ...] = ()
) -> dict[tuple[str | None, ...], tuple[int, Any]]:
    """What `octant totals` says."""
    with reading(actor_for("exec")) as session:
        groups = totals(session, OPPORTUNITY, by=by, total="amount", query=Query(filters=filters))
    return {group.key: (group.count, group.sum) for group in groups}


def as_totals(found: Sum) -> tuple[int, int]:
    return found.count, found.amount


def test_without_deals_everything_is_nothing(province: str) -> None:
    data = at.figures()
    assert data.is_empty and data.target is None and len(data.months) == 12
    assert {part.name for part in data.parts} == {"GZ", "FS"}


@pytest.mark.parametrize(
    "filters",
    [{}, {"unit": "GZ"}, {"trade": "T01"}, {"unit": "FS", "trade": "T01"}, {"period": "2025-03"}, {"unit": "T1"}],
)
def test_every_sum_is_that_of_the_totals_command(busy: str, filters: dict[str, str]) -> None:
    data = at.figures(**filters)
    scope, nothing = data.scope, (0, 0)
    assert as_totals(data.signed) == total(scope.won).get((), nothing)
    assert as_totals(data.open) == total(scope.open).get((), nothing)
    assert as_totals(data.stalled) == total(scope.stalled).get((), nothing)
    assert data.rate.n == total(scope.decided).get((), nothing)[0]
    names = {unit_code: numbers for (unit_code,), numbers in total(scope.won, (data.level,)).items()}
    assert {part.name: as_totals(part.signed) for part in data.parts if part.signed.count} == (
        names if data.level != "owner" else {part.name: as_totals(part.signed) for part in data.parts}
    )
    for stage in data.stages:
        assert as_totals(stage.open) == total({**scope.open, "stage": (str(stage.id),)})[()]


def test_each_breakdown_adds_up(busy: str) -> None:
    data = at.figures()
    assert as_totals(data.signed) == (4, 1800_00) and data.signed.unknown == 1
    for parts in (data.parts, data.groups):
        assert sum(part.signed.count for part in parts) == 4
        assert sum(part.signed.amount for part in parts) == 1800_00
    assert sum(month.signed.amount for month in data.months) == 1800_00
    assert sum(stage.open.count for stage in data.stages) == data.open.count == 4
    assert sum(stage.weighted for stage in data.stages) == data.weighted


def test_a_city_is_held_against_its_own_target_and_the_whole_against_its_own(busy: str) -> None:
    data = at.figures()
    assert data.target and (data.target.whole, data.target.begun, data.target.is_summed) == (2400_00, 2400_00, False)
    assert {part.name: part.target for part in data.parts} == {"GZ": 1200_00, "FS": None}
    assert {month.target for month in data.months} == {200_00}


def test_only_months_that_have_begun_are_asked_of_the_target(province: str) -> None:
    today = clock.today()
    with unit_of_work(OPERATOR) as session:
        for month in range(1, 13):
            at.target(session, date(today.year, month, 1), 100, unit="GD")
    data = at.figures(period="year")
    assert data.target and (data.target.whole, data.target.begun) == (1200_00, today.month * 100_00)


def test_without_a_target_of_its_own_a_unit_has_that_of_its_parts(province: str) -> None:
    with unit_of_work(OPERATOR) as session:
        at.target(session, MARCH, 100, unit="GZ")
        at.target(session, MARCH, 50, unit="FS")
    data = at.figures()
    assert data.target and (data.target.whole, data.target.is_summed) == (150_00, True)


def test_people_of_a_team_are_held_against_their_own_targets(busy: str) -> None:
    with unit_of_work(OPERATOR) as session:
        at.target(session, MARCH, 900, user="am")
    data = at.figures("lead")
    assert data.level == "owner"
    parts = {part.name: (part.signed.amount, part.target) for part in data.parts}
    assert parts == {"am": (1500_00, 900_00), "am3": (0, None)}


def test_no_target_is_set_by_trade(busy: str) -> None:
    data = at.figures(trade="T01")
    assert data.target is None and not any(part.target for part in data.parts)
    assert data.grouped_by == "product"


def test_a_planned_activity_pauses_what_would_stall(province: str) -> None:
    with unit_of_work(OPERATOR) as session:
        at.opened(session, "Bank", 1, days=46)
        at.planned(session, at.opened(session, "Harbour", 2, days=46), days=10)
        at.planned(session, at.opened(session, "Factory", 4, days=46), days=-1)
        at.opened(session, "Hospital", 8, days=45)
    data = at.figures()
    assert as_totals(data.stalled) == (2, 500)
    assert [deal.amount for deal in data.stalled_deals] == [400, 100]
    assert all(deal.is_stalled and deal.limit == 45 for deal in data.stalled_deals)


def test_the_report_on_open_deals_counts_the_same_ones_as_stalled(province: str) -> None:
    with unit_of_work(OPERATOR) as session:
        at.opened(session, "Bank", 1, days=46)
        at.planned(session, at.opened(session, "Harbour", 2, days=46), days=10)
        at.planned(session, at.opened(session, "Factory", 4, days=46), days=-1)
    with reading(actor_for("exec")) as session:
        paper = pipeline.gather(session)
    assert (paper.stalled.count, paper.stalled.amount) == as_totals(at.figures().stalled) == (2, 500)


def test_the_median_of_days_counts_only_deals_that_say_both(province: str) -> None:
    with unit_of_work(OPERATOR) as session:
        for days in (10, 20, 90):
            at.won(session, "Bank", 1, JULY, engaged_on=date.fromordinal(JULY.toordinal() - days))
        at.won(session, "Bank", 1, JULY, engaged_on=None)
    assert at.figures().days == Days(20, 3)


def test_the_median_of_an_even_number_lies_between_the_two_in_the_middle() -> None:
    assert counted.median([]) == Days()
    assert counted.median([(3, 1)]) == Days(3, 1)
    assert counted.median([(3, 2), (4, 2)]) == Days(4, 4)
    assert counted.median([(1, 1), (5, 2), (100, 1)]) == Days(5, 4)


def test_contracts_that_end_are_ours_and_within_ninety_days(province: str) -> None:
    with unit_of_work(OPERATOR) as session:
        for days in (-1, 0, 90, 91):
            at.contract(session, "Bank", days=days, monthly=10)
        at.contract(session, "Bank", days=5, supplier="rival")
        at.contract(session, "Bank", days=6)
    data = at.figures()
    assert data.ending == Sum(3, 2000, 1)
    assert [contract.name for contract in data.contracts] == ["Bank 0", "Bank 90", "Bank 6"]


def test_a_lead_sees_the_own_units_only_in_every_figure(busy: str) -> None:
    data = at.figures("lead")
    assert (data.signed.count, data.rate.n, data.open.count, data.ending.count) == (3, 4, 3, 1)
    said = repr(data)
    assert "Factory" not in said and "FS" not in said and "am2" not in said


def test_a_unit_beyond_the_reach_is_answered_like_a_missing_one(busy: str) -> None:
    for unit in ("FS", "GD", str(at.unit_id("T2")), "nowhere", "1"):
        with pytest.raises(NotFound):
            at.figures("lead", unit=unit)
    assert at.figures("lead", unit="T1").scope.unit


def test_an_unknown_filter_or_period_is_refused(busy: str) -> None:
    for filters in ({"state": "won"}, {"period": "yesterday"}, {"period": "2026-13"}, {"period": "2020..2026"}):
        with pytest.raises(Invalid):
            at.figures(**filters)
    with pytest.raises(NotFound):
        at.figures(trade="T1")


def test_without_a_province_the_offices_are_the_parts_and_without_trades_products_are(database: str) -> None:
    """What came in from a spreadsheet: offices with teams, no targets, no trades."""
    at.world.build()
    with unit_of_work(OPERATOR) as session:
        for unit in session.scalars(at.select(at.Unit)):
            unit.parent_id = None if unit.kind == "city" else unit.parent_id
        at.one(session, at.Unit, code="GD").archived_at = clock.now()
        at.won(session, "Bank", 10, MARCH)
    with reading(OPERATOR) as session:
        data = gather(session, query=Query(filters={"period": ("2025",)}))
    assert data.level == "city" and {part.name for part in data.parts} == {"GZ", "FS"}
    assert data.grouped_by == "product" and data.target is None


def test_without_decisions_this_year_the_last_year_with_one_is_shown(province: str) -> None:
    with unit_of_work(OPERATOR) as session:
        at.won(session, "Bank", 10, date(2017, 5, 2))
    assert at.figures(period="").scope.period.code == "2017"
    with unit_of_work(OPERATOR) as session:
        at.won(session, "Bank", 10, clock.today())
    assert at.figures(period="").scope.period.code == "year"


def test_where_no_stage_has_a_limit_nothing_is_said_to_stall(province: str) -> None:
    with unit_of_work(OPERATOR) as session:
        for stage in session.scalars(at.select(at.Stage)):
            stage.limit_days = None
        at.opened(session, "Bank", 1, days=400)
    data = at.figures()
    assert not data.has_limits
    assert not any("stalled" in sentence and "none counts" not in sentence for sentence in conclude(data))


def test_statements_do_not_grow_with_deals(busy: str) -> None:
    with counted_statements() as few:
        at.figures()
    with unit_of_work(OPERATOR) as session:
        for number in range(60):
            at.won(session, "Bank", number, MARCH)
            at.opened(session, "Factory", number, days=100)
    with counted_statements() as many:
        at.figures()
    assert len(many) == len(few) <= 20


def test_a_snapshot_sees_one_moment_while_others_write(province: str) -> None:
    with reading(actor_for("exec"), snapshot=True) as session:
        before = count(session, OPPORTUNITY, Query())
        with unit_of_work(OPERATOR) as other:
            at.opened(other, "Bank", 1)
        assert count(session, OPPORTUNITY, Query()) == before
    with reading(actor_for("exec")) as session:
        assert count(session, OPPORTUNITY, Query()) == before + 1


def test_nothing_is_written_in_a_snapshot(province: str) -> None:
    with reading(actor_for("exec"), snapshot=True) as session, pytest.raises(Unscoped):
        at.opened(session, "Bank", 1)
