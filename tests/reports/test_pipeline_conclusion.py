"""Each rule of the conclusion, met and not met."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.i18n import use_language
from reports.pipeline import Missing, PipelineData, Problem, Share, Totals, conclude
from tests.reports import pipelines


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with use_language("en"):
        yield


def said(data: PipelineData, start: str) -> list[str]:
    return [sentence for sentence in conclude(data) if sentence.startswith(start)]


def shares(*amounts: int) -> tuple[Share, ...]:
    return tuple(Share(f"N{i}", i + 1, amount, amount // 2) for i, amount in enumerate(amounts))


def healthy(**changes: object) -> PipelineData:
    """Ten deals of a hundred yuan, nothing late and nothing missing."""
    deals = tuple(replace(pipelines.DEALS[1], name=f"D{i}", amount=10_000) for i in range(10))
    return replace(pipelines.of(deals), **changes)


def test_no_deal_is_said_and_nothing_else() -> None:
    assert conclude(pipelines.empty()) == (
        "No deal is open under these filters on 23 November 2026, so there is nothing to conclude.",
    )


def test_the_first_sentence_says_number_amount_and_weighted_amount() -> None:
    expected = "Open deals: 11, worth ¥60.1\xa0M; weighted by probability that is ¥28.3\xa0M, or 47% of it."
    assert conclude(pipelines.ordinary())[0] == expected


def test_without_any_amount_the_worth_is_not_known() -> None:
    data = healthy(totals=Totals(10, 0, 0, unknown=10))
    assert conclude(data)[0] == "Open deals: 10. None has an amount, so what they are worth is not known."


def test_a_stage_with_two_fifths_of_the_amount_is_named() -> None:
    data = healthy(by_stage=shares(40_000, 35_000, 25_000))
    assert said(data, "The amount concentrates") == [
        "The amount concentrates in the stage “N0”: 40% of it, in 1 of the deals."
    ]


def test_a_stage_with_less_is_not_named() -> None:
    assert not said(healthy(by_stage=shares(39_999, 35_001, 25_000)), "The amount concentrates")


def test_an_only_stage_is_no_concentration() -> None:
    assert not said(healthy(by_stage=shares(100_000)), "The amount concentrates")


def test_a_city_with_two_fifths_is_named() -> None:
    assert said(healthy(by_city=shares(30_000, 70_000)), "By city") == ["By city, N1 holds the most: 70%."]


def test_deals_whose_city_is_not_stated_are_not_a_city() -> None:
    assert not said(healthy(by_city=(Share("", 9, 90_000, 0), *shares(10_000))), "By city")


def test_an_owner_of_several_with_half_the_amount_is_named() -> None:
    assert said(healthy(by_owner=shares(50_000, 30_000, 20_000)), "N0") == ["N0 alone carries 50% of the amount."]


def test_one_of_two_owners_is_not_named() -> None:
    assert not said(healthy(by_owner=shares(50_000, 50_000)), "N0")


def test_a_deal_with_a_quarter_of_the_amount_is_named() -> None:
    deals = (replace(pipelines.DEALS[1], name="Big", amount=25_000),)
    assert said(healthy(top=deals), "One deal") == ["One deal, “Big”, is 25% of the whole amount."]


def test_of_four_deals_none_is_called_a_large_part() -> None:
    deals = (replace(pipelines.DEALS[1], name="Big", amount=25_000),)
    assert not said(healthy(top=deals, totals=Totals(4, 100_000, 0)), "One deal")


def test_stalled_deals_are_counted_with_their_amount() -> None:
    assert said(healthy(stalled=Problem(2, 20_000)), "Longer") == [
        "Longer in their stage than its limit: 2 of the deals, worth ¥200 (20% of the amount)."
    ]


def test_late_deals_of_unknown_worth_are_only_counted() -> None:
    data = healthy(stalled=Problem(2, 0), overdue=Problem(1, 0))
    assert said(data, "Longer") == ["Longer in their stage than its limit: 2 of the deals."]
    assert said(data, "Past") == ["Past their expected close date and still open: 1 of the deals."]


def test_that_no_deal_is_stalled_is_said() -> None:
    assert said(healthy(), "No deal has been in its stage for longer than the limit.")


def test_deals_past_their_date_are_counted_with_their_amount() -> None:
    assert said(healthy(overdue=Problem(3, 30_000)), "Past") == [
        "Past their expected close date and still open: 3 of the deals, worth ¥300 (30% of the amount)."
    ]


def test_that_no_deal_is_past_its_date_needs_no_sentence() -> None:
    assert not said(healthy(), "Past")


def test_missing_data_are_counted_by_kind() -> None:
    assert said(healthy(missing=Missing(account=5, amount=2, close_on=1)), "Missing") == [
        "Missing in the data: account in 5, amount in 2, close date in 1 of the deals."
    ]


def test_complete_data_need_no_sentence() -> None:
    assert not said(healthy(), "Missing")


def test_the_most_valuable_late_deal_comes_first_and_it_is_overdue() -> None:
    assert conclude(pipelines.ordinary())[-1] == (
        "First: close “5G 专网二期（6 厂区）” (¥12.6\xa0M), expected on 2026-11-11, or give it a date that holds."
    )


def test_an_overdue_deal_without_amount_says_so() -> None:
    deal = replace(pipelines.DEALS[0], amount=None)
    assert "(amount unknown)" in conclude(healthy(overdue_deals=(deal,), overdue=Problem(1, 0)))[-1]


def test_the_most_valuable_late_deal_comes_first_and_it_is_stalled() -> None:
    data = pipelines.ordinary(overdue_deals=(pipelines.DEALS[6],))
    assert conclude(data)[-1] == (
        "First: move “5G 专网二期（6 厂区）”, 76 days in the stage “评估投标” whose limit is 45 days."
    )


def test_with_nothing_late_the_missing_amounts_come_first() -> None:
    assert conclude(healthy(missing=Missing(amount=2)))[-1].startswith("First: enter the missing amounts")


def test_then_the_largest_deal_without_a_next_step() -> None:
    deals = (pipelines.DEALS[1], pipelines.DEALS[2])
    assert (
        conclude(healthy(top=deals))[-1]
        == "First: plan a next step for “质检回传视频云”, the largest deal without one."
    )


def test_when_all_is_well_it_says_to_keep_to_the_plan() -> None:
    assert conclude(healthy())[-1].startswith("Nothing is stalled or past its date")


def test_another_currency_is_written_with_its_own_sign() -> None:
    assert "$1\xa0K" in conclude(healthy(currency="USD"))[0]


def test_in_chinese_the_units_are_wan_and_yi() -> None:
    expected = "在途商机 11 个，金额 ¥6,010\xa0万；按赢率加权 ¥2,826.5\xa0万，为金额的 47%。"
    with use_language("zh"):
        assert conclude(pipelines.ordinary())[0] == expected
