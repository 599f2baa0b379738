"""A key person leaves: tasks on the deals in which the person counted, once, and back with the undo."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.access import OPERATOR
from core.db import reading
from core.errors import Conflict
from core.history import history, undo_entry
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_verbs import finish
from crm.departures import Departure, gaps_of
from crm.key_persons import KEY_PERSON, KeyPerson
from crm.opportunities import Opportunity
from tests.crm.playing import VISIT, deal, person, use
from tests.crm.world import acting, id_of, one, save


def live() -> list[Departure]:
    with reading(OPERATOR) as session:
        return list(session.scalars(select(Departure).where(Departure.archived_at.is_(None))))  # type: ignore[union-attr]


def tasks() -> list[Activity]:
    with reading(OPERATOR) as session:
        return [session.get(Activity, each.activity_id) for each in live()]  # type: ignore[misc]


def leaves(name: str = "Bank boss", **values: Any) -> None:
    with acting("am", clear=True) as session:
        person(session, name, **(values or {"left_on": clock.today()}))


def meet(name: str = "Bank boss", **values: Any) -> None:
    with acting("am") as session:
        if values:
            person(session, name, **values)
        use(session, VISIT, person(session, name), done=True, opportunity_id=deal(session).id)


def test_whoever_was_met_in_a_deal_leaves_a_task_on_it_with_the_reason(fresh_carrier: str) -> None:
    meet(level="operating")
    leaves()
    (task,) = tasks()
    with reading(OPERATOR) as session:
        assert task.opportunity_id == deal(session).id
    assert (task.kind, task.state, "Bank boss" in task.subject) == ("task", "planned", True)
    assert "Bank boss" in (task.purpose or "")
    assert clock.today().isoformat() in (task.purpose or "")


def test_somebody_of_the_decision_level_counts_in_every_open_deal_unmet(fresh_carrier: str) -> None:
    with acting("am") as session:
        person(session, level="decision")
        account = id_of(session, Account, name="Bank")
        save(session, Opportunity(name="Second", account_id=account, owner_id=session.actor.user_id))
        save(session, Opportunity(name="Lost", account_id=account, owner_id=session.actor.user_id, state="lost"))
    leaves()
    assert len(tasks()) == 2


def test_whoever_never_counted_leaves_none(fresh_carrier: str) -> None:
    leaves()
    assert live() == []


def test_another_day_is_no_second_leaving(fresh_carrier: str) -> None:
    meet(level="operating")
    leaves()
    leaves(left_on=clock.today().replace(day=1))
    assert len(live()) == 1


def test_going_to_another_client_and_a_new_post_open_tasks_too_and_a_corrected_word_none(fresh_carrier: str) -> None:
    with acting("operator") as session:
        harbour = id_of(session, Account, name="Harbour")
    meet(level="management", post="Head of IT")
    leaves(post="Head of the IT")
    assert live() == []
    leaves(post="Director", level="decision")
    (gone,) = live()
    assert (gone.kind, gone.post_before, gone.post_after, gone.level) == (
        "post", "Head of the IT", "Director", "management",
    )  # fmt: skip
    meet("Bank clerk", level="operating")
    leaves("Bank clerk", account_id=harbour)
    assert {(each.kind, each.to_account_id) for each in live()} == {("post", None), ("moved", harbour)}


@pytest.mark.parametrize("change", ["left_on", "account_id"])
def test_the_undo_takes_the_tasks_back(fresh_carrier: str, change: str) -> None:
    meet(level="decision")
    with acting("operator") as session:
        harbour = id_of(session, Account, name="Harbour")
    leaves(**{change: clock.today() if change == "left_on" else harbour})
    assert len(live()) == 1
    task = tasks()[0].id
    with acting("am", clear=True) as session:
        key = person(session).id
        undo_entry(session, KEY_PERSON, key, history(session, KEY_PERSON, key)[0].id)
    assert live() == []
    with reading(OPERATOR) as session:
        assert one(session, Activity, id=task).archived_at


def test_a_task_that_was_done_stays_when_the_person_is_back(fresh_carrier: str) -> None:
    meet(level="operating")
    leaves()
    task = tasks()[0].id
    with acting("am") as session:
        finish(session, one(session, Activity, id=task))
    leaves(left_on=None)
    with reading(OPERATOR) as session:
        assert one(session, Activity, id=task).archived_at is None


def test_two_who_note_the_leaving_at_once_make_one_task(fresh_carrier: str) -> None:
    meet(level="operating")

    def note(_turn: int) -> bool:
        try:
            leaves()
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert any(pool.map(note, range(6)))
    assert len(live()) == 1


def gaps() -> int:
    with acting("am") as session:
        return len(gaps_of(session, deal(session).id))


def test_a_gap_is_closed_by_its_task_or_by_meeting_a_successor(fresh_carrier: str) -> None:
    meet(level="management", function="technical")
    leaves()
    assert gaps() == 1
    meet("Clerk", level="operating", function="technical")
    assert gaps() == 1
    meet("New head", level="management", function="technical")
    assert gaps() == 0
    leaves("New head")
    assert gaps() == 1
    with acting("am") as session:
        finish(
            session,
            one(
                session,
                Activity,
                id=next(each.id for each in tasks() if each.state == "planned" and "New" in each.subject),
            ),
        )
    assert gaps() == 0


def test_a_colleagues_deal_gets_its_task_too(fresh_carrier: str) -> None:
    with acting("operator") as session:
        account, other = id_of(session, Account, name="Bank"), one(session, KeyPerson, name="Bank boss")
        assert other
        from core.people import User

        save(session, Opportunity(name="Hers", account_id=account, owner_id=id_of(session, User, username="am3")))
    with acting("am") as session:
        person(session, level="decision")
    leaves()
    assert len({each.owner_id for each in tasks()}) == 2
