"""How sure a judgement of somebody still is: it fades with the time since one last had to do with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.i18n import N_
from crm.ageing import USUAL_DAYS

Sureness = Literal["sure", "fading", "stale", "none"]
SURE, FADING = 50, 25
WORDS: dict[Sureness, str] = {
    "sure": N_("sure"), "fading": N_("fading"), "stale": N_("stale"), "none": N_("not judged yet"),
}  # fmt: skip


@dataclass(frozen=True)
class Confidence:
    """`percent` of what it was on the day `since`, the last contact or the judgement, whichever is later."""

    state: Sureness
    percent: int = 0
    since: date | None = None
    half_life: int = USUAL_DAYS


def confidence(
    *, judged_on: date | None, last_contact: date | None, level: str | None, half_lives: Mapping[str, int], on: date
) -> Confidence:
    """Half of it is gone after each half-life of the level: 100 x 0.5 ^ (days / half-life).

    Sure down to 50 % (one half-life), fading down to 25 % (two), stale below. What nobody judged is `none`: contact
    alone says nothing of how somebody stands.
    """
    days = half_lives.get(level or "", USUAL_DAYS)
    if judged_on is None:
        return Confidence("none", half_life=days)
    since = max(judged_on, last_contact) if last_contact else judged_on
    percent = round(100 * 0.5 ** (max((on - since).days, 0) / days))
    state: Sureness = "sure" if percent >= SURE else "fading" if percent >= FADING else "stale"
    return Confidence(state, percent, since, days)
