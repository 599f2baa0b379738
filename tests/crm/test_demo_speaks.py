"""On the demo world the evidence speaks: one weapon shows an effect, one shows none, one is too rare to tell."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crm.demo.crowd import crowd
from crm.demo.crowd_deals import crowd_deals, lives
from crm.demo.crowd_lives import PACE, came_through_agents, rival_is_known
from crm.demo.shapes import Deal
from reports.evidence.chance import naive_difference, randomised_effect
from reports.evidence.effect import effects_of
from reports.evidence.findings import FEWEST_DEALS, LANDMARK, SEEN, UNSEEN, Effect

TRIAL, GIFT, TOUR = "W05_TRIAL", "W06_GIFT", "W08_TOUR"


@cache
def closed() -> pd.DataFrame:
    accounts = {row.key: row for row in crowd()}
    frame = pd.DataFrame([_row(deal, accounts[deal.account]) for deal in crowd_deals() if deal.closed_on is not None])
    return frame.assign(amount_class=pd.qcut(frame["amount"], 4, labels=False))


def _row(deal: Deal, account: Any) -> dict[str, Any]:
    first = dict(lives()[deal.code].uses)
    return {
        "won": deal.state == "won", "days_open": (deal.closed_on or 0) - deal.engaged_on, "account": deal.account,
        "seller": deal.owner, "grade": account.grade, "size": account.staff // 300, "trade": account.trade,
        "product": deal.lines[0].product, "city": account.city, "amount": deal.amount_fen,
        "source": came_through_agents(deal.code), "competitor_known": rival_is_known(deal.code),
        **{f"{weapon}_on_day": first.get(weapon, np.nan) for weapon in PACE},
    }  # fmt: skip


@cache
def told() -> dict[str, Effect]:
    return {effect.weapon: effect for effect in effects_of(closed(), (TRIAL, GIFT))}


def test_a_trial_is_worth_some_ten_points_and_more() -> None:
    assert told()[TRIAL].state == SEEN
    assert 9 < (told()[TRIAL].points or 0) < 21


def test_a_gift_is_worth_nothing() -> None:
    assert told()[GIFT].state == UNSEEN


def test_a_reference_visit_is_too_rare_to_tell() -> None:
    at_landmark = closed()[closed()["days_open"] >= LANDMARK]
    assert 10 < (at_landmark[f"{TOUR}_on_day"] < LANDMARK).sum() < FEWEST_DEALS


@pytest.mark.parametrize("weapon", [TRIAL, GIFT])
def test_the_plain_table_says_too_much(weapon: str) -> None:
    assert 100 * naive_difference(weapon, closed()).difference > (told()[weapon].points or 0) + 6


def _draws() -> Iterator[dict[str, Any]]:
    for deal in crowd_deals():
        one = lives()[deal.code].suggested if deal.code in lives() else None
        chances = dict(one.candidates) if one else {}
        if one and TRIAL in chances:
            yield {
                "drawn": one.drawn == TRIAL, "probability": chances[TRIAL] / 1_000_000, "won": deal.state == "won",
                "account": deal.account, "seller": deal.owner,
            }  # fmt: skip


def test_where_chance_decided_it_says_so_too() -> None:
    effect = randomised_effect(TRIAL, pd.DataFrame(_draws()))
    assert effect.state == SEEN
    assert (effect.points or 0) > 3


def test_each_suggestion_was_drawn_where_its_ticket_lies() -> None:
    for life in lives().values():
        if life.suggested is not None:
            assert sum(chance for _weapon, chance in life.suggested.candidates) == 1_000_000
            assert life.suggested.drawn in dict(life.suggested.candidates)


def test_nothing_is_used_after_the_end() -> None:
    assert [code for code, life in lives().items() for _weapon, day in life.uses if not 0 <= day < life.days] == []
