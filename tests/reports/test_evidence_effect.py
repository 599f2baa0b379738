"""What a weapon is worth: right where the plain comparison is wrong, and silent where it cannot be told."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from core.errors import Invalid
from reports.evidence.chance import naive_difference
from reports.evidence.clusters import standard_error
from reports.evidence.deals import FACTS, cut_at, first_use, habit, indicators
from reports.evidence.effect import (
    FEW_CLUSTERS,
    ONE_SIDED,
    SEEN,
    TOO_DIFFERENT,
    TOO_FEW,
    UNSEEN,
    UNTOLD,
    Effect,
    effect_of,
    effects_of,
)
from reports.evidence.province import EFFECTS, NULL, TEN_POINTS, province


@cache
def big() -> pd.DataFrame:
    return province(np.random.default_rng(8), deals=5000)


@cache
def found() -> dict[str, Effect]:
    return {effect.weapon: effect for effect in effects_of(big())}


def one(**columns: object) -> pd.DataFrame:
    """Plain deals, all alike but for the columns given."""
    plain = {**dict.fromkeys(FACTS, "same"), "won": False, "days_open": 100, "account": 1, "seller": 1}
    return pd.DataFrame({**plain, first_use("W"): np.nan, **columns})


@pytest.mark.parametrize("weapon", EFFECTS)
def test_the_interval_holds_the_truth_on_5000_deals(weapon: str) -> None:
    effect = found()[weapon]
    assert effect.low is not None and effect.high is not None
    assert effect.low <= 100 * EFFECTS[weapon] <= effect.high


@pytest.mark.parametrize("weapon", EFFECTS)
def test_the_plain_comparison_misses_the_truth_and_flatters(weapon: str) -> None:
    assert naive_difference(weapon, big()).low > EFFECTS[weapon]


def test_a_weapon_without_effect_is_called_so_though_the_plain_comparison_finds_one() -> None:
    assert found()[NULL].state == UNSEEN
    assert naive_difference(NULL, big()).low > 0.05


def test_ten_points_are_found() -> None:
    effect = found()[TEN_POINTS]
    assert effect.state == SEEN
    assert effect.points == pytest.approx(10, abs=4)


def test_one_weapon_alone_is_told_as_among_all() -> None:
    assert effect_of(NULL, big()) == found()[NULL]


def test_the_order_of_the_deals_does_not_matter() -> None:
    turned = effect_of(TEN_POINTS, big().iloc[::-1]).points
    assert turned == pytest.approx(found()[TEN_POINTS].points, abs=0.01)


def test_a_harmful_weapon_is_found_too() -> None:
    deals = big().assign(won=~big()["won"])
    effect = effect_of(TEN_POINTS, deals)
    assert effect.state == SEEN
    assert effect.high is not None and effect.high < 0


def test_too_few_deals_give_no_number_but_how_many_it_would_take() -> None:
    effect = effect_of(TEN_POINTS, big().head(150))
    assert (effect.state, effect.reason) == (UNTOLD, TOO_FEW)
    assert (effect.points, effect.low, effect.high) == (None, None, None)
    assert effect.needed is not None and 500 <= effect.needed <= 5000


def test_with_as_many_deals_as_it_asked_for_it_tells() -> None:
    needed = effect_of("W08_TOUR", big().head(400)).needed
    assert needed is not None
    assert effect_of("W08_TOUR", big().head(round(needed * 1.2))).state != UNTOLD


def test_a_weapon_that_only_some_deals_can_get_is_not_compared() -> None:
    always = np.where(big()["grade"].isin(["A", "B"]), 10.0, np.nan)
    effect = effect_of(NULL, big().assign(**{first_use(NULL): always}))
    assert (effect.state, effect.reason, effect.needed) == (UNTOLD, TOO_DIFFERENT, None)


def test_a_weapon_that_nobody_used_is_not_told() -> None:
    effect = effect_of("W", big().assign(**{first_use("W"): np.nan}))
    assert (effect.state, effect.reason, effect.used) == (UNTOLD, ONE_SIDED, 0)


def test_deals_of_a_handful_of_sellers_are_not_told() -> None:
    effect = effect_of(TEN_POINTS, big().assign(seller=big()["seller"] % 4))
    assert (effect.state, effect.reason) == (UNTOLD, FEW_CLUSTERS)


def test_no_deal_at_all_is_not_told() -> None:
    assert effect_of(NULL, big().head(0)).state == UNTOLD


def test_where_every_deal_is_won_no_effect_is_claimed() -> None:
    assert effect_of(NULL, big().assign(won=True)).state == UNSEEN


def test_a_missing_column_is_said_by_name() -> None:
    with pytest.raises(Invalid, match="seller"):
        effect_of(NULL, big().drop(columns="seller"))


def test_an_unknown_weapon_is_said_by_name() -> None:
    with pytest.raises(Invalid, match="W09"):
        effect_of("W09", big())


def test_only_deals_open_at_the_landmark_count_and_only_uses_before_it() -> None:
    deals = one(days_open=[59, 60, 90, 90], **{first_use("W"): [5, 59, 60, np.nan]})
    cut = cut_at(deals, landmark=60)
    assert cut.used("W").tolist() == [1, 0, 0]


def test_rare_values_share_a_column() -> None:
    values = pd.DataFrame({"city": ["a"] * 5 + ["b"] * 6 + ["c"] * 4 + [None]})
    assert indicators(values, ["city"]).sum(axis=0).tolist() == [5, 6, 5]


def test_a_sellers_habit_is_known_from_five_deals_on() -> None:
    sellers = np.repeat([0, 1, 2], [5, 5, 1])
    uses = np.repeat([[1.0, 1], [0, 0], [1, 1]], [5, 5, 1], axis=0)
    # Means of 2 and 0, the third seller's 2 is not known: the mean of all others, 1, stands for it.
    assert habit(uses, sellers)[[0, 5, 10], 0] * (10 / 11) ** 0.5 == pytest.approx([1, -1, 0])


def test_the_error_by_two_kinds_of_cluster_by_hand() -> None:
    accounts, sellers = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    # By account and by seller (16 + 0) / 16 × 2 each, by both (9 + 1 + 1 + 1) / 16 × 4/3.
    assert standard_error(np.array([3.0, 1, 1, -1]), accounts, sellers) == pytest.approx(3**0.5)
    # The sellers level out: 2 + 0 - 1/3 falls below the accounts alone.
    assert standard_error(np.array([1.0, 1, -1, -1]), accounts, sellers) == pytest.approx(1.0)


def test_the_plain_difference_by_hand() -> None:
    deals = one(won=[True, True, True, False, True, False, False, False], **{first_use("W"): [1.0] * 4 + [np.nan] * 4})
    plain = naive_difference("W", deals)
    assert (plain.difference, plain.used, plain.unused) == (0.5, 4, 4)
    assert plain.error == pytest.approx((2 * 0.75 * 0.25 / 4) ** 0.5)
