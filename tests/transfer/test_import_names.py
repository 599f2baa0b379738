"""Records that a file names are found, asked about once, or created; headings of other people's files are known."""

import pytest

from core.access import OPERATOR
from core.db import reading
from core.errors import Forbidden
from core.i18n import use_language
from core.people import Unit, User, UserRole
from core.transfer import Answer, Mapping, Source, preview, undo_batch
from crm.accounts import Account
from crm.opportunities import Opportunity
from tests.crm.world import acting, id_of, one, seen
from tests.transfer.loading import actor, by_name, counts, entity, foresee, load

pytestmark = pytest.mark.usefixtures("carrier")


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
