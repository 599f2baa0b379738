"""The draw among candidates that are nearly equal: each one's probability, and which one a drawn number means.

The best is suggested where nothing else comes near it. Where others do, one of them is drawn in proportion to its
score: it costs the deal little, and only what chance has decided tells later what a suggestion was worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from crm.suggestions import WHOLE


@dataclass(frozen=True)
class Candidate:
    """`probability` is in millionths; 0 for one that is not near the best."""

    weapon_id: int
    score: Fraction
    probability: int

    @property
    def kept(self) -> dict[str, int | float]:
        """As the log holds it."""
        return {"weapon_id": self.weapon_id, "score": round(float(self.score), 6), "probability": self.probability}


def candidates(scores: Sequence[tuple[int, Fraction]], *, band: int) -> tuple[Candidate, ...]:
    """The weapons with their scores, the best first, and their chances, which sum up to the whole.

    `band` is in basis points of the best score: at 2500 whatever has three quarters of it or more is drawn among.
    What the rounding leaves over goes to those with the greatest remainders.
    """
    if not scores:
        return ()
    least = scores[0][1] * Fraction(10_000 - band, 10_000)
    near = [score if score >= least else Fraction(0) for _weapon, score in scores]
    exact = [WHOLE * score / sum(near) for score in near]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: (shares[place] - exact[place], place))
    for place in by_remainder[: WHOLE - sum(shares)]:
        shares[place] += 1
    return tuple(Candidate(*one, share) for one, share in zip(scores, shares, strict=True))


def drawn(found: Sequence[Candidate], ticket: int) -> Candidate:
    """The candidate at which the ticket (from 0 to 999,999) lies, the probabilities laid end to end."""
    end = 0
    for one in found:
        end += one.probability
        if ticket < end:
            return one
    raise LookupError(f"no candidate holds the ticket {ticket}")
