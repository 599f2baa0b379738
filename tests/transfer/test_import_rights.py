"""An import reaches no further than its actor, and writes over nobody else's work."""

import threading

import pytest

from core.errors import Conflict, Forbidden, Invalid
from core.transfer import apply
from crm.accounts import Account
from crm.key_persons import KeyPerson
from tests.crm.world import acting, one, seen
from tests.transfer.loading import actor, by_name, counts, exported, foresee, load

pytestmark = pytest.mark.usefixtures("carrier")


def test_whoever_may_not_import_is_refused() -> None:
    for name in ("exec", "agent_north", "stranger"):
        with pytest.raises(Forbidden):
            load(name, "crm.account", ("code", "name"), ("Z1", "z"))


def test_an_account_manager_can_give_no_record_to_another_owner() -> None:
    with pytest.raises(Forbidden):
        load(
            "am", "crm.account", ("code", "name", "owner"), ("O1", "x", "am2"), mapping=by_name("code", "name", "owner")
        )
    assert "owner" not in foresee("am", "crm.account", ("code", "name", "owner"), ("O1", "x", "am2")).mapping.fields


def test_a_lead_gives_records_to_the_own_people_and_to_nobody_else() -> None:
    head = ("code", "name", "owner")
    assert load("lead", "crm.account", head, ("OL1", "x", "am3")).created == 1
    with pytest.raises(Forbidden):
        load("lead", "crm.account", head, ("OL2", "y", "am2"))
    assert "OL2" not in seen("am2", Account.code)


@pytest.mark.parametrize(
    "field", ["id", "created_at", "version", "archived_at", "province_id", "team_id", "unit_id", "roles"]
)
def test_columns_of_the_system_are_no_fields_of_a_file(field: str) -> None:
    mapping = by_name("code", "name", field)
    with pytest.raises(Invalid):
        load("lead", "crm.account", ("code", "name", field), ("Y1", "y", "1"), mapping=mapping)


def test_a_record_that_the_actor_does_not_see_is_neither_found_nor_changed() -> None:
    result = load("am", "crm.account", ("code", "name"), ("ACC3", "Mine now"))
    assert (result.created, result.updated, result.refused) == (0, 0, 1)
    assert "Factory" in seen("am2", Account.name)
    foreign = load("am", "crm.opportunity", ("code", "name", "account"), ("DF1", "f", "Factory"))
    missing = load("am", "crm.opportunity", ("code", "name", "account"), ("DF1", "f", "Factary"))
    shown = [(u.count, u.near, u.is_ambiguous, u.can_create) for u in (*foreign.unknowns, *missing.unknowns)]
    assert shown[0] == shown[1]


def test_an_archived_record_stands_in_nobodys_way() -> None:
    load("am", "crm.account", ("code", "name"), ("AR1", "Archived"))
    with acting("am") as session:
        archived = one(session, Account, code="AR1")
        archived.archived_at = archived.created_at
        session.flush()
    assert load("am", "crm.account", ("code", "name"), ("AR1", "Archived")).created == 1


def test_the_own_mask_coming_back_is_no_change_and_a_hidden_number_cannot_be_overwritten() -> None:
    people = by_name("account", "name", "mobile", "email")
    head, boss = ("account", "name", "mobile", "email"), ("Harbour", "Harbour boss")

    def bring(*row: str) -> tuple[int, int, int, int]:
        return counts(load("am", "crm.key_person", head, row, mapping=people))

    assert bring(*boss, "139****1234", "****") == (0, 0, 1, 0)
    assert bring(*boss, "138****0000", "****") == (0, 0, 0, 1)
    assert bring(*boss, "13800000000", "") == (0, 1, 0, 0)
    assert bring("Harbour", "New boss", "138****0000", "") == (0, 0, 0, 1)
    assert "13800000000" in seen("am", KeyPerson.mobile, clear=True)


def test_a_file_that_is_no_table_of_the_entity_is_refused_with_the_reason() -> None:
    with pytest.raises(Invalid) as refused:
        load("am", "crm.account", ("temperature", "rainfall"), ("3", "12"))
    assert "temperature" in str(refused.value)
    with pytest.raises(Invalid) as refused:
        load("am", "crm.account", ("Address", "Website"), ("Street", "example.com"))
    assert "Code" in str(refused.value)


def test_a_plan_is_not_applied_over_somebody_elses_change() -> None:
    load("am", "crm.account", ("code", "name"), ("V1", "Version"))
    plan = foresee("am", "crm.account", ("code", "name"), ("V1", "Imported name"))
    with acting("am") as session:
        one(session, Account, code="V1").note = "saved meanwhile"
    with pytest.raises(Conflict):
        apply(actor("am"), plan)
    assert "Imported name" not in seen("am", Account.name)


def test_two_imports_of_one_file_at_once_create_each_record_once() -> None:
    rows = (("name", "address"), *((f"At once {i}", "Street") for i in range(30)))
    mapping = by_name("name", "address", key="name")
    results: list[int] = []

    def run() -> None:
        results.append(load("am", "crm.account", *rows, mapping=mapping).created)

    threads = [threading.Thread(target=run) for _i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [0, 0, 30]
    assert len([name for name in exported("am", "crm.account").decode().splitlines() if "At once" in name]) == 30
