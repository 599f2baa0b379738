"""Uses by agents and campaigns count like everybody's: in coverage, the grid, adoption and evidence."""

from typing import Any

import pytest

from campaigns.tasks import Task
from core import clock
from core.access import OPERATOR
from core.actors import actor_for
from core.db import get, reading
from crm.activities import Activity
from crm.activity_joining import add_person
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.playbook.deals import Played, played
from crm.weapons import Weapon
from reports.adoption.data import Counts, Scope
from reports.adoption.gather import gather
from reports.evidence.gather import gather as gather_evidence
from reports.executive.period import read_period
from tests.campaigns.street import agent, send, task
from tests.crm.playing import TECH
from tests.crm.world import acting, id_of, one

BANK = "Bank line"


def given(*, is_met: bool = True, has_deal: bool = True) -> int:
    """A task of a firm at the bank: a technical exchange with its head, of its deal or of none."""
    made = task("Bank")
    with acting("operator") as session:
        visit = get(session, Activity, get(session, Task, made).activity_id)
        visit.weapon_id = one(session, Weapon, code=TECH).id
        boss = get(session, KeyPerson, id_of(session, KeyPerson, name="Bank boss") or 0)
        boss.level, boss.function = "decision", "finance"
        if has_deal:
            visit.opportunity_id = one(session, Opportunity, name=BANK).id
        if is_met:
            add_person(session, visit, person_id=boss.id)
    return made


def reported(outcome: str = "interested", **how: Any) -> int:
    made = given(**how)
    assert send(agent(), made, outcome=outcome).status_code == 303
    return made


def seen() -> Played:
    with reading(actor_for("am")) as session:
        return played(session, one(session, Opportunity, name=BANK))


def adopted() -> Counts:
    with reading(actor_for("exec")) as session:
        return gather(session, Scope(read_period("month", clock.today()), "person")).total


def test_a_result_with_a_person_met_is_a_use_of_the_deal_and_covers_the_level(fresh_carrier: str) -> None:
    assert "decision" in seen().coverage.levels_unmet
    reported()
    found = seen()
    assert [(use.is_done, one_.level) for use in found.uses for one_ in use.reached] == [(True, "decision")]
    assert "decision" not in found.coverage.levels_unmet


def test_a_result_without_a_deal_counts_for_the_client(fresh_carrier: str) -> None:
    reported(has_deal=False)
    found = seen()
    assert (len(found.uses), len(found.client_uses)) == (0, 1)
    assert "decision" not in found.coverage.levels_unmet


def test_adoption_counts_it(fresh_carrier: str) -> None:
    before = adopted().uses
    reported()
    assert adopted().uses == before + 1


@pytest.mark.parametrize(("how", "number"), [({}, 1), ({"has_deal": False}, 0)])
def test_evidence_counts_it_with_its_deal(fresh_carrier: str, how: dict[str, bool], number: int) -> None:
    reported(**how)
    with reading(OPERATOR, snapshot=True) as session:
        assert len(gather_evidence(session).uses) == number


@pytest.mark.parametrize("outcome", ["not_met", "wrong_address"])
def test_a_visit_that_met_nobody_is_no_use_and_can_be_taken_back(fresh_carrier: str, outcome: str) -> None:
    made = reported(outcome)
    assert not [use for use in seen().client_uses if use.is_done]
    with acting("operator") as session:
        assert get(session, Activity, get(session, Task, made).activity_id).state == "dropped"
    assert agent().post(f"/campaigns/field/task/{made}/undo").status_code == 303
    with acting("operator") as session:
        assert get(session, Activity, get(session, Task, made).activity_id).state == "planned"
