"""Who sees and changes which clients and deals, from the view of each role."""

from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.orm.exc import StaleDataError

from core.db import get
from core.errors import Conflict, Forbidden, NotFound, Unscoped
from core.people import Deputy, User
from crm.account_months import AccountMonth
from crm.accounts import Account
from crm.activities import Activity
from crm.activity_links import ActivityAccount
from crm.activity_verbs import ACTIVITY
from crm.coowners import add_coowner, remove_coowner
from crm.key_persons import KeyPerson
from crm.notes import Mention, Note, add_note, notes_of
from crm.opportunities import Opportunity
from crm.targets import Target
from tests.crm.world import acting, days, id_of, one, save, seen

# A row that is seen and may not be written is refused by the rule after the write, or matches no row at all.
REFUSED = (Forbidden, Conflict, StaleDataError)
ALL = {"Harbour", "Bank", "Hospital", "Factory"}

SEES = {
    "am": {"Harbour", "Bank"},
    "am3": {"Hospital"},
    "am2": {"Factory"},
    "lead": {"Harbour", "Bank", "Hospital"},
    "channel": {"Harbour", "Bank", "Hospital"},
    "exec": ALL,
    "keeper": ALL,
    "admin": set(),
    "stranger": set(),
    "agent_north": set(),
}


@pytest.mark.parametrize("name", SEES)
def test_each_role_sees_its_accounts_and_no_others(carrier: str, name: str) -> None:
    assert seen(name, Account.name) == SEES[name]


@pytest.mark.parametrize("name", SEES)
def test_deals_and_key_persons_follow_the_account(carrier: str, name: str) -> None:
    assert seen(name, Opportunity.name) == {f"{account} line" for account in SEES[name]}
    assert seen(name, KeyPerson.name) == {f"{account} boss" for account in SEES[name]}


def test_everybody_inside_reads_products_and_nobody_but_configurators_changes_them(carrier: str) -> None:
    from crm.products import Product

    assert len(seen("am", Product.code)) == 35
    with pytest.raises(Forbidden), acting("am") as session:
        save(session, Product(code="NEW", name_zh="新"))
    with acting("keeper") as session:
        save(session, Product(code="NEW", name_zh="新")).archived_at = None
        session.delete(one(session, Product, code="NEW"))


def test_an_account_manager_cannot_write_into_another_patch(carrier: str) -> None:
    with pytest.raises(Forbidden), acting("am") as session:
        save(session, Account(code="NEW1", name="New", owner_id=id_of(session, User, username="am2")))
    with pytest.raises(Forbidden), acting("am") as session:
        get(session, Account, id_of(session, Account, name="Bank")).owner_id = id_of(session, User, username="am2")


def test_an_executive_reads_and_does_not_write(carrier: str) -> None:
    with pytest.raises(REFUSED), acting("exec") as session:
        one(session, Account, name="Bank").note = "changed"


def test_a_hidden_account_answers_like_a_missing_one(carrier: str) -> None:
    with acting("am2") as session:
        bank = id_of(session, Account, name="Bank")
        assert bank is None
    with acting("operator") as session:
        bank = id_of(session, Account, name="Bank")
    with pytest.raises(NotFound) as hidden, acting("am2") as session:
        get(session, Account, bank or 0)
    with pytest.raises(NotFound) as missing, acting("am2") as session:
        get(session, Account, 1)
    assert str(hidden.value) == str(missing.value)


def test_phones_are_masked_unless_the_session_shows_them_to_those_with_the_right(carrier: str) -> None:
    assert seen("am", KeyPerson.mobile) == {"139****1234"}
    assert seen("am", KeyPerson.mobile, clear=True) == {"13900001234"}
    assert seen("am", KeyPerson.email) == {"****"}
    assert seen("exec", KeyPerson.mobile, clear=True) == {"139****1234"}
    assert seen("channel", KeyPerson.mobile, clear=True) == {"139****1234"}


def test_a_co_owner_works_the_account_like_its_owner(fresh_carrier: str) -> None:
    with acting("am") as session:
        add_coowner(session, one(session, Account, name="Bank"), user_id=id_of(session, User, username="am2") or 0)
    assert seen("am2", Account.name) == {"Factory", "Bank"}
    assert seen("am2", Opportunity.name) == {"Factory line", "Bank line"}
    assert seen("am2", KeyPerson.mobile, clear=True) == {"13900001234"}
    with acting("am2") as session:
        one(session, Account, name="Bank").note = "from the co-owner"
        save(session, KeyPerson(name="Second boss", account_id=id_of(session, Account, name="Bank")))
        save(session, Opportunity(name="Second deal", account_id=id_of(session, Account, name="Bank")))
    with acting("am") as session:
        remove_coowner(session, one(session, Account, name="Bank"), user_id=id_of(session, User, username="am2") or 0)
    assert seen("am2", Account.name) == {"Factory"}


def test_nobody_makes_themselves_co_owner_of_a_hidden_account(carrier: str) -> None:
    from crm.coowners import AccountCoowner

    with acting("operator") as session:
        bank, am2 = id_of(session, Account, name="Bank") or 0, id_of(session, User, username="am2") or 0
    with pytest.raises(Forbidden), acting("am2") as session:
        save(session, AccountCoowner(account_id=bank, user_id=am2))


