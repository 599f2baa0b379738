"""What the deal check adds up to, and the highest probability that such a deal may show."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm import reference
from crm.deal_checks import MOST, QUESTIONS


@dataclass(frozen=True)
class Score:
    """Of 40. `answered` is how many of the eight questions were; those that were not count as 0. `cap` is a rate in
    basis points."""

    total: int
    answered: int
    band: str
    cap: int

    @property
    def is_whole(self) -> bool:
        return self.answered == len(QUESTIONS)


def score_of(answers: Mapping[str, int]) -> Score | None:
    """The score of the answers, by question; None for a deal that nobody has checked, which says nothing of it.

    Raises ValueError for an answer outside 0 to 5. Items and bands are those of the method: 32 to 40 winning, 24 to 31
    fighting, below that losing.
    """
    known = {question: answers[question] for question in QUESTIONS if question in answers}
    if any(not 0 <= points <= MOST for points in known.values()):
        raise ValueError("an answer goes from 0 to 5")
    if not known:
        return None
    band = reference.deal_band(sum(known.values()))
    return Score(sum(known.values()), len(known), band.code, band.cap_bp)


def shown_probability(stage_default: int | None, score: Score | None, cap: int | None = None) -> int | None:
    """In basis points: the stage's own, at most 40 % below 24 points and at most 70 % below 32.

    Without a check it is the stage's own; without a stage there is none. `cap` is a further limit: `gaps.cap`, for key
    persons who have gone.
    """
    if stage_default is None:
        return None
    caps = (score.cap if score else None, cap)
    return min((stage_default, *(each for each in caps if each is not None)))
