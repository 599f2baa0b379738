"""How figures, money and days are written."""

from datetime import UTC, date, datetime

import pytest

from core.i18n import use_language
from reports.engine.numbers import Money, long_day, moment, percent


@pytest.mark.parametrize(
    ("language", "fen", "expected"),
    [
        ("zh", 999_999, "¥9,999.99"),
        ("zh", 1_000_000, "¥1\xa0万"),
        ("zh", 1_265_340_00, "¥126.5\xa0万"),
        ("zh", 1_000_000_000_000, "¥100\xa0亿"),
        ("en", 99_999, "¥999.99"),
        ("en", 1_265_340_00, "¥1.3\xa0M"),
        ("en", 12_500_00, "¥12.5\xa0K"),
        ("en", -12_500_00, "−¥12.5\xa0K"),
    ],
)
def test_short_amounts_use_the_units_of_the_language(language: str, fen: int, expected: str) -> None:
    with use_language(language):
        assert Money("CNY").short(fen) == expected


def test_decimals_appear_only_where_some_amount_has_them() -> None:
    assert Money.fitting("CNY", [100, None, 200]).exact(123_400) == "1,234"
    assert Money.fitting("CNY", [100, 101]).exact(123_400) == "1,234.00"


def test_an_unknown_amount_is_a_dash_not_a_zero() -> None:
    assert Money("CNY").exact(None) == "—"


def test_a_currency_without_a_sign_is_written_with_its_code() -> None:
    assert Money("VND", 0).signed(100) == "VND 1"


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(0, 10, "0%"), (1, 1000, "<1%"), (999, 1000, ">99%"), (10, 10, "100%"), (1, 8, "13%"), (5, 0, "—")],
)
def test_a_share_never_rounds_to_nothing_or_to_all(part: int, whole: int, expected: str) -> None:
    assert percent(part, whole) == expected


def test_days_and_moments_are_those_of_the_business_zone() -> None:
    instant = datetime(2026, 11, 22, 16, 5, tzinfo=UTC)
    with use_language("zh"):
        assert moment(instant) == "2026 年 11 月 23 日 00:05"
    with use_language("en"):
        assert moment(instant) == "23 November 2026, 00:05"
        assert long_day(date(2026, 1, 5)) == "5 January 2026"
