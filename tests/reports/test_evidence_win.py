"""The chance to win: better than the base rate where the facts tell something, silent where they do not."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from core.errors import Conflict, Invalid
from core.i18n import use_language
from reports.evidence.skill import statement
from reports.evidence.win_model import BOOSTED, LOGISTIC, Known, Model, split, train
from reports.evidence.win_reasons import reasons
from reports.evidence.win_skill import measure
from tests.transfer.files import public

FACTS = Known(values=("grade", "trade"), amounts=("amount",), group="account")


@cache
def deals() -> pd.DataFrame:
    """1,500 deals, won by grade; trade and amount tell nothing."""
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({
        "grade": rng.choice(["A", "B", "C"], 1500), "trade": rng.choice(["school", "plant"], 1500),
        "amount": rng.lognormal(10, 1, 1500), "account": rng.integers(600, size=1500), "day": np.arange(1500),
    })  # fmt: skip
    return frame.assign(won=rng.random(1500) < frame["grade"].map({"A": 0.7, "B": 0.4, "C": 0.1}))


@cache
def model() -> Model:
    return train(deals(), FACTS)


@cache
def silent() -> Model:
    """A model of deals whose facts have nothing to do with winning."""
    return train(deals().assign(won=np.random.default_rng(5).permutation(deals()["won"])), FACTS)


def test_the_planted_chances_are_found() -> None:
    said = pd.Series(model().chances(deals())).groupby(deals()["grade"]).mean()
    assert said.to_dict() == pytest.approx({"A": 0.7, "B": 0.4, "C": 0.1}, abs=0.06)


def test_a_plain_cause_is_best_told_by_the_plain_model() -> None:
    assert model().kind == LOGISTIC


def test_a_crossed_cause_is_best_told_by_trees() -> None:
    rng = np.random.default_rng(6)
    crossed = (deals()["grade"] == "A") ^ (deals()["trade"] == "plant")
    assert train(deals().assign(won=rng.random(1500) < 0.2 + 0.6 * crossed), FACTS).kind == BOOSTED


def test_the_skill_is_that_of_the_deals_held_back() -> None:
    skill = model().skill
    assert skill.is_there and skill.auc > 0.7 and skill.brier < skill.brier_of_base
    assert skill.deals == sum(each.deals for each in skill.calibration) < 500


def test_without_skill_no_chance_is_given() -> None:
    with use_language("en"), pytest.raises(Conflict, match="No better than the base rate"):
        silent().chances(deals())


def test_without_skill_no_reason_is_given() -> None:
    with pytest.raises(Conflict):
        reasons(silent(), deals().head(1), deals())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_statements_are_whole_in_both_languages(language: str) -> None:
    with use_language(language):
        texts = statement(model().skill), statement(silent().skill)
    assert not any("{" in text for text in texts)
    assert texts[0] != texts[1]


def test_the_fact_that_decides_is_the_first_reason() -> None:
    best_and_worst = deals()[deals()["grade"] != "B"].head(20)
    first = [found[0] for found in reasons(model(), best_and_worst, deals())]
    assert {reason.fact for reason in first} == {"grade"}
    assert all((reason.points > 0) == (reason.value == "A") for reason in first)


def test_a_value_never_seen_is_scored_all_the_same() -> None:
    odd = deals().head(2).assign(grade=["Z", None], amount=np.nan)
    assert ((model().chances(odd) > 0) & (model().chances(odd) < 1)).all()


def test_no_account_stands_on_both_sides() -> None:
    rest, held = split(deals(), FACTS, 0)
    assert not {*rest["account"]} & {*held["account"]}


def test_by_time_the_newest_fifth_is_held_back() -> None:
    rest, held = split(deals(), Known(values=("grade",), opened="day"), 0)
    assert len(held) == 300
    assert held["day"].min() > rest["day"].max()


def test_a_handful_of_deals_makes_no_model() -> None:
    with pytest.raises(Invalid):
        train(deals().head(100), FACTS)


def test_the_measures_by_hand() -> None:
    skill = measure(np.array([0.8, 0.4, 0.2, 0.2]), np.array([1.0, 0, 1, 0]), base_rate=0.5, groups=np.arange(4))
    assert skill.auc == pytest.approx((1 + 1 + 0 + 0.5) / 4)
    assert skill.brier == pytest.approx((0.04 + 0.16 + 0.64 + 0.04) / 4)
    assert skill.brier_of_base == pytest.approx(0.25)
    assert [(each.low, each.deals, each.won) for each in skill.calibration] == [(0.2, 2, 0.5), (0.4, 1, 0), (0.8, 1, 1)]


def test_public_opportunities_are_ranked_by_what_is_known_when_they_are_opened() -> None:
    frame = pd.read_csv(public("ibm_sales_win_loss/derived_shared_20pct.csv"), keep_default_na=False)
    # What is sold, where, by which way, to what client, and the amount that the seller expects. Left out: days and
    # stages, which come later; the rival, who may be; the size class, which is the amount again.
    known = Known(
        values=("Supplies Subgroup", "Supplies Group", "Region", "Route To Market", "Client Size By Revenue",
                "Client Size By Employee Count", "Revenue From Client Past Two Years"),
        amounts=("Opportunity Amount USD",), group="Opportunity Number",
    )  # fmt: skip
    skill = train(frame.assign(won=frame["Opportunity Result"] == "Won"), known).skill
    assert skill.auc >= 0.80
    assert skill.brier < 0.14 < skill.brier_of_base
    assert max(abs(each.said - each.won) for each in skill.calibration if each.deals >= 100) < 0.1


def test_public_deals_that_nothing_predicts_are_not_scored() -> None:
    frame = pd.read_csv(public("maven_crm/sales_pipeline.csv")).query("deal_stage in ['Won', 'Lost']")
    accounts, teams = (pd.read_csv(public(f"maven_crm/{name}.csv")) for name in ("accounts", "sales_teams"))
    frame = frame.merge(accounts, on="account", how="left").merge(teams, on="sales_agent")
    known = Known(
        values=("sales_agent", "product", "account", "sector", "manager", "regional_office", "office_location"),
        amounts=("revenue", "employees", "year_established"), group="opportunity_id", opened="engage_date",
    )  # fmt: skip
    made = train(frame.assign(won=frame["deal_stage"] == "Won"), known)
    with pytest.raises(Conflict):
        made.chances(frame)
