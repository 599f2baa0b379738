"""Accounts, key persons, activities, papers and units: what is completed and what is refused before it is saved."""

from datetime import date

import pytest
from sqlalchemy import func, select

from core.errors import Invalid
from core.people import Unit
from crm.accounts import ACCOUNT, Account, checked_uscc
from crm.activities import Activity, activities_of, urgency
from crm.activity_joining import add_account, add_person
from crm.activity_links import accounts_of, persons_of
from crm.activity_verbs import drop, finish, plan_again
from crm.contracts import CONTRACT, Contract
from crm.key_persons import KEY_PERSON, KeyPerson
from crm.natures import Nature
from crm.products import Product
from crm.targets import TARGET, Target
from crm.tenders import Tender
from crm.units import UNIT
from crm.vat_rates import vat_rate
from tests.crm.world import acting, days, id_of, one, save


def test_the_check_digit_of_the_credit_code_is_proved() -> None:
    assert checked_uscc("91350100m000100y43") == "91350100M000100Y43"
    for wrong in ("91350100M000100Y4Z", "91350100M000100Y44", "12345"):
        with pytest.raises(Invalid) as refused:
            checked_uscc(wrong)
        assert set(refused.value.problems) == {"uscc"}


def test_an_account_without_a_code_gets_one_of_its_own(carrier: str) -> None:
    with acting("am") as session:
        account = Account(name="Uncoded")
        ACCOUNT.complete(session, account)
        assert account.code.startswith("G")


def test_an_account_cannot_be_above_itself(fresh_carrier: str) -> None:
    with acting("am") as session:
        harbour, bank = one(session, Account, name="Harbour"), one(session, Account, name="Bank")
        bank.parent_id = harbour.id
        save(session, bank)
        harbour.parent_id = bank.id
        with pytest.raises(Invalid) as refused:
            ACCOUNT.complete(session, harbour)
        assert set(refused.value.problems) == {"parent_id"}
        harbour.parent_id = None


@pytest.mark.parametrize("field", ["wallet_share", "staff_count", "member_count"])
def test_a_negative_figure_of_an_account_is_refused_by_field(carrier: str, field: str) -> None:
    with acting("am") as session:
        with pytest.raises(Invalid) as refused:
            ACCOUNT.complete(session, Account(name="Minus", **{field: -1}))
        assert set(refused.value.problems) == {field}


@pytest.mark.parametrize(
    ("nature", "level", "function", "expected"),
    [
        ("state_body", "operating", None, True),
        ("public_hospital", "management", "user", True),
        ("public_hospital", "operating", "user", False),
        ("public_hospital", "operating", "purchasing", True),
        ("private", "decision", "finance", False),
        (None, "decision", "finance", False),
    ],
)
def test_whether_somebody_is_a_public_official_follows_the_nature_and_the_post(
    fresh_carrier: str, nature: str | None, level: str, function: str | None, expected: bool
) -> None:
    with acting("am") as session:
        bank = one(session, Account, name="Bank")
        bank.nature_id = id_of(session, Nature, code=nature) if nature else None
        session.flush()
        person = save(session, KeyPerson(name="Somebody", account_id=bank.id, level=level, function=function))
        assert person.is_official is expected


def test_the_official_mark_is_corrected_with_a_reason_only(fresh_carrier: str) -> None:
    with acting("am", clear=True) as session:
        bank = one(session, Account, name="Bank")
        bank.nature_id = id_of(session, Nature, code="state_body")
        session.flush()
        person = save(session, KeyPerson(name="Somebody", account_id=bank.id, level="operating"))
        person.is_official = False
        with pytest.raises(Invalid) as refused:
            KEY_PERSON.complete(session, person)
        assert set(refused.value.problems) == {"official_reason"}
        person.official_reason = "Left public service in May."
        assert save(session, person).is_official is False


def test_consent_needs_its_basis_and_its_day(carrier: str) -> None:
    with acting("am") as session:
        person = KeyPerson(name="Somebody", account_id=1, consent="given")
        with pytest.raises(Invalid) as refused:
            KEY_PERSON.complete(session, person)
        assert set(refused.value.problems) == {"consent_basis"}


@pytest.mark.parametrize(("field", "value"), [("influence", 6), ("roles", ["rival"])])
def test_a_key_person_within_no_scale_is_refused_by_field(carrier: str, field: str, value: object) -> None:
    with acting("am") as session:
        with pytest.raises(Invalid) as refused:
            KEY_PERSON.complete(session, KeyPerson(name="Somebody", account_id=1, **{field: value}))
        assert set(refused.value.problems) == {field}


@pytest.mark.parametrize(
    ("state", "due", "expected"),
    [
        ("planned", -1, "overdue"),
        ("planned", 0, "today"),
        ("planned", 1, "planned"),
        ("planned", None, "planned"),
        ("done", -1, "done"),
        ("dropped", 0, "dropped"),
    ],
)
def test_how_an_activity_stands_follows_from_its_state_and_day(state: str, due: int | None, expected: str) -> None:
    assert urgency(state, None if due is None else days(due), days(0)) == expected


