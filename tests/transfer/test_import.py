"""An import creates, updates and leaves alone what the file says, all of it or nothing, as the actor may."""

import threading
from datetime import date

import pytest

from core.access import OPERATOR
from core.db import reading
from core.errors import Conflict, Forbidden, Invalid
from core.i18n import use_language
from core.people import Unit, User, UserRole
from core.transfer import Answer, Mapping, Source, apply, preview, undo_batch
from crm.accounts import Account
from crm.key_persons import KeyPerson
from crm.opportunities import Opportunity
from tests.crm.world import acting, id_of, one, seen
from tests.transfer.loading import actor, by_name, counts, entity, exported, foresee, load

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


# --- references -----------------------------------------------------------------------------------------------


def test_records_are_named_by_code_or_name_whatever_the_capitals() -> None:
    head = ("code", "name", "account")
    rows = (("DR1", "a", "acc0"), ("DR2", "b", " HARBOUR "), ("DR3", "c", "Ｈａｒｂｏｕｒ"))
    assert counts(load("am", "crm.opportunity", head, *rows)) == (3, 0, 0, 0)
    with acting("am") as session:
        harbour = id_of(session, Account, name="Harbour")
        assert {one(session, Opportunity, code=f"DR{i}").account_id for i in (1, 2, 3)} == {harbour}


def test_an_unknown_name_is_listed_once_with_its_count_and_the_nearest_record() -> None:
    rows = [(f"DU{i}", "deal", "Harbor" if i % 2 else "Nowhere at all") for i in range(5)]
    result = load("am", "crm.opportunity", ("code", "name", "account"), *rows)
    found = {unknown.text: unknown for unknown in result.unknowns}
    assert {text: (u.count, u.line) for text, u in found.items()} == {"Nowhere at all": (3, 2), "Harbor": (2, 3)}
    assert [near.title for near in found["Harbor"].near] == ["Harbour"]
    assert found["Nowhere at all"].near == ()
    assert (result.batch, result.refused, len(result.problems)) == (None, 5, 2)


def test_an_unknown_name_is_mapped_left_empty_or_created_once() -> None:
    mapping = by_name("code", "name", "account")
    for text, answer in (
        ("Harbor", Answer("to", to="Harbour")),
        ("-", Answer("empty")),
        ("Newcomer", Answer("create")),
    ):
        mapping = mapping.answered("account", text, answer)
    rows = (("DA1", "a", "Harbor"), ("DA2", "b", "-"), ("DA3", "c", "Newcomer"), ("DA4", "d", "Newcomer"))
    result = load("am", "crm.opportunity", ("code", "name", "account"), *rows, mapping=mapping)
    assert (counts(result), result.also) == ((4, 0, 0, 0), {"crm.account": 1})
    with acting("am") as session:
        newcomer = one(session, Account, name="Newcomer")
        accounts = [one(session, Opportunity, code=f"DA{i}").account_id for i in (1, 2, 3, 4)]
        assert accounts == [id_of(session, Account, name="Harbour"), None, newcomer.id, newcomer.id]
        assert newcomer.owner_id == id_of(session, User, username="am")


def test_an_answer_that_names_no_record_does_not_pass() -> None:
    mapping = by_name("code", "name", "account").answered("account", "X", Answer("to", to="Nobody Ltd"))
    assert load("am", "crm.opportunity", ("code", "name", "account"), ("DX", "x", "X"), mapping=mapping).refused == 1


def test_a_name_of_two_records_is_asked_about() -> None:
    load("am", "crm.account", ("code", "name"), ("TW1", "Twin"), ("TW2", "Twin"))
    result = load("am", "crm.opportunity", ("code", "name", "account"), ("DT1", "t", "Twin"))
    assert [(u.text, u.is_ambiguous) for u in result.unknowns] == [("Twin", True)]
    mapping = by_name("code", "name", "account").answered("account", "Twin", Answer("to", to="TW2"))
    assert (
        load("am", "crm.opportunity", ("code", "name", "account"), ("DT1", "t", "Twin"), mapping=mapping).created == 1
    )