def test_a_deputy_reaches_what_the_absent_one_owns_on_those_days_only(fresh_carrier: str) -> None:
    with acting("am") as session:
        me, other = id_of(session, User, username="am") or 0, id_of(session, User, username="am2") or 0
        save(session, Deputy(absent_id=me, deputy_id=other, starts_on=days(0), ends_on=days(3)))
    assert seen("am2", Account.name) == {"Factory", "Harbour", "Bank"}
    with acting("operator") as session:
        one(session, Deputy, deputy_id=other).starts_on = days(1)
    assert seen("am2", Account.name) == {"Factory"}


def test_a_deputy_cannot_pass_the_right_on(fresh_carrier: str) -> None:
    with acting("operator") as session:
        ids = {name: id_of(session, User, username=name) or 0 for name in ("am", "am2", "am3")}
        save(session, Deputy(absent_id=ids["am"], deputy_id=ids["am2"], starts_on=days(0), ends_on=days(3)))
    with pytest.raises(Forbidden), acting("am2") as session:
        save(session, Deputy(absent_id=ids["am"], deputy_id=ids["am3"], starts_on=days(0), ends_on=days(3)))


def test_an_activity_is_seen_by_the_owner_of_any_of_its_accounts(fresh_carrier: str) -> None:
    with acting("operator") as session:
        ids = {name: id_of(session, Account, name=name) or 0 for name in ("Bank", "Factory", "Hospital")}
        visit = save(session, Activity(subject="Round trip", account_id=ids["Bank"]))
        save(session, ActivityAccount(activity_id=visit.id, account_id=ids["Factory"]))
    assert seen("am", Activity.subject) == seen("am2", Activity.subject) == {"Round trip"}
    assert seen("am3", Activity.subject) == set()
    assert seen("am2", ActivityAccount.account_id) == {ids["Factory"]}
    assert ACTIVITY.stem == "crm.activity"


def test_notes_are_read_with_their_record_and_mentions_by_whom_they_name(fresh_carrier: str) -> None:
    with acting("am") as session:
        bank = one(session, Account, name="Bank")
        lead = id_of(session, User, username="lead") or 0
        add_note(session, bank, "crm.account", body=" Called the bank. ", mentions=(lead,))
    with acting("lead") as session:
        (note,) = notes_of(session, "crm.account", id_of(session, Account, name="Bank") or 0)
        assert note.body == "Called the bank."
    assert seen("am2", Note.body) == set()
    assert len(seen("lead", Mention.id)) == 1
    assert seen("am2", Mention.id) == set()


def test_nobody_writes_a_note_on_a_record_they_do_not_see(carrier: str) -> None:
    with acting("operator") as session:
        bank = id_of(session, Account, name="Bank") or 0
    with pytest.raises(Forbidden), acting("am2") as session:
        save(session, Note(entity="crm.account", record_id=bank, body="From outside"))


def test_billing_facts_are_read_with_the_account_and_written_by_the_data_keeper(fresh_carrier: str) -> None:
    with acting("keeper") as session:
        bank = id_of(session, Account, name="Bank") or 0
        save(session, AccountMonth(account_id=bank, month=date(2026, 10, 1), revenue=12_345))
    assert seen("am", AccountMonth.revenue) == {12_345}
    assert seen("am2", AccountMonth.revenue) == set()
    with pytest.raises(REFUSED), acting("am") as session:
        one(session, AccountMonth, account_id=bank).revenue = 1


def test_targets_are_ones_own_ones_units_and_those_below(fresh_carrier: str) -> None:
    from core.people import Unit

    with acting("operator") as session:
        for name in ("am", "am2"):
            person = id_of(session, User, username=name)
            save(session, Target(for_user_id=person, measure="visits", month=date(2026, 11, 1), quantity=len(name)))
        team = id_of(session, Unit, code="T1")
        save(session, Target(for_unit_id=team, measure="visits", month=date(2026, 11, 1), quantity=50))
    assert seen("am", Target.quantity) == {2, 50}
    assert seen("am2", Target.quantity) == {3}
    assert seen("lead", Target.quantity) == {2, 50}
    assert seen("exec", Target.quantity) == {2, 3, 50}
    with pytest.raises(REFUSED), acting("am") as session:
        one(session, Target, for_unit_id=team).quantity = 1


def test_an_administrator_gives_roles_and_others_do_not(fresh_carrier: str) -> None:
    from core.people import Role, UserRole
    from crm.users import give_role, take_role

    with acting("admin") as session:
        role = id_of(session, Role, code="account_manager") or 0
        give_role(session, one(session, User, username="stranger"), role_id=role)
    assert role in seen("admin", UserRole.role_id)
    with pytest.raises(REFUSED), acting("lead") as session:
        give_role(session, one(session, User, username="lead"), role_id=role)
    with acting("admin") as session:
        take_role(session, one(session, User, username="stranger"), role_id=role)


def test_a_mass_update_outside_the_bulk_door_is_refused(carrier: str) -> None:
    with pytest.raises(Unscoped), acting("am") as session:
        session.execute(update(Account).values(note="all"))
