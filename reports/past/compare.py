"""What changed in the open pipeline between two days, deal by deal, in whole fen: the parts add up exactly.

A deal counts on a day if it is open then, stands in the scope, and is expected to close in the window, if there is one.
Whatever counts on one day and not on the other goes, whole, into the one part that says why; what counts on both has
grown, shrunk or stayed. So no fen is counted twice and none is lost, whatever happened in between.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

Why = Literal[
    "new", "restored", "reopened", "taken_up", "moved_in", "pulled_in", "grown",
    "shrunk", "slipped_out", "moved_out", "on_hold", "lost", "won", "archived",
]  # fmt: skip
# In the order in which they are shown: what adds, then what takes away.
PARTS: tuple[Why, ...] = (
    "new", "restored", "reopened", "taken_up", "moved_in", "pulled_in", "grown",
    "shrunk", "slipped_out", "moved_out", "on_hold", "lost", "won", "archived",
)  # fmt: skip
ARCHIVED = "archived"


class Stood(NamedTuple):
    """A deal at the end of a day. `archived` is a state here; `is_inside` says: in the scope."""

    state: str
    amount: int | None = None
    close_on: date | None = None
    is_inside: bool = True


@dataclass(frozen=True)
class Window:
    """Days of expected close, half open. An unknown day lies in no window."""

    first: date
    after: date

    def holds(self, day: date | None) -> bool:
        return day is not None and self.first <= day < self.after


@dataclass(frozen=True)
class Sum:
    count: int = 0
    amount: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.count + other.count, self.amount + other.amount)


NONE = Sum()


class Change(NamedTuple):
    """Why a deal counts on one of the days only, or counts otherwise. `amount` is what it adds, or takes away."""

    deal: int
    why: Why
    amount: int


@dataclass(frozen=True)
class Waterfall:
    """`parts` are those that happened. `later` and `earlier` are deals, open on both days, whose expected close was put
    off or brought forward: said beside, as they change no sum."""

    opening: Sum
    closing: Sum
    parts: Mapping[Why, Sum]
    same: Sum
    later: Sum
    earlier: Sum

    @property
    def change(self) -> int:
        return self.closing.amount - self.opening.amount


def compare(
    before: Mapping[int, Stood],
    after: Mapping[int, Stood],
    window: Window | None = None,
    untouched: Sum = NONE,
    changed: Iterable[Change] | None = None,
) -> Waterfall:
    """A deal that is missing was not written down yet on the day; missing afterwards, it is out of the lists.

    `untouched` are deals that count on both days and of which nothing changed in between, beside those that are named;
    `changed` are the changes of these, where they are known already.
    """
    opening = untouched + _total(stood for stood in before.values() if counts(stood, window))
    closing = untouched + _total(stood for stood in after.values() if counts(stood, window))
    amounts: dict[Why, list[int]] = {}
    for change in changed if changed is not None else changes(before, after, window):
        amounts.setdefault(change.why, []).append(change.amount)
    both = [(then, after[deal]) for deal, then in before.items() if deal in after and _both(then, after[deal], window)]
    return Waterfall(
        opening=opening, closing=closing,
        parts={why: Sum(len(amounts[why]), sum(amounts[why])) for why in PARTS if why in amounts},
        same=untouched + _total(now for then, now in both if worth(then) == worth(now)),
        later=_total(now for then, now in both if _days(then, now) > 0),
        earlier=_total(now for then, now in both if _days(then, now) < 0),
    )  # fmt: skip


def changes(before: Mapping[int, Stood], after: Mapping[int, Stood], window: Window | None = None) -> Iterator[Change]:
    """One for each deal that changed the sum, or that counts on one of the days only."""
    for deal in dict.fromkeys((*before, *after)):
        then, now = before.get(deal), after.get(deal)
        was, is_now = then is not None and counts(then, window), now is not None and counts(now, window)
        if was and is_now and then and now and worth(then) != worth(now):
            yield Change(deal, "grown" if worth(now) > worth(then) else "shrunk", worth(now) - worth(then))
        elif was and not is_now and then:
            yield Change(deal, _left(now), -worth(then))
        elif is_now and not was and now:
            yield Change(deal, _came(then), worth(now))


def counts(stood: Stood, window: Window | None) -> bool:
    return stood.state == "open" and stood.is_inside and (window is None or window.holds(stood.close_on))


def worth(stood: Stood) -> int:
    """An unknown amount is in no sum."""
    return stood.amount or 0


def _came(then: Stood | None) -> Why:
    """The first that is true says why: what stood elsewhere came by moving, whatever else happened to it there."""
    if then is None:
        return "new"
    if then.state == ARCHIVED:
        return "restored"
    if not then.is_inside:
        return "moved_in"
    if then.state == "open":
        return "pulled_in"
    return "taken_up" if then.state == "on_hold" else "reopened"


def _left(now: Stood | None) -> Why:
    if now is None or now.state == ARCHIVED:
        return "archived"
    if not now.is_inside:
        return "moved_out"
    if now.state == "open":
        return "slipped_out"
    return "won" if now.state == "won" else "lost" if now.state == "lost" else "on_hold"


def _both(then: Stood, now: Stood, window: Window | None) -> bool:
    return counts(then, window) and counts(now, window)


def _days(then: Stood, now: Stood) -> int:
    """By how many days the expected close was put off; negative where it was brought forward."""
    return (now.close_on - then.close_on).days if then.close_on and now.close_on else 0


def _total(found: Iterable[Stood]) -> Sum:
    amounts = [worth(stood) for stood in found]
    return Sum(len(amounts), sum(amounts))
