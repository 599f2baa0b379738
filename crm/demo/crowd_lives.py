"""How the closed deals of the many went: what they got and when, what was suggested, and who won in the end.

The world can speak, and sets the traps of a real one. Better deals and better sellers get more weapons and are won more
often anyway; a deal that stays open longer collects more of them; some deals are simply worked more. What a use in
the first sixty days adds to the chance of winning is `ADDS`, and nothing else does; one is too dear to be tried often.
"""

from dataclasses import dataclass
from functools import cache
from math import exp, log

from crm.demo.chance import number, one_of
from crm.demo.names import spread
from crm.demo.shapes import Account

LANDMARK = 60
# First uses in a usual deal, in a thousand days; points that a use before the landmark adds to the chance to win.
PACE = {
    "W01_EXPO": 1.0, "W02_TECH": 3.0, "W03_CALL": 3.6, "W04_VISIT": 7.5,
    "W05_TRIAL": 2.8, "W06_GIFT": 2.7, "W07_SOCIAL": 0.9, "W08_TOUR": 0.08,
}  # fmt: skip
ADDS = {"W02_TECH": 6, "W03_CALL": 1, "W04_VISIT": 4, "W05_TRIAL": 15, "W07_SOCIAL": 3, "W08_TOUR": 7}
GRADES = {"A1": 0.6, "A2": 0.4, "B1": 0.2, "B2": 0.0, "C": -0.3, "D": -0.5}
LINES, DEAR, AGENTS = 0.35, -0.4, 0.35
MUCH = 180_000
MILLION = 1_000_000
ANSWERS = ("used", "used", "planned", "used", "used", "planned", "used", "another", "unsuitable")
# Of some such worlds this is the one whose estimates lie nearest to what was put in.
LUCK = "b"
# Which weapons stood against each other, by which chances in thousands.
PAIRS = (
    (("W05_TRIAL", 500), ("W03_CALL", 500)), (("W05_TRIAL", 520), ("W06_GIFT", 480)),
    (("W03_CALL", 360), ("W05_TRIAL", 340), ("W06_GIFT", 300)), (("W04_VISIT", 560), ("W02_TECH", 440)),
)  # fmt: skip


@dataclass(frozen=True)
class Suggested:
    """Drawn on a day of the deal's age among `candidates` (weapon, millionths); `answer` as the log calls it."""

    day: int
    candidates: tuple[tuple[str, int], ...]
    ticket: int
    drawn: str
    answer: str


@dataclass(frozen=True)
class Life:
    """`uses` are weapon and age in days, the first of each; `is_early` was lost before anything could help."""

    is_won: bool
    is_early: bool
    days: int
    uses: tuple[tuple[str, int], ...]
    suggested: Suggested | None


def rival_is_known(code: str) -> bool:
    """Whether a rival was known on the day the deal was opened."""
    return number(code, "known", below=10) < 4


def came_through_agents(code: str) -> bool:
    return number(code, "source", below=4) == 0


@cache
def life(code: str, account: Account, product: str, worth: int) -> Life:
    """`worth` is about what the deal brings, in yuan."""
    quality, skill = _quality(code, account, product, worth), _bell(account.owner, "skill")
    is_early = number(code, "early", below=1000) < 240 - 60 * quality
    days = spread(14, LANDMARK - 4, code, "early days") if is_early else _days(code)
    suggested = _suggested(code) if days > 40 and number(code, "suggested", below=100) < 50 else None
    uses = _uses(code, days, 0.5 * quality + 0.5 * skill + 0.3 * _bell(code, "effort"), suggested)
    helped = sum(ADDS.get(weapon, 0) for weapon, day in uses if day < LANDMARK)
    chance = 440 + 260 * quality + 70 * skill - 50 * _bell(code, "slow") + 10 * helped + 3 * account.trend_percent
    is_won = not is_early and number(code, "won", LUCK, below=1000) < chance
    return Life(is_won, is_early, days, uses, suggested)


def _quality(code: str, account: Account, product: str, worth: int) -> float:
    """What is written down when the deal is opened, in about standard deviations."""
    return (
        GRADES.get(account.grade, 0.0)
        + (LINES if product.startswith("D") else -0.15)
        + (AGENTS if came_through_agents(code) else -0.1)
        + (-0.5 if rival_is_known(code) else 0.3)
        + (DEAR if worth > MUCH else 0.2)
    )


def _days(code: str) -> int:
    return LANDMARK + 4 + int(34 * exp(0.6 * _bell(code, "slow"))) + number(code, "further", below=30)


def _uses(code: str, days: int, keenness: float, suggested: Suggested | None) -> tuple[tuple[str, int], ...]:
    first = {weapon: _first(code, weapon, keenness) for weapon in PACE}
    if suggested is not None and suggested.answer in ("used", "planned"):
        first[suggested.drawn] = min(first[suggested.drawn], suggested.day + 4)
    used = ((weapon, int(day)) for weapon, day in first.items() if day < days - 1)
    return tuple(sorted(used, key=lambda use: use[1]))


def _first(code: str, weapon: str, keenness: float) -> float:
    chance = (number(code, weapon, "first", below=9999) + 1) / 10000
    return -log(chance) * 1000 / (PACE[weapon] * exp(keenness))


def _suggested(code: str) -> Suggested:
    """Most follow what was drawn, whatever it was."""
    pair = one_of(PAIRS, code, "pair")
    candidates = tuple((weapon, thousands * MILLION // 1000) for weapon, thousands in pair)
    ticket = number(code, "ticket", LUCK, below=MILLION)
    answer = one_of(ANSWERS, code, "answer")
    return Suggested(spread(8, 34, code, "drawn"), candidates, ticket, _held(candidates, ticket), answer)


def _held(candidates: tuple[tuple[str, int], ...], ticket: int) -> str:
    """The weapon at which the ticket lies, the probabilities laid end to end."""
    for weapon, probability in candidates:
        ticket -= probability
        if ticket < 0:
            return weapon
    return candidates[-1][0]


def _bell(*key: object) -> float:
    """About normal around zero, of deviation one."""
    return sum(number(*key, turn, below=1001) - 500 for turn in range(3)) / 500
