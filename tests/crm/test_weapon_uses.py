"""A weapon's use is the activity: version, step, level of that day, our people; and where the playbook reads it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.actors import actor_for
from core.bulk import update_rows
from core.db import reading
from core.errors import Forbidden, Invalid
from core.ids import new_id
from core.people import User
from crm.activities import Activity
from crm.activity_joining import add_user
from crm.activity_links import ActivityPerson, users_of
from crm.activity_verbs import finish, plan_again
from crm.check_ins import CheckIn, check_in, consent, give_consent, revoke_consent
from crm.deal_checks import answer
from crm.deal_states import move
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.playbook.deals import played
from crm.playbook.reading import situation_of, uses_of
from crm.stages import Stage
from crm.steps import Step
from crm.tenders import Tender
from crm.weapon_fits import WEAPON_FIT, WeaponFit
from crm.weapon_versions import WeaponVersion
from crm.weapons import Weapon
from tests.crm import playing
from tests.crm.playing import GIFT, SOCIAL, TECH, TOUR, VISIT, deal, person, use
from tests.crm.world import acting, days, id_of, one, save


def versions(code: str) -> list[dict[str, Any]]:
    with acting("am") as session:
        rows = select(WeaponVersion.definition).where(WeaponVersion.weapon_id == playing.weapon(session, code).id)
        return list(session.scalars(rows.order_by(WeaponVersion.number)))


# --- versions -------------------------------------------------------------------------------------------------


def test_a_new_database_has_the_first_version_of_each_weapon(carrier: str) -> None:
    with acting("am") as session:
        assert sorted(session.scalars(select(WeaponVersion.number))) == [1] * 8
    assert versions(VISIT)[0]["strengths"]["step"]["S1"] == 3


def test_a_use_keeps_the_version_it_was_made_under(fresh_carrier: str) -> None:
    with acting("am") as session:
        before = use(session, VISIT).id
    with acting("keeper") as session:
        one(session, Weapon, code=VISIT).tip_zh = "带着问题去。"
    with acting("am") as session:
        after = use(session, VISIT)
        kept = [session.get(WeaponVersion, one(session, Activity, id=i).weapon_version_id) for i in (before, after.id)]
        assert [version.number for version in kept] == [1, 2]
        assert [version.definition["tip_zh"] == "带着问题去。" for version in kept] == [False, True]


def test_a_strength_that_changes_makes_a_version_and_a_save_without_change_none(fresh_carrier: str) -> None:
    with acting("keeper") as session:
        visit = one(session, Weapon, code=VISIT)
        save(session, visit)
        fit = one(session, WeaponFit, weapon_id=visit.id, dimension="step", code="S4")
        fit.strength = 3
    assert [version["strengths"]["step"]["S4"] for version in versions(VISIT)] == [2, 3]
    assert len(versions(TECH)) == 1


def test_a_file_that_changes_strengths_makes_a_version(fresh_carrier: str) -> None:
    with acting("keeper") as session:
        session.info["batch"] = new_id()
        visit = playing.weapon(session, VISIT).id
        fit = one(session, WeaponFit, weapon_id=visit, dimension="step", code="S4")
        update_rows(session, WEAPON_FIT, {fit.id: {"strength": 0}}, batch=session.info["batch"])
    assert [version["strengths"]["step"]["S4"] for version in versions(VISIT)] == [2, 0]


# --- step and levels ------------------------------------------------------------------------------------------


def in_step(session: Any, code: str) -> Any:
    return id_of(session, Step, code=code)


def to_stage(code: str) -> None:
    with acting("am") as session:
        move(session, deal(session), id_of(session, Stage, code=code) or 0)


def test_a_use_belongs_to_the_step_in_which_the_client_was_when_it_was_done(fresh_carrier: str) -> None:
    to_stage("O1")
    with acting("am") as session:
        planned = use(session, VISIT, person(session), opportunity_id=deal(session).id).id
        assert one(session, Activity, id=planned).step_id is None
    to_stage("O3")
    with acting("am") as session:
        finish(session, one(session, Activity, id=planned))
        assert one(session, Activity, id=planned).step_id == in_step(session, "S3")
        plan_again(session, one(session, Activity, id=planned))
        assert one(session, Activity, id=planned).step_id is None


def test_a_use_that_is_told_late_belongs_to_the_step_of_its_day(fresh_carrier: str) -> None:
    to_stage("O2")
    with acting("am") as session:
        told = use(session, VISIT, opportunity_id=deal(session).id)
        finish(session, told, done_at=clock.now())
    to_stage("O4")
    with acting("am") as session:
        done_at = one(session, Activity, id=told.id).done_at
        late = use(session, TECH, opportunity_id=deal(session).id)
        finish(session, late, done_at=done_at)
        assert late.step_id == in_step(session, "S2")


def test_a_step_that_somebody_chose_stays(carrier: str) -> None:
    with acting("am") as session:
        chosen = in_step(session, "S5")
        assert use(session, VISIT, opportunity_id=deal(session).id, step_id=chosen, done=True).step_id == chosen


def test_whom_it_reached_keeps_the_level_of_that_day(fresh_carrier: str) -> None:
    with acting("am") as session:
        boss = person(session, level="operating", function="user")
        planned = use(session, VISIT, boss).id
    with acting("am") as session:
        person(session, level="management", function="technical")
        finish(session, one(session, Activity, id=planned))
    with acting("am") as session:
        person(session, level="decision")
        tie = one(session, ActivityPerson, activity_id=planned)
        assert (tie.level, tie.function) == ("management", "technical")
        (found,) = uses_of(session, deal(session).account_id)
        assert [(one_.level, one_.function) for one_ in found.reached] == [("management", "technical")]


def test_our_people_are_on_it_once(carrier: str) -> None:
    with acting("am") as session:
        lead = id_of(session, User, username="lead") or 0
        made = use(session, VISIT)
        add_user(session, made, user_id=lead)
        session.flush()
        add_user(session, made, user_id=lead)
        session.flush()
        assert users_of(session, made) == [lead]


# --- what the playbook reads ----------------------------------------------------------------------------------


def test_a_use_with_a_client_and_no_deal_counts_for_its_coverage(fresh_carrier: str) -> None:
    with acting("am") as session:
        use(session, VISIT, person(session, level="decision", function="user"), done=True)
    with acting("am") as session:
        found = played(session, deal(session))
        assert (len(found.client_uses), len(found.uses)) == (1, 0)
        assert found.coverage.levels_unmet == ("management", "operating")


def test_the_papers_that_open_locks_are_found_where_they_hang(fresh_carrier: str) -> None:
    with acting("am") as session:
        bank = deal(session)
        boss = person(session, is_official=True)
        tender = save(session, Tender(name="Net", account_id=bank.account_id, noticed_on=clock.today()))
        number = bank.account_id
    with acting("am") as session:
        assert not situation_of(session, number, deal_id=bank.id).papers
        playing.paper(session, one(session, Tender, id=tender.id), "written_request")
        playing.paper(session, one(session, KeyPerson, id=boss.id), "unit_consent")
        found = situation_of(session, number, deal_id=bank.id)
        assert {(paper.evidence, paper.person_id) for paper in found.papers} == {
            ("written_request", None), ("unit_consent", boss.id),
        }  # fmt: skip
        assert [each.id for each in found.tenders] == [tender.id]


def test_a_locked_weapon_cannot_be_asked_for_and_opens_with_the_request(fresh_carrier: str) -> None:
    from crm.playbook.reserving import reserve

    with acting("am") as session:
        bank = deal(session)
        tender = save(session, Tender(name="Net", account_id=bank.account_id, noticed_on=clock.today()))
        uses = {code: use(session, code, person(session)).id for code in (SOCIAL, TOUR)}
    for code in uses:
        with pytest.raises(Invalid, match="Net"), acting("am") as session:
            reserve(session, one(session, Activity, id=uses[code]), [(person(session), 100)])
    with acting("am") as session:
        playing.paper(session, one(session, Tender, id=tender.id), "written_request")
        assert reserve(session, one(session, Activity, id=uses[TOUR]), [(person(session), 100)])


def test_who_got_a_gift_lately_is_known(fresh_carrier: str) -> None:
    from crm.playbook.reserving import reserve

    with acting("am") as session:
        made = use(session, GIFT, person(session))
        reserve(session, made, [(person(session), 100)])
    playing.approved(made.id)
    with acting("am") as session:
        finish(session, one(session, Activity, id=made.id), done_at=clock.now() - timedelta(days=5))
    with acting("am") as session:
        boss = person(session)
        given = situation_of(session, boss.account_id).given
        assert given == {(playing.weapon(session, GIFT).id, boss.id): days(-5)}


def test_the_playbook_of_a_deal_says_all_at_once(fresh_carrier: str) -> None:
    to_stage("O1")
    with acting("am") as session:
        boss = person(session, level="management", function="user", roles=["decider"])
        use(session, VISIT, boss, opportunity_id=deal(session).id, done=True)
        answer(session, deal(session).id, "M", 5)
        answer(session, deal(session).id, "M", 4, "They measured it.")
    with reading(actor_for("am")) as session:
        found = played(session, session.scalars(select(Opportunity).where(Opportunity.name == "Bank line")).one())
    assert (found.score.total, found.probability) == (4, 1000)  # type: ignore[union-attr]  # it was answered
    assert found.checks["M"].note == "They measured it."
    assert {flag.rule for flag in found.flags} == {"one_contact", "no_rival", "no_paper_process"}
    assert [hint.weapon.code for hint in found.ranking.hints][:2] == ["W03_CALL", VISIT]


# --- check-in -------------------------------------------------------------------------------------------------


def test_nobody_checks_in_without_consent_or_after_taking_it_back(fresh_carrier: str) -> None:
    with acting("am") as session:
        made = use(session, VISIT)
        with pytest.raises(Forbidden):
            check_in(session, made, at_place=(23.12912, 113.26439))
        give_consent(session)
        there = check_in(session, made, place="Tianhe", at_place=(23.12912, 113.26439))
        assert (there.latitude, there.longitude) == (2313, 11326)
        revoke_consent(session)
        assert consent(session) is None
        with pytest.raises(Forbidden):
            check_in(session, made)


def test_a_check_in_compares_with_the_plan(fresh_carrier: str) -> None:
    with acting("am") as session:
        give_consent(session)
        there = check_in(session, use(session, VISIT, starts_at=clock.ago(hours=1)))
        assert there.delay is not None
        assert 3590 < there.delay.total_seconds() < 3700


def test_nobody_checks_in_for_somebody_else(fresh_carrier: str) -> None:
    with acting("am") as session:
        made = use(session, VISIT).id
        other = id_of(session, User, username="am3")
    with pytest.raises(Forbidden), acting("am") as session:
        session.add(CheckIn(activity_id=made, user_id=other))


@pytest.mark.parametrize("place", [(91.0, 0.0), (0.0, 181.0), (float("nan"), 0.0)])
def test_a_place_is_on_earth(carrier: str, place: tuple[float, float]) -> None:
    with acting("am") as session:
        give_consent(session)
        made = use(session, VISIT)
        with pytest.raises(Invalid):
            check_in(session, made, at_place=place)
