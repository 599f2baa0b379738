"""An import is undone whole, or not at all: afterwards every export is byte for byte what it was."""

import pytest
from sqlalchemy import select

from core.access import OPERATOR
from core.audit import AuditEntry
from core.db import kernel_session
from core.errors import Conflict, NotFound
from core.transfer import Answer, batches_of, find_batch, undo_batch
from crm.accounts import Account
from crm.opportunities import Opportunity
from crm.opportunity_lines import OpportunityLine
from tests.crm.world import acting, id_of, one, save, seen
from tests.transfer.loading import actor, by_name, everything, load

pytestmark = pytest.mark.usefixtures("carrier")


def test_created_and_updated_rows_are_undone_and_exports_are_byte_equal() -> None:
    load("am", "crm.account", ("code", "name", "address"), ("B1", "Before", "Street 1"))
    before = everything()
    head = ("code", "name", "address", "parent")
    batch = load("am", "crm.account", head, ("B1", "After", "Street 2", "B2"), ("B2", "New", "", "")).batch
    assert everything() != before
    assert undo_batch(actor("am"), batch or 0) == {"batch": batch, "removed": 1, "restored": 1}
    assert everything() == before


def test_records_that_the_file_only_named_are_taken_out_too() -> None:
    before = everything()
    mapping = by_name("code", "name", "account").answered("account", "Only named", Answer("create"))
    batch = load("am", "crm.opportunity", ("code", "name", "account"), ("N1", "n", "Only named"), mapping=mapping).batch
    undo_batch(actor("am"), batch or 0)
    assert everything() == before


def test_what_follows_from_imported_rows_is_undone_with_them() -> None:
    load("am", "crm.opportunity", ("code", "name", "amount"), ("F1", "follows", "10"))
    before = everything()
    head, mapping = ("opportunity", "product", "one_off"), by_name("opportunity", "product", "one_off")
    rows = (("F1", "dedicated_line", "700"), ("F1", "cloud", "300.50"))
    with acting("am") as session:
        products = [code for (code,) in session.execute(select(_product_code()).limit(2))]
    rows = tuple(("F1", product, amount) for product, amount in zip(products, ("700", "300.50"), strict=True))
    batch = load("am", "crm.opportunity_line", head, *rows, mapping=mapping).batch
    with acting("am") as session:
        assert one(session, Opportunity, code="F1").amount == 100_050
    undo_batch(actor("am"), batch or 0)
    assert everything() == before


def _product_code():  # type: ignore[no-untyped-def]
    from crm.products import Product

    return Product.code


def test_undoing_is_journaled_and_an_import_can_be_made_again() -> None:
    rows = (("code", "name"), ("J1", "Journal"))
    first = load("am", "crm.account", *rows).batch or 0
    record = next(iter(seen("am", Account.id, clear=False) & _ids("J1")))
    undo_batch(actor("am"), first)
    with kernel_session(writes=False) as session:
        entries = select(AuditEntry.verb, AuditEntry.batch_id).where(AuditEntry.record_id == record)
        assert sorted(session.execute(entries).all()) == [("create", first), ("undo", first)]
    assert load("am", "crm.account", *rows).created == 1


def _ids(code: str) -> set[int]:
    with acting("am") as session:
        return {one(session, Account, code=code).id}


def test_a_batch_is_undone_once() -> None:
    batch = load("am", "crm.account", ("code", "name"), ("O1", "Once")).batch or 0
    undo_batch(actor("am"), batch)
    with pytest.raises(Conflict):
        undo_batch(actor("am"), batch)
    assert find_batch(actor("am"), batch).undone_at is not None


def test_another_persons_import_is_not_there() -> None:
    batch = load("am", "crm.account", ("code", "name"), ("X1", "Mine")).batch or 0
    for name in ("am2", "lead", "agent_north"):
        with pytest.raises(NotFound) as hidden:
            undo_batch(actor(name), batch)
        with pytest.raises(NotFound) as missing:
            undo_batch(actor(name), 1)
        assert str(hidden.value) == str(missing.value)
    assert batch in {found.id for found in batches_of(actor("am"), "crm.account")}
    assert batch not in {found.id for found in batches_of(actor("am2"))}
    assert "X1" in seen("am", Account.code)


def test_later_work_is_not_undone_with_the_import() -> None:
    batch = load("am", "crm.account", ("code", "name"), ("L1", "Later"), ("L2", "Untouched")).batch or 0
    with acting("am") as session:
        one(session, Account, code="L1").address = "typed by hand"
    with pytest.raises(Conflict) as refused:
        undo_batch(actor("am"), batch)
    assert "Later" in str(refused.value)
    assert {"L1", "L2"} <= seen("am", Account.code)


def test_a_record_that_others_use_now_is_kept_and_they_are_named() -> None:
    batch = load("am", "crm.account", ("code", "name"), ("U1", "Used")).batch or 0
    with acting("am") as session:
        save(session, Opportunity(code="UD", name="uses it", account_id=id_of(session, Account, code="U1"),
                                  owner_id=id_of_am(session)))  # fmt: skip
    with pytest.raises(Conflict) as refused:
        undo_batch(actor("am"), batch)
    assert "Opportunities" in str(refused.value)
    assert "U1" in seen("am", Account.code)
    assert find_batch(OPERATOR, batch).undone_at is None


def id_of_am(session):  # type: ignore[no-untyped-def]
    from core.people import User

    return id_of(session, User, username="am")


def test_a_later_import_of_the_same_record_is_undone_first() -> None:
    first = load("am", "crm.account", ("code", "name"), ("T1", "First")).batch or 0
    second = load("am", "crm.account", ("code", "name"), ("T1", "Second")).batch or 0
    with pytest.raises(Conflict):
        undo_batch(actor("am"), first)
    undo_batch(actor("am"), second)
    undo_batch(actor("am"), first)
    assert "T1" not in seen("am", Account.code)


def test_lines_stay_readable() -> None:
    assert OpportunityLine.__tablename__ == "crm_opportunity_line"
