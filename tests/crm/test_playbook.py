"""The playbook's rules, one by one: locks, strengths, coverage, hints, exits, the deal check, flags."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from core.i18n import use_language
from core.registry import registry
from crm.exit_tests import ExitTest
from crm.key_persons import KeyPerson
from crm.playbook.coverage import coverage
from crm.playbook.exits import Evidence, Facts, checked
from crm.playbook.flags import DealFacts, red_flags
from crm.playbook.hints import next_weapons
from crm.playbook.locks import Paper, Situation, blocked, repeated
from crm.playbook.scores import score_of, shown_probability
from crm.playbook.strengths import Strengths
from crm.playbook.uses import Reached, Use
from crm.stages import Stage
from crm.steps import Step
from crm.tenders import Tender
from crm.weapons import Weapon

TODAY = date(2026, 5, 20)
registry()  # with it the texts are in force
OPEN = Tender(name="Net", account_id=1, noticed_on=date(2026, 5, 1))
GIFT = Weapon(
    id=6, code="W06", name_zh="赠品", name_en="Gift", tender_lock="locked", official_lock="locked", repeat_days=90
)
TOUR = Weapon(id=8, code="W08", name_zh="参观考察", tender_lock="on_request", official_lock="consent", cost_class_id=4)
VISIT = Weapon(id=4, code="W04", name_zh="登门拜访", cost_class_id=2)
CALL = Weapon(id=3, code="W03", name_zh="电话销售", cost_class_id=1)
RANKS = {1: 1, 2: 2, 4: 4}
CLERK = KeyPerson(id=1, account_id=1, name="Clerk", level="operating", function="user")
HEAD = KeyPerson(id=2, account_id=1, name="Head", level="management", function="technical")
MAYOR = KeyPerson(id=3, account_id=1, name="Mayor", level="decision", function="user", is_official=True)
STEP = Step(id=11, code="S1", name_zh="发现需求")
HELD = Strengths(
    {
        (4, "step", "S1"): 3, (4, "level", "operating"): 3, (4, "level", "management"): 3, (4, "level", "decision"): 2,
        (3, "step", "S1"): 2, (3, "level", "operating"): 3, (3, "level", "management"): 2, (3, "level", "decision"): 1,
        (8, "step", "S1"): 1, (8, "level", "decision"): 3, (6, "step", "S1"): 1, (6, "level", "operating"): 3,
        (4, "function", "user"): 3,
    },
    {11: STEP, 12: Step(id=12, code="S2", name_zh="内部酝酿")},
)  # fmt: skip


def use(weapon: Weapon, *people: KeyPerson, **values: Any) -> Use:
    reached = tuple(Reached(one.id, one.level, one.function) for one in people)
    made = Use(id=1, weapon_id=weapon.id, state="done", deal_id=1, step_id=11, at=None, cost=None, reached=reached)
    return replace(made, **values)


# --- locks ----------------------------------------------------------------------------------------------------


def rule(weapon: Weapon, *people: KeyPerson, on: date = TODAY, **values: Any) -> str | None:
    refusal = blocked(weapon, people, Situation(**values), on)
    return refusal.rule if refusal else None


@pytest.mark.parametrize(("weapon", "expected"), [(GIFT, "tender_lock"), (TOUR, "tender_request"), (VISIT, None)])
def test_an_open_tender_locks_gifts_and_asks_for_a_request_of_tours(weapon: Weapon, expected: str | None) -> None:
    assert rule(weapon, CLERK, tenders=(OPEN,)) == expected


def test_the_tender_lock_holds_from_the_notice_to_the_award() -> None:
    over = Tender(name="Net", account_id=1, noticed_on=date(2026, 5, 1), awarded_on=TODAY)
    assert rule(GIFT, CLERK, tenders=(over,)) is None
    assert rule(GIFT, CLERK, tenders=(over,), on=TODAY - timedelta(days=1)) == "tender_lock"
    assert rule(GIFT, CLERK, tenders=(OPEN,), on=date(2026, 4, 30)) is None


def test_a_written_request_opens_the_tender_lock_for_a_tour_and_for_no_gift() -> None:
    papers = frozenset({Paper("written_request")})
    assert rule(TOUR, CLERK, tenders=(OPEN,), papers=papers) is None
    assert rule(GIFT, CLERK, tenders=(OPEN,), papers=papers) == "tender_lock"


def test_an_official_gets_no_gift_whatever_paper_lies_there() -> None:
    assert rule(GIFT, CLERK, MAYOR, papers=frozenset({Paper("unit_consent")})) == "official_lock"


@pytest.mark.parametrize(
    ("papers", "expected"),
    [
        (frozenset(), "official_consent"),
        (frozenset({Paper("unit_consent", 99)}), "official_consent"),
        (frozenset({Paper("unit_consent", 3)}), None),
        (frozenset({Paper("unit_consent")}), None),
    ],
)
def test_an_official_travels_with_the_units_written_consent(papers: frozenset[Paper], expected: str | None) -> None:
    assert rule(TOUR, CLERK, MAYOR, papers=papers) == expected


def test_a_refusal_names_its_rule_in_both_languages() -> None:
    refusal = blocked(GIFT, [MAYOR], Situation(), TODAY)
    assert refusal is not None
    with use_language("zh"):
        assert refusal.sentence == "公职人员限制：Mayor是公职人员，不得使用赠品。"
    with use_language("en"):
        assert refusal.sentence == "Official lock: Mayor is a public official and gets no Gift."


@pytest.mark.parametrize(("ago", "warned"), [(0, 1), (89, 1), (90, 0)])
def test_the_same_gift_again_within_90_days_is_warned_of(ago: int, warned: int) -> None:
    situation = Situation(given={(6, 1): TODAY - timedelta(days=ago)})
    assert len(repeated(GIFT, [CLERK, HEAD], situation, TODAY)) == warned
    assert repeated(VISIT, [CLERK], situation, TODAY) == ()


# --- coverage, hints, exits -----------------------------------------------------------------------------------


def test_coverage_tells_who_was_never_met_and_which_seats_are_empty() -> None:
    found = coverage([MAYOR, HEAD, CLERK], [use(VISIT, CLERK), use(VISIT, HEAD, state="planned")])
    assert found.never_met == (MAYOR, HEAD)
    assert found.levels_unmet == ("decision", "management")
    assert len(found.seats) == 15
    assert len(found.empty_seats) == 12


def test_a_level_counts_as_it_was_on_the_day() -> None:
    promoted = KeyPerson(id=1, account_id=1, name="Clerk", level="decision", function="user")
    assert coverage([promoted], [use(VISIT, CLERK)]).levels_met == {"operating"}


def ranked(levels: tuple[str, ...], **values: Any) -> list[tuple[str, str]]:
    ranking = next_weapons(
        (GIFT, CALL, VISIT, TOUR), HELD, levels_unmet=levels, cost_ranks=RANKS,
        **{"step_id": 11, "refusal": lambda _weapon: None, **values},
    )  # fmt: skip
    return [(hint.weapon.code, str(hint.score)) for hint in ranking.hints]


def test_hints_rank_by_step_times_level_by_cost() -> None:
    assert ranked(("decision",)) == [("W04", "3"), ("W03", "2"), ("W08", "3/4")]
    assert ranked(("decision", "operating")) == [("W03", "6"), ("W04", "9/2"), ("W06", "3"), ("W08", "3/4")]


def test_once_all_levels_are_met_every_level_counts() -> None:
    assert ranked(()) == ranked(("decision", "management", "operating"))


def test_in_a_step_that_nothing_suits_there_is_no_hint() -> None:
    assert ranked(("decision",), step_id=12) == ranked(("decision",), step_id=None) == []


def test_what_is_blocked_stands_beside_with_its_rule() -> None:
    ranking = next_weapons(
        (GIFT, VISIT), HELD, step_id=11, levels_unmet=("operating",), cost_ranks=RANKS,
        refusal=lambda weapon: blocked(weapon, [MAYOR], Situation(), TODAY),
    )  # fmt: skip
    assert [hint.weapon.code for hint in ranking.hints] == ["W04"]
    assert [(weapon.code, refusal.rule) for weapon, refusal in ranking.blocked] == [("W06", "official_lock")]


def test_each_hint_says_why_in_one_line() -> None:
    ranking = next_weapons(
        (VISIT,), HELD, step_id=11, levels_unmet=("decision",), cost_ranks=RANKS, refusal=lambda _weapon: None
    )
    with use_language("zh"):
        assert ranking.hints[0].why.sentence == "登门拜访：本步骤强度 3/3；能见到还没有人见过的决策层。"


# A plan proves nothing, and a stage without tests asks nothing: see test_exit_gate.
@pytest.mark.parametrize(
    ("weapon", "step_id", "is_met"), [(None, 11, False), (VISIT, 11, True), (TOUR, 11, False), (VISIT, 12, False)]
)
def test_a_stage_is_left_after_a_strong_use_in_its_step(weapon: Weapon | None, step_id: int, is_met: bool) -> None:
    stage = Stage(code="O1", name_zh="需求确认", step_id=STEP.id)
    done = (Evidence("activity", 1, "A use", ref=weapon.id, step_id=step_id),) if weapon else ()
    (found,) = checked(stage, [ExitTest(code="T", name_zh="强武器", proof="weapon")], Facts(uses=done), lambda: HELD)
    assert found.is_met is is_met


def test_cost_a_head_counts_each_person_once() -> None:
    assert use(VISIT, CLERK, HEAD, HEAD, cost=101).cost_a_head == 51
    assert use(VISIT, cost=100).cost_a_head is None
    assert use(VISIT, CLERK).cost_a_head is None


# --- the deal check -------------------------------------------------------------------------------------------

ALL = ("M", "E", "D1", "D2", "P", "I", "C1", "C2")


@pytest.mark.parametrize(
    ("total", "band", "shown"),
    [(0, "losing", 4000), (23, "losing", 4000), (24, "fighting", 7000), (31, "fighting", 7000), (32, "winning", 9000)],
)
def test_the_score_caps_the_probability(total: int, band: str, shown: int) -> None:
    answers = {question: min(5, max(0, total - 5 * number)) for number, question in enumerate(ALL)}
    score = score_of(answers)
    assert score is not None
    assert (score.total, score.band, score.is_whole) == (total, band, True)
    assert shown_probability(9000, score) == shown
    assert shown_probability(1000, score) == 1000


def test_an_unchecked_deal_shows_its_stage_and_an_unanswered_question_counts_nothing() -> None:
    assert score_of({}) is None
    assert shown_probability(9000, None) == 9000
    assert shown_probability(None, score_of({"M": 5})) is None
    half = score_of({"M": 5, "other": 5})
    assert half is not None
    assert (half.total, half.answered) == (5, 1)


def test_an_answer_goes_from_0_to_5() -> None:
    with pytest.raises(ValueError, match="0 to 5"):
        score_of({"M": 6})


def test_red_flags_are_raised_and_lifted() -> None:
    bare = DealFacts(met=1, has_met_decider=False, rivals=0, answers={})
    assert [flag.rule for flag in red_flags(bare)] == [
        "one_contact", "no_economic_buyer", "no_rival", "no_paper_process",
    ]  # fmt: skip
    assert red_flags(DealFacts(met=2, has_met_decider=True, rivals=1, answers={"P": 3})) == ()
    assert red_flags(DealFacts(met=2, has_met_decider=False, rivals=0, answers={"E": 3, "C2": 4, "P": 5})) == ()
