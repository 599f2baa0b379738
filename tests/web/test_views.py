"""Views of one's own over a list: saved in two clicks, renamed, removed and brought back, seen by nobody else."""

import re

from sqlalchemy import select

from core.access import OPERATOR
from core.db import reading
from core.views import MOST, SavedView
from tests.web.world import World


def key_of(page: str) -> str:
    found = re.search(r'action="/views".*?name="key" value="([^"]+)"', page, re.DOTALL)
    assert found, "nothing to save here"
    return found[1]


def save(world: World, name: str, query: str = "member_count=10..20", user: str = "am") -> int:
    answer = world.client(user).post(
        "/views", data={"entity": "crm.account", "query": query, "name": name, "key": name}
    )
    assert answer.status_code == 303, answer.text[-500:]
    with reading(OPERATOR) as session:
        return session.scalars(select(SavedView.id).where(SavedView.name == name)).one()  # type: ignore[call-overload, no-any-return]


def test_a_narrowed_list_is_saved_as_a_tab_with_its_count(own_world: World) -> None:
    am = own_world.client("am")
    page = am.get("/crm/account?q=港口").text
    sent = {"entity": "crm.account", "query": "q=港口", "name": "Ports", "key": key_of(page)}
    answer = am.post("/views", data=sent)
    assert answer.headers["location"].startswith("/crm/account?q=")
    tab = re.search(
        r'aria-current="page">(?:<svg.*?</svg>)?Ports<span class="n">(\d+)</span>',
        am.get(answer.headers["location"]).text,
    )
    assert tab
    assert tab[1] == "1"


def test_a_list_that_is_a_tab_already_offers_nothing_to_save(world: World) -> None:
    for path in ("/crm/account", "/crm/account?care=silent"):
        assert 'action="/views"' not in world.client("am").get(path).text


def test_a_view_is_renamed_removed_and_brought_back(own_world: World) -> None:
    view, am = save(own_world, "First"), own_world.client("am")
    am.post(f"/views/{view}/rename", data={"name": "Second"})
    assert "Second" in am.get("/crm/account").text
    answer = am.post(f"/views/{view}/remove")
    assert "Second" not in am.get("/crm/account").text
    assert f"view-removed:{view}" in answer.headers["set-cookie"]
    am.post(f"/views/{view}/restore")
    assert "Second" in am.get("/crm/account").text


def test_nobody_sees_or_changes_anothers_view(own_world: World) -> None:
    view, other = save(own_world, "Secret plan"), own_world.client("lead")
    assert "Secret plan" not in other.get("/crm/account").text
    for act in ("rename", "remove", "restore"):
        assert other.post(f"/views/{view}/{act}", data={"name": "x"}).status_code == 404


def test_a_view_without_a_name_or_of_an_unreadable_list_is_refused(world: World) -> None:
    sent = {"entity": "crm.account", "query": "q=a", "name": " ", "key": "k"}
    assert world.client("am").post("/views", data=sent).status_code == 422
    assert world.client("admin").post("/views", data={**sent, "name": "x"}).status_code == 404
    assert world.client("am").post("/views", data={**sent, "name": "x", "entity": "core.moon"}).status_code == 404


def test_what_is_no_condition_of_the_list_is_not_kept(world: World) -> None:
    sent = {"entity": "crm.account", "query": "moon=full", "name": "Moon", "key": "k"}
    assert world.client("am").post("/views", data=sent).status_code == 422


def test_there_is_a_limit(own_world: World) -> None:
    for number in range(MOST):
        save(own_world, f"View {number}")
    sent = {"entity": "crm.account", "query": "q=a", "name": "One more", "key": "k"}
    assert own_world.client("am").post("/views", data=sent).status_code == 422
