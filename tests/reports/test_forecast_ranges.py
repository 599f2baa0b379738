"""The range of a forecast, by how past ones came out; none where these are few."""

from datetime import date

import pytest

from reports.forecast.figures import EVIDENCE, MODEL, STAGED, TYPED
from reports.forecast.ranges import LEAST, Past, Range, mean_accuracy, quantile, range_of, summed


def past(part: int | None, actual: int, won: int = 0) -> Past:
    parts = {TYPED: part, STAGED: part, EVIDENCE: None, MODEL: None}
    return Past(date(2026, 1, 1), date(2026, 4, 1), date(2026, 1, 1), won, parts, actual)


def test_the_range_is_what_came_in_of_past_open_parts_times_the_present_one() -> None:
    nine = [past(100, 100 + 10 * number) for number in range(9)]
    assert range_of(nine, STAGED, won=50, part=1000) == Range(50 + 1000, 50 + 1800, 9)


def test_what_was_won_already_is_not_open() -> None:
    six = [past(100, 300, won=200)] * LEAST
    assert range_of(six, STAGED, won=7, part=10) == Range(17, 17, LEAST)


def test_few_or_empty_ones_draw_none() -> None:
    assert range_of([past(100, 90)] * (LEAST - 1), STAGED, 0, 100) is None
    assert range_of([past(0, 90)] * 20, STAGED, 0, 100) is None
    assert range_of([past(100, 90)] * 20, MODEL, 0, 100) is None


@pytest.mark.parametrize(
    ("point", "value"), [(0.1, 1.0), (0.25, 1.5), (0.5, 3.0), (0.75, 4.5), (0.9, 5.0)]
)  # fmt: skip
def test_quantiles_lie_between_two_values_and_no_further_out_than_the_outermost(point: float, value: float) -> None:
    assert quantile([1, 2, 3, 4, 5], point) == pytest.approx(value)


def test_accuracy_is_one_less_the_miss_and_none_of_nothing() -> None:
    assert past(80, 100).accuracy(STAGED) == pytest.approx(0.8)
    assert past(300, 100).accuracy(STAGED) == pytest.approx(-1)
    assert past(80, 0).accuracy(STAGED) is None
    assert past(None, 100).accuracy(TYPED) is None
    assert mean_accuracy([past(80, 100), past(100, 100), past(5, 0)], STAGED) == (pytest.approx(0.9), 2)


def test_several_units_add_up_to_one() -> None:
    one = summed([past(80, 100, won=5), past(None, 100, won=6)])
    assert (one.won, one.parts[STAGED], one.parts[MODEL], one.actual) == (11, 80, None, 100)
