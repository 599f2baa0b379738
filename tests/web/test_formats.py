"""Numbers, money, days and names as both languages write them."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from core import clock
from core.fields import KINDS
from core.i18n import use_language
from crm.accounts import ACCOUNT
from web.kit import format as texts
from web.kit.values import shown

TODAY = date(2026, 11, 25)


@pytest.fixture(params=["zh", "en"])
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    with use_language(request.param):
        yield request.param


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "¥0.00"), (5, "¥0.05"), (123_456_789, "¥1,234,567.89"), (-199, "−¥1.99"), (-5, "−¥0.05"), (None, "")],
)
def test_money_is_exact_to_the_fen(lang: str, fen: int | None, text: str) -> None:
    assert texts.money(fen, "CNY") == text


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (999_949, "¥9,999", "¥10 K"),
        (1_000_000, "¥1 万", "¥10 K"),
        (12_600_000_00, "¥1,260 万", "¥12.6 M"),
        (123_456_789_00, "¥1.23 亿", "¥123 M"),
        (-42_000_00, "−¥4.2 万", "−¥42 K"),
        (0, "¥0", "¥0"),
    ],
)
def test_short_money_counts_in_wan_or_in_thousands(fen: int, zh: str, en: str) -> None:
    with use_language("zh"):
        assert texts.money_short(fen, "CNY") == zh
    with use_language("en"):
        assert texts.money_short(fen, "CNY") == en


def test_short_money_never_says_ten_thousand_wan() -> None:
    with use_language("zh"):
        assert texts.money_short(99_999_999_00, "CNY") == "¥1 亿"


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [("money", -1_234_56, "−¥1,234.56"), ("number", -1_234, "−1,234"), ("rate", -50, "−0.5%")],
)
def test_a_figure_copied_from_a_page_is_read_again(kind: str, value: int, text: str) -> None:
    written = {"money": texts.money, "number": texts.number, "rate": texts.percent}[kind](value)
    assert (written, KINDS[kind].read(written)) == (text, value)


def test_an_unknown_currency_is_named_by_its_code() -> None:
    assert texts.money(100, "SEK") == "SEK 1.00"


@pytest.mark.parametrize(("points", "text"), [(1250, "12.5%"), (1300, "13%"), (1, "0.01%"), (-50, "−0.5%"), (None, "")])
def test_percent_comes_from_basis_points(points: int | None, text: str) -> None:
    assert texts.percent(points) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0"), (10_000, "10,000"), (10_001, "10,000+")])
def test_a_count_stops_at_its_cap(count: int, text: str) -> None:
    assert texts.capped(count) == text


@pytest.mark.parametrize(
    ("days", "state", "zh", "en"),
    [
        (-2, "over", "逾期 2 天", "2 days overdue"),
        (-1, "over", "逾期 1 天", "1 day overdue"),
        (0, "today", "今天", "today"),
        (1, "plan", "明天", "tomorrow"),
        (9, "plan", "9 天后", "in 9 days"),
    ],
)
def test_due_says_how_far_in_words_and_by_state(days: int, state: str, zh: str, en: str) -> None:
    for lang, text in (("zh", zh), ("en", en)):
        with use_language(lang):
            assert texts.due(TODAY + timedelta(days), TODAY) == (text, state)


def test_no_day_is_nothing_planned(lang: str) -> None:
    assert texts.due(None, TODAY)[1] == "none"


def test_a_day_of_another_year_names_its_year() -> None:
    other = clock.today().replace(month=3, day=1) - timedelta(days=700)
    with use_language("zh"):
        assert str(other.year) in texts.day_in_words(other)
    with use_language("en"):
        assert texts.day_in_words(other).endswith(str(other.year))


def test_this_moment_is_just_now() -> None:
    with use_language("en"):
        assert texts.when(clock.now()) == "just now"


def test_a_name_keeps_its_colour() -> None:
    assert texts.tint("林嘉怡") == texts.tint("林嘉怡")
    assert {texts.tint(f"名{n}") for n in range(200)} == {1, 2, 3, 4, 5, 6}


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("广州市云岫人民医院", "云"),
        ("广州冰程冷链物流有限公司", "冰"),
        ("岭南智造装备股份", "智"),
        ("林嘉怡", "林"),
        ("港区 5G 专网", "港"),
        ("acme corp", "A"),
        ("", "·"),
    ],
)
def test_a_tile_tells_firms_of_one_city_apart(name: str, mark: str) -> None:
    assert texts.mark(name) == mark


def test_a_year_has_no_thousands() -> None:
    founded, members = ACCOUNT.fields["founded_year"], ACCOUNT.fields["member_count"]
    assert (shown(founded, 1996), shown(members, 1996)) == ("1996", "1,996")