def test_an_activity_is_done_once_with_what_came_of_it(fresh_carrier: str) -> None:
    with acting("am") as session:
        visit = save(
            session, Activity(subject="Visit", due_on=days(0), next_step="Call", owner_id=session.actor.user_id)
        )
        finish(session, visit, result="Met the head.", cost=12_000, next_step_on=days(3))
        assert (visit.state, visit.result, visit.cost) == ("done", "Met the head.", 12_000)
        assert (visit.next_step, visit.next_step_on) == ("Call", days(3))
        assert visit.done_at is not None
        for again in (finish, drop):
            with pytest.raises(Invalid):
                again(session, visit)
        plan_again(session, visit, due_on=days(5))
        assert (visit.state, visit.done_at, visit.due_on) == ("planned", None, days(5))
        drop(session, visit, result="No longer needed.")
        assert visit.state == "dropped"


def test_an_activity_has_many_accounts_and_persons_and_is_found_from_each(fresh_carrier: str) -> None:
    with acting("am") as session:
        visit = save(session, Activity(subject="Round trip", owner_id=session.actor.user_id))
        ids = [id_of(session, Account, name=name) or 0 for name in ("Bank", "Harbour")]
        people = [id_of(session, KeyPerson, name=f"{name} boss") or 0 for name in ("Bank", "Harbour")]
        for account, person in zip(ids, people, strict=True):
            for _again in range(2):
                add_account(session, visit, account_id=account)
                add_person(session, visit, person_id=person)
                session.flush()
        assert accounts_of(session, visit) == ids
        assert persons_of(session, visit) == people
        session.flush()
        for account in ids:
            found = select(func.count()).select_from(Activity).where(activities_of(account))
            assert session.scalar(found) == 1


def test_a_contract_ends_after_it_starts_and_ours_names_no_rival(carrier: str) -> None:
    with acting("am") as session:
        odd = Contract(name="Odd", account_id=1, starts_on=days(1), ends_on=days(0), rival_id=5)
        with pytest.raises(Invalid) as refused:
            CONTRACT.complete(session, odd)
        assert set(refused.value.problems) == {"ends_on", "rival_id"}


def test_a_tender_is_open_from_its_notice_to_its_award() -> None:
    tender = Tender(name="T", account_id=1, noticed_on=days(0), awarded_on=days(5))
    assert [tender.is_open(days(day)) for day in (-1, 0, 4, 5)] == [False, True, True, False]
    tender.is_cancelled = True
    assert not tender.is_open(days(1))


def test_a_target_is_of_a_unit_or_a_person_and_counted_as_its_measure_says(carrier: str) -> None:
    with acting("keeper") as session:
        with pytest.raises(Invalid) as refused:
            TARGET.complete(session, Target(measure="visits", month=date(2026, 1, 1), amount=5))
        assert set(refused.value.problems) == {"for_unit_id", "quantity"}


def test_the_vat_rate_is_that_of_the_day_and_the_highest_of_the_parts(carrier: str) -> None:
    with acting("am") as session:
        broadband = one(session, Product, code="D03").vat_classes
        assert vat_rate(session, broadband, date(2025, 12, 31)) == 600
        assert vat_rate(session, broadband, date(2026, 1, 1)) == 900
        assert vat_rate(session, ["value_added_it", "goods_lease"], date(2026, 1, 1)) == 1_300
        with pytest.raises(Invalid):
            vat_rate(session, broadband, date(2000, 1, 1))


def test_a_unit_that_moves_takes_what_is_below_it_along(fresh_carrier: str) -> None:
    with acting("operator") as session:
        county = save(session, Unit(code="C1", name_zh="C1", kind="county", parent_id=id_of(session, Unit, code="GZ")))
        team = one(session, Unit, code="T1")
        team.parent_id = county.id
        save(session, team)
        assert (team.county_id, team.city_id) == (county.id, id_of(session, Unit, code="GZ"))
        county.parent_id = id_of(session, Unit, code="FS")
        save(session, county)
        assert team.city_id == id_of(session, Unit, code="FS")


def test_a_unit_stands_under_a_higher_one_and_covers_known_divisions(carrier: str) -> None:
    with acting("operator") as session:
        city = one(session, Unit, code="GZ")
        with pytest.raises(Invalid) as refused:
            UNIT.complete(session, Unit(code="X", name_zh="X", kind="city", parent_id=city.id))
        assert set(refused.value.problems) == {"parent_id"}
        with pytest.raises(Invalid) as refused:
            UNIT.complete(session, Unit(code="X", name_zh="X", kind="city", divisions=["440100", "999999"]))
        assert set(refused.value.problems) == {"divisions"}
