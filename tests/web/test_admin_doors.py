"""No administrator gives up the keys by mistake, whichever page the act is on."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from core.db import kernel_session
from core.people import Role
from tests.web.world import World


def administrator() -> Any:
    with kernel_session(writes=False) as session:
        return session.scalars(select(Role).where(col(Role.code) == "administrator")).one()


def doors(world: World) -> dict[str, tuple[str, dict[str, str]]]:
    role, me = administrator(), f"/crm/user/{world.ids['admin']}"
    rights = {"grants": "crm.user.read = all", "version": str(role.version), "key": "k"}
    return {
        "rights": (f"/crm/role/{role.id}/rights", rights), "archived role": (f"/crm/role/{role.id}/archive", {}),
        "taken role": (f"{me}/do/take_role", {"take_role.role_id": str(role.id), "key": "t"}),
        "closed": (f"{me}/do/close", {"key": "c"}), "archived": (f"{me}/archive", {}),
    }  # fmt: skip


@pytest.mark.parametrize("door", ["rights", "archived role", "taken role", "closed", "archived"])
def test_nobody_locks_themselves_out_by_any_door(own_world: World, door: str) -> None:
    path, typed = doors(own_world)[door]
    client = own_world.client("admin")
    answer = client.post(path, data=typed)
    assert (answer.status_code, "lock yourself out" in answer.text) == (403, True)
    assert client.get("/admin").status_code == 200


def test_a_role_of_others_is_changed_as_before(own_world: World) -> None:
    with kernel_session(writes=False) as session:
        role = session.scalars(select(Role).where(col(Role.code) == "executive")).one()
    typed = {"grants": "crm.account.read = all", "version": str(role.version), "key": "k"}
    assert own_world.client("admin").post(f"/crm/role/{role.id}/rights", data=typed).status_code == 303
