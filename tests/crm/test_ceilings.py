"""Ceilings that cannot be talked round: what is requested, approved and spent counts; the most special row holds."""

from datetime import date

import pytest

from core import clock
from core.db import get
from core.errors import Invalid
from core.i18n import use_language
from core.people import Unit
from crm.activities import Activity
from crm.ceilings import Ceiling
from crm.commitment_verbs import spend
from crm.commitments import Commitment
from crm.playbook.reserving import reserve, shared
from tests.crm import playing
from tests.crm.gifts import YUAN, committed, gift, settle
from tests.crm.playing import GIFT, person, use
from tests.crm.world import acting, days, id_of, one, save


def test_what_is_requested_approved_and_spent_counts_and_what_is_released_does_not(fresh_carrier: str) -> None:
    first, second = gift(300 * YUAN), gift(300 * YUAN)
    settle(first, "approved")
    with acting("am") as session:
        spend(session, one(session, Commitment, activity_id=first))
    with pytest.raises(Invalid, match="600"):
        gift(1)
    settle(second, "refused")
    gift(300 * YUAN)
    assert committed() == 600 * YUAN


def test_who_spends_less_leaves_the_rest_to_others(fresh_carrier: str) -> None:
    made = gift(300 * YUAN)
    gift(300 * YUAN)
    settle(made, "approved")
    with acting("am") as session:
        spend(session, one(session, Commitment, activity_id=made), amount=100 * YUAN)
    gift(200 * YUAN)


def test_each_year_has_its_own_room(fresh_carrier: str) -> None:
    year = clock.today().year
    with acting("am") as session:
        for due_on in (date(year, 3, 1), date(year, 4, 1), date(year + 1, 1, 1)):
            made = use(session, GIFT, person(session))
            made.due_on = due_on
            reserve(session, made, [(person(session), 300 * YUAN)])


@pytest.mark.parametrize(
    ("kind", "amounts"),
    [
        ("per_occasion", {"per_occasion": 10 * YUAN}),
        ("per_person_year", {"per_person_year": 10 * YUAN}),
        ("per_client_year", {"per_client_year": 10 * YUAN}),
        ("per_deal", {"per_deal": 10 * YUAN}),
    ],
)
def test_every_ceiling_holds_and_names_itself_in_both_languages(
    fresh_carrier: str, kind: str, amounts: dict[str, int]
) -> None:
    none = {"per_occasion": None, "per_person_year": None, "per_client_year": None, "per_deal": None}
    playing.ceiling("gift", **{**none, **amounts})
    with acting("am") as session:
        bank_deal = playing.deal(session).id
    gift(10 * YUAN, opportunity_id=bank_deal)
    for language, word in (("zh", "上限“赠品上限”"), ("en", "Ceiling “Gifts”")):
        with use_language(language), pytest.raises(Invalid, match=word):
            gift(11 * YUAN, "Bank clerk" if kind in ("per_client_year", "per_deal") else "Bank boss",
                 opportunity_id=bank_deal)  # fmt: skip


def test_a_public_official_gets_no_gift(fresh_carrier: str) -> None:
    with acting("am") as session:
        person(session, "Mayor", is_official=True)
    with pytest.raises(Invalid, match="Mayor"):
        gift(1, "Mayor")
    assert committed() == 0


def test_of_several_rows_the_most_special_one_holds(fresh_carrier: str) -> None:
    row = {"compliance": "GIFT", "valid_from": date(2020, 1, 1), "name_zh": "广州赠品"}
    with acting("keeper") as session:
        guangzhou, foshan = (id_of(session, Unit, code=code) for code in ("GZ", "FS"))
        save(session, Ceiling(code="gz", unit_id=guangzhou, per_occasion=50 * YUAN, **row))
        save(session, Ceiling(code="fs", unit_id=foshan, per_occasion=10 * YUAN, **row))
        save(session, Ceiling(code="old", unit_id=guangzhou, per_occasion=1, valid_to=days(-1), **row))
    gift(50 * YUAN)
    with pytest.raises(Invalid, match="广州赠品"):
        gift(51 * YUAN)


def test_a_request_for_several_people_is_taken_whole_or_not_at_all(fresh_carrier: str) -> None:
    gift(290 * YUAN, "Bank clerk")
    gift(290 * YUAN, "Bank clerk")
    with acting("am") as session:
        guests = [person(session), person(session, "Bank clerk")]
        made = use(session, GIFT, *guests)
    with pytest.raises(Invalid), acting("am") as session:
        reserve(session, get(session, Activity, made.id), shared(guests, 50 * YUAN))
    assert committed() == 580 * YUAN
    with acting("am") as session:
        guests = [person(session), person(session, "Bank porter")]
        parts = reserve(session, use(session, GIFT, *guests), shared(guests, 101))
        assert [each.amount for each in parts] == [51, 50]
