"""What a firm sees of an account that was handed over to it, from when to when."""

from typing import Any

import pytest
from sqlalchemy.orm.exc import StaleDataError

from agents.firms import FIRM, STAFF, Firm, Staff
from agents.handovers import HANDOVER, Handover, HandoverPerson, accept, revoke, tick_person, untick_person
from core import clock
from core.errors import Conflict, Forbidden, Invalid
from core.people import User
from crm.accounts import Account
from crm.contracts import Contract
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from crm.tenders import Tender
from tests.crm.world import acting, days, id_of, one, save, seen

REFUSED = (Forbidden, Conflict, StaleDataError)


def hand_over(account: str, firm: str = "north", *, until: int = 30, **values: Any) -> None:
    with acting("operator") as session:
        ids = {"account_id": id_of(session, Account, name=account), "firm_id": id_of(session, Firm, code=firm)}
        save(session, Handover(purpose="Offer of lines", until=days(until), **ids, **values))


def tick(person: str) -> None:
    with acting("operator") as session:
        tick_person(
            session,
            one(session, Handover, purpose="Offer of lines"),
            person_id=id_of(session, KeyPerson, name=person) or 0,
        )


def test_a_firm_sees_nothing_until_something_is_handed_over(carrier: str) -> None:
    for model in (Account, KeyPerson, Opportunity, Handover):
        assert seen("agent_north", model.id) == set()


def test_a_firm_sees_the_handed_account_and_not_its_deals(fresh_carrier: str) -> None:
    hand_over("Bank")
    assert seen("agent_north", Account.name) == {"Bank"}
    assert seen("agent_north", Opportunity.name) == set()
    assert seen("agent_north", KeyPerson.name) == set()
    assert seen("agent_south", Account.name) == set()


def test_only_ticked_contacts_are_seen_and_clear_only_once_the_client_accepted(fresh_carrier: str) -> None:
    hand_over("Bank")
    with acting("operator") as session:
        save(session, KeyPerson(name="Not ticked", account_id=id_of(session, Account, name="Bank")))
    tick("Bank boss")
    assert seen("agent_north", KeyPerson.name) == {"Bank boss"}
    assert seen("agent_north", KeyPerson.mobile, clear=True) == {"139****1234"}
    assert seen("agent_north", KeyPerson.email, clear=True) == {"****"}
    with acting("am") as session:
        accept(session, one(session, Handover, purpose="Offer of lines"))
    assert seen("agent_north", KeyPerson.mobile, clear=True) == {"13900001234"}
    assert seen("agent_north", KeyPerson.mobile) == {"139****1234"}


def test_a_hand_over_ends_when_it_is_revoked(fresh_carrier: str) -> None:
    hand_over("Bank")
    tick("Bank boss")
    with acting("am") as session:
        handover = one(session, Handover, purpose="Offer of lines")
        revoke(session, handover)
        assert handover.revoked_by_id == session.actor.user_id
        for late in (revoke, accept):
            with pytest.raises(Invalid):
                late(session, handover)
    for model in (Account, KeyPerson, Handover, HandoverPerson):
        assert seen("agent_north", model.id) == set()


def test_a_hand_over_ends_with_its_day(fresh_carrier: str) -> None:
    hand_over("Bank", until=0)
    assert seen("agent_north", Account.name) == {"Bank"}
    with acting("operator") as session:
        one(session, Handover, purpose="Offer of lines").until = days(-1)
    assert seen("agent_north", Account.name) == set()


def test_all_access_ends_with_the_agreement_of_the_firm(fresh_carrier: str) -> None:
    hand_over("Bank")
    with acting("operator") as session:
        one(session, Firm, code="north").ends_on = days(-1)
    assert seen("agent_north", Account.name) == set()
    assert seen("agent_north", Firm.code) == set()


def test_a_taken_back_hand_over_gives_nothing(fresh_carrier: str) -> None:
    hand_over("Bank")
    with acting("operator") as session:
        one(session, Handover, purpose="Offer of lines").archived_at = clock.now()
    assert seen("agent_north", Account.name) == set()


