"""The draw of the next weapon: the chances stored are those used, one is open at a time, and its answers are kept."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from core.access import OPERATOR
from core.actors import actor_for
from core.db import get, reading
from core.errors import Conflict, Invalid
from crm.activities import Activity
from crm.commitment_verbs import release_of
from crm.pipelines import Pipeline
from crm.playbook.deals import played
from crm.playbook.drawing import Candidate, candidates, drawn
from crm.playbook.reserving import reserve
from crm.playbook.suggesting import Plan, of_deal, pass_over, plan, refuse, suggest, take_back
from crm.stages import Stage
from crm.suggestions import WHOLE, Suggestion
from crm.weapon_worths import EVERYBODY, WeaponWorth, factor
from crm.weapons import Weapon
from tests.crm.playing import VISIT, approved, deal, person, use, weapon
from tests.crm.world import acting, days, one

# The draw is the same on every engine; what the database has to hold is tried on both.
SQLITE = pytest.mark.parametrize("templates", ["sqlite"], indirect=True)
SCORES = ((4, Fraction(9)), (3, Fraction(8)), (2, Fraction(7)), (8, Fraction(3)))


def ready(code: str = "O1") -> None:
    with acting("operator") as session:
        found = deal(session)
        found.stage_id = one(session, Stage, code=code).id


def draw(ticket: int = 0, *, name: str = "am", more: bool = False) -> dict[str, Any] | None:
    with acting(name) as session:
        found = suggest(session, deal(session), ticket=ticket, more=more)
        return None if found is None else found.model_dump()


def weapon_of(found: dict[str, Any] | None) -> str:
    assert found is not None
    with reading(OPERATOR) as session:
        return str(one(session, Weapon, id=found["weapon_id"]).code)


def answered(act: Any) -> Any:
    """Answer the open suggestion as whoever works the deal."""
    with acting("am") as session:
        standing = suggest(session, deal(session), ticket=0)
        assert standing is not None
        return act(session, standing)


# --- the draw -------------------------------------------------------------------------------------------------


def test_the_nearly_equal_are_drawn_in_proportion_and_nothing_else() -> None:
    assert [one.probability for one in candidates(SCORES, band=2500)] == [375_000, 333_333, 291_667, 0]


@pytest.mark.parametrize("band", [0, 1000])
def test_what_nothing_comes_near_is_certain(band: int) -> None:
    assert [one.probability for one in candidates(SCORES, band=band)] == [WHOLE, 0, 0, 0]


def test_each_ticket_belongs_to_one_candidate() -> None:
    found = candidates(SCORES, band=2500)
    ends = (0, 374_999, 375_000, 708_332, 708_333, WHOLE - 1)
    assert [drawn(found, ticket).weapon_id for ticket in ends] == [4, 4, 3, 3, 2, 2]
    with pytest.raises(LookupError):
        drawn(found, WHOLE)


def log_of(draws: int, random: Random) -> Iterator[tuple[tuple[Candidate, ...], int]]:
    """Suggestions of many situations, as the log holds them: the candidates with their chances, and the one drawn."""
    for _ in range(draws):
        scores = sorted((Fraction(random.randint(1, 18), random.randint(1, 4)) for _ in range(6)), reverse=True)
        found = candidates(list(enumerate(scores, start=1)), band=random.choice((0, 1500, 2500, 10_000)))
        yield found, drawn(found, random.randrange(WHOLE)).weapon_id


def test_ten_thousand_suggestions_agree_with_their_stored_probabilities() -> None:
    """By ten classes of probability the candidates drawn are as many as they should be: chi-square of the sum."""
    expected, spread, happened = defaultdict[int, float](float), defaultdict[int, float](float), Counter[int]()
    for found, chosen in log_of(10_000, Random(20260520)):
        assert sum(one.probability for one in found) == WHOLE
        for one_ in found:
            chance, place = one_.probability / WHOLE, min(9, one_.probability * 10 // WHOLE)
            expected[place] += chance
            spread[place] += chance * (1 - chance)
            happened[place] += one_.weapon_id == chosen
    scores = {place: (happened[place] - expected[place]) / spread[place] ** 0.5 for place in expected if spread[place]}
    assert max(abs(score) for score in scores.values()) < 3.3
    assert all(happened[place] == expected[place] for place in expected if not spread[place])


def test_what_is_stored_of_a_draw_is_what_drew_it(fresh_carrier: str) -> None:
    ready()
    found = draw(ticket=WHOLE - 1)
    assert found is not None
    kept = [Candidate(row["weapon_id"], Fraction(row["score"]), row["probability"]) for row in found["candidates"]]
    assert drawn(kept, found["ticket"]).weapon_id == found["weapon_id"]
    assert {one.weapon_id: one.probability for one in kept}[found["weapon_id"]] == found["probability"]
    with reading(actor_for("am")) as session:
        assert [one.weapon_id for one in kept] == [h.weapon.id for h in played(session, deal(session)).ranking.hints]


@SQLITE
def test_the_pipeline_says_how_near_is_nearly_equal(fresh_carrier: str) -> None:
    ready()
    with acting("operator") as session:
        one(session, Pipeline, id=deal(session).pipeline_id).nearly_equal = 0
    found = draw(ticket=WHOLE - 1)
    assert found is not None
    assert (found["band"], found["probability"]) == (0, WHOLE)


# --- one for everybody ----------------------------------------------------------------------------------------


def test_a_colleague_gets_the_same_suggestion_whatever_the_chance(fresh_carrier: str) -> None:
    ready()
    first, second = draw(0), draw(WHOLE - 1, name="lead")
    assert first is not None
    assert second is not None
    assert (first["id"], first["shown_to_id"]) == (second["id"], second["shown_to_id"])


def test_two_who_draw_at_once_make_one_suggestion(fresh_carrier: str) -> None:
    ready()
    found = draw(0)
    assert found is not None
    fields = {name: value for name, value in found.items() if name not in ("id", "version")}
    with acting("am") as session:
        session.add(Suggestion(**fields))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


@SQLITE
def test_a_deal_in_a_new_step_gets_a_new_suggestion_and_the_old_one_is_closed(fresh_carrier: str) -> None:
    ready("O1")
    first = draw()
    ready("O3")
    second = draw()
    assert first is not None
    assert second is not None
    assert first["step_id"] != second["step_id"]
    with reading(OPERATOR) as session:
        old = one(session, Suggestion, id=first["id"])
        assert (old.answer, old.slot) == ("overtaken", None)


@SQLITE
def test_what_was_done_without_a_word_counts_as_followed(fresh_carrier: str) -> None:
    ready()
    code = weapon_of(first := draw())
    with acting("am") as session:
        made = use(session, code, person(session), opportunity_id=deal(session).id, done=True).id
    draw()
    assert first is not None
    with reading(OPERATOR) as session:
        old = one(session, Suggestion, id=first["id"])
        assert (old.answer, old.activity_id) == ("used", made)


# --- answers --------------------------------------------------------------------------------------------------


def test_planning_it_makes_the_activity_and_waits_for_its_result(fresh_carrier: str) -> None:
    ready()
    with acting("am") as session:
        boss = person(session, level="decision", function="user").id
    made = answered(lambda session, each: plan(session, deal(session), each, Plan(days(3), boss)).id)
    with reading(actor_for("am")) as session:
        found, drawn_ = one(session, Activity, id=made), one(session, Suggestion, activity_id=made)
        assert (found.weapon_id, found.step_id, found.due_on) == (drawn_.weapon_id, drawn_.step_id, days(3))
        assert (found.opportunity_id, found.state, drawn_.answer) == (drawn_.opportunity_id, "planned", "planned")
        assert [one_.person_id for use_ in played(session, deal(session)).uses for one_ in use_.reached] == [boss]
    assert draw() is None
    assert weapon_of(draw(more=True)) != weapon_of({"weapon_id": found.weapon_id})


@SQLITE
def test_another_one_is_another_one_until_all_have_been_seen(fresh_carrier: str) -> None:
    ready()
    seen = []
    for _ in range(3):
        seen.append(weapon_of(draw()))
        answered(lambda session, each: pass_over(session, each))
    assert len(set(seen)) == 3


@SQLITE
def test_what_does_not_suit_is_not_suggested_again_in_this_step(fresh_carrier: str) -> None:
    ready()
    first = weapon_of(draw())
    answered(lambda session, each: refuse(session, each, reason="cost"))
    for _ in range(12):
        assert weapon_of(draw()) != first
        answered(lambda session, each: pass_over(session, each))


@SQLITE
@pytest.mark.parametrize(("reason", "text"), [("", ""), ("nonsense", ""), ("other", "  ")])
def test_not_suitable_wants_a_reason(fresh_carrier: str, reason: str, text: str) -> None:
    ready()
    draw()
    with pytest.raises(Invalid):
        answered(lambda session, each: refuse(session, each, reason=reason, text=text))


@SQLITE
def test_a_suggestion_is_answered_once(fresh_carrier: str) -> None:
    ready()
    found = draw()
    assert found is not None
    answered(lambda session, each: pass_over(session, each))
    with pytest.raises(Conflict), acting("am") as session:
        pass_over(session, of_deal(session, deal(session), found["id"]))


@SQLITE
def test_an_answer_is_taken_back_with_what_it_planned(fresh_carrier: str) -> None:
    ready()
    found = draw()
    assert found is not None
    made = answered(lambda session, each: plan(session, deal(session), each, Plan(days(3))).id)
    with acting("am") as session:
        take_back(session, deal(session), of_deal(session, deal(session), found["id"]))
    assert (draw() or {})["id"] == found["id"]
    with reading(OPERATOR) as session:
        assert one(session, Activity, id=made).archived_at is not None


def test_what_was_asked_of_a_plan_keeps_it_from_being_taken_back(fresh_carrier: str) -> None:
    """Its shares count within the ceilings: under a use that was put away nobody would find them."""
    ready()
    found = draw()
    assert found is not None
    with acting("operator") as session:
        weapon(session, weapon_of(found)).compliance = "GIFT"
    made = answered(lambda session, each: plan(session, deal(session), each, Plan(days(3))).id)
    with acting("am") as session:
        reserve(session, get(session, Activity, made), [(person(session), 100)])
    with pytest.raises(Invalid), acting("am") as session:
        take_back(session, deal(session), of_deal(session, deal(session), found["id"]))
    approved(made)
    with pytest.raises(Invalid), acting("am") as session:
        take_back(session, deal(session), of_deal(session, deal(session), found["id"]))
    with acting("am") as session:
        release_of(session, made)
    with acting("am") as session:
        take_back(session, deal(session), of_deal(session, deal(session), found["id"]))
    with reading(OPERATOR) as session:
        assert one(session, Activity, id=made).archived_at is not None


# --- evidence -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "points", "expected"),
    [("seen", 1000, "5/4"), ("seen", 9000, "3/2"), ("seen", -9000, "1/2"), ("none", 900, "1"), ("few", None, "1")],
)
def test_evidence_moves_a_score_within_bounds(state: str, points: int | None, expected: str) -> None:
    assert str(factor(state, points)) == expected


@SQLITE
def test_what_was_seen_in_closed_deals_moves_the_ranking(fresh_carrier: str) -> None:
    ready()
    with acting("operator") as session:
        visit = weapon(session, VISIT).id
        session.add(
            WeaponWorth(
                weapon_id=visit, segment=EVERYBODY, state="seen", points=2000, low=900, high=3100, deals_with=400,
                deals_without=500,
            )
        )  # fmt: skip
    with reading(actor_for("am")) as session:
        hint = played(session, deal(session)).ranking.hint(visit)
        assert hint is not None
        assert hint.worth is not None
        assert (hint.score, hint.worth.deals) == (Fraction(27, 4), 900)


@SQLITE
def test_a_retired_weapon_is_suggested_no_more(fresh_carrier: str) -> None:
    from core import clock

    ready()
    with acting("operator") as session:
        weapon(session, VISIT).archived_at = clock.now()
    with reading(actor_for("am")) as session:
        assert VISIT not in [hint.weapon.code for hint in played(session, deal(session)).ranking.hints]
