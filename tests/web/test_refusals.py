"""Who is refused, and how: strangers, hidden records, acts beyond one's rights, other sites, foreign hosts."""

import pytest

from tests.web.world import World

PARTS = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_a_stranger_is_sent_to_sign_in_and_back(world: World) -> None:
    answer = world.client(None).get("/crm/account?q=a&grade=1")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/signin?next=%2Fcrm%2Faccount%3Fq%3Da%26grade%3D1",
    )


def test_a_stranger_gets_no_fragment_and_no_redirect_into_one(world: World) -> None:
    answer = world.client(None).get("/crm/account/rows", headers=PARTS)
    assert answer.status_code == 401
    assert "<html" not in answer.text


def test_a_strangers_post_changes_nothing(world: World) -> None:
    answer = world.client(None).post(f"/crm/account/{world.ids['港口']}/archive")
    assert answer.status_code == 401
    assert "archived" not in world.client("am").get(f"/crm/account/{world.ids['港口']}").text.split("<main")[1][:2000]


@pytest.mark.parametrize("tail", ["", "/history", "/edit"])
def test_a_hidden_record_answers_like_a_missing_one_to_the_last_byte(world: World, tail: str) -> None:
    client = world.client("am")
    hidden = client.get(f"/crm/account/{world.ids['医院']}{tail}")
    missing = client.get(f"/crm/account/{world.ids['医院'] - 1}{tail}")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.content == missing.content


@pytest.mark.parametrize("act", ["edit", "archive", "restore", "undo", "do/add_coowner"])
def test_an_act_on_a_hidden_record_answers_like_one_on_a_missing_record(world: World, act: str) -> None:
    client, typed = world.client("am"), {"version": "1", "add_coowner.user_id": str(world.ids["am"])}
    hidden = client.post(f"/crm/account/{world.ids['医院']}/{act}", data=typed)
    missing = client.post(f"/crm/account/{world.ids['医院'] - 1}/{act}", data=typed)
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.content == missing.content


def test_a_foreign_id_in_a_field_answers_like_a_missing_one(world: World) -> None:
    client = world.client("am")

    def post(account_id: int) -> tuple[int, str]:
        typed = {"name": "x", "account_id": str(account_id), "key": "k"}
        answer = client.post("/crm/key_person/new", data=typed)
        return answer.status_code, answer.text.replace(str(account_id), "ID")

    hidden, missing = post(world.ids["医院"]), post(world.ids["医院"] - 1)
    assert hidden == missing
    assert hidden[0] == 422
    assert "Choose a value from the list." in hidden[1]


def test_an_id_of_any_length_is_no_server_error(world: World) -> None:
    client = world.client("am")
    for digits in ("9" * 19, "9" * 30, "9" * 6000):
        assert client.get(f"/crm/account/{digits}").status_code == 404
        assert client.get(f"/crm/opportunity?account={digits}").status_code == 422


def test_who_may_see_but_not_change_is_told_so(world: World) -> None:
    client = world.client("exec")
    path = f"/crm/account/{world.ids['港口']}"
    assert client.get(path).status_code == 200
    assert client.get(f"{path}/edit").status_code == 403
    assert client.post(f"{path}/edit", data={"version": "1", "name": "x"}).status_code == 403
    assert client.post(f"{path}/archive").status_code == 403


def test_pages_of_what_one_may_not_read_are_not_there(world: World) -> None:
    client = world.client("admin")
    assert client.get("/crm/account").status_code == 404
    assert client.get(f"/crm/account/{world.ids['港口']}").status_code == 404
    assert client.get("/crm/user").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1.evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_post_from_another_site_is_refused(world: World, headers: dict[str, str]) -> None:
    answer = world.client("am").post("/preferences", data={"lang": "zh"}, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1"}, {"Sec-Fetch-Site": "none"}, {}]
)
def test_a_post_from_our_own_page_is_taken(world: World, headers: dict[str, str]) -> None:
    assert world.client("am").post("/preferences", data={"lang": "zh"}, headers=headers).status_code == 303


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:x", "", "localhost@evil.example"]
)
def test_a_foreign_host_is_refused(world: World, host: str) -> None:
    assert world.client("am").get("/healthz", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "LOCALHOST", "[::1]:8000"])
def test_our_own_hosts_are_served(world: World, host: str) -> None:
    assert world.client(None).get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/docs", "/openapi.json", "/redoc", "/crm/account/", "/crm/nothing", "/static/../app.py"]
)
def test_there_is_nothing_at_other_addresses(world: World, path: str) -> None:
    assert world.client("am").get(path).status_code == 404


def test_other_methods_are_refused(world: World) -> None:
    client = world.client("am")
    assert {client.request(method, "/crm/account").status_code for method in ("PUT", "DELETE", "PATCH", "TRACE")} == {
        405
    }


def test_a_body_larger_than_a_form_is_refused(world: World) -> None:
    answer = world.client("am").post("/crm/account/new", data={"name": "x" * (3 * 2**20)})
    assert answer.status_code == 413
    assert "at most 2 MB" in answer.text