def test_contracts_and_tenders_are_shared_only_where_the_hand_over_says_so(fresh_carrier: str) -> None:
    with acting("operator") as session:
        bank = id_of(session, Account, name="Bank")
        save(session, Contract(name="Line", account_id=bank))
        save(session, Tender(name="Network", account_id=bank, noticed_on=days(0)))
    hand_over("Bank", shares_contracts=True)
    assert seen("agent_north", Contract.name) == {"Line"}
    assert seen("agent_north", Tender.name) == set()
    hand_over("Bank", until=31, shares_tenders=True)
    assert seen("agent_north", Tender.name) == {"Network"}


def test_a_firm_changes_nothing_of_what_it_sees(fresh_carrier: str) -> None:
    hand_over("Bank")
    with pytest.raises(REFUSED), acting("agent_north") as session:
        one(session, Account, name="Bank").note = "ours"
    with pytest.raises(REFUSED), acting("agent_north") as session:
        one(session, Handover, purpose="Offer of lines").until = days(300)
    with pytest.raises(REFUSED), acting("agent_north") as session:  # noqa: PT012  # the write is at the end
        ids = {"account_id": id_of(session, Account, name="Bank"), "firm_id": session.actor.firm_id}
        save(session, Handover(purpose="More", until=days(9), **ids))


def test_a_firm_sees_its_own_people_and_itself_only(carrier: str) -> None:
    assert seen("agent_north", User.username) == {"agent_north"}
    assert seen("agent_north", Firm.code) == {"north"}
    assert "am" in seen("am", User.username)


def test_a_contact_of_another_account_cannot_be_ticked(fresh_carrier: str) -> None:
    hand_over("Bank")
    with pytest.raises(Invalid) as refused:
        tick("Harbour boss")
    assert set(refused.value.problems) == {"person_id"}


def test_a_contact_is_hidden_again_when_it_is_no_longer_ticked(fresh_carrier: str) -> None:
    hand_over("Bank")
    tick("Bank boss")
    with acting("am") as session:
        boss = id_of(session, KeyPerson, name="Bank boss") or 0
        untick_person(session, one(session, Handover, purpose="Offer of lines"), person_id=boss)
    assert seen("agent_north", KeyPerson.name) == set()


def test_an_account_manager_hands_over_own_accounts_only(fresh_carrier: str) -> None:
    with acting("operator") as session:
        factory, firm = id_of(session, Account, name="Factory"), id_of(session, Firm, code="north")
    with pytest.raises(Forbidden), acting("am") as session:
        save(session, Handover(account_id=factory, firm_id=firm, purpose="Not mine", until=days(9)))


def test_a_hand_over_into_the_past_is_refused(carrier: str) -> None:
    with acting("am") as session:
        with pytest.raises(Invalid) as refused:
            HANDOVER.complete(session, Handover(account_id=1, firm_id=1, purpose="Late", until=days(-1)))
        assert set(refused.value.problems) == {"until"}


def test_staff_of_a_firm_are_outside_users_of_that_firm_alone(fresh_carrier: str) -> None:
    with acting("operator") as session:
        person = one(session, User, username="agent_north")
        assert person.firm_id == id_of(session, Firm, code="north")
        moved = Staff(firm_id=id_of(session, Firm, code="south"), user_id=person.id)
        with pytest.raises(Invalid) as refused:
            STAFF.complete(session, moved)
        assert set(refused.value.problems) == {"user_id"}


def test_a_firm_without_a_code_gets_one_and_its_credit_code_is_proved(carrier: str) -> None:
    with acting("operator") as session:
        firm = Firm(name="New firm")
        FIRM.complete(session, firm)
        assert firm.code.startswith("F")
        with pytest.raises(Invalid):
            FIRM.complete(session, Firm(name="New firm", uscc="91350100M000100Y44"))
