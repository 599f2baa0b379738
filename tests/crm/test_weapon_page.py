"""A weapon's page: its strengths are edited as one grid, and each version says what it changed."""

import re

import pytest

from core.access import OPERATOR
from core.db import reading
from crm.weapon_fits import WeaponFit
from crm.weapon_versions import WeaponVersion
from tests.crm.browser import Browser, part, text_of
from tests.crm.playing import VISIT, weapon
from tests.crm.world import acting, one

pytestmark = pytest.mark.parametrize("templates", ["sqlite"], indirect=True)


def path_of(code: str = VISIT) -> str:
    with reading(OPERATOR) as session:
        return f"/crm/weapon/{weapon(session, code).id}"


def current(page: str) -> str:
    found = re.search(r'name="current" value="(\d+)"', page)
    assert found
    return found[1]


def test_strengths_are_saved_together_as_one_new_version(fresh_carrier: str) -> None:
    admin, path = Browser("admin"), path_of()
    typed = {"step.S1": "1", "level.decision": "3", "function.user": "0", "current": current(admin.get(path).text)}
    assert admin.post_named(f"{path}/strengths", typed).headers["location"] == f"{path}#p-strengths"
    shown = text_of(part(admin.get(path).text, "p-versions"))
    assert "Version 2" in shown
    assert "Discover need: 3 → 1" in shown
    assert "Decision level: 2 → 3" in shown
    with reading(OPERATOR) as session:
        key = weapon(session, VISIT).id
        assert one(session, WeaponFit, weapon_id=key, dimension="step", code="S1").strength == 1


@pytest.mark.parametrize("value", ["4", "-1", "x", ""])
def test_a_strength_out_of_range_is_refused(fresh_carrier: str, value: str) -> None:
    found = Browser("admin").post_named(f"{path_of()}/strengths", {"step.S1": value})
    assert found.status_code == 422
    assert "A strength goes from 0 to 3." in text_of(found.text)


def test_a_grid_that_somebody_else_saved_meanwhile_is_not_written_over(fresh_carrier: str) -> None:
    admin, path = Browser("admin"), path_of()
    old = current(admin.get(path).text)
    admin.post_named(f"{path}/strengths", {"step.S1": "0", "current": old})
    assert admin.post_named(f"{path}/strengths", {"step.S1": "2", "current": old}).status_code == 409


def test_whoever_may_not_change_strengths_reads_them(fresh_carrier: str) -> None:
    am, path = Browser("am"), path_of()
    assert "<select" not in part(am.get(path).text, "p-strengths")
    assert am.post_named(f"{path}/strengths", {"step.S1": "0"}).status_code == 403


def test_strengths_stand_on_the_page_once(fresh_carrier: str) -> None:
    page = Browser("admin").get(path_of()).text
    assert "/crm/weapon_fit?weapon=" not in page
    assert "/crm/weapon_fit/new?weapon=" not in page
    assert text_of(page).count("Discover need") == 1


def test_a_new_name_is_a_new_version_that_says_so(fresh_carrier: str) -> None:
    with acting("keeper") as session:
        weapon(session, VISIT).name_en = "House call"
    assert "Name (English): Site visit to the client → House call" in text_of(
        part(Browser("admin").get(path_of()).text, "p-versions")
    )
    with reading(OPERATOR) as session:
        key = weapon(session, VISIT).id
        assert one(session, WeaponVersion, weapon_id=key, number=2).definition["name_en"] == "House call"
