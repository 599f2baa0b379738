"""Amounts in words and taxes of quotes: the cases of the trade, and what must hold for all amounts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from crm.quotes.tax import by_rate, split_gross
from crm.quotes.words import amount_in_words

MOST_TRIED = 999_999_999_999  # 9,999,999,999.99
VALUES = {word: value for value, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
TENS = {"拾": 10, "佰": 100, "仟": 1000}
GROUPS = {"万": 10**4, "亿": 10**8}


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (16409_02, "壹万陆仟肆佰零玖元零贰分"),
        (325_04, "叁佰贰拾伍元零肆分"),
        (1409_50, "壹仟肆佰零玖元伍角整"),
        (6007_14, "陆仟零柒元壹角肆分"),
        (3042_00, "叁仟零肆拾贰元整"),
        (100000000_00, "壹亿元整"),
        (107000_53, "壹拾万柒仟元零伍角叁分"),
        (1680_32, "壹仟陆佰捌拾元零叁角贰分"),
        (100000001_00, "壹亿零壹元整"),
        (100500_00, "壹拾万零伍佰元整"),
        (1_0001_0000_00, "壹亿零壹万元整"),
        (2010_0300_00, "贰仟零壹拾万零叁佰元整"),
        (0, "零元整"),
        (4, "肆分"),
        (50, "伍角整"),
        (53, "伍角叁分"),
        (10_00, "壹拾元整"),
        (9_999_999_999_99, "玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_an_amount_is_written_as_the_bank_asks(fen: int, words: str) -> None:
    assert amount_in_words(fen) == f"人民币{words}"


@given(st.one_of(st.integers(0, MOST_TRIED), st.integers(0, 9999).map(lambda n: n * 10**6), st.integers(0, 200_000)))
def test_words_read_back_give_the_amount_with_no_zero_said_twice_or_last(fen: int) -> None:
    words = amount_in_words(fen)
    assert read_back(words) == fen
    assert "零零" not in words
    assert not re.search(r"零[万亿元角分]", words) or fen < 100
    assert words.endswith(("分", "整"))


@pytest.mark.parametrize("fen", [-1, 10**14])
def test_what_no_cheque_holds_is_refused(fen: int) -> None:
    with pytest.raises(Invalid):
        amount_in_words(fen)


def test_a_price_with_tax_holds_what_the_trade_says() -> None:
    assert split_gross(100_00, 600) == (94_34, 5_66)
    assert split_gross(100_00, 900) == (91_74, 8_26)
    assert split_gross(100_00, 0) == (100_00, 0)


@given(st.lists(st.tuples(st.integers(0, MOST_TRIED), st.sampled_from([0, 600, 900, 1300])), max_size=30))
def test_the_parts_by_rate_add_up_to_the_lines(lines: list[tuple[int, int]]) -> None:
    parts = by_rate(lines)
    assert sum(part.gross for part in parts) == sum(fen for fen, _rate in lines)
    assert [part.rate for part in parts] == sorted({rate for _fen, rate in lines}, reverse=True)
    for part in parts:
        exact = part.gross * part.rate / (10_000 + part.rate)
        assert abs(part.tax - exact) <= len(lines) / 2 + 1


def read_back(words: str) -> int:
    """The amount of words in fen, read by units alone: an independent way back."""
    whole, _yuan, cents = words.removeprefix("人民币").rpartition("元")
    total, group, digit = 0, 0, 0
    for word in whole:
        if word in VALUES:
            digit = VALUES[word]
        elif word in TENS:
            group, digit = group + digit * TENS[word], 0
        else:
            total, group, digit = total + (group + digit) * GROUPS[word], 0, 0
    fen = (total + group + digit) * 100
    for digit_word, unit in re.findall(r"([壹贰叁肆伍陆柒捌玖])([角分])", cents):
        fen += VALUES[digit_word] * (10 if unit == "角" else 1)
    return fen
