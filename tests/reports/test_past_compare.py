"""What changed between two days adds up in whole fen, whatever happened in between; each deal has one reason."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from reports.past.compare import PARTS, Stood, Sum, Window, changes, compare, counts
from reports.wilson import interval

HISTORIES = 10_000
DAY = date(2026, 7, 1)
WINDOWS = (None, Window(DAY, DAY + timedelta(days=92)), Window(DAY + timedelta(days=92), DAY + timedelta(days=400)))
STATES = ("open", "open", "open", "open", "on_hold", "won", "lost", "archived")


def lived(random: Random, stood: Stood | None) -> Stood | None:
    """What may happen to a deal, or to one that is not yet."""
    if stood is None:
        return born(random) if random.random() < 0.4 else None
    what = random.randrange(6)
    if what == 0:
        return stood._replace(state=random.choice(STATES))
    if what == 1:
        return stood._replace(amount=random.choice((None, 0, random.randrange(10**12), -random.randrange(10**6))))
    if what == 2:
        return stood._replace(close_on=day(random))
    return stood._replace(is_inside=random.random() < 0.7) if what == 3 else stood


def born(random: Random) -> Stood:
    return Stood(random.choice(STATES), random.randrange(10**10), day(random), random.random() < 0.8)


def day(random: Random) -> date | None:
    return None if random.random() < 0.15 else DAY + timedelta(days=random.randrange(-60, 400))


def test_the_parts_of_ten_thousand_random_histories_add_up_exactly() -> None:
    random = Random(20261126)
    seen: set[str] = set()
    for number in range(HISTORIES):
        before: dict[int, Stood] = {}
        after: dict[int, Stood] = {}
        for deal in range(random.randrange(1, 6)):
            stood = born(random) if random.random() < 0.6 else None
            if stood:
                before[deal] = stood
            for _event in range(random.randrange(4)):
                stood = lived(random, stood)
            if stood:
                after[deal] = stood
        window = WINDOWS[number % 3]
        fall = compare(before, after, window)
        open_before = [s.amount or 0 for s in before.values() if counts(s, window)]
        open_after = [s.amount or 0 for s in after.values() if counts(s, window)]
        assert (fall.opening, fall.closing) == (total(open_before), total(open_after))
        assert fall.opening.amount + sum(part.amount for part in fall.parts.values()) == fall.closing.amount
        assert fall.opening.count + came(fall.parts) == fall.closing.count
        assert len([*changes(before, after, window)]) == sum(part.count for part in fall.parts.values())
        seen |= fall.parts.keys()
    assert seen == set(PARTS)


def total(amounts: list[int]) -> Sum:
    return Sum(len(amounts), sum(amounts))


def came(parts: Any) -> int:
    """How many more deals count afterwards."""
    adds = PARTS[: PARTS.index("grown")]
    return sum(
        part.count * (1 if why in adds else 0 if why in ("grown", "shrunk") else -1) for why, part in parts.items()
    )


OPEN = Stood("open", 500, DAY)
QUARTER = WINDOWS[1]


@pytest.mark.parametrize(
    ("then", "now", "why", "amount"),
    [
        (None, OPEN, "new", 500),
        (OPEN._replace(state="archived"), OPEN, "restored", 500),
        (OPEN._replace(state="lost"), OPEN, "reopened", 500),
        (OPEN._replace(state="on_hold"), OPEN, "taken_up", 500),
        (OPEN._replace(is_inside=False), OPEN, "moved_in", 500),
        (OPEN._replace(close_on=DAY + timedelta(days=200)), OPEN, "pulled_in", 500),
        (OPEN, OPEN._replace(amount=700), "grown", 200),
        (OPEN._replace(amount=None), OPEN, "grown", 500),
        (OPEN, OPEN._replace(amount=100), "shrunk", -400),
        (OPEN, OPEN._replace(close_on=None), "slipped_out", -500),
        (OPEN, OPEN._replace(state="won", amount=900), "won", -500),
        (OPEN, OPEN._replace(state="lost"), "lost", -500),
        (OPEN, OPEN._replace(state="on_hold"), "on_hold", -500),
        (OPEN, None, "archived", -500),
        # Won by another unit is no win of this one.
        (OPEN, OPEN._replace(state="won", is_inside=False), "moved_out", -500),
        (OPEN._replace(state="lost", is_inside=False), OPEN, "moved_in", 500),
    ],
)
def test_each_deal_has_the_one_reason_that_says_why(
    then: Stood | None, now: Stood | None, why: str, amount: int
) -> None:
    found = [*changes({1: then} if then else {}, {1: now} if now else {}, QUARTER)]
    assert [(change.why, change.amount) for change in found] == [(why, amount)]


def test_without_a_window_an_expected_close_that_was_put_off_is_said_beside_the_sum() -> None:
    fall = compare({1: OPEN}, {1: OPEN._replace(close_on=DAY + timedelta(days=9))})
    assert not fall.parts
    assert (fall.later, fall.earlier, fall.same) == (Sum(1, 500), Sum(), Sum(1, 500))


@pytest.mark.parametrize(
    ("won", "decided", "low", "high"),
    [(0, 10, 0, 2775), (5, 10, 2366, 7634), (10, 10, 7225, 10000), (222, 540, 3704, 4531)],
)
def test_the_interval_is_wilsons(won: int, decided: int, low: int, high: int) -> None:
    found = interval(won, decided)
    assert found is not None
    assert (found.low, found.high) == (low, high)
    assert interval(0, 0) is None
