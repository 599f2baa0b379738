"""Every route says who may use it, and holds to it: all routes, all roles."""

import re
from typing import Any

import pytest
from starlette.routing import Mount, Route

from core.access import Actor, Profile
from core.signin import actor_for
from tests.web.world import USERS, World
from web import policy
from web.kit.requests import PUBLIC, SIGNED_IN, Ask, Routes, html
from web.policy import PolicyRoute, demand_policies

# As a fragment an error is small, and hundreds of them are soon answered.
PART = {"HX-Request": "true", "HX-Request-Type": "partial", "Accept-Encoding": "identity"}
PUBLIC_PATHS = {"/signin", "/signout", "/preferences", "/reset/{token}", "/enter/{token}", "/healthz"}


def policy_routes(world: World) -> list[PolicyRoute]:
    return policy.policy_routes(world.app.router.routes)


def example(route: PolicyRoute) -> str:
    """The route's address with an id that nobody has."""
    return re.sub(r"{\w+(:\w+)?}", "7", route.path)


def call(client: Any, route: PolicyRoute) -> int:
    return int(client.request(route.spec.method, example(route)).status_code)


def test_every_route_carries_a_policy_but_the_static_files(world: World) -> None:
    others = [route for route in world.app.router.routes if not isinstance(route, policy.Branch)]
    assert [(type(route), route.path) for route in others] == [(Mount, "/static")]
    assert len(policy_routes(world)) > 400


def test_a_route_without_a_policy_does_not_start() -> None:
    with pytest.raises(LookupError, match="/open carries no policy"):
        demand_policies([Route("/open", lambda request: None)])


def test_only_these_addresses_are_open_to_strangers(world: World) -> None:
    assert {route.path for route in policy_routes(world) if route.policy == PUBLIC} == PUBLIC_PATHS


def test_every_other_route_refuses_a_stranger(world: World) -> None:
    client = world.client(None, **{"Accept-Encoding": "identity"})
    closed = [route for route in policy_routes(world) if route.policy != PUBLIC]
    let_in = [route.name for route in closed if call(client, route) != (303 if route.spec.method == "GET" else 401)]
    assert let_in == []


@pytest.mark.parametrize("user", USERS)
def test_every_route_refuses_a_role_without_its_permission(world: World, user: str) -> None:
    client, actor = world.client(user, **PART), actor_for(user)
    named = [route for route in policy_routes(world) if route.policy not in (PUBLIC, SIGNED_IN)]
    refused = [route for route in named if not actor.may(route.policy)]
    answers = {route.name: call(client, route) for route in refused}
    assert {name: status for name, status in answers.items() if status not in (403, 404)} == {}
    unreadable = [r for r in refused if not actor.may(f"{r.policy.rpartition('.')[0]}.read")]
    assert {answers[route.name] for route in unreadable} <= {404}


@pytest.mark.parametrize("user", ["lead", "keeper"])
def test_no_route_fails_for_a_role_that_has_its_permission(world: World, user: str) -> None:
    client, actor = world.client(user, **PART), actor_for(user)
    allowed = [r for r in policy_routes(world) if r.policy == SIGNED_IN or (r.policy != PUBLIC and actor.may(r.policy))]
    safe = [route for route in allowed if "signout" not in route.path]
    failed = {route.name: status for route in safe if (status := call(client, route)) not in (200, 303, 404, 422)}
    assert failed == {}


def test_a_modules_own_route_comes_before_the_generic_one() -> None:
    own, generic = Routes(), Routes()
    own.get("/crm/account", SIGNED_IN, lambda ask: html("own"))
    generic.get("/crm/account", "crm.account.read", lambda ask: html("generic"))
    (branch,) = policy.branches(own.specs + generic.specs)
    ask = Ask(None, Actor(None, "", "", Profile(())))  # type: ignore[arg-type]
    assert [route.spec.handler(ask).body for route in branch.routes] == [b"own"]


def test_the_table_of_routes_is_what_is_served(world: World) -> None:
    from web.app import route_table

    assert {(row["method"], row["path"]) for row in route_table()} == {
        (r.spec.method, r.path) for r in policy_routes(world)
    }