def test_what_needs_more_than_a_name_cannot_be_created_by_a_name_alone() -> None:
    mapping = by_name("code", "name", "parent", "kind").sourced("name_zh", Source(column="name"))
    mapping = Mapping(fields={k: v for k, v in mapping.fields.items() if k != "name"}, key=("code",))
    head, row = ("code", "name", "kind", "parent"), ("TX", "Team X", "team", "New office")
    assert not load("operator", "crm.unit", head, row, mapping=mapping).unknowns[0].can_create
    bare = mapping.answered("parent", "New office", Answer("create"))
    assert load("operator", "crm.unit", head, row, mapping=bare).refused == 1
    given = mapping.answered("parent", "New office", Answer("create", values={"kind": "city"}))
    assert load("operator", "crm.unit", head, row, mapping=given).also == {"crm.unit": 1}
    with acting("operator") as session:
        team, office = one(session, Unit, code="TX"), one(session, Unit, name_zh="New office")
        assert (team.city_id, team.team_id, office.code) == (office.id, team.id, "new_office")


def test_a_person_without_the_right_cannot_create_by_naming() -> None:
    mapping = by_name("code", "name", "trade").answered("trade", "Whaling", Answer("create"))
    result = load("am", "crm.account", ("code", "name", "trade"), ("W1", "Ahab", "Whaling"))
    assert not result.unknowns[0].can_create
    with pytest.raises(Forbidden):
        load("am", "crm.account", ("code", "name", "trade"), ("W1", "Ahab", "Whaling"), mapping=mapping)


def test_a_parent_may_be_another_row_of_the_file_before_or_after() -> None:
    rows = (("H3", "Grandchild", "H2"), ("H2", "Child", "Head"), ("H1", "Head", ""))
    assert counts(load("am", "crm.account", ("code", "name", "parent"), *rows)) == (3, 0, 0, 0)
    with acting("am") as session:
        head, child, grandchild = (one(session, Account, code=code) for code in ("H1", "H2", "H3"))
        assert (child.parent_id, grandchild.parent_id) == (head.id, child.id)


def test_rows_that_stand_above_each_other_are_refused() -> None:
    assert load("am", "crm.account", ("code", "name", "parent"), ("Q1", "a", "Q2"), ("Q2", "b", "Q1")).refused == 2


def test_a_verb_of_the_mapping_runs_on_each_created_record_and_is_undone_with_it() -> None:
    mapping = Mapping(
        fields={
            "username": Source(column="person", slug="."),
            "name": Source(column="person"),
            "unit": Source(value="T1"),
        },
        verbs={"give_role": {"role": Source(value="account_manager")}},
    )
    result = load("operator", "crm.user", ("person",), ("Zoë Näve",), ("王 小明",), mapping=mapping)
    assert seen("admin", User.username) >= {"zoe.nave", "wang.xiao.ming"}
    with acting("operator") as session:
        person = one(session, User, username="zoe.nave")
        assert id_of(session, UserRole, user_id=person.id) is not None
        assert person.unit_id == id_of(session, Unit, code="T1")
    assert counts(load("operator", "crm.user", ("person",), ("Zoë Näve",), mapping=mapping)) == (0, 0, 1, 0)
    undo_batch(OPERATOR, result.batch or 0)
    assert "zoe.nave" not in seen("admin", User.username)


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


# --- who may what ---------------------------------------------------------------------------------------------


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


# --- others at the same time ----------------------------------------------------------------------------------


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


# --- what the screen shows ------------------------------------------------------------------------------------


def test_the_preview_shows_old_and_new_values_and_why_rows_are_refused() -> None:
    load("am", "crm.account", ("code", "name", "parent"), ("PV1", "Preview", "Harbour"))
    rows = (("PV1", "Preview 2", "Bank", "1999"), ("PV2", "New", "", "soon"))
    plan = foresee("am", "crm.account", ("code", "name", "parent", "founded_year"), *rows)
    with use_language("en"), reading(actor("am"), clear=True) as session:
        refused, updated = preview(session, plan)
    changes = {change.label: (change.old, change.new) for change in updated.changes}
    assert changes == {
        "Name": ("Preview", "Preview 2"), "Parent group": ("Harbour", "Bank"), "Founded in": ("–", "1999")
    }  # fmt: skip
    assert (refused.line, refused.outcome, len(refused.problems)) == (3, "refused", 1)
    assert plan.counts == {"read": 2, "created": 0, "updated": 1, "unchanged": 0, "refused": 1}


def test_headings_in_either_language_and_of_other_programs_are_recognised() -> None:
    for head in (("集团编码", "客户名称", "行业"), ("Code", "Company name", "Sector"), ("code", "account", "trade")):
        plan = foresee("am", "crm.account", head, ("HL1", "Heading", ""))
        assert {name: source.column for name, source in plan.mapping.fields.items()} == dict(
            zip(("code", "name", "trade"), head, strict=True)
        )
    assert entity("crm.account").stem == plan.mapping.entity
