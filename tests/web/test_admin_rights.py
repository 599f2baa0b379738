"""A role's rights are changed in words, one kind of record at a time; and how a new database begins."""

from typing import Any

import pytest

from core.access import Level
from core.granting import with_levels
from tests.web.reading import inputs, statements
from tests.web.test_admin import role_ids
from tests.web.world import World

KNOWN = ("crm.account.read", "crm.account.update", "crm.account.delete", "crm.tender.read")


def manager_path() -> str:
    return f"/admin/roles/{role_ids('account_manager')[0]}"


def send(client: Any, of: str, **chosen: str) -> Any:
    path = f"{manager_path()}/change"
    form = {**inputs(client.get(f"{path}?of={of}").text), **chosen}
    return client.post(path, data=form)


def test_every_kind_of_record_stands_on_the_roles_page_in_words(world: World) -> None:
    answer = world.client("admin").get(manager_path())
    assert "Accounts" in answer.text
    assert "sees their own" in answer.text
    assert statements(answer) <= 20


def test_a_right_is_widened_and_taken_by_a_choice_in_words(own_world: World) -> None:
    client = own_world.client("admin")
    assert send(client, "crm.account", read="all", export="").status_code == 303
    page = client.get(f"{manager_path()}/change?of=crm.account").text
    assert '<option value="all" selected>sees all' in page
    assert "selected>exports" not in page
    assert own_world.client("am").post("/crm/account/export.csv").status_code in (403, 404)


def test_a_page_of_the_menu_is_shut_by_a_tick(own_world: World) -> None:
    client = own_world.client("admin")
    assert own_world.client("am").get("/crm/today").status_code == 200
    path = f"{manager_path()}/change"
    form = {k: v for k, v in inputs(client.get(f"{path}?of=pages").text).items() if k != "page"}
    assert client.post(path, data=form).status_code == 303
    assert own_world.client("am").get("/crm/today").status_code == 404


def test_whoever_saved_first_is_not_overwritten(own_world: World) -> None:
    client = own_world.client("admin")
    path = f"{manager_path()}/change"
    form = inputs(client.get(f"{path}?of=crm.account").text)
    assert send(client, "crm.tender", read="all").status_code == 303
    assert client.post(path, data={**form, "read": "all"}).status_code == 409


@pytest.mark.parametrize("user", ["am", "lead", "keeper"])
def test_nobody_else_reaches_the_rights(world: World, user: str) -> None:
    assert world.client(user).get(manager_path()).status_code == 404
    assert world.client(user).post(f"{manager_path()}/change", data={"of": "pages"}).status_code == 404


def test_no_such_kind_of_record_is_not_found(world: World) -> None:
    assert world.client("admin").get(f"{manager_path()}/change?of=crm.moon").status_code == 404


def test_a_pattern_is_spelt_out_only_where_one_of_its_rights_changes() -> None:
    grants = {"crm.account.*": "own", "crm.tender.read": "team"}
    assert with_levels(grants, {"crm.account.delete": Level.NONE}, KNOWN) == {
        "crm.account.read": "own", "crm.account.update": "own", "crm.tender.read": "team",
    }  # fmt: skip
    assert with_levels(grants, {}, KNOWN) == grants


def test_the_first_steps_are_gone_once_there_are_units_and_people(own_world: World) -> None:
    client = own_world.client("admin")
    assert "First steps" not in client.get("/admin").text
