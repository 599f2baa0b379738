"""An import creates, updates and leaves alone what the file says, all of it or nothing, as the actor may."""

from datetime import date

import pytest

from core.people import User
from core.transfer import Source
from crm.accounts import Account
from crm.opportunities import Opportunity
from tests.crm.world import acting, id_of, one, seen
from tests.transfer.loading import by_name, counts, load

pytestmark = pytest.mark.usefixtures("carrier")

ACCOUNTS = by_name("code", "name", "address")


def test_new_rows_are_created_changed_ones_updated_and_equal_ones_left_alone() -> None:
    head = ("code", "name", "address")
    assert counts(load("am", "crm.account", head, ("A1", "One", ""), ("A2", "Two", "Street 2"))) == (2, 0, 0, 0)
    again = load("am", "crm.account", head, ("A1", "One", "Street 1"), ("A2", "Two", "Street 2"), ("A3", "Three", ""))
    assert counts(again) == (1, 1, 1, 0)
    with acting("am") as session:
        assert one(session, Account, code="A1").address == "Street 1"
        assert one(session, Account, code="A3").owner_id == id_of(session, User, username="am")


def test_importing_the_same_file_again_changes_nothing() -> None:
    rows = (("code", "name"), ("S1", "Same"), ("S2", "Same too"))
    first = load("am", "crm.account", *rows)
    second = load("am", "crm.account", *rows)
    assert first.batch is not None
    assert (second.batch, counts(second)) == (None, (0, 0, 2, 0))


def test_one_refused_row_keeps_all_rows_out() -> None:
    result = load("am", "crm.account", ("code", "name", "founded_year"), ("N1", "Good", "1999"), ("N2", "Bad", "soon"))
    assert (result.batch, counts(result)) == (None, (0, 0, 0, 1))
    assert [(p.line, p.field, p.count) for p in result.problems] == [(3, "Founded in", 1)]
    assert "N1" not in seen("am", Account.code)


def test_a_dry_run_foresees_and_writes_nothing() -> None:
    result = load("am", "crm.account", ("code", "name"), ("D1", "Dry"), dry_run=True)
    assert (result.batch, result.created) == (None, 1)
    assert "D1" not in seen("am", Account.code)


def test_an_empty_cell_leaves_what_is_stored_unless_the_mapping_says_otherwise() -> None:
    rows = (("code", "name", "address"), ("E1", "Empty", ""))
    load("am", "crm.account", rows[0], ("E1", "Empty", "Street"))
    assert counts(load("am", "crm.account", *rows, mapping=ACCOUNTS)) == (0, 0, 1, 0)
    clearing = by_name("code", "name", "address", clear_empty=True)
    assert counts(load("am", "crm.account", *rows, mapping=clearing)) == (0, 1, 0, 0)
    with acting("am") as session:
        assert one(session, Account, code="E1").address is None


def test_a_required_field_may_not_be_empty() -> None:
    result = load("am", "crm.account", ("code", "name"), ("R1", ""), ("R2", "Named"))
    assert [(p.line, p.field) for p in result.problems] == [(2, "Name")]


def test_a_row_without_its_key_is_refused_by_line() -> None:
    result = load("am", "crm.account", ("code", "name"), ("", "No code"), ("K2", "Named"))
    assert [(p.line, p.field) for p in result.problems] == [(2, "Code")]


def test_equal_rows_of_one_key_are_one_record() -> None:
    result = load("am", "crm.account", ("code", "name"), ("M1", "Merged"), ("M1", "Merged"))
    assert (result.read, counts(result)) == (2, (1, 0, 1, 0))


def test_rows_of_one_key_that_contradict_each_other_are_refused() -> None:
    result = load("am", "crm.account", ("code", "name"), ("C1", "This"), ("C1", "That"))
    assert [(p.line, p.field) for p in result.problems] == [(3, "Code")]
    assert "2" in result.problems[0].reason


