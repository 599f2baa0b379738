"""The reference data of a new database, and what a carrier made of it."""

from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.checks import problems, untranslated
from core.errors import Invalid
from core.plant import add_user, plant_reference
from core.registry import registry
from crm import seed
from crm.divisions import Division
from crm.grades import Grade
from crm.pipelines import Pipeline
from crm.products import Product
from crm.stages import Stage
from crm.weapon_fits import WeaponFit
from crm.weapons import Weapon
from tests.crm.world import acting, id_of, one, seen

OURS = ("crm", "agents", "campaigns")


def test_the_weapons_and_their_strengths_are_rows(carrier: str) -> None:
    assert len(seen("am", Weapon.code)) == 8
    with acting("am") as session:
        gift = id_of(session, Weapon, code="W06_GIFT")
        fits = session.scalars(
            select(WeaponFit.code).where(WeaponFit.weapon_id == gift, WeaponFit.dimension == "level")
        )
        assert set(fits) == {"operating", "management", "decision"}


def test_only_the_first_user_becomes_administrator_unasked(carrier: str) -> None:
    with pytest.raises(Invalid, match="--role"):
        add_user("second", name="Second", roles=[], unit=None, password=None)


def test_delivery_follows_sales_and_the_signed_stage_wins(carrier: str) -> None:
    with acting("am") as session:
        assert one(session, Pipeline, code="sales").next_id == id_of(session, Pipeline, code="delivery")
        assert [stage.code for stage in session.scalars(select(Stage).where(Stage.outcome == "won"))] == ["O6"]


def test_counties_stand_under_their_cities(carrier: str) -> None:
    with acting("am") as session:
        tianhe = one(session, Division, code="440106")
        assert (tianhe.level, tianhe.parent_id) == ("county", id_of(session, Division, code="440100"))


def test_planting_again_adds_nothing_and_changes_nothing(fresh_carrier: str) -> None:
    with acting("operator") as session:
        one(session, Grade, code="A1").name_zh = "头部集团"
        one(session, Product, code="V03").archived_at = clock.now()
    assert plant_reference() == 0
    with acting("operator") as session:
        assert one(session, Grade, code="A1").name_zh == "头部集团"
        assert one(session, Product, code="V03").archived_at is not None


def test_a_row_that_is_missing_is_planted_again(fresh_carrier: str) -> None:
    with acting("operator") as session:
        session.delete(one(session, Grade, code="P"))
    with acting("operator") as session:
        assert seed.plant(session) == 1


def test_the_declarations_have_no_gaps() -> None:
    assert problems(registry()) == []


def test_every_word_of_our_declarations_has_its_chinese() -> None:
    ours = [module for module in registry().modules if module.name in OURS]
    assert set(untranslated(registry())) & words(ours) == set()


def words(modules: Iterable[Any]) -> set[str]:
    """What the modules' entities and menus say."""
    found = {module.summary for module in modules}
    for module in modules:
        found |= {menu.label for menu in module.menus}
        for entity in module.entities:
            found |= {entity.label, entity.plural, *(field.label for field in entity.fields.values())}
            found |= {verb.label for verb in entity.verbs} | {section.title for section in entity.form}
    return found
