"""Plants the log of suggestions of the closed deals: what was drawn, by which chance, and the answer."""

from collections.abc import Iterator
from datetime import timedelta

from core.access import table_of
from core.bulk import Values
from core.people import User
from crm.demo import shapes
from crm.demo.bulk import create_links
from crm.demo.chance import one_of
from crm.demo.crowd_deals import lives
from crm.demo.crowd_lives import MILLION, Suggested
from crm.demo.planter import Planter
from crm.demo.uses import Course, courses, step_on
from crm.opportunities import Opportunity

BAND = 2500
ANSWERED_AFTER = timedelta(hours=3)
REASONS = ("person", "time", "cost", "tried", "client")


def plant_suggestions(made: Planter, deals: tuple[shapes.Deal, ...]) -> None:
    known, went = courses(deals), lives()
    asked = [(row, went[row.code].suggested) for row in deals if row.code in went]
    rows = [values for row, one in asked if one is not None for values in _suggestion(made, row, one, known)]
    create_links(made, table_of("crm_suggestion"), rows)


def _suggestion(made: Planter, row: shapes.Deal, one: Suggested, known: dict[str, Course]) -> Iterator[Values]:
    day, seller = row.engaged_on + one.day, made.id(User, row.owner)
    step = step_on(row.code, day, known)
    if step is None:
        return
    drawn_at = made.at(day, "09:30")
    yield {
        "opportunity_id": made.id(Opportunity, row.code),
        "step_id": made.ref("step", step),
        "weapon_id": made.ref("weapon", one.drawn),
        "turn": 0,
        "candidates": [_candidate(made, *each) for each in one.candidates],
        "probability": dict(one.candidates)[one.drawn],
        "ticket": one.ticket,
        "band": BAND,
        "level": None,
        "person_id": None,
        "seller_id": seller,
        "shown_to_id": seller,
        "drawn_at": drawn_at,
        "answer": one.answer,
        "reason": one_of(REASONS, row.code, "unsuitable") if one.answer == "unsuitable" else None,
        "reason_text": None,
        "answered_at": drawn_at + ANSWERED_AFTER,
        "answered_by_id": seller,
        "activity_id": None,
        "slot": None,
        "created_at": drawn_at,
        "updated_at": drawn_at,
        "archived_at": None,
        "version": 1,
    }


def _candidate(made: Planter, weapon: str, probability: int) -> Values:
    return {
        "weapon_id": made.ref("weapon", weapon),
        "score": round(probability / MILLION, 6),
        "probability": probability,
    }
