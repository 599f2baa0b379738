"""What every answer carries."""

import pytest
from sqlalchemy.exc import OperationalError

from core.settings import settings
from tests.web.world import World

ANSWERS = [
    "/crm/account",
    "/healthz",
    "/signin",
    "/nothing",
    "/static/app.css",
    "/crm/account/1",
    "/crm/account?sort=nothing",
]


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_the_policy_and_the_rest(world: World, path: str) -> None:
    headers = world.client("am").get(path).headers
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["referrer-policy"] == "same-origin"
    assert len(headers["x-request-id"]) == 12
    assert headers["server-timing"].startswith("total;dur=")
    assert "server" not in headers


def test_refusals_of_the_outer_layers_carry_them_too(world: World) -> None:
    for headers in ({"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = world.client("am").post("/preferences", headers=headers)
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_defect_answers_with_the_headers_and_tells_nothing_of_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kw: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("web.pages.lists.list_page", broken)
    answer = world.client("am").get("/crm/account")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"] in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/crm/account", "/healthz", "/crm/today"])
def test_a_database_out_of_reach_is_said_with_the_time_to_wait(
    world: World, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def unreachable(*_args: object, **_kw: object) -> None:
        raise OperationalError("SELECT", {}, Exception("no route to host"))

    monkeypatch.setattr("core.db.engine", unreachable)
    answer = world.client("am").get(path)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "Nothing was saved" in answer.text


def test_pages_are_not_kept_and_vary_by_what_asks(world: World) -> None:
    headers = world.client("am").get("/crm/account").headers
    assert headers["cache-control"] == "no-store"
    assert {part.strip() for part in headers["vary"].split(",")} >= {
        "HX-Request",
        "HX-Request-Type",
        "HX-Target",
        "Cookie",
    }


def test_static_files_with_a_version_are_kept_for_ever(world: World) -> None:
    client = world.client(None)
    assert client.get("/static/app.css?v=1").headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/app.css").headers["cache-control"] == "no-cache"


def test_pages_are_compressed(world: World) -> None:
    assert world.client("am", **{"Accept-Encoding": "br"}).get("/crm/account").headers["content-encoding"] == "br"


def test_only_a_secure_site_demands_secure_transport(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "strict-transport-security" not in world.client("am").get("/healthz").headers
    monkeypatch.setattr(settings(), "secure_cookies", True)
    assert "max-age" in world.client("am").get("/healthz").headers["strict-transport-security"]


def test_a_get_changes_nothing(world: World) -> None:
    """The rows of the tables that people write are the same before and after every page was opened."""
    from sqlalchemy import func, select

    from core.db import kernel_session
    from core.record import METADATA
    from tests.web.test_routes import example, policy_routes

    def snapshot() -> dict[str, tuple[int, object]]:
        found = {}
        with kernel_session(writes=False) as session:
            for name, table in METADATA.tables.items():
                newest = func.max(table.c.updated_at) if "updated_at" in table.c else func.count()
                if name != "core_visit":
                    found[name] = tuple(session.execute(select(func.count(), newest).select_from(table)).one())
        return found  # type: ignore[return-value]

    before, client = snapshot(), world.client("keeper")
    for route in policy_routes(world):
        if route.spec.method == "GET":
            client.get(example(route).replace("/7", f"/{world.ids['港口']}"))
    assert snapshot() == before