def test_a_row_of_another_length_is_refused_by_line() -> None:
    result = load("am", "crm.account", ("code", "name"), ("L1", "Long", "surplus"))
    assert [p.line for p in result.problems] == [2]


def test_texts_are_shortened_by_nobody() -> None:
    result = load("am", "crm.account", ("code", "name"), ("T1", "x" * 201))
    assert result.refused == 1


def test_choices_are_read_as_codes_and_as_words_of_both_languages() -> None:
    head = ("code", "name", "priority")
    rows = (("P1", "a", "keep"), ("P2", "b", "To win"), ("P3", "c", " TO KEEP "), ("P4", "d", ""))
    assert counts(load("am", "crm.account", head, *rows)) == (4, 0, 0, 0)
    with acting("am") as session:
        assert [one(session, Account, code=f"P{i}").priority for i in range(1, 5)] == ["keep", "win", "keep", None]
    assert load("am", "crm.account", head, ("P5", "e", "whatever")).refused == 1


def test_amounts_are_scaled_exactly() -> None:
    mapping = by_name("code", "name").sourced("revenue", Source(column="revenue", factor="1000000"))
    load("am", "crm.account", ("code", "name", "revenue"), ("F1", "Factor", "1100.04"), mapping=mapping)
    with acting("am") as session:
        assert one(session, Account, code="F1").revenue == 110_004_000_000


# --- days -----------------------------------------------------------------------------------------------------


def test_the_form_of_days_is_recognised_from_the_whole_column() -> None:
    rows = (("code", "name", "engaged_on"), ("DD1", "a", "03/04/2026"), ("DD2", "b", "25/04/2026"))
    assert load("am", "crm.opportunity", *rows).created == 2
    with acting("am") as session:
        assert one(session, Opportunity, code="DD1").engaged_on == date(2026, 4, 3)


def test_a_column_that_reads_in_two_ways_is_asked_about_once() -> None:
    rows = (("code", "name", "engaged_on"), ("DQ1", "a", "03/04/2026"), ("DQ2", "b", "05/06/2026"))
    result = load("am", "crm.opportunity", *rows)
    assert [(q.field, q.forms) for q in result.questions] == [("engaged_on", ("%d/%m/%Y", "%m/%d/%Y"))]
    assert (result.refused, len(result.problems)) == (2, 1)
    mapping = by_name("code", "name").sourced("engaged_on", Source(column="engaged_on", date_format="%m/%d/%Y"))
    assert load("am", "crm.opportunity", *rows, mapping=mapping).created == 2
    with acting("am") as session:
        assert one(session, Opportunity, code="DQ1").engaged_on == date(2026, 3, 4)


# --- what the entity's own rules say --------------------------------------------------------------------------


def test_the_rules_of_the_entity_hold_for_created_and_for_changed_rows() -> None:
    wrong = load("am", "crm.account", ("code", "name", "uscc"), ("U1", "Wrong digit", "91350100M000100Y44"))
    assert [(p.line, p.field) for p in wrong.problems] == [(2, "Unified social credit code")]
    load("am", "crm.account", ("code", "name", "uscc"), ("U2", "Right digit", "91350100m000100y43"))
    changed = load("am", "crm.account", ("code", "name", "uscc"), ("U2", "Right digit", "12345"))
    assert changed.refused == 1
    with acting("am") as session:
        assert one(session, Account, code="U2").uscc == "91350100M000100Y43"


def test_a_stage_decides_the_state_and_pipeline_of_an_imported_deal() -> None:
    head = ("code", "name", "stage", "closed_on")
    load("am", "crm.opportunity", head, ("DS1", "s", "O6", "2026-05-01"), ("DS2", "s", "O2", ""))
    with acting("am") as session:
        won, open_one = (one(session, Opportunity, code=code) for code in ("DS1", "DS2"))
        assert (won.state, won.closed_on, open_one.state) == ("won", date(2026, 5, 1), "open")
        assert won.pipeline_id is not None
